"""Where the large pictures and the questions about them come from, a module or folder a source."""

from __future__ import annotations

import os

from vgym.data.files import source_path
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.types import ZoomConfig
from vgym.on_demand import modules_on_demand
from vgym.registration import ZOOM_SOURCES, named, unknown

FILES = "vgym.envs.zoom.sources.files:Files"  # any other name is of a file or folder


def open_source(config: ZoomConfig) -> ZoomSource:
    """The source that the settings name.

    Raises:
        ValueError: it is neither one that ships nor a data set, or asks for no such answers.
    """
    name = config.source
    if name not in ZOOM_SOURCES and name != "photos" and not os.path.lexists(source_path(name)):
        said = unknown("source", name, (*ZOOM_SOURCES, "photos"))
        raise ValueError(f"{said} Or the path of a data set, and there is none of that name.")
    source: ZoomSource = named(ZOOM_SOURCES.get(name, FILES), "source")(config)
    return source


modules_on_demand(__name__)
