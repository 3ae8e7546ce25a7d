"""The command ``vgym capture``.

::

    vgym capture my_site/ --out screens
    vgym capture http://localhost:8000/ --out screens --size 1920x1080
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vgym.data.capture.chromium import BrowserError
from vgym.data.capture.index import FILE
from vgym.data.capture.look import Look
from vgym.data.capture.screens import capture
from vgym.data.whole_files import check_name
from vgym.number_options import integer, number, width_and_height

_EXAMPLES = """
examples:
  vgym capture my_site/ --out screens                     every HTML file of a folder
  vgym capture page.html --out screens --dark             one file, light and dark
  vgym capture http://localhost:8000/ --out screens --size 1280x800 --phone

A page reaches its own folder, or its own server: whatever else it asks for, of other machines or of
other ports of this one, is refused and counted unless --allow-remote is given.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``vgym capture``, put on `parser`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Show pages in headless Chromium and write, for each, a picture and its labelled elements."
    )
    parser.epilog = _EXAMPLES
    parser.add_argument("target", help="an address, an HTML file, or a folder of HTML files")
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument(
        "--size",
        action="append",
        type=width_and_height,
        metavar="WxH",
        help="a viewport; may be given more than once (1280x800)",
    )
    parser.add_argument("--phone", action="store_true", help="also as a phone shows it, 412x915")
    parser.add_argument("--dark", action="store_true", help="also in the dark theme")
    parser.add_argument(
        "--scrolls", type=integer, default=0, metavar="N", help="also N screens further down (0)"
    )
    parser.add_argument("--name", default="", help="what the pages are filed under")
    parser.add_argument(
        "--settle",
        type=number,
        default=10.0,
        metavar="S",
        help="seconds after which a page that still moves is taken as it is (10)",
    )
    parser.add_argument(
        "--allow-remote", action="store_true", help="also reach addresses of other machines"
    )


def run(options: argparse.Namespace) -> int:
    """Capture as the parsed words say, with a progress bar; tells what came of it."""
    from rich.console import Console
    from rich.progress import Progress

    check_name(Path(options.out) / FILE, "--out")
    looks = [Look(w, h) for w, h in options.size or [(1280, 800)]]
    looks += [Look(412, 915, phone=True)] if options.phone else []
    looks += [Look(k.width, k.height, k.phone, "dark") for k in looks] if options.dark else []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("capturing", total=None)
        summary = capture(
            options.target,
            options.out,
            looks,
            name=options.name,
            scrolls=options.scrolls,
            allow_remote=options.allow_remote,
            settle_s=options.settle,
            done=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for warning in summary.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for reason in summary.skipped:
        print(f"skipped: {reason}", file=sys.stderr)
    elements = sum(len(screen["elements"]) for screen in summary.screens)
    again = f" ({summary.replaced} in place of earlier ones)" if summary.replaced else ""
    print(f"{len(summary.screens)} screens{again} with {elements} elements in {options.out}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Capture from the command line.

    Args:
        arguments: the words after the program's name; None reads them from the process.

    Returns:
        0 when something was captured, 2 when nothing was.
    """
    parser = argparse.ArgumentParser(prog="vgym capture")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        return run(options)
    except BrokenPipeError:  # the reader went away: no fault of the capture's
        raise
    except (ValueError, ImportError, OSError, BrowserError) as error:
        print(f"vgym capture: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
