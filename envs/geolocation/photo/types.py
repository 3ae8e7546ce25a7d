"""Settings of VGeoPhoto, and how an episode stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from vgym.core.config import Config, OnlyWith, whole_number
from vgym.data.geotagged import SHIPPED
from vgym.envs.geolocation.answers import FORMS, LEVELS, MOST_LEVELS, cells_in_words
from vgym.envs.geolocation.facts import SUCCESS_KM

# Ways to ask the same: an answer that depends on which is no knowledge of the place.
QUESTIONS = (
    "where was this photograph taken?",
    "where on earth was this picture taken?",
    "at what place was this photograph taken?",
    "what is the longitude and latitude of this photograph?",
    "say where on earth the camera stood.",
    "where in the world is this?",
    "find the place of this photograph on the globe.",
    "this is a photograph. where on earth is it?",
)


@dataclass(frozen=True)
class GeoPhotoConfig(Config):
    """Settings of VGeoPhoto."""

    sources: ClassVar[tuple[str, ...]] = (SHIPPED,)
    reads_files: ClassVar[bool] = True
    actions: ClassVar[tuple[str, ...]] = tuple(FORMS)
    only_with: ClassVar[OnlyWith] = {"level": ("action", tuple(LEVELS))}
    unused: ClassVar[tuple[str, ...]] = ("difficulty",)  # a photograph is as hard as it is

    image_size: int | tuple[int, int] = 448
    split: str = "test"  # what ships is a test split; of a folder with several tables, which
    source: str = SHIPPED
    action: str = next(iter(FORMS))
    level: int | None = None  # of cells that are answered; None: as LEVELS says
    question: int | None = None  # which of QUESTIONS is asked; None: drawn, of a record its own
    success_km: float = SUCCESS_KM  # within which an answer is right, the last one included

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.level is not None:
            whole_number("level", self.level, 0, MOST_LEVELS[self.action])
        if self.question is not None:
            whole_number("question", self.question, 0, len(QUESTIONS) - 1)
        number = isinstance(self.success_km, int | float) and not isinstance(self.success_km, bool)
        if not (number and 0 < self.success_km <= 20_016):
            raise ValueError(
                f"success_km={self.success_km!r} must be a number of kilometres in (0, 20016]"
            )

    @property
    def cell_level(self) -> int:
        """The level of cells that are answered."""
        return LEVELS.get(self.action, 0) if self.level is None else self.level

    @property
    def protocol(self) -> str:
        """What is shown, and what counts as right."""
        height, width = self.size_hw
        cells = ""
        if self.action in LEVELS:
            cells = f", {cells_in_words(self.cell_level, self.success_km)}"
        return (
            f"one photograph at {height}x{width}, one guess ({self.action}{cells}); right is <= "
            f"{self.success_km:g} km along the great circle of a sphere of 6371.0088 km; no answer "
            "is a wrong one, as far away as there is"
        )


@dataclass
class State:
    """One row an episode: the photograph, what is asked, and the answer."""

    photograph: Tensor  # (B,) int64 number of the record
    tokens: Tensor  # (B, L) int32
    letterbox: Tensor  # (B, 4) float32 scale x, y and offset x, y
    place: Tensor  # (B, 2) float64 lonlat, degrees
    chain: Tensor  # (B, 4) int64 continent, country, region and city of it
    answered: Tensor  # (B,) bool
    answer: Tensor  # (B, 2) float64 lonlat; 0 where there is none
