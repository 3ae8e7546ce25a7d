"""What the README, the documents and the help texts say that can be tried.

A block stands between fences, a span between backticks. A command line is a line of a block of
shell words, of a block without a language, or of the examples in a help text; or a span.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import vgym
from vgym import cli

ROOT = Path(vgym.__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```\n", re.M | re.S)
_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_PROGRAMS = ("vgym", "python", "python3", "pip", "pytest", "apt", "apt-get", "lint-imports", "mypy")


@dataclass(frozen=True)
class Block:
    """What stands between fences.

    Attributes:
        kind: the word behind the first fence, "" for none. where: page and number, for messages.
    """

    kind: str
    text: str
    where: str


@dataclass(frozen=True)
class Command:
    """A command line as it is printed; a span may name a command without its words."""

    text: str
    where: str
    is_span: bool = False


def blocks(page: Path) -> list[Block]:
    """The page's blocks, in order."""
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [
        Block(fence["kind"], fence["text"], f"{page.name}, block {number}")
        for number, fence in enumerate(found, 1)
    ]


def spans_of(text: str) -> list[str]:
    """What stands between backticks, lines joined; not in blocks."""
    return [" ".join(span[2].split()) for span in _SPAN.finditer(_FENCE.sub("\n", text))]


def spans(page: Path) -> list[str]:
    """The page's spans, in order."""
    return spans_of(page.read_text(encoding="utf-8"))


def commands_of_vgym() -> list[str]:
    """Every command that ``vgym --help`` lists."""
    return re.findall(r"^    ([a-z][a-z-]*)(?: |$)", help_text(), re.M)


@cache
def help_text(*words: str) -> str:
    """What ``vgym WORDS --help`` prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert cli.main([*words, "--help"]) == 0
    return said.getvalue()


@cache
def help_texts() -> dict[str, str]:
    """By command line: of vgym, of every command, of the commands of commands."""
    said = {"vgym --help": help_text()}
    for name in commands_of_vgym():
        said[f"vgym {name} --help"] = text = help_text(name)
        for inner in re.findall(r"^    ([a-z][a-z-]*)(?: |$)", text, re.M):
            said[f"vgym {name} {inner} --help"] = help_text(name, inner)
    return said


def _lines(text: str) -> Iterator[str]:
    """Command lines without what is said about them beside."""
    for line in text.replace("\\\n", " ").splitlines():
        words = re.split(r"\s{2,}|\s+#", line.strip())[0]
        if words.split(" ")[0] in _PROGRAMS:
            yield words


@cache
def commands() -> list[Command]:
    """Every command line, each once."""
    found = [Command(where.removesuffix(" --help") + " --help", where) for where in help_texts()]
    for page in PAGES:
        for block in blocks(page):
            if block.kind.split(" ")[0] in ("", "sh", "bash", "console"):
                found += [Command(line, block.where) for line in _lines(block.text)]
        found += [Command(span, page.name, is_span=True) for span in spans(page) if _is_line(span)]
    for where, text in help_texts().items():
        found += [Command(line, where) for line in _lines(text.partition("examples:")[2])]
        found += [Command(span, where, is_span=True) for span in spans_of(text) if _is_line(span)]
    return list({command.text: command for command in reversed(found)}.values())[::-1]


def _is_line(span: str) -> bool:
    return " " in span and span.split(" ")[0] in _PROGRAMS
