"""Pages of music on a desk, with a box for every sign."""

from vgym.envs.zoom.sources.scores.source import ScoresSource as ScoresSource
from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
