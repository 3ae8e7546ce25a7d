"""Options that several commands take, and what their words may be."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vgym.cli.own_packages import add_import_option
from vgym.number_options import count, number
from vgym.registration import row_of

SPLITS = ("train", "val", "test")


def add_setting_options(parser: argparse.ArgumentParser, several: bool = False) -> None:
    """Settings that every environment takes, and packages that register others.

    Args:
        several: whether more than one difficulty may be asked for.
    """
    parser.add_argument(
        "--split", choices=SPLITS, help="default: the first that the environment has, mostly train"
    )
    if several:
        parser.add_argument(
            "--difficulty",
            type=_numbers,
            metavar="D,D",
            help="0 to 1 (default 0.5); several are played one by one",
        )
    else:
        parser.add_argument("--difficulty", type=number, help="0 to 1 (default 0.5)")
    parser.add_argument(
        "--image-size", type=count, metavar="PX", help="a side (default: the environment's own)"
    )
    add_import_option(parser)


def _numbers(words: str) -> list[float]:
    return list(dict.fromkeys(number(word) for word in words.split(",")))


def add_source_options(parser: argparse.ArgumentParser, what: str) -> None:
    """Which data to play, ``what`` in words, and how it is written."""
    parser.add_argument("--source", help=what)
    parser.add_argument(
        "--convention",
        metavar="FRAME/ORDER",
        help="how the boxes of a --source of yours are written, such as fraction/xywh, "
        "0-1000/xyxy or pixels/xywh (default: as its format does)",
    )


def add_set_option(parser: argparse.ArgumentParser) -> None:
    """Any setting of an environment, by its name; `further` reads them."""
    parser.add_argument(
        "--set",
        dest="further",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a further setting of the environment; may be given again",
    )


def further(options: argparse.Namespace) -> dict[str, Any]:
    """The settings of ``--set``: values as JSON, or else as the text that they are."""
    found = {}
    for word in options.further:
        name, equals, value = word.partition("=")
        if not name.isidentifier() or not equals:
            raise ValueError(f"--set {word!r:.100} must be NAME=VALUE, such as attempts=8")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Those options that were given, as keywords of an environment."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def names(words: str | None, valid: list[str], check: Callable[[str], Any]) -> list[str]:
    """The names of a comma-separated list, each once, or all valid ones.

    Args:
        words: what was typed; None for nothing. check: raises ValueError for an unknown one.

    Raises:
        ValueError: one is unknown; or there is none.
    """
    if words is None:
        return valid
    named = list(dict.fromkeys(name.strip() for name in words.split(",") if name.strip()))
    for name in named:
        check(name)
    if not named:
        raise ValueError(f"nothing is named in {words!r}. Valid: {', '.join(valid)}.")
    return named


def check_writable(out: Path) -> None:
    """Raise ValueError unless a file can be made there."""
    from vgym.data.whole_files import check_name  # with all of vgym.data, so only now

    if os.path.isdir(out) or not os.path.isdir(out.parent):
        raise ValueError(f"--out {out} must name a file in a folder that exists")
    if not os.access(out.parent, os.W_OK):
        raise ValueError(f"--out {out}: {out.parent} is no folder that can be written to")
    check_name(out, "--out")


def check_gymnasium_makes(id: str) -> None:
    """Raise ValueError for an id that is unknown or that PettingZoo makes."""
    made_by = row_of(id).made_by
    if made_by:
        raise ValueError(f"{id} is an environment of PettingZoo: {made_by}.parallel_env() makes it")
