"""Maps of the user's as worlds: ROS, MovingAI and GeoJSON files."""

from vgym.envs.navigation.maps.load import load_map

__all__ = ["load_map"]
