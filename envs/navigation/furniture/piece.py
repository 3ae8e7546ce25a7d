"""What a kind of furniture is: its name, where it belongs, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from vgym.envs.navigation.furniture.solids import RGB, Solid, Surface, painted, skin

PLACES = ("wall", "corner", "centre", "beside", "around", "hung", "on_top", "any")

# Draws a model (the last one only for the test split) in a colour (into COLOURS; 0 is natural).
Draw = Callable[[int, int], list[Solid]]

VIVID = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
PLAIN = ("brown", "white", "grey", "black")
EVERY = VIVID + PLAIN
WOODEN = ("brown", "white", "black", "grey", "red", "yellow", "green", "blue")
DEVICE = ("white", "black", "grey", "red")

_NATURAL_WOODS = ("oak", "walnut", "pine")
STEEL = skin("metal", (200, 203, 208))
DARK_STEEL = skin("metal", (85, 87, 92))
CHROME = skin("metal", (235, 238, 242))
BLACK = skin("plastic", (30, 30, 32))
CERAMIC = skin("plastic", (248, 248, 250))
LINEN = skin("fabric", (250, 248, 242))


class Kind(NamedTuple):
    """A kind of furniture. Colours () is: natural only, and never named by colour."""

    name: str
    rooms: Mapping[str, float]  # room kind -> how many are expected there
    place: str  # one of PLACES
    models: int  # those of the train split; model number ``models`` is the test split's
    colours: tuple[str, ...]  # names that its main surface may take; colour 0 is always allowed
    nameable: bool  # whether it can be a goal
    on: tuple[str, ...]  # kinds that it stands on, beside or around; any of them


class Piece(NamedTuple):
    """A kind and how it is drawn."""

    kind: Kind
    draw: Draw


def piece(
    name: str,
    draw: Draw,
    place: str,
    rooms: Mapping[str, float],
    *,
    models: int = 2,
    colours: tuple[str, ...] = (),
    nameable: bool = True,
    on: tuple[str, ...] = (),
) -> Piece:
    """One row of a table of furniture."""
    return Piece(Kind(name, rooms, place, models, colours, nameable, on), draw)


def wood(colour: int, model: int) -> Surface:
    """Painted wood, or for colour 0 the wood of that model."""
    return painted(colour, "white_wood", skin(_NATURAL_WOODS[model % len(_NATURAL_WOODS)]))


def cloth(colour: int, natural: RGB = (196, 180, 152)) -> Surface:
    """Upholstery in a colour, or natural linen."""
    return painted(colour, "fabric", skin("fabric", natural))


def hide(colour: int, natural: RGB = (150, 92, 52)) -> Surface:
    """Leather in a colour, or tan."""
    return painted(colour, "leather", skin("leather", natural))


def shell(colour: int, natural: RGB = (225, 225, 225)) -> Surface:
    """A moulded or enamelled shell in a colour, or off-white."""
    return painted(colour, "plastic", skin("plastic", natural))


def steel(colour: int, natural: RGB = (200, 203, 208)) -> Surface:
    """Lacquered sheet metal in a colour, or bare."""
    return painted(colour, "metal", skin("metal", natural))
