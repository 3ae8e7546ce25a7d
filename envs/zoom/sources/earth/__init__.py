"""The world map at 43,200 by 21,600 pixels, drawn crop by crop, and questions about places."""

from vgym.envs.zoom.sources.earth.source import Earth
from vgym.on_demand import modules_on_demand

__all__ = ["Earth"]

modules_on_demand(__name__)
