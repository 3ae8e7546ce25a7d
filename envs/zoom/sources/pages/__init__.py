"""Pages of documentation on a desk, with a box for every word."""

from vgym.envs.zoom.sources.pages.source import PagesSource as PagesSource
from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
