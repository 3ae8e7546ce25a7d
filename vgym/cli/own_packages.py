"""Packages of anybody's that register ids: named on the command line, or installed as such."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
from collections.abc import Sequence

from vgym.registration import module_of

GROUP = "vgym"  # of entry points: each names a module that registers ids when it is imported


def add_import_option(parser: argparse.ArgumentParser) -> None:
    """Let a command know of ids that are not ours."""
    parser.add_argument(
        "--import",
        dest="imports",
        metavar="MODULE",
        action="append",
        default=[],
        help="a module of yours that registers ids; looked for here too; may be given again",
    )


def import_packages(modules: Sequence[str]) -> None:
    """Import these modules, and those that installed packages offer.

    Modules are looked for where Python was started too, behind all that is installed.

    Raises:
        ModuleNotFoundError: there is no such module. ValueError: it is named as a file.
    """
    here = os.getcwd()
    if here not in sys.path:
        sys.path.append(here)
    for name in modules:
        if "/" in name or name.endswith(".py"):
            module = name.removesuffix(".py").strip("./").replace("/", ".")
            raise ValueError(f"--import {name} names a file; name its module: --import {module}")
        module_of(name, f"--import {name}")
    for entry in importlib.metadata.entry_points(group=GROUP):
        try:
            entry.load()
        except Exception as error:  # one that is broken hides no other
            print(f"vgym: {entry.value} cannot be imported: {error!r}", file=sys.stderr)
