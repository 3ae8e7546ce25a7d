"""A small task that keeps every promise, and others that each break one of them."""

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.keys import sample_each, stream
from vgym.core.task import Facts, Outcome, Task
from vgym.core.text import Vocabulary

COLOURS = {"red": (200, 40, 40), "blue": (40, 60, 200)}
KEY = stream("quarter")


@dataclass(frozen=True)
class LampConfig(Config):
    image_size: int | tuple[int, int] = 40
    max_episode_steps: int | None = 3
    bright: bool = False


@dataclass
class State:
    quarter: Tensor  # (B, 2) int64 in which quarter the lamp of each colour is
    asked: Tensor  # (B,) int64 which colour
    tries: Tensor  # (B,) int64


class LampTask(Task[State]):
    """Say in which quarter the lamp of a colour is; three tries."""

    name = "lamp"
    config_class = LampConfig
    config: LampConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.Discrete(4)
        self.vocabulary = Vocabulary(["find", "the", "lamp", *COLOURS])
        self.instruction_length = 4

    def reset(self, keys: NDArray[np.uint64]) -> State:
        first = sample_each(keys, KEY, 4)
        other = (first + 1 + sample_each(keys, stream("other"), 3)) % 4
        asked = sample_each(keys, stream("asked"), 2)
        if self.config.difficulty == 0:
            asked = np.zeros_like(asked)
        quarter = torch.from_numpy(np.stack([first, other], 1))
        return State(quarter, torch.from_numpy(asked), torch.zeros(len(keys), dtype=torch.int64))

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        read = torch.ones_like(state.tries, dtype=torch.bool) if unread is None else ~unread
        state.tries += 1
        success = (action == self.oracle(state)) & read
        metrics = {"tries": state.tries.float()}
        return self.finished({"success": success, "format_ok": read}, metrics)

    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        still = torch.zeros_like(facts["success"])
        return self.outcome(
            facts, terminated=facts["success"].clone(), metrics=metrics, picture_changed=still
        )

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        images[every] = 128 if self.config.bright else 10
        high, wide = images.shape[1] // 2, images.shape[2] // 2
        for n, colour in enumerate(COLOURS.values()):
            for row in every.tolist():
                down, right = divmod(int(state.quarter[row, n]), 2)
                part = images[row, down * high :, right * wide :]
                part[4 : high - 4, 4 : wide - 4] = torch.tensor(colour, dtype=torch.uint8)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        return [f"find the {list(COLOURS)[int(state.asked[row])]} lamp" for row in rows]

    def oracle(self, state: State) -> Tensor:
        return state.quarter.gather(1, state.asked[:, None])[:, 0]


class NanReward(LampTask):
    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        made = super().finished(facts, metrics)
        reward = torch.where(made.success, made.reward, torch.nan)
        return dataclasses.replace(made, reward=reward)


class NanWithoutAnswer(LampTask):
    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        made = super().step(state, action, unread)
        if unread is None:
            return made
        return dataclasses.replace(made, reward=torch.where(unread, torch.nan, made.reward))


class ColumnReward(LampTask):
    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        made = super().finished(facts, metrics)
        return dataclasses.replace(made, reward=made.reward[:, None])


class NumberMetric(LampTask):
    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        return super().finished(facts, {"tries": metrics["tries"].mean()})


class PythonMetric(LampTask):
    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        return super().finished(facts, {"tries": 3.0})  # type: ignore[dict-item]


class FloatSuccess(LampTask):
    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        made = super().finished(facts, metrics)
        return dataclasses.replace(made, terminated=made.terminated.float())


class DrawsAllRows(LampTask):
    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        super().draw(state, images)


class DrawsFirstRows(LampTask):
    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        whole = torch.zeros_like(images)
        super().draw(state, whole)
        images[every] = whole[: len(every)]


class LeavesPixels(LampTask):
    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        edge = images[:, -1].clone()
        super().draw(state, images, rows)
        images[:, -1] = edge


class AddsUp(LampTask):
    """Draws onto what is there."""

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        before = images.clone()
        super().draw(state, images, rows)
        images |= before


class StalePicture(LampTask):
    """The picture shows the tries, and the step does not say that it changed."""

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        super().draw(state, images, rows)
        every = torch.arange(len(images)) if rows is None else rows
        images[every, 0, 0] = state.tries[every, None].to(torch.uint8)


class Unkeyed(LampTask):
    """Another episode each time, surely: the bits of how many there have been."""

    begun = itertools.count()

    def reset(self, keys: NDArray[np.uint64]) -> State:
        state = super().reset(keys)
        state.asked = next(self.begun) >> torch.arange(len(keys)) & 1
        return state


class SeededByTheBatch(LampTask):
    def reset(self, keys: NDArray[np.uint64]) -> State:
        state = super().reset(keys)
        draws = np.random.default_rng(int(keys[0]))
        state.asked = torch.from_numpy(draws.integers(0, 2, len(keys)))
        return state


class SeededByPlace(LampTask):
    def reset(self, keys: NDArray[np.uint64]) -> State:
        state = super().reset(keys)
        state.asked = torch.arange(len(keys)) % 2
        return state


class SeededByHash(LampTask):
    def reset(self, keys: NDArray[np.uint64]) -> State:
        state = super().reset(keys)
        state.asked = torch.tensor([hash(f"lamp {key}") % 2 for key in keys.tolist()])
        return state


class OneEpisode(LampTask):
    def reset(self, keys: NDArray[np.uint64]) -> State:
        return super().reset(np.zeros_like(keys))


class CountsOutsideTheState(LampTask):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.steps = 0

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        self.steps += 1
        made = super().step(state, action, unread)
        return dataclasses.replace(made, reward=made.reward / self.steps)


class RandomOutcome(LampTask):
    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        made = super().step(state, action, unread)
        return dataclasses.replace(made, reward=torch.rand(len(action)))


class LongTokens(LampTask):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.instruction_length = 3


class UnknownWord(LampTask):
    def instructions(self, state: State, rows: list[int]) -> list[str]:
        return [f"{text} quickly" for text in super().instructions(state, rows)]


class OtherTokens(LampTask):
    def tokens(self, state: State) -> Tensor:
        return super().tokens(state).flip(0)


class IgnoresRowsOfWords(LampTask):
    def instructions(self, state: State, rows: list[int]) -> list[str]:
        return super().instructions(state, list(range(len(state.asked))))[: len(rows)]


@dataclass(frozen=True)
class MoreConfig(LampConfig):
    lamps: int = 2  # nothing reads it


class IgnoresAField(LampTask):
    config_class = MoreConfig


class IgnoresDifficulty(LampTask):
    def reset(self, keys: NDArray[np.uint64]) -> State:
        first = sample_each(keys, KEY, 4)
        asked = sample_each(keys, stream("asked"), 2)
        quarter = torch.from_numpy(np.stack([first, (first + 1) % 4], 1))
        return State(quarter, torch.from_numpy(asked), torch.zeros(len(keys), dtype=torch.int64))


class SwallowsSettings(LampTask):
    def __init__(self, **settings: Any) -> None:
        super().__init__()


class TakesApart(LampTask):
    def __init__(self, **settings: Any) -> None:
        self.colour = settings.pop("colour", "red")
        super().__init__(**settings)


class KeywordBeside(LampTask):
    def __init__(self, colour: str = "red", **settings: Any) -> None:
        super().__init__(**settings)


@dataclass(frozen=True)
class FormsConfig(LampConfig):
    actions: ClassVar[tuple[str, ...]] = ("discrete", "grid")

    action: str = "discrete"


class IgnoresForm(LampTask):
    config_class = FormsConfig


class IgnoresSize(LampTask):
    @property
    def picture_hw(self) -> tuple[int, int]:
        return 40, 40


class WrongOracle(LampTask):
    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        return super().step(state, (action + 1) % 4, unread)


class OracleOfAnotherSpace(LampTask):
    def oracle(self, state: State) -> Tensor:
        return super().oracle(state) + 4


class StatesWhatItDoesNotGive(LampTask):
    @property
    def stated(self) -> frozenset[str]:
        return super().stated | {"distance_m"}


class StatesAnotherShape(LampTask):
    @property
    def stated(self) -> frozenset[str]:
        return super().stated | {"distance_m"}

    def finished(self, facts: Facts, metrics: dict[str, Tensor]) -> Outcome:
        return super().finished({**facts, "distance_m": torch.zeros(len(metrics), 2)}, metrics)


class ActsUnasked(LampTask):
    """An answer that was not read counts all the same."""

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        return super().step(state, action, None)


class OneSilencesAll(LampTask):
    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        if unread is not None and unread.any():
            unread = torch.ones_like(unread)
        return super().step(state, action, unread)


class Raises(LampTask):
    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        raise RuntimeError("out of oil")
