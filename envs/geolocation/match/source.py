"""Episodes: a tile of some ground, and a crop of it that is turned, rescaled and recoloured.

How far depends on the difficulty, and how small a share of the tile the crop is. Crops in which
there is nothing, or that look like another part of their tile, are drawn anew (`distinct`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.attempts import FAR
from vgym.core.keyed_sampler import KeyedSampler
from vgym.core.place_source import PlaceSource
from vgym.core.row_pictures import put_pictures
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.envs.geolocation.match.distinct import PREVIEW, distinct
from vgym.envs.geolocation.match.frames import UPRIGHT, Frame
from vgym.envs.geolocation.match.sampling import AS_IT_IS, curve
from vgym.envs.geolocation.match.seasons import NAMES, tint
from vgym.envs.geolocation.match.types import TOLERANCE, MatchConfig, State, empty_state

WORDINGS = (
    "point at the place of the overview whose picture is the image",
    "where in the overview lies the middle of the image?",
    "find the image in the overview and point at its middle",
    "the image was taken somewhere in the overview: say where its middle is",
)
_SHARES = (0.4, 0.2)  # of the tile's side, the crop's, at difficulty 0 and 1
_RESCALED = 0.25  # logarithm by which a share is larger or smaller at most, at difficulty 1
_TURNED = 180.0  # degrees either way at most, at difficulty 1
_BRIGHTER = (-0.15, 0.2)  # logarithm of the crop's brightness, at difficulty 1
_BENT = (-0.4, 0.1)  # logarithm of the exponent of its brightness: more darkens
_TRIES = 60  # crops, until one can be told
_MORE = 0.7  # of the least texture, at difficulty 1
_FINE = 2.0**-20  # to which sines, cosines and exponentials are rounded: machines differ beyond
# Pixels, the shorter side of a tile; crops may be a tenth of the smallest.
SMALLEST, LARGEST = 16.0, 4096.0


@dataclass(frozen=True)
class Tile:
    """A part of a picture in which something is to be found."""

    picture: int
    frame: Frame
    layer: int = 0
    sun: int = 0


class MatchSource(PlaceSource[State]):
    """Tiles of some ground and crops of them. States are on the CPU.

    Args:
        config: of it the difficulty, the split and the size of pictures.
    """

    layers: ClassVar[int] = 1  # in how many ways the ground can be painted
    suns: ClassVar[int] = 1  # from how many sides it can be lit, all round
    exposures: ClassVar[tuple[float, ...]] = (0.0,)  # by layer, what `_BENT` is shifted by
    least_texture: ClassVar[float]  # of a crop in the preview at difficulty 0, see `distinct`

    def __init__(self, config: MatchConfig) -> None:
        self.config, self.size_hw = config, config.size_hw
        self.vocabulary = Vocabulary(word for text in WORDINGS for word in split_words(text))
        self.length = max(len(split_words(text)) for text in WORDINGS)
        self._tokens = np.stack([self.vocabulary.encode(text, self.length) for text in WORDINGS])
        # Width and height to the shorter side.
        self.aspect = np.array(self.size_hw[::-1]) / min(self.size_hw)

    @abstractmethod
    def candidate(
        self, draw: KeyedSampler, room: NDArray[np.float64]
    ) -> tuple[Tile, NDArray[np.float64]]:
        """A tile of the configured aspect and the middle of a crop of it, drawn anew at each call.

        Args:
            room: (2,) of the tile's width and height, within which share the crop's middle may lie
                anywhere, about the tile's.

        Returns:
            The tile, and x and y in pixels of the picture.
        """

    @abstractmethod
    def preview(self, tile: Tile, size_hw: tuple[int, int]) -> NDArray[np.float32] | None:
        """(h, w) what a tile shows, grey in [0, 1]; None where it shows too little."""

    @abstractmethod
    def paint(
        self,
        picture: int,
        frame: Frame,
        layer: int,
        sun: int,
        colours: tuple[NDArray[np.float32], NDArray[np.uint8]],
        image: NDArray[np.uint8],
    ) -> None:
        """Paint a frame.

        Args:
            colours: a tint (3, 4) and levels (256,), see `sampling.fetch`.
            image: (h, w, 3), contiguous, written.
        """

    @abstractmethod
    def lonlat(self, picture: Tensor, places: Tensor) -> Tensor:
        """(B, 2) longitude and latitude, degrees, of places (B, 2), pixels of pictures (B,)."""

    @abstractmethod
    def distance_m(self, a: Tensor, b: Tensor) -> Tensor:
        """(B,) metres between lonlats (B, 2)."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[int, float, float]:
        """How many pictures there are, and the most that x and y of a place may be."""

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """A tile and a crop for each key."""
        state = empty_state(len(keys), self.length)
        columns = {name: tensor.numpy() for name, tensor in vars(state).items()}
        for row, key in enumerate(keys):
            for name, value in self._episode(KeyedSampler(key, "match")).items():
                columns[name][row] = value
        state.tokens[:] = torch.from_numpy(self._tokens)[state.wording]
        width, height = self.size_hw[::-1]
        shown = torch.tensor([width, height], dtype=torch.float64)
        side = torch.stack((state.tile[:, 2] * state.stretch, state.tile[:, 3]), 1)
        scale = shown / side
        state.letterbox[:] = torch.cat((scale, shown / 2 - state.tile[:, :2] * scale), 1).float()
        middle = shown / 2 + (state.crop[:, :2] - state.tile[:, :2]) * scale
        reach = shown * TOLERANCE
        state.target_boxes[:, 0] = torch.cat((middle - reach, middle + reach), 1).float()
        state.target_mask[:] = True
        return state

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The tiles of the given rows."""
        self._paint(state, images, rows, crops=False)

    def draw_crops(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The crops of the given rows."""
        self._paint(state, images, rows, crops=True)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """One of a few ways to say it."""
        return [WORDINGS[number] for number in state.wording[rows].tolist()]

    def limits(self, state: State) -> Iterator[Limit]:
        """Of pictures, places in them, and colours."""
        pictures, most_x, most_y = self.bounds
        yield Limit("picture", 0, pictures - 1)
        wide, high = (float(LARGEST * longer) for longer in self.aspect)
        most = torch.tensor([most_x, most_y, wide, high], dtype=torch.float64)
        most = most.to(state.tile.device)
        for name, least in (("tile", SMALLEST), ("crop", SMALLEST / 10)):
            yield Limit(name, most.new_tensor([-most_x, 0, least, least]), most)
        yield Limit("stretch", 1, 4)
        yield Limit("turn", -1, 1)
        yield Limit("layers", 0, self.layers - 1)
        yield Limit("suns", 0, self.suns - 1)
        yield Limit("tint", -FAR, FAR)
        yield Limit("bend", 0.1, 10)
        yield Limit("wording", 0, len(WORDINGS) - 1)

    def _episode(self, draw: KeyedSampler) -> dict[str, Any]:
        """What is shown, field by field of `Shown`."""
        hard = self.config.difficulty
        share = _SHARES[0] * (_SHARES[1] / _SHARES[0]) ** hard
        share = _fine(share * np.exp(_RESCALED * hard * draw.between(-1, 1)))
        angle = np.radians(_TURNED * hard * draw.between(-1, 1))
        turn = np.array([_fine(np.cos(angle)), _fine(np.sin(angle))])
        # A long crop that is turned is as small as the tile's shorter side asks.
        share = min(share, _fine((self.aspect / self._reach(1.0, turn)).min()))
        tile, middle = self._placed(draw, share, turn)
        frame = tile.frame
        other = (tile.layer + 1 + draw.below(max(1, self.layers - 1))) % self.layers
        layer = other if draw.chance(hard) else tile.layer
        moved = round(draw.between(-1, 1) * hard * self.suns / 2)
        strength = _fine(hard * draw.between(0.6, 1.0))
        bright = _fine(np.exp(hard * draw.between(*_BRIGHTER)))
        return {
            "picture": tile.picture,
            "stretch": frame.stretch,
            "tile": np.concatenate((frame.middle, frame.size)),
            "crop": np.concatenate((middle, frame.size * share)),
            "turn": turn,
            "layers": (tile.layer, layer),
            "suns": (tile.sun, (tile.sun + moved) % self.suns),
            "tint": tint(draw.below(len(NAMES)), strength) * np.float32(bright),
            "bend": _fine(np.exp(hard * (draw.between(*_BENT) + self.exposures[layer]))),
            "wording": draw.below(len(WORDINGS)),
        }

    def _placed(
        self, draw: KeyedSampler, share: float, turn: NDArray[np.float64]
    ) -> tuple[Tile, NDArray[np.float64]]:
        """A tile, and where in it the crop's middle lies, pixels of the picture: the first that can
        be told from the rest of it, or the best of all that were tried."""
        size_hw = (round(PREVIEW * self.aspect[1]), round(PREVIEW * self.aspect[0]))
        room = np.maximum(1 - self._reach(share, turn) / self.aspect, 0)
        # What is altered most needs most to be told by.
        least = self.least_texture * (1 + _MORE * self.config.difficulty)
        best: tuple[float, Tile, NDArray[np.float64]] | None = None
        for _ in range(_TRIES):
            tile, middle = self.candidate(draw, room)
            preview = self.preview(tile, size_hw)
            if preview is None:
                continue
            off = (middle - tile.frame.middle) / (tile.frame.stretch, 1.0) / tile.frame.size
            shown = (off + 0.5) * preview.shape[::-1]
            clear = distinct(preview, shown, share * PREVIEW, least)
            if best is None or clear > best[0]:
                best = clear, tile, middle
            if clear > 0:
                break
        assert best is not None, "hardly any tile shows too little"
        return best[1:]

    def _reach(self, share: float, turn: NDArray[np.float64]) -> NDArray[np.float64]:
        """(2,) width and height of the upright box about a crop, of the tile's shorter side."""
        crop = Frame(np.zeros(2), self.aspect * share, turn, 1.0).bounds()
        return crop[2:] - crop[:2]

    def _paint(self, state: State, images: Tensor, rows: Tensor, *, crops: bool) -> None:
        numbers = rows.cpu().numpy()
        straight = images.device.type == "cpu" and images.is_contiguous()
        painted = np.empty((0 if straight else len(rows), *self.size_hw, 3), np.uint8)
        arrays = {
            name: getattr(state, name)[rows].cpu().numpy()
            for name in ("picture", "tile", "crop", "turn", "stretch", "layers", "suns", "tint")
        }
        bends = state.bend[rows].tolist()
        plain = curve(1.0)
        for k, row in enumerate(numbers.tolist()):
            place = arrays["crop" if crops else "tile"][k]
            turn = arrays["turn"][k] if crops else UPRIGHT
            frame = Frame(place[:2], place[2:], turn, float(arrays["stretch"][k]))
            tinted = (arrays["tint"][k], curve(bends[k])) if crops else (AS_IT_IS, plain)
            image = images[row].numpy() if straight else painted[k]
            layer, sun = (int(arrays[name][k, int(crops)]) for name in ("layers", "suns"))
            self.paint(int(arrays["picture"][k]), frame, layer, sun, tinted, image)
        if not straight:
            put_pictures(images, rows, painted)


def _fine(number: float) -> float:
    return round(float(number) / _FINE) * _FINE
