"""What a kind of furniture is, and the materials that its models are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from vgym.envs.navigation.furniture.solids import RGB, Solid, Surface, painted, skin

# Draws a model (the last one only for the test split) in a colour (into COLOURS; 0 is natural).
Draw = Callable[[int, int], list[Solid]]

_NATURAL_WOODS = ("oak", "walnut", "pine")
STEEL = skin("metal", (200, 203, 208))
DARK_STEEL = skin("metal", (85, 87, 92))
CHROME = skin("metal", (235, 238, 242))
BLACK = skin("plastic", (30, 30, 32))
CERAMIC = skin("plastic", (248, 248, 250))
LINEN = skin("fabric", (250, 248, 242))


class Kind(NamedTuple):
    """A kind of furniture: a row of ``assets/furniture.json``.

    ========= ======================================================================================
    where     how it is put into a room
    ========= ======================================================================================
    wall      with its back against a wall
    corner    in a corner
    centre    in the middle of the room, or before one of its hosts
    around    a seat at its hosts
    beside    next to a host, their backs in line
    on_top    on a host
    hung      on a wall, over a host where there is one
    window    on outer walls, before anything else
    curtain   before windows
    any       in a corner, against a wall or else anywhere on the floor
    edge      in a corner or against a wall
    scattered anywhere on the floor
    ========= ======================================================================================
    """

    name: str
    where: str
    rooms: Mapping[str, float]  # room kind -> how many are expected there
    models: int = 2  # those of the train split; model number ``models`` is the test split's
    colours: tuple[str, ...] = ()  # that its main surface may take; () is never named by colour
    nameable: bool = True  # whether it can be a goal
    hosts: tuple[str, ...] = ()  # kinds that it goes with; any of them
    one_of: Mapping[str, int] = {}  # room kinds that get exactly one of those with it -> its turn
    alike: bool = False  # all of a room are of one model and colour
    run: bool = False  # stands side by side with others of a run, all alike
    clear: float = 0.45  # metres of floor kept free before it when it stands against a wall
    seats: str = "around"  # where seats around it go, when it is not against a wall: or "back"
    islands: tuple[str, ...] = ()  # room kinds in whose middle it stands, back to back with others

    @property
    def stands(self) -> bool:
        """Whether it takes floor, rather than a wall or the top of something."""
        return self.where not in ("on_top", "hung", "window", "curtain")


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
