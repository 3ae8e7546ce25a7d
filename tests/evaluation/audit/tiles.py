"""A small world of named tiles, sound or with one fault by which it is solved without looking."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.place_task import PlaceTask
from vgym.core.place_types import PlaceConfig, PlaceState, no_place
from vgym.core.task import Candidates, Facts
from vgym.core.text import Vocabulary

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay", "kite", "lynx")
OPENINGS = ("find", "show", "where is", "point to")
TILES = 12


@dataclass(frozen=True)
class TileConfig(PlaceConfig):
    image_size: int | tuple[int, int] = 64
    answer: str = "point"
    # What gives it away: "words", "memory", "first", "large", "repeated", "long", "moved", "told".
    fault: str = ""


@dataclass
class Tiles(PlaceState):
    boxes: Tensor  # (B, TILES, 4) float32
    names: Tensor  # (B, TILES) int64
    asked: Tensor  # (B,) int64 the tile that is meant
    opening: Tensor  # (B,) int64


class TileTask(PlaceTask[Tiles]):
    """Point to the tile of a name. Nothing is to be seen, for no attack of these looks."""

    name = "tiles"
    config_class = TileConfig
    config: TileConfig
    length: ClassVar[int] = 8

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        words = {word for text in (*NAMES, *OPENINGS) for word in text.split()}
        self.vocabulary = Vocabulary(sorted({*words, "the", "please", *map(str, range(40))}))
        self.instruction_length = self.length

    def reset(self, keys: NDArray[np.uint64]) -> Tiles:
        """A 4 x 4 grid with tiles in twelve of its cells, a little shifted."""
        fault, rows = self.config.fault, []
        for key in keys.tolist():
            number = key % 40 if fault == "memory" else key
            draws = np.random.default_rng(number)
            cells = draws.permutation(16)[:TILES]
            names = draws.permutation(len(NAMES))[:TILES]
            wanted = 0 if fault == "first" else int(draws.integers(TILES))
            if fault in ("words", "moved"):
                cells = names
            middle = np.stack([cells % 4, cells // 4], 1) * 16 + draws.uniform(5, 11, (TILES, 2))
            half = draws.uniform(2.5, 4, (TILES, 1))
            if fault == "large":
                half[wanted] = 4.8
            opening = number if fault == "memory" else int(draws.integers(len(OPENINGS)))
            if fault == "long":  # long questions are about tiles on the right
                opening = 0 if middle[wanted, 0] < 32 else 2
            if fault == "repeated":
                twins = draws.permutation(TILES)[:3]
                names[twins] = names[wanted]
            rows.append((np.concatenate([middle - half, middle + half], 1), names, wanted, opening))
        boxes, names, asked, opening = (np.stack(part) for part in zip(*rows, strict=True))
        state = Tiles(
            boxes=torch.from_numpy(boxes).float(),
            names=torch.from_numpy(names),
            asked=torch.from_numpy(asked),
            opening=torch.from_numpy(opening),
            **no_place(len(keys), 1, self.length),
        )
        if fault == "moved":  # what is at a place by its name lies elsewhere in every picture
            corner = torch.stack([state.opening * 12, state.asked * 4], 1)
            state.letterbox[:] = torch.cat([torch.full_like(corner, 0) + 0.3, corner], 1)
            state.boxes = state.boxes * 0.3 + corner.repeat(1, 2)[:, None]
        state.target_boxes = state.boxes[torch.arange(len(keys)), state.asked][:, None]
        state.target_mask[:] = True
        texts = self.instructions(state, list(range(len(keys))))
        encoded = [self.vocabulary.encode(text, self.length) for text in texts]
        state.tokens = torch.from_numpy(np.stack(encoded))
        return state

    def instructions(self, state: Tiles, rows: list[int]) -> list[str]:
        """Some words, and the name."""
        said = []
        for row in rows:
            opening = int(state.opening[row])
            words = str(opening) if self.config.fault == "memory" else OPENINGS[opening]
            said.append(f"{words} the {NAMES[state.names[row, state.asked[row]]]}")
        return said

    def draw_scene(self, state: Tiles, images: Tensor, rows: Tensor) -> None:
        """Nothing."""
        images[rows] = 0

    def judge(self, state: Tiles, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """Solved within the tile; how far off only where that is the fault."""
        away = facts["prediction_points"][:, 0] - state.target_boxes[:, 0].reshape(-1, 2, 2).mean(1)
        metrics = {"away": away.norm(dim=1)} if self.config.fault == "told" else {}
        return super().judge(state, facts)[0], metrics

    def candidates(self, state: Tiles) -> Candidates:
        """All tiles."""
        slots = torch.arange(TILES)
        return Candidates(
            boxes=state.boxes,
            mask=torch.ones(state.names.shape, dtype=torch.bool),
            target=slots == state.asked[:, None],
            kinds={"name": state.names},
        )
