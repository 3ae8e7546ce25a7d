"""The same environment at several difficulties: which rows belong side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from vgym.evaluation.results import Row


@dataclass(frozen=True)
class Ladder:
    """What was played at several difficulties, with all other settings alike.

    Attributes:
        name: of the environment. difficulties: from low to high.
        success: the rows of each player.
    """

    name: str
    difficulties: tuple[float, ...]
    success: Mapping[str, Sequence[Row]]


def ladders(rows: Sequence[Row]) -> list[Ladder]:
    """Those of the rows that were played at two difficulties and more."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        others = {name: value for name, value in row.settings.items() if name != "difficulty"}
        if row.difficulty is not None:
            key = row.id, row.split, json.dumps(others, sort_keys=True, default=repr)
            groups.setdefault(key, []).append(row)
    found = []
    for mine in groups.values():
        each = sorted({row.difficulty for row in mine if row.difficulty is not None})
        if len(each) < 2:
            continue
        by_player: dict[str, list[Row]] = {}
        for row in mine:
            by_player.setdefault(row.player, []).append(row)
        source = mine[0].settings.get("source")
        name = mine[0].id + (f" {PurePath(str(source)).stem}" if source else "")
        found.append(Ladder(name, tuple(each), by_player))
    return found
