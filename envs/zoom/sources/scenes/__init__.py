"""Synthetic wholes of thousands of things, drawn window by window from their key alone."""

from vgym.envs.zoom.sources.scenes.source import Scenes

__all__ = ["Scenes"]
