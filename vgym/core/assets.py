"""Files that ship with the package."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


def asset(name: str) -> Any:
    """A file of ``vgym.assets``.

    Raises:
        FileNotFoundError: it is not there; names it.
    """
    file = resources.files("vgym.assets").joinpath(*name.split("/"))
    if not file.is_file():
        raise FileNotFoundError(
            f"asset {name!r} is missing from the installed vgym package; reinstall vgym, or from a "
            "checkout run the build script beside it"
        )
    return file


@cache
def json_asset(name: str) -> Any:
    """What a JSON file of ``vgym.assets`` holds, read once a process: nobody may change it.

    Raises:
        FileNotFoundError: it is not there; names it.
    """
    return json.loads(asset(name).read_bytes())
