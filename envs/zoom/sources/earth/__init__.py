"""The world map at 43,200 by 21,600 pixels, drawn crop by crop, and questions about places."""

from vgym.envs.zoom.sources.earth.source import Earth

__all__ = ["Earth"]
