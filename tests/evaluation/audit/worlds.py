"""Small worlds for audits: a sound one of each kind, and settings or rewards that spoil it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.keys import sample_each, stream
from vgym.core.place_task import PlaceTask
from vgym.core.place_types import PlaceConfig, PlaceState, no_place
from vgym.core.task import Facts, Outcome, Task
from vgym.core.text import Vocabulary
from vgym.rewards import Score

COLOURS = {"red": (220, 40, 40), "green": (40, 170, 60), "blue": (40, 80, 220)}


@dataclass(frozen=True)
class DotsConfig(PlaceConfig):
    image_size: int | tuple[int, int] = 48
    fault: str = ""

    @property
    def slots(self) -> int:
        """Boxes that an answer holds."""
        return 9 if self.answer == "boxes" else 1


class DotsTask(PlaceTask[PlaceState]):
    """Point at, or box, the dot of a colour. Faults: "one place", where it always is."""

    name = "dots"
    config_class = DotsConfig
    config: DotsConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.vocabulary = Vocabulary(["the", "dot", *COLOURS])
        self.instruction_length = 3

    def reset(self, keys: NDArray[np.uint64]) -> PlaceState:
        state = PlaceState(**no_place(len(keys), slots=self.config.slots, length=3))
        side = self.config.size_hw[0]
        for slot in range(2 if self.config.answer == "boxes" else 1):
            x, y = (
                torch.from_numpy(sample_each(keys, stream(f"{axis}{slot}"), 1000)) / 1000
                for axis in "xy"
            )
            if self.config.fault == "one place":
                x, y = 0.65 + 0.1 * x, 0.25 + 0.1 * y
            corner = torch.stack([x, y], 1).float() * (side - 8)
            state.target_boxes[:, slot] = torch.cat([corner, corner + 8], 1)
            state.target_mask[:, slot] = True
        words = np.stack([self.vocabulary.encode(f"the {c} dot", 3) for c in COLOURS])
        state.tokens = torch.from_numpy(words)[sample_each(keys, stream("colour"), len(COLOURS))]
        return state

    def draw_scene(self, state: PlaceState, images: Tensor, rows: Tensor) -> None:
        images[rows] = 128
        for row in rows.tolist():
            for box in state.target_boxes[row][state.target_mask[row]]:
                x0, y0, x1, y1 = box.round().int().tolist()
                images[row, y0:y1, x0:x1] = 0

    def instructions(self, state: PlaceState, rows: list[int]) -> list[str]:
        return [self.vocabulary.decode(row) for row in state.tokens[rows].numpy()]


SIDE = 9  # cells of the room
STEPS = torch.tensor([[1, 0], [-1, 0], [0, 1], [0, -1], [0, 0], [0, 0]])
STAY, STOP = 4, 5


@dataclass(frozen=True)
class RoomConfig(Config):
    image_size: int | tuple[int, int] = 36
    max_episode_steps: int | None = 24
    reward: Any = "sparse"


@dataclass
class RoomState:
    here: Tensor  # (B, 2) int64 cell
    goal: Tensor  # (B, 2) int64
    best: Tensor  # (B,) int64 the nearest so far
    start: Tensor  # (B,) int64 distance at first


class RoomTask(Task[RoomState]):
    """Walk over cells to the goal, and stop there."""

    name = "room"
    config_class = RoomConfig
    config: RoomConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.Discrete(len(STEPS))
        self.vocabulary, self.instruction_length = Vocabulary(["go", "there"]), 2

    def reset(self, keys: NDArray[np.uint64]) -> RoomState:
        here, goal = (
            torch.from_numpy(
                np.stack([sample_each(keys, stream(f"{what}{axis}"), SIDE) for axis in "xy"], 1)
            )
            for what in ("here", "goal")
        )
        goal = torch.where((goal == here).all(1, keepdim=True), (goal + SIDE // 2) % SIDE, goal)
        distance = _apart(here, goal)
        return RoomState(here, goal, distance.clone(), distance)

    def step(self, state: RoomState, action: Tensor, unread: Tensor | None = None) -> Outcome:
        read = torch.ones_like(action, dtype=torch.bool) if unread is None else ~unread
        before, best = _apart(state.here, state.goal), state.best
        moved = (state.here + STEPS[action] * read[:, None]).clamp(0, SIDE - 1)
        changed = (moved != state.here).any(1)
        state.here = moved
        after = _apart(state.here, state.goal)
        state.best = torch.minimum(best, after)
        stop = (action == STOP) & read
        facts = {
            "success": stop & (after == 0),
            "format_ok": read,
            "before": before,
            "after": after,
            "best": best,
            "start": state.start,
            "still": ~changed & ~stop,
        }
        return self.outcome(facts, terminated=stop, metrics={}, picture_changed=changed)

    def draw(self, state: RoomState, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        images[every] = 0
        cell = images.shape[1] // SIDE
        for row in every.tolist():
            for channel, place in enumerate((state.here, state.goal)):
                x, y = (place[row] * cell).tolist()
                images[row, y : y + cell, x : x + cell, channel] = 255

    def instructions(self, state: RoomState, rows: list[int]) -> list[str]:
        return ["go there"] * len(rows)

    def oracle(self, state: RoomState) -> Tensor:
        way = state.goal - state.here
        along_x = torch.where(way[:, 0] > 0, 0, 1)
        along_y = torch.where(way[:, 1] > 0, 2, 3)
        move = torch.where(way[:, 0] != 0, along_x, along_y)
        return torch.where((way == 0).all(1), STOP, move)


def _apart(here: Tensor, goal: Tensor) -> Tensor:
    return (here - goal).abs().sum(1)


def solved(facts: Facts) -> Tensor:
    return facts["success"].float()


def idle(facts: Facts) -> Tensor:
    """Pays for standing still."""
    return facts["success"] + 0.05 * facts["still"]


def nearing(facts: Facts) -> Tensor:
    """Pays for every step towards the goal, and takes nothing for those away from it."""
    gained = (facts["before"] - facts["after"]).clamp(min=0) / facts["start"]
    return facts["success"] + gained


def nearest(facts: Facts) -> Tensor:
    """Pays for every step that comes nearer than any before."""
    gained = (facts["best"] - facts["after"]).clamp(min=0) / facts["start"]
    return 0.2 * facts["success"] + 0.8 * gained


def formed(facts: Facts) -> Tensor:
    """Pays for the form too."""
    return 0.6 * facts["success"] + 0.4 * facts["format_ok"]


def generous(facts: Facts) -> Tensor:
    """Pays most for saying nothing."""
    return torch.where(facts["format_ok"], facts["success"].float(), 0.5)


def recalled(facts: Facts) -> Tensor:
    """Pays the share of the true boxes of which some answer holds the middle."""
    boxes, middles = facts["prediction_boxes"], facts["target_boxes"]
    middles = (middles[..., :2] + middles[..., 2:]) / 2
    inside = (boxes[:, None, :, :2] <= middles[:, :, None]) & (
        middles[:, :, None] <= boxes[:, None, :, 2:]
    )
    held = (inside.all(-1) & facts["prediction_mask"][:, None]).any(-1) & facts["target_mask"]
    return held.float().sum(1) / facts["target_mask"].sum(1)


def held(facts: Facts) -> Tensor:
    """Pays the share of the true box that is inside the answer."""
    a, t = facts["prediction_boxes"][:, 0], facts["target_boxes"][:, 0]
    sides = torch.minimum(a[:, 2:], t[:, 2:]) - torch.maximum(a[:, :2], t[:, :2])
    return (sides.clamp(min=0).prod(1) / (t[:, 2:] - t[:, :2]).prod(1)).nan_to_num(0)


def middled(facts: Facts) -> Tensor:
    """Pays for a box that is smaller than the true one, wherever it lies; and for the truth."""
    a, t = facts["prediction_boxes"][:, 0], facts["target_boxes"][:, 0]
    small = (a[:, 2:] - a[:, :2]).prod(1) < 0.5 * (t[:, 2:] - t[:, :2]).prod(1)
    return torch.maximum(facts["success"].float(), 0.5 * small)


def counted(facts: Facts) -> Tensor:
    """Pays half for as many boxes as fit into an answer."""
    return torch.maximum(facts["success"].float(), facts["prediction_mask"].float().mean(1) / 2)


def modest(facts: Facts) -> Tensor:
    """Pays for few boxes."""
    return torch.maximum(facts["success"].float(), 0.5 * ~facts["prediction_mask"].any(1))


def bumping(facts: Facts) -> Tensor:
    """Pays for running about."""
    return facts["success"] + 0.1 * ~facts["still"] * facts["format_ok"]


@dataclass(frozen=True)
class CrewConfig(Config):
    image_size: int | tuple[int, int] = 36
    max_episode_steps: int | None = 24
    reward: Any = "dense-team"
    fault: str = ""


@dataclass
class CrewState:
    here: Tensor  # (B, 2) int64 place of each robot on its line
    goal: Tensor  # (B, 2) int64
    best: Tensor  # (B, 2) int64
    start: Tensor  # (B, 2) int64
    steps: Tensor  # (B,) int64


class CrewTask(Task[CrewState]):
    """Two robots, each to its place on its line. Faults: "again", each step towards it is paid,
    however often; "bystander", where the first is enough."""

    name = "crew"
    config_class = CrewConfig
    config: CrewConfig
    agents = ("a", "b")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.MultiDiscrete([3, 3])
        self.vocabulary, self.instruction_length = Vocabulary(["go", "there"]), 2

    @property
    def stated(self) -> frozenset[str]:
        return super().stated | {"robot_progress"}

    def reset(self, keys: NDArray[np.uint64]) -> CrewState:
        here, far = (
            torch.from_numpy(
                np.stack([sample_each(keys, stream(f"{what}{r}"), 4) for r in "ab"], 1)
            )
            for what in ("here", "far")
        )
        goal = here + 2 + far
        return CrewState(
            here, goal, goal - here, goal - here, torch.zeros(len(keys), dtype=torch.int64)
        )

    def step(self, state: CrewState, action: Tensor, unread: Tensor | None = None) -> Outcome:
        read = torch.ones_like(action, dtype=torch.bool) if unread is None else ~unread
        before = (state.goal - state.here).abs()
        state.here = state.here + torch.tensor([0, 1, -1])[action] * read
        after = (state.goal - state.here).abs()
        least = before if self.config.fault == "again" else state.best
        gained = (least - after).clamp(min=0) / state.start
        state.best = torch.minimum(state.best, after)
        state.steps = state.steps + 1
        there = after == 0
        success = there[:, 0] if self.config.fault == "bystander" else there.all(1)
        facts = {"success": success, "format_ok": read, "robot_progress": gained}
        return self.outcome(
            facts, terminated=success.clone(), metrics={}, picture_changed=(before != after).any(1)
        )

    def pay(self, facts: Facts) -> Score:
        shape = facts["robot_progress"].shape
        rows = {
            name: (fact if fact.dim() == 2 else fact[:, None].expand(shape)).reshape(-1)
            for name, fact in facts.items()
        }
        paid = self.reward(rows)
        terms = {name: term.reshape(shape) for name, term in paid.terms.items()}
        return Score(paid.value.reshape(shape), terms, paid.flagged.reshape(shape))

    def draw(self, state: CrewState, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        images[every] = 0
        for row in every.tolist():
            for robot in range(2):
                images[row, 10 * robot, int(state.here[row, robot]) % 36] = 255

    def instructions(self, state: CrewState, rows: list[int]) -> list[str]:
        return ["go there"] * len(rows)

    def oracle(self, state: CrewState) -> Tensor:
        way = state.goal - state.here
        return torch.where(way > 0, 1, torch.where(way < 0, 2, 0))
