"""A benchmark's folder: ``results.json`` with a row a cell, ``episodes.jsonl`` with every episode.

The episodes of a cell are appended before its row is written, so a row has all its episodes; lines
of a cell that has no row are those of a run that was stopped there, and are not read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vgym.data import DataError
from vgym.data.errors import RecordProblem
from vgym.data.files import opened
from vgym.data.json_text import parse_json, read_json
from vgym.data.whole_files import write_whole
from vgym.evaluation.episodes import Played, Shown, episode_line, read_episode
from vgym.evaluation.pictures import SHOWN, player
from vgym.evaluation.results import Row

RESULTS, EPISODES = "results.json", "episodes.jsonl"
FILES = (RESULTS, EPISODES, "results.csv", "report.html")


@dataclass(frozen=True)
class Saved:
    """What a folder holds.

    Attributes:
        folder: where. command: what was typed. partial: whether cells are missing.
        rows: with their episodes; none for a row whose episodes are not all there.
    """

    folder: Path
    command: str
    partial: bool
    rows: tuple[Row, ...]


def read_saved(folder: Path) -> Saved:
    """The results of a folder.

    Args:
        folder: or its ``results.json``.

    Raises:
        ValueError: there are none, or a file was not written by a benchmark; names it.
    """
    folder = folder.parent if folder.name == RESULTS else folder
    path = folder / RESULTS
    if not os.path.isfile(path):
        raise ValueError(f"{folder} holds no {RESULTS}; `vgym bench --out {folder}` writes one")
    document = read_json(path)
    try:
        if not isinstance(document, dict):
            raise ValueError("not an object")
        rows = [Row.of_json(row) for row in document["rows"]]
        command, partial = str(document["command"]), bool(document["partial"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a benchmark's: {error}") from None
    episodes = _read_episodes(folder / EPISODES, {row.cell for row in rows})
    return Saved(folder, command, partial, tuple(_with(row, episodes[row.cell]) for row in rows))


def append_episodes(folder: Path, row: Row) -> None:
    """Add a row's episodes to ``episodes.jsonl``.

    Raises:
        OSError: they could not be written, or not all of them.
    """
    with (folder / EPISODES).open("a", encoding="utf-8") as file:
        file.write(_lines([row]))
        file.flush()
        os.fsync(file.fileno())  # before the row is, which is worth nothing without them


def write_episodes(folder: Path, rows: Sequence[Row]) -> None:
    """Write ``episodes.jsonl`` anew, with the episodes of these rows alone.

    Raises:
        OSError: nothing was changed.
    """
    write_whole(folder / EPISODES, _lines(rows))


def _lines(rows: Iterable[Row]) -> str:
    made = []
    for row in rows:
        shown = {(one.seed, one.record): one for one in row.gallery}
        for one in row.played:
            kept = shown.get((one.seed, one.record))
            line = episode_line(row.env, row.agent, row.pictures, one, kept)
            made.append(json.dumps(line, allow_nan=False, separators=(",", ":")) + "\n")
    return "".join(made)


_Episodes = list[tuple[Played, Shown | None]]


def _read_episodes(path: Path, cells: set[tuple[str, str]]) -> dict[tuple[str, str], _Episodes]:
    """The episodes of each cell, in order. A last line without its end is of a run that was killed
    in the middle of it."""
    found: dict[tuple[str, str], _Episodes] = {cell: [] for cell in cells}
    if not os.path.isfile(path):
        return found
    with opened(path) as file:
        for number, text in enumerate(file, 1):
            if not text.endswith(b"\n"):
                continue
            try:
                line: Any = parse_json(text)
                if not isinstance(line, dict):
                    raise ValueError("not an object")
                who = player(str(line.get("agent")), str(line.get("pictures", SHOWN)))
                cell = (str(line.get("env")), who)
                if cell in found:
                    found[cell].append(read_episode(line))
            except (RecordProblem, ValueError) as error:
                raise DataError(f"{path}:{number}: {error}") from None
    return found


def _with(row: Row, episodes: _Episodes) -> Row:
    """The row with its episodes, the last ones written, if all are there."""
    mine = episodes[-row.episodes :]
    if len(mine) < row.episodes:
        return row
    gallery = tuple(shown for _, shown in mine if shown is not None)
    return replace(row, played=tuple(one for one, _ in mine), gallery=gallery)
