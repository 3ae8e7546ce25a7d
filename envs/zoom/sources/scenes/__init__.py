"""Synthetic wholes of thousands of things, drawn window by window from their key alone."""

from vgym.envs.zoom.sources.scenes.source import Scenes
from vgym.on_demand import modules_on_demand

__all__ = ["Scenes"]

modules_on_demand(__name__)
