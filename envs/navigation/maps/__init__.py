"""Maps of the user's as worlds: ROS, MovingAI and GeoJSON files."""

from vgym.envs.navigation.maps.load import load_map
from vgym.on_demand import modules_on_demand

__all__ = ["load_map"]

modules_on_demand(__name__)
