"""Every kind of furniture, by number, and its models as parts to be drawn.

What a kind is called, where it goes and how it is put there is a row of ``assets/furniture.json``;
what it looks like is a function of that name in one of this folder's modules.

>>> armchair = build(KIND_NUMBER["armchair"], model=0, colour=COLOURS.index("blue"))
>>> armchair.blocks, armchair.z0
(True, 0.0)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from vgym.asset_files import json_asset
from vgym.envs.navigation.furniture.bath import BATH
from vgym.envs.navigation.furniture.beds import BEDS
from vgym.envs.navigation.furniture.decor import DECOR
from vgym.envs.navigation.furniture.kitchen import KITCHEN
from vgym.envs.navigation.furniture.office import OFFICE
from vgym.envs.navigation.furniture.piece import Draw, Kind
from vgym.envs.navigation.furniture.seats import SEATS
from vgym.envs.navigation.furniture.solids import as_parts, bounds
from vgym.envs.navigation.furniture.storage import STORAGE
from vgym.envs.navigation.furniture.tables import TABLES
from vgym.envs.navigation.worlds.world import COLOURS, Parts

_DRAW: dict[str, Draw] = {
    **SEATS, **TABLES, **BEDS, **STORAGE, **KITCHEN, **BATH, **OFFICE, **DECOR
}  # fmt: skip


def _read() -> tuple[Kind, ...]:
    """The rows of the table; sets of colours and of rooms that several share are named once."""
    table = json_asset("furniture.json")

    def cell(column: str, value: Any) -> Any:
        if column in ("colours", "rooms") and isinstance(value, str):
            value = table[column][value]
        return tuple(value) if isinstance(value, list) else value

    rows: list[dict[str, Any]] = table["pieces"]
    return tuple(Kind(**dict((c, cell(c, v)) for c, v in row.items())) for row in rows)


KINDS = _read()
KIND_NUMBER: dict[str, int] = {kind.name: number for number, kind in enumerate(KINDS)}

# Metres: a robot drives over what is no higher than this.
_KERB = 0.03


class Model(NamedTuple):
    """One piece of furniture in its own frame: the middle of its footprint at the floor is 0, 0.

    Its back is at -y and its front at +y. What stands on top of another thing has z0 = 0: raise it
    by the other's height, which is where that other's flat top is.
    """

    parts: Parts
    size: tuple[float, float, float]  # metres: width along x, depth along y, height z1 - z0
    z0: float  # metres from the floor: 0 unless it is hung
    blocks: bool  # whether a robot cannot pass through its footprint


@lru_cache(maxsize=8192)
def build(kind: int, model: int, colour: int, scale: float = 1.0) -> Model:
    """A model of a kind of furniture in a colour. The arrays are shared: copy before changing.

    Args:
        kind: into KINDS.
        model: 0 to ``models`` of the kind; the last is the one that only the test split shows.
        colour: into COLOURS: 0, its natural surface, or one of the ``colours`` of the kind.
        scale: of all lengths, above 0.
    Raises:
        ValueError: no such kind, model, colour or scale.
    """
    if not 0 <= kind < len(KINDS):
        raise ValueError(f"kind is {kind}: it must be in 0..{len(KINDS) - 1}")
    row = KINDS[kind]
    if not 0 <= model <= row.models:
        raise ValueError(f"model of {row.name!r} is {model}: it must be in 0..{row.models}")
    allowed = (0, *(COLOURS.index(name) for name in row.colours))
    if colour not in allowed:
        raise ValueError(f"colour of {row.name!r} is {colour}: it must be one of {allowed}")
    if not scale > 0:
        raise ValueError(f"scale is {scale}: it must be above 0")
    solids = _DRAW[row.name](model, colour)
    (x0, y0, z0), (x1, y1, z1) = bounds(solids)
    parts = as_parts(solids, ((x0 + x1) / 2, (y0 + y1) / 2), scale)
    for array in parts:
        array.setflags(write=False)
    size = ((x1 - x0) * scale, (y1 - y0) * scale, (z1 - z0) * scale)
    blocks = row.stands and z1 * scale > _KERB
    return Model(parts, size, z0 * scale, blocks)
