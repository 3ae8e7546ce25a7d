"""Single episodes: what came of each, and what the first ones looked like; as lines of a file."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation import conversation
from vgym.evaluation.conversation import Said


@dataclass(frozen=True)
class Taken:
    """One step of an episode of several.

    Attributes:
        step: its number, from 0. answer: the action as numbers, None where none could be read.
        why: why it could not; "" if it was. reward: what it paid. terms: unweighted, by name.
    """

    step: int
    answer: Any
    why: str
    reward: float
    terms: dict[str, float]


@dataclass(frozen=True)
class Shown:
    """One episode kept with its picture: its last step. Pixels of the shown picture.

    Attributes:
        seed: ``env.reset(seed=seed)`` starts it again.
        picture: what the agent saw, encoded; see :mod:`vgym.evaluation.picture`.
        size_hw: the picture's height and width.
        phrase: the instruction.
        target_boxes: (k, 4) xyxy; none for tasks that ask for no place.
        answer_boxes: (m, 4) xyxy, and answer_points: (m, 2).
        reward_terms: unweighted terms by name.
        value: the reward.
        success: whether it was solved.
        record: where the record stands that it is about; None where there are no records.
        taken: steps of an episode of several, the first and the last where they are many.
        conversation: what an agent and its model said, of some agents.
    """

    seed: int
    picture: bytes = field(repr=False)
    size_hw: tuple[int, int]
    phrase: str
    target_boxes: NDArray[np.float32]
    answer_boxes: NDArray[np.float32]
    answer_points: NDArray[np.float32]
    reward_terms: dict[str, float]
    value: float
    success: bool
    record: str | None = None
    taken: tuple[Taken, ...] = ()
    conversation: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Played:
    """What came of one episode.

    Attributes:
        seed: ``env.reset(seed=seed)`` starts it again where there are no records.
        record: where the record stands that it is about, such as ``"mine.jsonl:3"``, or None.
        instruction: the words at the last step.
        answer: the last action as numbers, in the environment's own action form; None if none
            could be read.
        why: why it could not be read; "" if it was.
        steps: how many. value: the sum of the rewards. success: whether it was solved.
        terms: unweighted reward terms by name, summed over the steps.
        metrics: by name, at the last step.
        places: of a task that asks for a place on Earth, lonlat in degrees: the ``target``, and the
            ``prediction`` or None where none was read; else empty.
        actions: of every step, as ``answer`` is, and rewards; of an episode of one step, whose they
            are anyway, none.
    """

    seed: int
    record: str | None
    instruction: str
    answer: Any
    why: str
    steps: int
    value: float
    success: bool
    terms: dict[str, float] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    places: dict[str, list[float] | None] = field(default_factory=dict)
    actions: tuple[Any, ...] = ()
    rewards: tuple[float, ...] = ()

    @property
    def every_action(self) -> tuple[Any, ...]:
        """One a step; none where those of an episode of several were not kept."""
        return self.actions or ((self.answer,) if self.steps == 1 else ())


def unread(played: Sequence[Played]) -> tuple[int, str]:
    """Of how many episodes the last answer could not be read; and why, as most of them have it.

    Reasons that differ in numbers alone count as one; the first stands for them.

    >>> unread([])
    (0, '')
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for one in played:
        if one.why:
            alike.setdefault(tuple(re.findall(r"[^\W\d_]{2,}", one.why)), []).append(one.why)
    most = max(alike.values(), key=len, default=[""])
    return sum(map(len, alike.values())), most[0]


def episode_line(
    env: str, agent: str, pictures: str, played: Played, shown: Shown | None
) -> dict[str, Any]:
    """An episode as a JSON object: a line of ``episodes.jsonl``.

    Args:
        env, agent: of whose row it is a part, as tables call them. pictures: as the agent saw them.
        played: what came of it. shown: what it looked like, if that is kept.
    """
    line = {
        "env": env,
        "agent": agent,
        "pictures": pictures,
        "seed": played.seed,
        "record": played.record,
        "instruction": played.instruction,
        "answer": played.answer,
        "steps": played.steps,
        "value": short(played.value),
        "success": played.success,
        "terms": {name: short(value) for name, value in played.terms.items()},
        "metrics": {name: short(value) for name, value in played.metrics.items()},
    }
    if played.actions:
        line["actions"] = list(played.actions)
        line["rewards"] = [short(value) for value in played.rewards]
    if played.places:
        line["places"] = played.places
    if played.why:
        line["why"] = played.why
    if shown is not None:
        line["shown"] = {
            "picture": base64.b64encode(shown.picture).decode("ascii"),
            "size_hw": list(shown.size_hw),
            "phrase": shown.phrase,
            "target_boxes": numbers(shown.target_boxes),
            "answer_boxes": numbers(shown.answer_boxes),
            "answer_points": numbers(shown.answer_points),
            "terms": {name: short(value) for name, value in shown.reward_terms.items()},
            "value": short(shown.value),
        }
        if shown.taken:
            line["shown"]["taken"] = [
                {
                    "step": one.step,
                    "answer": one.answer,
                    "why": one.why,
                    "reward": short(one.reward),
                    "terms": {name: short(value) for name, value in one.terms.items()},
                }
                for one in shown.taken
            ]
        if shown.conversation:
            line["shown"]["conversation"] = conversation.as_json(shown.conversation)
    return line


def read_episode(line: dict[str, Any]) -> tuple[Played, Shown | None]:
    """The episode of a line that `episode_line` made.

    Raises:
        ValueError: it is not such a line.
    """
    try:
        played = Played(
            int(line["seed"]),
            None if line["record"] is None else str(line["record"]),
            str(line["instruction"]),
            line["answer"],
            str(line.get("why", "")),
            int(line["steps"]),
            float(line["value"]),
            bool(line["success"]),
            _values(line["terms"]),
            _values(line["metrics"]),
            {str(k): _lonlat(place) for k, place in line.get("places", {}).items()},
            tuple(line.get("actions", ())),
            tuple(float(value) for value in line.get("rewards", ())),
        )
        kept = line.get("shown")
        return played, None if kept is None else _shown(kept, played)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no episode of a benchmark: {type(error).__name__} {error}") from None


def numbers(values: Any) -> Any:
    """An array as nested lists, its 32-bit floats as short as they can be read back exactly.

    >>> numbers(np.float32([[0.5, 2.0]]))
    [[0.5, 2.0]]
    """
    array = np.asarray(values)
    if array.dtype == np.float32:
        flat = [short(float(value)) for value in array.ravel()]
        return np.array(flat, object).reshape(array.shape).tolist()
    return array.tolist()


def short(value: float) -> float | None:
    """Nine digits, by which a 32-bit float is told from every other; None for what is no number."""
    return float(f"{value:.9g}") if math.isfinite(value) else None


def _values(terms: dict[str, Any]) -> dict[str, float]:
    return {str(k): math.nan if v is None else float(v) for k, v in terms.items()}


def _lonlat(place: Any) -> list[float] | None:
    if place is None:
        return None
    lon, lat = place
    return [float(lon), float(lat)]


def _shown(kept: dict[str, Any], played: Played) -> Shown:
    height, width = (int(side) for side in kept["size_hw"])
    return Shown(
        seed=played.seed,
        picture=base64.b64decode(kept["picture"], validate=True),
        size_hw=(height, width),
        phrase=str(kept["phrase"]),
        target_boxes=np.array(kept["target_boxes"], np.float32).reshape(-1, 4),
        answer_boxes=np.array(kept["answer_boxes"], np.float32).reshape(-1, 4),
        answer_points=np.array(kept["answer_points"], np.float32).reshape(-1, 2),
        reward_terms=_values(kept["terms"]),
        value=float(kept["value"]),
        success=played.success,
        record=played.record,
        taken=tuple(
            Taken(
                int(one["step"]),
                one["answer"],
                str(one["why"]),
                float(one["reward"]),
                _values(one["terms"]),
            )
            for one in kept.get("taken", ())
        ),
        conversation=conversation.of_json(kept.get("conversation", ())),
    )
