"""The sky as a chart of two hemispheres, turned another way in every episode."""

from vgym.envs.zoom.sources.sky.source import SkySource as SkySource
