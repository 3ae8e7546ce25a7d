"""What a task states about an answer: the named tensors that rewards read.

Facts are a mapping from name to a tensor whose leading axis is the batch. `FACTS`, read from
`facts.toml`, is the table of all that recipes read; a task may state others of its own. A mask is
True where a padded member is present; without a mask all members are. One box or point is a set of
one.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real

Facts = Mapping[str, Tensor]

_DTYPES = {
    "float": torch.float32,
    "double": torch.float64,
    "bool": torch.bool,
    "int": torch.int64,
}
# Axes of the example that hold more than one member.
_LENGTHS = {"F": 10, "G": 3, "S": 2, "U": 2, "V": 2}


@dataclass(frozen=True)
class Fact:
    """One fact: what it is for programs and for people.

    Args:
        name: its key among the facts.
        text: what it is, in a sentence; not repeated for what the fields below say.
        axes: of its tensor, `"B"` for the rows first; letters name lengths that facts share,
            digits are lengths.
        dtype: what it is reckoned with as. It may come as any other real type, but places on Earth,
            `"double"`, as fractions of a degree only in float64.
        unit: of its numbers, such as `"px"`, `"m"`, `"deg"`, `"s"`; `""` for none.
        mask: name of the bool fact that says which members are there; None if all are.
        range: least and most, both included. In place of the most may stand the letter of an axis
            along which it counts from 0, or another fact, which it never passes where that is
            given. None where any finite number will do. See `vgym.rewards.domains`.
        right: its row in the example answer, where all is right; leading axes may be left out.
        wrong: its row where it alone is wrong; None where the answer does not decide it.
    """

    name: str
    text: str
    axes: tuple[str, ...] = ("B",)
    dtype: Literal["float", "double", "bool", "int"] = "float"
    unit: str = ""
    mask: str | None = None
    range: tuple[float, float | str] | None = None
    right: Any = field(default=True, repr=False)
    wrong: Any = field(default=None, repr=False)

    @cached_property
    def sizes(self) -> tuple[int | None, ...]:
        """The length of each axis, None where it is free."""
        return tuple(int(axis) if axis.isdigit() else None for axis in self.axes)

    @cached_property
    def shape(self) -> str:
        """The axes as a shape, such as `"(B, M, 4)"`."""
        return f"({', '.join(self.axes)}{',' if len(self.axes) == 1 else ''})"

    @property
    def whole(self) -> bool:
        """Whether only whole numbers will do, whatever the type they come in."""
        return self.dtype in ("bool", "int")

    @property
    def least(self) -> float | None:
        """The least number it may be; None where any will do."""
        return self.range[0] if self.range is not None else 0.0 if self.dtype == "bool" else None

    def bounds(self, lengths: Mapping[str, int], facts: Facts) -> tuple[float, float | Tensor]:
        """Least and most, infinite where there is none; a tensor where another fact is the most.

        Args:
            lengths: of the axes, by letter.
            facts: those that are given.
        """
        if self.range is None:
            return (0.0, 1.0) if self.dtype == "bool" else (-math.inf, math.inf)
        least, most = self.range
        if not isinstance(most, str):
            return least, most
        if most in lengths:
            return least, lengths[most] - 1
        return least, facts[most] if most in facts else math.inf

    @property
    def told(self) -> str:
        """What it is, its range first where that is a share or the like."""
        if self.dtype != "float" or self.range is None or not isinstance(self.range[1], int):
            return self.text
        return f"in [{self.range[0]:g}, {self.range[1]:g}]: {self.text}"

    def example(self, rows: int = 1, wrong: bool = False) -> Tensor:
        """The example's right or wrong value in every row, `(rows, ...)`.

        Raises:
            ValueError: for a wrong value of what the answer does not decide.
        """
        if wrong and self.wrong is None:
            raise ValueError(f"{self.name!r} is not the answer's to decide: it has no wrong value")
        row = torch.tensor(self.wrong if wrong else self.right, dtype=_DTYPES[self.dtype])
        added = self.axes[1 : len(self.axes) - row.dim()]
        lengths = [int(axis) if axis.isdigit() else _LENGTHS.get(axis, 1) for axis in added]
        return row.expand(rows, *lengths, *row.shape)


def _read() -> dict[str, Fact]:
    """The table, each mask behind the first fact that it is for."""
    text = Path(__file__).with_name("facts.toml").read_text(encoding="utf-8")
    rows = {name: row for part in tomllib.loads(text).values() for name, row in part.items()}
    named: dict[str, list[str]] = {}
    for name, row in rows.items():
        row["axes"] = tuple(row.get("axes", "B").split())
        row["range"] = tuple(row["range"]) if "range" in row else None
        if "mask" in row:
            named.setdefault(row["mask"], []).append(name)
    facts: dict[str, Fact] = {}
    for name, row in rows.items():
        facts[name] = Fact(name, **row)
        mask = row.get("mask")
        if mask is not None and mask not in rows and mask not in facts:
            text = f"which of {', '.join(named[mask])} are there"
            facts[mask] = Fact(mask, text, row["axes"][:2], "bool")
    return facts


FACTS: dict[str, Fact] = _read()
MASKS: dict[str, str] = {name: fact.mask for name, fact in FACTS.items() if fact.mask}


def number(facts: Facts, name: str) -> Tensor:
    """A fact as numbers to reckon with: bools as 0 and 1, integers as float32."""
    return as_real(facts[name])


def describe(name: str) -> str:
    """A fact's name with its shape, and its dtype or unit where it has one to tell.

    >>> describe("size_hw")
    'size_hw (B, 2) px'
    """
    fact = FACTS.get(name)
    if fact is None:
        return name
    dtype = "" if fact.dtype == "float" else fact.dtype
    return " ".join(part for part in (name, fact.shape, dtype, fact.unit) if part)


def glossary(names: Iterable[str]) -> str:
    """What facts are, a line each; those that are not in the table are left out.

    >>> print(glossary(["size_hw", "gold_pages"]))
    size_hw (B, 2) px: height and width of the picture
    gold_pages (B, D) int: the pages that hold the answer; may have gold_mask
    """
    told = [FACTS[name] for name in names if name in FACTS]
    return "\n".join(
        f"{describe(fact.name)}: {fact.told}" + (f"; may have {fact.mask}" if fact.mask else "")
        for fact in told
    )


def example_facts(
    names: Iterable[str], rows: int = 2, wrong: str | None = None
) -> dict[str, Tensor]:
    """The example answer as facts: finite, of the types and shapes of `FACTS`, all rows alike.

    Args:
        names: the facts wanted, all of them in `FACTS`.
        rows: how many.
        wrong: the one among them that takes its wrong value.

    Raises:
        ValueError: if the answer does not decide the fact that is to be wrong.

    >>> example_facts(["format_ok", "distance_m"], rows=1, wrong="format_ok")
    {'format_ok': tensor([False]), 'distance_m': tensor([0.])}
    """
    return {name: FACTS[name].example(rows, name == wrong) for name in names}


def reckonable(facts: Facts, names: Iterable[str]) -> Facts:
    """The facts with those of the names in types that no arithmetic wraps or coarsens.

    What is measured is float32, or float64 if it was; what is counted is int64, if it came as
    integers; whole degrees are float64. Facts that are so already stay the same tensors.
    """
    changed = {}
    for name in names:
        fact, row = facts[name], FACTS.get(name)
        if row is None or (fact.dtype == torch.bool and row.dtype != "float"):
            continue
        if row.dtype == "float" or fact.dtype in (torch.float16, torch.bfloat16):
            wide = fact if row.dtype == "double" else as_real(fact)
        elif not fact.is_floating_point():
            wide = fact.to(torch.float64 if row.dtype == "double" else torch.int64)
        else:
            continue
        if wide is not fact:
            changed[name] = wide
    return {**facts, **changed} if changed else facts


def check(facts: Facts, needed: Sequence[str]) -> dict[str, int]:
    """Hold the types and shapes of the needed facts and their masks to `FACTS` and to one number of
    rows.

    Returns:
        The lengths of the axes, by letter.

    Raises:
        ValueError: naming the fact, what it is and what it must be.
    """
    rows = facts[needed[0]].shape[:1] if needed else ()
    lengths: dict[str, tuple[str, int]] = {}
    for name in needed:
        tensor = facts[name]
        if tensor.shape[:1] != rows:
            raise ValueError(
                f"fact {name!r} has shape {tuple(tensor.shape)} where {needed[0]!r} has "
                f"{tuple(rows)} rows; all facts share the batch axis"
            )
        fact = FACTS.get(name)
        if fact is not None:
            _check_one(fact, facts, lengths)
    for name in needed:
        fact = FACTS.get(name)
        axis = fact.range[1] if fact is not None and fact.range is not None else ""
        if axis in lengths and not lengths[axis][1]:
            raise ValueError(f"fact {name!r} counts along {axis}, of which there are none")
    return {axis: length for axis, (_, length) in lengths.items()}


def _check_one(fact: Fact, facts: Facts, lengths: dict[str, tuple[str, int]]) -> None:
    """Hold a fact and its mask to its row of the table, and to the lengths of the axes so far."""
    tensor = facts[fact.name]
    shape = tuple(tensor.shape)
    if fact.dtype == "double" and tensor.dtype != torch.float64:
        raise ValueError(
            f"fact {fact.name!r} is {tensor.dtype}, which resolves metres only; "
            "work in torch.float64 throughout"
        )
    if len(shape) != len(fact.axes) or any(
        size is not None and size != length for size, length in zip(fact.sizes, shape, strict=True)
    ):
        must = f"one number a row, shape {shape[:1]}" if len(fact.axes) == 1 else fact.shape
        raise ValueError(f"fact {fact.name!r} has shape {shape}; it must be {must}")
    for axis, size, length in zip(fact.axes[1:], fact.sizes[1:], shape[1:], strict=True):
        if size is not None:
            continue
        first, expected = lengths.setdefault(axis, (fact.name, length))
        if length != expected:
            raise ValueError(
                f"fact {fact.name!r} has shape {shape} where {first!r} has {expected} along "
                f"{axis}; they are {fact.shape} and {FACTS[first].shape}"
            )
    if fact.mask is None:
        return
    mask = facts.get(fact.mask)
    if mask is not None and (mask.shape != shape[:2] or mask.dtype != torch.bool):
        raise ValueError(
            f"fact {fact.mask!r} is {mask.dtype} of shape {tuple(mask.shape)}; "
            f"it must be bool of shape {shape[:2]}, as {fact.name!r}"
        )
