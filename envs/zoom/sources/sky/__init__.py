"""The sky as a chart of two hemispheres, turned another way in every episode."""

from vgym.envs.zoom.sources.sky.source import SkySource as SkySource
from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
