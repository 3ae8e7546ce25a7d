"""Files that ship with the package, whole or said by name not to be."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

from PIL import Image

_CURE = (
    "; reinstall vgym (pip install --force-reinstall --no-deps vgym), or in a checkout restore it "
    "(git restore assets)"
)
# What readers of text, JSON, pictures and arrays raise on damaged files.
_DAMAGE = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, struct.error),
    *(zipfile.BadZipFile, zlib.error),
)


class AssetError(OSError):
    """A file that ships with vgym and is damaged; the message names it and says what helps."""


class MissingAsset(AssetError, FileNotFoundError):
    """A file that ships with vgym and is not there."""


class _Table(dict[str, Any]):
    """What a JSON asset holds; a key that it lacks is damage."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        super().__init__(content)
        self._name = name

    def __missing__(self, key: str) -> Any:
        raise AssetError(f"asset {self._name!r} is damaged: it has no {key!r}{_CURE}")


def asset(name: str) -> Any:
    """A file of ``vgym.assets``.

    Raises:
        MissingAsset: it is not there; names it.
    """
    file = _root().joinpath(*name.split("/"))
    if not file.is_file():
        raise MissingAsset(f"asset {name!r} is missing from the installed vgym package{_CURE}")
    return file


def _root() -> Any:
    return resources.files("vgym.assets")


@contextmanager
def reading(name: str) -> Iterator[Any]:
    """A file of ``vgym.assets``, to be read within: what fails there is its damage.

    Raises:
        AssetError: it cannot be read, or is not there (`MissingAsset`); names it.
    """
    file = asset(name)
    try:
        yield file
    except AssetError:  # of another file that this one names, and already said
        raise
    except _DAMAGE as error:
        why = str(error) or type(error).__name__
        raise AssetError(f"asset {name!r} is damaged: {why}{_CURE}") from error


def text_asset(name: str) -> str:
    """What a text file of ``vgym.assets`` holds; raises as `reading`."""
    with reading(name) as file:
        text: str = file.read_text("utf-8")
    return text


@cache
def json_asset(name: str) -> Any:
    """What a JSON file of ``vgym.assets`` holds, read once a process: nobody may change it.

    Raises:
        AssetError: as `reading`; of an object also when a key is looked up that it lacks.
    """
    with reading(name) as file:
        content = json.loads(file.read_bytes())
    return _Table(name, content) if isinstance(content, dict) else content


def picture_asset(name: str, mode: str) -> Image.Image:
    """A picture of ``vgym.assets``, decoded, in a mode such as ``"RGBA"``; raises as `reading`."""
    with (
        reading(name) as file,
        file.open("rb") as content,
        Image.open(content, formats=["WEBP", "PNG", "JPEG"]) as image,
    ):
        return image.convert(mode)
