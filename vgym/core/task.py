"""Task: the one abstract class an environment implements, batch-first.

A task is a set of functions on a *state*, a dataclass of tensors with a leading batch axis (see
:mod:`vgym.core.state`). It draws episodes from keys, moves states by actions, and says what
happened; its recipe pays for that. The Gymnasium loop around it is :mod:`vgym.core.vector_env`.
"""

from __future__ import annotations

import copy
import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.captions import captioned
from vgym.core.config import Config, make_config, torch_device
from vgym.core.keys import stream
from vgym.core.shared_sources import shared
from vgym.core.space_speech import speech_of_space
from vgym.core.speech import Speech
from vgym.core.text import MAX_TEXT, OpenText, Vocabulary, bag
from vgym.geometry.conventions import Convention
from vgym.registration import id_of, named
from vgym.rewards import Reward, Score, as_reward
from vgym.rewards.recipes import refuse_unless_fits
from vgym.rewards.reward import CustomReward

S = TypeVar("S")

Facts = dict[str, Tensor]

ALWAYS_TOLD = frozenset({"reward_flagged"})  # of metrics, beside those of `Task.told`


@dataclass(frozen=True)
class Outcome:
    """What one step of a batch came to. Every tensor has the batch as its first axis.

    Attributes:
        facts: what happened; reward, termination, metrics and logs read them.
        score: what the recipe pays for that.
        reward: (B,) float32, finite; (B, R) for a team of R.
        terminated: (B,) bool: a goal reached, or an answer that is final.
        metrics: (B,) each, by field-standard name; (B, R) what each robot of a team has its own;
            (B, ...) those of `Task.traces`.
        picture_changed: (B,) bool: rows whose ``image`` the step altered.
        further_changed: likewise for the further pictures, by name; none did that is not named.
    """

    facts: Facts
    score: Score
    reward: Tensor
    terminated: Tensor
    metrics: dict[str, Tensor]
    picture_changed: Tensor
    further_changed: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def success(self) -> Tensor:
        """(B,) bool: solved."""
        return self.facts["success"]


@dataclass(frozen=True)
class Picture:
    """One picture of an observation.

    Attributes:
        shape: (H, W, 3), or (R, H, W, 3) where each of R robots has its own.
        draw: called with the state, the pictures (B, *shape) uint8 to draw into, and the rows
            (k,) int64 to be drawn, or None for all.
    """

    shape: tuple[int, ...]
    draw: Callable[[Any, Tensor, Tensor | None], None]


class Limit(NamedTuple):
    """What a field of a state may hold.

    Attributes:
        field: its dotted name. least, most: numbers, or tensors that broadcast to the field.
        nan: whether it may also be no number.
    """

    field: str
    least: float | Tensor = 0
    most: float | Tensor = math.inf
    nan: bool = False


class Candidates(NamedTuple):
    """What a perfect detector would find in a picture: things of which one or several are meant.

    Attributes:
        boxes: (B, N, 4) xyxy, pixels of the shown picture.
        mask: (B, N) bool, the slots that hold a thing.
        target: (B, N) bool, those that are meant.
        kinds: by name (B, N) whole numbers, what the things of a picture are or look like
            ("colour"); how often each comes in its picture is then looked at, not the number.
        marks: by name (B, N) numbers that are seen of each, such as an angle.
    """

    boxes: Tensor
    mask: Tensor
    target: Tensor
    kinds: Mapping[str, Tensor] = MappingProxyType({})
    marks: Mapping[str, Tensor] = MappingProxyType({})


class Task(ABC, Generic[S]):
    """One environment's rules. Subclasses set the attributes below and write five methods:
    ``reset``, ``step``, ``draw``, ``instructions``, ``oracle``.

    Args:
        **settings: fields of ``config_class``.

    Raises:
        ValueError: an unknown keyword, a bad value, or a recipe that reads what the task does not
            state; with the valid ones.
    """

    name: ClassVar[str]
    config_class: ClassVar[type[Config]] = Config
    config: Config

    action_space: spaces.Space[Any]
    vocabulary: Vocabulary
    instruction_length: int
    convention: Convention | None = None  # of answers that name a place in the picture
    sensors: Mapping[str, spaces.Box] = MappingProxyType({})  # observed beside the pictures
    agents: tuple[str, ...] = ()  # of a team: rewards and metrics have an axis of robots
    # Metrics that the agent could know itself, such as its steps: infos have them at every step,
    # the others at the episode's end, see `vgym.core.telling`.
    told: frozenset[str] = frozenset()
    # Metrics that are several numbers a row, such as the way an eye has gone.
    traces: frozenset[str] = frozenset()
    # Whether `info["view"]` comes with the reset. Where it is for the agent to see where its
    # picture lies, it is a metric and a trace, and comes with the end.
    view_told: bool = True

    def __init__(self, **settings: Any) -> None:
        self.config = make_config(self.config_class, settings)
        self.device = torch_device(self.config.device)
        self.reward = self._chosen(self.config.reward)

    @property
    def default_reward(self) -> str:
        """The recipe that ``reward="dense"`` stands for; read from ``config`` alone."""
        return "sparse"

    @property
    def stated(self) -> frozenset[str]:
        """Names of the facts that every step states, beside masks of missing answers; those that
        take long only where the reward reads them, see `reads`.

        Recipes that read others are refused. Read before the task is whole: from ``config`` alone.
        """
        return frozenset({"success", "format_ok"})

    @abstractmethod
    def reset(self, keys: NDArray[np.uint64]) -> S:
        """New episodes, one for each key: a state of ``len(keys)`` rows on ``self.device``."""

    @property
    def records(self) -> Sequence[str] | None:
        """Where each record of a finite source stands, such as ``"mine.jsonl:3"``, in its order;
        None where episodes are made without end.

        `reset` draws them at random; ``reset(options={"record": k})`` of an environment asks for
        one, and benchmarks play each once.
        """
        return None

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) bool: which of those records can be played; not one whose picture is damaged, or is
        gone since the source was loaded. `reset` draws none that cannot."""
        return np.ones(len(records), np.bool_)

    def reset_records(self, records: NDArray[np.int64]) -> S:
        """New episodes about the records (k,) of those numbers: a state of k rows."""
        raise NotImplementedError(f"{self.name} has no records")

    @abstractmethod
    def step(self, state: S, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Move every row by its action, in place, and say what came of it.

        Must be total: rows whose episode is over are stepped too, and their outcome is ignored.

        Args:
            state: of B rows.
            action: (B, *shape of the action space), legal.
            unread: (B,) bool, or None for nowhere: rows that gave no answer that could be read.
                Whatever ``action`` holds there, they do not move, and ``format_ok`` is False.
                (B, R) for a team.
        """

    @abstractmethod
    def draw(self, state: S, images: Tensor, rows: Tensor | None = None) -> None:
        """Draw what the agent sees into ``images`` (B, H, W, 3) uint8, all rows or the given.

        Every pixel of a row is written: what was there before is anything.
        """

    @abstractmethod
    def instructions(self, state: S, rows: list[int]) -> list[str]:
        """The instructions of the given rows, in words."""

    @abstractmethod
    def oracle(self, state: S) -> Tensor:
        """A solving action for every row, in the environment's own action form."""

    def limits(self, state: S) -> Iterator[Limit]:
        """What the fields of a state may hold that is loaded from a state dict.

        They are checked one by one, each before the next is asked for, so that later ones may look
        up by earlier ones. Of fields that none is said of, type and shape alone are checked.
        """
        yield from ()

    def candidates(self, state: S) -> Candidates | None:
        """Everything that could be meant, in the order in which the state holds it; None where
        there is no such list. Audits ask whether the target can be told without the words."""
        return None

    def forgetful(self, state: S, memory: dict[str, Any]) -> Tensor | None:
        """What one does who sees all that is to be seen and remembers nothing of earlier trials;
        None where episodes have no trials. Audits ask whether memory is needed.

        Args:
            state: of B rows, not to be written to.
            memory: its own, empty at the first step; what it holds of a trial ends with it.
        """
        return None

    def tokens(self, state: S) -> Tensor:
        """The instructions as tokens: (B, instruction_length) int32; the state's own, if it has."""
        held: Tensor | None = getattr(state, "tokens", None)
        if held is not None:
            return held
        words = self.instructions(state, list(range(states.rows_of(state))))
        encoded = [self.vocabulary.encode(text, self.instruction_length) for text in words]
        return torch.from_numpy(np.stack(encoded)).to(self.device)

    def numbered(self, state: S) -> Tensor:
        """The instructions as the observation holds them in numbers.

        Returns:
            (B, instruction_length) int32 tokens; for ``instruction="bag"`` (B, vocabulary_size)
            uint8, 1 where a word occurs.
        """
        tokens = self.tokens(state)
        return bag(tokens, self.vocabulary_size) if self.config.instruction == "bag" else tokens

    def letterbox(self, state: S) -> Tensor:
        """(B, 4) float32 scale x, y and offset x, y: shown = original * scale + offset.

        The state's own, if it has; by default what is shown is the original.
        """
        held: Tensor | None = getattr(state, "letterbox", None)
        if held is not None:
            return held
        unscaled = torch.tensor([1.0, 1.0, 0.0, 0.0], device=self.device)
        return unscaled.repeat(states.rows_of(state), 1)

    def sense(self, state: S) -> dict[str, Tensor]:
        """What the sensors read, by name: (B, *shape) each. Called after the pictures are drawn."""
        return {}

    def portrait(self, state: S) -> NDArray[np.uint8]:
        """A picture for people of a state of one row: (h, w, 3) uint8.

        By default what the agent sees, with the instruction below.
        """
        images = torch.zeros(1, *self.picture_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(state, images)
        return captioned(images[0].cpu().numpy(), self.instructions(state, [0])[0])

    def hints(self, facts: Facts) -> list[str]:
        """For each row, the other convention that would have scored well; "" or [] for none."""
        return []

    def in_words(self, facts: Facts) -> dict[str, Any]:
        """What infos tell of an episode's end beside metrics, such as names; no recipe reads it.

        Args:
            facts: of the k rows that are told of.

        Returns:
            By name arrays of k objects, or dicts of them.
        """
        return {}

    def action_mask(self, state: S) -> Tensor | None:
        """Which whole numbers of an action could do what they say; see `VectorEnv.action_masks`.

        Returns:
            (B, N) bool, N the sum of the choices of all numbers of an action; None where all could.
        """
        return None

    def speech(self) -> Speech:
        """What a language model is told of this task, and by which tools it acts; by default one
        tool whose argument is the action."""
        return speech_of_space(self.action_space)

    def pay(self, facts: Facts) -> Score:
        """What the recipe pays for a step."""
        return self.reward(facts)

    def outcome(
        self,
        facts: Facts,
        *,
        terminated: Tensor,
        metrics: dict[str, Tensor],
        picture_changed: Tensor,
        further_changed: Mapping[str, Tensor] | None = None,
    ) -> Outcome:
        """What a step came to, paid for by the recipe.

        Args:
            facts: those of ``stated``.
            terminated: (B,) bool.
            metrics: (B,) each.
            picture_changed: (B,) bool, rows whose ``image`` the step altered.
            further_changed: likewise, by further picture.
        """
        score = self.pay(facts)
        return Outcome(
            facts=facts,
            score=score,
            reward=score.value.to(torch.float32),
            terminated=terminated,
            metrics={**metrics, "reward_flagged": score.flagged},
            picture_changed=picture_changed,
            further_changed=further_changed or {},
        )

    @property
    def salt(self) -> np.uint64:
        """What tells this task's episodes from others': its name, source and split.

        A file counts by its name alone, so that it plays the same wherever it lies.
        """
        source = PurePath(self.config.source).name
        return stream(f"{self.name}/{source}/{self.config.split}")

    @property
    def picture_hw(self) -> tuple[int, int]:
        """The observed picture's (height, width); wider than ``image_size`` for several views."""
        return self.config.size_hw

    @property
    def pictures(self) -> dict[str, Picture]:
        """What is seen, by name; ``image`` is the first."""
        return {"image": Picture((*self.picture_hw, 3), self.draw)}

    @property
    def text_instruction(self) -> bool:
        """Whether the observation holds words instead of tokens."""
        return self.config.instruction == "text"

    @property
    def vocabulary_size(self) -> int:
        """How many tokens there are."""
        return len(self.vocabulary)

    @property
    def observation_space(self) -> spaces.Dict:
        """Flat: ``image``, ``instruction``, further pictures and the sensors."""
        seen = {name: _picture_space(picture.shape) for name, picture in self.pictures.items()}
        return spaces.Dict({**seen, "instruction": self.instruction_space, **self.sensors})

    @property
    def instruction_space(self) -> spaces.Space[Any]:
        """Words, or what `numbered` gives of them."""
        if self.text_instruction:
            return OpenText(MAX_TEXT)
        if self.config.instruction == "bag":
            return spaces.Box(0, 1, (self.vocabulary_size,), np.uint8)
        # Not `MultiDiscrete`, of which learners make one input for each word at each position.
        return spaces.Box(0, self.vocabulary_size - 1, (self.instruction_length,), np.int32)

    def reads(self, fact: str) -> bool:
        """Whether the reward may read a fact; a function may read any."""
        needs = self.reward.needs.values()
        return isinstance(self.reward, CustomReward) or any(fact in names for names in needs)

    def _chosen(self, wanted: Any) -> Reward:
        """The recipe, if what it reads is stated here."""
        reward = as_reward(self.default_reward if wanted == "dense" else wanted)
        label = id_of(type(self), vars(self.config)) or self.name
        refuse_unless_fits(reward, self.stated, label)
        return reward


def _picture_space(shape: tuple[int, ...]) -> spaces.Box:
    """All pictures of a shape. Its bounds, as large as several pictures, are everybody's."""

    def made() -> spaces.Box:
        space = spaces.Box(0, 255, shape, np.uint8)
        for bounds in (space.low, space.high, space.bounded_below, space.bounded_above):
            bounds.setflags(write=False)
        return space

    return copy.copy(shared(("picture space", shape), made))  # its generator is its own


def page_of(task: type[Any]) -> str:
    """The page of a task in the documents, its class docstring; "" where it wrote none."""
    return inspect.cleandoc(task.__doc__ or "")


def load_task(task: str | type[Task[Any]], settings: dict[str, Any]) -> Task[Any]:
    """The task named ``"module:Class"`` (or the class itself), built with its settings.

    Raises:
        ImportError: there is no such module. ValueError: what is there is no task, or lacks one of
            the attributes that every task sets; or a bad setting.
    """
    found = named(task, "task") if isinstance(task, str) else task
    if not (isinstance(found, type) and issubclass(found, Task)):
        raise ValueError(
            f"task {task!r} is {found!r:.100}; it must be a class that derives from "
            "vgym.core.task.Task"
        )
    left = sorted(found.__abstractmethods__)
    if left:
        raise ValueError(f"{found.__name__} does not write {', '.join(left)}; every task does")
    made = found(**settings)
    for name in ("name", "config", "action_space", "vocabulary", "instruction_length"):
        if not hasattr(made, name):
            raise ValueError(f"{found.__name__} sets no {name!r}; see docs/your_task.md")
    return made
