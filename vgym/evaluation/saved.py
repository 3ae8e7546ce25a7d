"""A benchmark's folder: ``results.json`` with a row a cell, ``episodes.jsonl`` with every episode,
and while a cell is being played ``blocks.jsonl``, a line for each of its blocks that is done.

The episodes of a block are appended before its line is, and before the row of its cell is written,
so what is said to be done has all its episodes; other lines are those of a run that was stopped
there, and are not read. So is a last line that is damaged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vgym.data import DataError
from vgym.data.errors import RecordProblem
from vgym.data.files import opened
from vgym.data.json_text import parse_json, read_json
from vgym.data.whole_files import write_whole
from vgym.evaluation.episode_table import Effort, EpisodeTable
from vgym.evaluation.episodes import Played, Shown, episode_line, read_episode
from vgym.evaluation.pictures import SHOWN, player
from vgym.evaluation.results import Row

RESULTS, EPISODES, BLOCKS = "results.json", "episodes.jsonl", "blocks.jsonl"
FILES = (RESULTS, EPISODES, "results.csv", "report.html")


@dataclass(frozen=True)
class Block:
    """Some of a cell's episodes, all that are played at one go.

    Attributes:
        env, agent, pictures: as of its row. first: the number of the first episode.
        of: what decides what its episodes are, by name, such as the settings.
        table: what came of them.
    """

    env: str
    agent: str
    pictures: str
    first: int
    of: Mapping[str, Any]
    table: EpisodeTable

    @property
    def cell(self) -> tuple[str, str]:
        """As of its row."""
        return self.env, player(self.agent, self.pictures)


@dataclass(frozen=True)
class Saved:
    """What a folder holds.

    Attributes:
        folder: where. command: what was typed. partial: whether cells are missing.
        rows: with their episodes; none for a row whose episodes are not all there.
        blocks: of cells that have no row yet.
        damaged: lines that could not be read, and were passed over.
    """

    folder: Path
    command: str
    partial: bool
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...] = ()
    damaged: tuple[str, ...] = ()


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
    damaged: list[str] = []
    episodes = _read_episodes(folder / EPISODES, damaged)
    done = tuple(_with(row, episodes.get(row.cell, {})) for row in rows)
    cells = {row.cell for row in done if row.whole}
    blocks = [
        block
        for block in _read_blocks(folder / BLOCKS, episodes, damaged)
        if block.cell not in cells
    ]
    return Saved(folder, command, partial, done, tuple(blocks), tuple(damaged))


def append_block(folder: Path, block: Block) -> None:
    """Add a block to ``episodes.jsonl``, then to ``blocks.jsonl``.

    Raises:
        OSError: they could not be written, or not all of them.
    """
    _append(folder / EPISODES, _lines(block.env, block.agent, block.pictures, block.table))
    _append(folder / BLOCKS, _block_line(block))


def write_episodes(folder: Path, rows: Sequence[Row], blocks: Sequence[Block] = ()) -> None:
    """Write ``episodes.jsonl`` anew with the episodes of these alone, and ``blocks.jsonl``.

    Raises:
        OSError: nothing was changed.
    """
    tables = [(r.env, r.agent, r.pictures, EpisodeTable(r.played, r.gallery)) for r in rows]
    tables += [(b.env, b.agent, b.pictures, b.table) for b in blocks]
    write_whole(folder / EPISODES, "".join(_lines(*each) for each in tables))
    write_blocks(folder, blocks)


def write_blocks(folder: Path, blocks: Iterable[Block]) -> None:
    """Write ``blocks.jsonl`` anew; there is none where there are no blocks.

    Raises:
        OSError: nothing was changed.
    """
    lines = "".join(map(_block_line, blocks))
    if lines:
        write_whole(folder / BLOCKS, lines)
    else:
        (folder / BLOCKS).unlink(missing_ok=True)


def _append(path: Path, lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())  # before what says that they are there


def _lines(env: str, agent: str, pictures: str, table: EpisodeTable) -> str:
    shown = {(one.seed, one.record): one for one in table.gallery}
    return "".join(
        _line(episode_line(env, agent, pictures, one, shown.get((one.seed, one.record))))
        for one in table.played
    )


def _block_line(block: Block) -> str:
    effort = block.table.effort
    return _line(
        {
            "env": block.env,
            "agent": block.agent,
            "pictures": block.pictures,
            "first": block.first,
            "seeds": block.table.seeds.tolist(),
            "of": block.of,
            "steps": effort.steps,
            "seconds": effort.seconds,
            "thought_s": effort.thought_s,
            "usage": effort.usage,
        }
    )


def _line(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":")) + "\n"


_Episodes = dict[int, tuple[Played, Shown | None]]  # of a cell, by seed


def _read_episodes(path: Path, damaged: list[str]) -> dict[tuple[str, str], _Episodes]:
    """The episodes of each cell, of each the one written last."""
    found: dict[tuple[str, str], _Episodes] = {}
    for number, line in _read_lines(path, damaged):
        try:
            played, shown = read_episode(line)
        except ValueError as error:
            raise DataError(f"{path}:{number}: {error}") from None
        found.setdefault(_cell_of(line), {})[played.seed] = played, shown
    return found


def _read_blocks(
    path: Path, episodes: Mapping[tuple[str, str], _Episodes], damaged: list[str]
) -> list[Block]:
    """The blocks whose episodes are all there."""
    found: dict[tuple[tuple[str, str], int], Block] = {}
    for number, line in _read_lines(path, damaged):
        try:
            usage = {str(name): float(value) for name, value in line["usage"].items()}
            effort = Effort(
                int(line["steps"]), float(line["seconds"]), float(line["thought_s"]), usage
            )
            cell, first, seeds = _cell_of(line), int(line["first"]), list(map(int, line["seeds"]))
            of = dict(line["of"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{path}:{number}: no block of a benchmark: {error}") from None
        there = episodes.get(cell, {})
        if not all(seed in there for seed in seeds):
            continue
        mine = [there[seed] for seed in seeds]
        gallery = tuple(shown for _, shown in mine if shown is not None)
        table = EpisodeTable(tuple(one for one, _ in mine), gallery, effort)
        pictures = str(line.get("pictures", SHOWN))
        found[cell, first] = Block(cell[0], str(line["agent"]), pictures, first, of, table)
    return list(found.values())


def _cell_of(line: Mapping[str, Any]) -> tuple[str, str]:
    return str(line.get("env")), player(str(line.get("agent")), str(line.get("pictures", SHOWN)))


def _read_lines(path: Path, damaged: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a file of lines, with their numbers.

    A last line that is none is what a process that was killed, or a machine that lost its power,
    left in the middle: it is passed over, and ``damaged`` says so.

    Raises:
        DataError: another line is none.
    """
    found: list[tuple[int, dict[str, Any]]] = []
    wrong = ""
    if not os.path.isfile(path):
        return found
    with opened(path) as file:
        for number, text in enumerate(file, 1):
            if wrong:
                raise DataError(wrong)
            try:
                if not text.endswith(b"\n"):
                    raise ValueError("the line has no end")
                line = parse_json(text)
                if not isinstance(line, dict):
                    raise ValueError("not an object")
            except (RecordProblem, ValueError) as error:
                wrong = f"{path}:{number}: {error}"
            else:
                found.append((number, line))
    if wrong:
        damaged.append(f"{wrong}; this last line is passed over")
    return found


def _with(row: Row, episodes: _Episodes) -> Row:
    """The row with its episodes, if all are there."""
    mine = [episodes[seed] for seed in sorted(episodes) if seed >= row.seed][: row.episodes]
    if len(mine) < row.episodes:
        return row
    gallery = tuple(shown for _, shown in mine if shown is not None)
    return replace(row, played=tuple(one for one, _ in mine), gallery=gallery)
