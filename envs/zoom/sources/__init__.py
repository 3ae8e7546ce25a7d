"""Where the large pictures and the questions about them come from, a module or folder a source."""

from __future__ import annotations

from vgym.core.config import choice
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.types import SOURCES, ZoomConfig
from vgym.registration import named


def open_source(config: ZoomConfig) -> ZoomSource:
    """The source that the settings name.

    Raises:
        ValueError: there is none of that name, or it asks for no such answers.
    """
    choice("source", config.source, tuple(SOURCES))
    source: ZoomSource = named(SOURCES[config.source], "source")(config)
    return source
