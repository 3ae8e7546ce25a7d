"""Play an agent for an exact number of episodes, in a batch.

Episode j is the first one of seed ``seed + j``: what ``env.reset(seed=seed + j)`` starts. So the
same episodes are played whatever the batch size, however long each takes, and any of them can be
looked at again alone. To that end the batch runs with autoreset disabled, and a row that has ended
is reset with the next seed that nobody has played yet.

A source with records is finite: there episode j is about record j, and each is played once. The
seed then decides only what the agent and the dynamics draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.core.action_check import NoAnswer
from vgym.core.config import choice
from vgym.evaluation.agent import Agent, code_of, usage_of
from vgym.evaluation.answers import act, refusals_named
from vgym.evaluation.conversation import CONVERSATIONS, Said, kept
from vgym.evaluation.episode_table import Effort, EpisodeTable
from vgym.evaluation.episodes import Played, Shown, Taken, numbers
from vgym.evaluation.picture import encode_picture
from vgym.evaluation.pictures import PICTURES, SHOWN, in_place_of
from vgym.registration import row_of

GALLERY = 6  # episodes kept with their picture, the first ones
MOST_TAKEN = 40  # steps of a kept episode that are told one by one: the first and the last of them

Progress = Callable[[int, int], None]  # called with how many more episodes are done, and of all


def run(
    env_id: str,
    agent: Agent,
    episodes: int,
    *,
    seed: int = 0,
    split: str | None = None,
    num_envs: int = 32,
    settings: Mapping[str, Any] | None = None,
    pictures: str = SHOWN,
    progress: Progress | None = None,
    first: int = 0,
    records: Sequence[tuple[int, str]] | None = None,
    warm_up: bool = True,
) -> EpisodeTable:
    """Play ``episodes`` episodes of an id, or all records of its source if those are fewer.

    A record whose picture is damaged or gone is left out, and a warning names it.

    Args:
        env_id: a registered id.
        agent: is reset with ``seed`` first.
        episodes: how many, at least 1.
        seed: episode j has seed ``seed + j``.
        split: ``"train"``, ``"val"`` or ``"test"``; by default the first that the id has.
        num_envs: the batch size; it changes the speed alone.
        settings: further keywords of the environment.
        pictures: ``"shown"`` as they are; ``"masked"`` or ``"perturbed"`` for the agent alone, see
            :mod:`vgym.evaluation.pictures`.
        progress: called with the number of episodes that have just ended, and of all.
        first: the number j of the first episode, so that a long run can be played in parts.
        records: one of the source for each episode, as of `playable_records`; by default its first.
        warm_up: whether an untimed step comes first, so that compiling and the filling of caches
            are not measured.

    Raises:
        ValueError: a bad number, settings that the environment refuses, or no record to be played.
        AgentError: the agent's answers can be used for nothing; `AgentRaised` where its own code
            raised.
    """
    if episodes < 1 or num_envs < 1:
        raise ValueError(f"episodes={episodes} and num_envs={num_envs} must be at least 1")
    choice("pictures", pictures, PICTURES)

    def batch(rows: int) -> Any:
        return gymnasium.make_vec(
            env_id,
            num_envs=rows,
            autoreset_mode=AutoresetMode.DISABLED,
            split=split or row_of(env_id).family.splits[0],
            **{**dict(settings or {}), **getattr(agent, "settings", {})},
        )

    envs = batch(min(num_envs, episodes))
    if records is None:
        records = playable_records(envs, episodes)
    if records is not None:
        episodes = min(episodes, len(records))
        if envs.num_envs > episodes:  # no row is to be asked for nothing
            envs.close()
            envs = batch(episodes)
    try:
        with code_of(agent.name):
            agent.reset(seed)
        going = _Run(envs, agent, episodes, seed + first, pictures, progress, records, first)
        if warm_up:
            going.warm_up()
        return going.play()
    finally:
        envs.close()


def records_of(envs: Any) -> Sequence[str] | None:
    """Where the records of a batch's source stand; None for one that has none."""
    task = getattr(envs.unwrapped, "task", None)
    found: Sequence[str] | None = getattr(task, "records", None)
    return found


def playable_records(envs: Any, most: int) -> list[tuple[int, str]] | None:
    """The first records of a batch's source that can be played: the number of each, and its place.

    Args:
        envs: the batch. most: how many at most; no more pictures are read than need be.

    Returns:
        None for a source that has no records.

    Raises:
        ValueError: none of them can be played.
    """
    records = records_of(envs)
    if records is None:
        return None
    found: list[tuple[int, str]] = []
    for start in range(0, len(records), most):
        numbers = np.arange(start, min(start + most, len(records)))
        playable = numbers[envs.unwrapped.task.playable(numbers)].tolist()
        found += [(number, records[number]) for number in playable]
        if len(found) >= most:
            break
    if not found:
        raise ValueError(f"the pictures of all {len(records)} records are damaged or gone")
    return found[:most]


@dataclass
class _Run:
    """The loop's working memory."""

    envs: Any
    agent: Agent
    episodes: int
    seed: int
    pictures: str
    progress: Progress | None
    records: Sequence[tuple[int, str]] | None = None  # each episode's: number in the source, place
    first: int = 0  # the number of the first episode in the whole
    begun: int = 0
    steps: int = 0
    seconds: float = 0.0
    thought_s: float = 0.0
    metrics: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    terms: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    gallery: dict[int, Shown] = field(default_factory=dict)
    places: dict[int, dict[str, list[float] | None]] = field(default_factory=dict)
    taken: dict[int, list[Taken]] = field(default_factory=dict)

    def play(self) -> EpisodeTable:
        n, rows = self.episodes, self.envs.num_envs
        self.success = np.zeros(n, np.bool_)
        self.returns = np.zeros(n, np.float32)
        self.lengths = np.zeros(n, np.int64)
        self.said: list[tuple[str, Any, str]] = [("", None, "")] * n  # words, answer, why none
        self.actions: list[list[Any]] = [[] for _ in range(n)]
        self.rewards: list[list[float]] = [[] for _ in range(n)]
        used = usage_of(self.agent)
        # Which episode each row plays; -1 for a row that only fills the batch.
        self.playing = np.full(rows, -1, np.int64)
        observation = self._begin(np.ones(rows, np.bool_))
        ended = 0
        while ended < n:
            instructions = self.envs.unwrapped.instructions()
            seen = self._seen(observation)
            start = time.perf_counter()
            actions = act(self.agent, seen, instructions, self.envs)
            self.thought_s += time.perf_counter() - start
            with refusals_named(self.agent, actions, self.envs):
                stepped = self._timed(self.envs.step, actions)
            after, reward, terminated, truncated, info = stepped
            done = as_array(terminated) | as_array(truncated)
            self._note(seen, instructions, actions, as_array(reward), done, info)
            newly = int((done & (self.playing >= 0)).sum())
            ended += newly
            if newly and self.progress is not None:
                self.progress(newly, n)
            observation = self._begin(done) if done.any() and ended < n else after
        usage = {name: value - used.get(name, 0) for name, value in usage_of(self.agent).items()}
        return EpisodeTable(
            tuple(map(self._played, range(n))),
            tuple(self.gallery[j] for j in sorted(self.gallery)),
            Effort(self.steps, self.seconds, self.thought_s, usage),
        )

    def _seen(self, observation: dict[str, Any]) -> dict[str, Any]:
        """The observation as the agent is to see it."""
        which = np.maximum(self.playing, 0)  # rows that only fill the batch may see anything
        seeds, steps = self.seed + which, self.lengths[which]
        space = self.envs.single_observation_space
        return in_place_of(self.pictures, observation, space, seeds, steps)

    def warm_up(self) -> None:
        """One untimed step, so that compiling and the filling of caches are not measured."""
        self.envs.reset(seed=self.seed)
        self.envs.action_space.seed(self.seed)
        self.envs.step(self.envs.action_space.sample())

    def _timed(self, call: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        start = time.perf_counter()
        result = call(*args, **keywords)
        self.seconds += time.perf_counter() - start
        return result

    def _begin(self, mask: NDArray[np.bool_]) -> Any:
        """Give the rows of the mask the next episodes; those beyond the last only fill up."""
        seeds: list[int | None] = [None] * len(mask)
        for row in np.flatnonzero(mask).tolist():
            fresh = self.begun < self.episodes
            self.playing[row] = self.begun if fresh else -1
            seeds[row] = self.seed + self.begun if fresh else self.seed
            self.begun += fresh
        options: dict[str, Any] = {"reset_mask": mask}
        if self.records is not None:
            options["record"] = [self.records[max(n, 0)][0] for n in self.playing.tolist()]
        observation, _ = self._timed(self.envs.reset, seed=seeds, options=options)
        return observation

    def _note(
        self,
        observation: dict[str, Any],
        instructions: list[str],
        actions: Any,
        reward: NDArray[np.float32],
        done: NDArray[np.bool_],
        info: dict[str, Any],
    ) -> None:
        """Write down what the step came to."""
        active = self.playing >= 0
        which = self.playing[active]
        self.returns[which] += reward[active]
        self.lengths[which] += 1
        self.steps += int(active.sum())
        terms = {name: as_array(term) for name, term in shown_terms(info).items()}
        for name, term in terms.items():
            column = self.terms.setdefault(name, np.zeros(self.episodes))
            column[which] += term[active]
        for row in np.flatnonzero(active).tolist():
            self._note_answer(row, actions[row], float(reward[row]), terms)
        rows = np.flatnonzero(active & done)
        if len(rows) == 0:
            return
        self.success[self.playing[rows]] = as_array(info["success"])[rows]
        for name in metric_names(info):
            values = self.metrics.setdefault(name, np.zeros(self.episodes, np.float32))
            values[self.playing[rows]] = as_array(info[name])[rows]
        self._note_places(rows)
        for row in rows.tolist():
            number, given = int(self.playing[row]), actions[row]
            why = given.why if isinstance(given, NoAnswer) else ""
            self.said[number] = (instructions[row], self.actions[number][-1], why)
            if self.first + number < GALLERY:
                self._keep(row, observation, instructions[row], float(reward[row]), info)

    def _note_answer(
        self, row: int, given: Any, reward: float, terms: Mapping[str, NDArray[Any]]
    ) -> None:
        """Write down what a row answered and earned, of the first episodes step by step."""
        number = int(self.playing[row])
        unread = isinstance(given, NoAnswer)
        self.actions[number].append(None if unread else numbers(as_array(given)))
        self.rewards[number].append(reward)
        if self.first + number >= GALLERY:
            return
        taken = self.taken.setdefault(number, [])
        taken.append(
            Taken(
                len(self.actions[number]) - 1,
                self.actions[number][-1],
                given.why if unread else "",
                reward,
                {name: float(term[row]) for name, term in terms.items()},
            )
        )
        if len(taken) > MOST_TAKEN:
            del taken[MOST_TAKEN // 2]

    def _note_places(self, rows: NDArray[np.int64]) -> None:
        """Keep the places on Earth that were asked for and answered, of tasks that state them."""
        facts = getattr(self.envs.unwrapped, "facts", None) or {}
        if "target_lonlat" not in facts or "prediction_lonlat" not in facts:
            return
        true, answered = (
            as_array(facts[f"{name}_lonlat"])[rows] for name in ("target", "prediction")
        )
        read = np.isfinite(answered).all(1)
        each = zip(self.playing[rows].tolist(), true.tolist(), answered.tolist(), read, strict=True)
        for number, place, guess, there in each:
            self.places[number] = {"target": place, "prediction": guess if there else None}

    def _keep(
        self, row: int, observation: dict[str, Any], phrase: str, value: float, info: dict[str, Any]
    ) -> None:
        picture = as_array(observation["image"][row])
        number = int(self.playing[row])
        self.gallery[number] = Shown(
            seed=self.seed + number,
            picture=encode_picture(picture),
            size_hw=(picture.shape[0], picture.shape[1]),
            phrase=phrase,
            **_shapes(self.envs.unwrapped, row),
            reward_terms={
                name: float(as_array(term)[row]) for name, term in shown_terms(info).items()
            },
            value=value,
            success=bool(as_array(info["success"])[row]),
            record=self._record(number),
            taken=tuple(self.taken.pop(number)) if self.lengths[number] > 1 else (),
            conversation=self._conversation(row, number),
        )

    def _conversation(self, row: int, number: int) -> tuple[Said, ...]:
        """What a row's agent and model said to each other, of the very first episodes."""
        transcript = getattr(self.agent, "transcript", None)
        if transcript is None or self.first + number >= CONVERSATIONS:
            return ()
        with code_of(self.agent.name):
            return kept(transcript(row))

    def _record(self, number: int) -> str | None:
        """Where the record stands that an episode is about."""
        return None if self.records is None else self.records[number][1]

    def _played(self, number: int) -> Played:
        """What came of an episode."""
        words, answer, why = self.said[number]
        return Played(
            seed=self.seed + number,
            record=self._record(number),
            instruction=words,
            answer=answer,
            why=why,
            steps=int(self.lengths[number]),
            value=float(self.returns[number]),
            success=bool(self.success[number]),
            terms={name: float(column[number]) for name, column in self.terms.items()},
            metrics={name: float(column[number]) for name, column in self.metrics.items()},
            places=self.places.get(number, {}),
            **self._every_step(number),
        )

    def _every_step(self, number: int) -> dict[str, Any]:
        if self.lengths[number] == 1:
            return {}
        return {"actions": tuple(self.actions[number]), "rewards": tuple(self.rewards[number])}


def shown_terms(info: Mapping[str, Any]) -> dict[str, Any]:
    """The reward terms of a batched step info by name, (B,) each, without their masks."""
    return {k: v for k, v in info["reward_terms"].items() if not k.startswith("_")}


def metric_names(info: Mapping[str, Any]) -> list[str]:
    """The task's metrics in a batched step info: one number a row, with a mask."""
    reserved = {"success", "reward_terms", "view", "parse_error", "final_obs", "final_info"}
    return [
        name
        for name, value in info.items()
        if f"_{name}" in info and name not in reserved and _is_number_a_row(as_array(value))
    ]


def _is_number_a_row(values: NDArray[Any]) -> bool:
    return values.ndim == 1 and values.dtype.kind in "biuf"


def as_array(value: Any) -> NDArray[Any]:
    """An array of what a batch returned, on the CPU."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    return np.asarray(value)


def _shapes(batch: Any, row: int) -> dict[str, NDArray[np.float32]]:
    """Target and answer of one row after its step, from its facts; empty without any."""
    facts = getattr(batch, "facts", None) or {}

    def shapes(name: str, mask: str, numbers: int) -> NDArray[np.float32]:
        if name not in facts:
            return np.zeros((0, numbers), np.float32)
        found = as_array(facts[name][row]).astype(np.float32)
        return found[as_array(facts[mask][row])] if mask in facts else found

    return {
        "target_boxes": shapes("target_boxes", "target_mask", 4),
        "answer_boxes": shapes("prediction_boxes", "prediction_mask", 4),
        "answer_points": shapes("prediction_points", "prediction_points_mask", 2),
    }
