"""Settings of VGeo, and how an episode stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from vgym.core.config import Config, OnlyWith, choice, whole_number
from vgym.data.earth import LAYERS
from vgym.envs.geolocation.answers import FORMS, LEVELS, MOST_LEVELS, cells_in_words
from vgym.envs.geolocation.camera import PROJECTIONS, Cameras
from vgym.envs.geolocation.facts import SUCCESS_KM

DRAWS = ("population", "area", "country")
TURNS = ("moves", "moves-cells")  # action forms that look and look up before they guess
LOOKS = LAYERS[:3]  # layers that are drawn and changed to: not the political one
WIDTHS_KM = (5000.0, 100.0)  # of the view at the start, at difficulty 0 and 1
OUT = 4.0  # times as wide as at the start a view may become
FOUND = 5  # places that a lookup finds at most
MOST_LOOKUPS = 64  # that are remembered, the first

# Ways to ask the same.
QUESTIONS = (
    "where on Earth is the cross?",
    "which place on Earth does the cross mark?",
    "what is the longitude and latitude of the cross?",
    "where in the world is this cross?",
    "find the place that is marked with a cross.",
    "this is a view of the Earth. where is the cross?",
    "say where on Earth the marked place is.",
    "at what place on the globe is the cross?",
)


_PARTS = 32


@dataclass(frozen=True)
class GeoConfig(Config):
    """Settings of VGeo."""

    sources: ClassVar[tuple[str, ...]] = ("earth",)
    actions: ClassVar[tuple[str, ...]] = (*FORMS, *TURNS)
    only_with: ClassVar[OnlyWith] = {
        "level": ("action", tuple(LEVELS)),
        "grid": ("action", ("moves-cells",)),
    }

    image_size: int | tuple[int, int] = 224
    source: str = "earth"
    max_episode_steps: int = 6  # turns, the guess included
    action: str = "auto"  # "lonlat" where there is one turn, else "moves"
    draw: str = "population"  # how places are drawn: by whom they are lived in, by area, by country
    layer: str = "any"  # which map: one of LAYERS, or any but the political one
    projection: str = "any"  # of the camera: one of PROJECTIONS, or any
    compass: bool = True  # whether it is told where north is
    upright: bool = False  # whether views begin as maps do: from straight above, north at the top
    level: int | None = None  # of cells that are answered; None: as LEVELS says
    grid: int | None = None  # parts of each number in the "moves-cells" form; None: 32
    question: int | None = None  # which of QUESTIONS is asked; None: drawn
    success_km: float = SUCCESS_KM  # within which a guess is right, the last one included

    def __post_init__(self) -> None:
        if self.action == "auto":
            one_shot = self.max_episode_steps == 1
            object.__setattr__(self, "action", "lonlat" if one_shot else "moves")
        super().__post_init__()
        choice("draw", self.draw, DRAWS)
        choice("layer", self.layer, ("any", *LAYERS))
        choice("projection", self.projection, ("any", *PROJECTIONS))
        for name, value in (("compass", self.compass), ("upright", self.upright)):
            if not isinstance(value, bool):
                raise ValueError(f"{name}={value!r} must be True or False")
        if self.level is not None:
            whole_number("level", self.level, 0, MOST_LEVELS[self.action])
        if self.grid is not None:
            whole_number("grid", self.grid, 8, 64)
        if self.question is not None:
            whole_number("question", self.question, 0, len(QUESTIONS) - 1)
        _positive("success_km", self.success_km)

    @property
    def one_shot(self) -> bool:
        """Whether every turn is a guess."""
        return self.action not in TURNS

    @property
    def cell_level(self) -> int:
        """The level of cells that are answered."""
        return LEVELS.get(self.action, 0) if self.level is None else self.level

    @property
    def parts(self) -> int:
        """Of each number, where moves are said in cells."""
        return _PARTS if self.grid is None else self.grid

    @property
    def width_km(self) -> float:
        """Of the view at the start, in the middle of what is drawn."""
        widest, narrowest = WIDTHS_KM
        return float(widest * (narrowest / widest) ** self.difficulty)

    @property
    def lookups_kept(self) -> int:
        """How many lookups a state remembers."""
        return min(self.max_episode_steps, MOST_LOOKUPS)

    @property
    def protocol(self) -> str:
        """How places are drawn, what is seen of them, and what counts as right."""
        where = {
            "population": "drawn by population",
            "area": "drawn by area of land",
            "country": "drawn by country, each as likely, and in it by population",
        }[self.draw]
        cells = ""
        if self.action in LEVELS:
            cells = f", {cells_in_words(self.cell_level, self.success_km)}"
        north = "north is told" if self.compass else "north is not told"
        if self.upright:
            north = f"upright, {north}"
        turns = "one guess" if self.one_shot else f"{self.max_episode_steps} turns, the guess too"
        return (
            f"places {where}, {self.split} cells; a view about {self.width_km:.0f} km wide, layer "
            f"{self.layer}, {north}; {turns} "
            f"({self.action}{cells}); right is <= {self.success_km:g} km along the great circle of "
            "a sphere of 6371.0088 km; no answer is a wrong one, as far away as there is"
        )


@dataclass
class State:
    """One row an episode: the place, the view, and what was done."""

    place: Tensor  # (B, 2) float64 lonlat, degrees
    chain: Tensor  # (B, 4) int64 continent, country, region and city of it, see `chain_of`
    view: Cameras  # what is seen now
    widest_km: Tensor  # (B,) float64 as wide as a view may become
    tokens: Tensor  # (B, L) int32
    turns: Tensor  # (B,) int64 taken
    answered: Tensor  # (B,) bool
    answer: Tensor  # (B, 2) float64 lonlat; 0 where there is none
    found: Tensor  # (B, FOUND) int64 towns that the last lookup found, -1 where there is none
    queries: Tensor  # (B, L) int64 names that were looked up, -1 for none
    lookups: Tensor  # (B,) int64 how many times something was looked up


def _positive(name: str, value: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and 0 < value <= 20_016):
        raise ValueError(f"{name}={value!r} must be a number of kilometres in (0, 20016]")
