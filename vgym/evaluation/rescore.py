"""A saved run paid anew: its actions are played once more, with another reward.

An episode is a function of its id, settings, split and seed, or of its record; with the actions of
every step, which ``episodes.jsonl`` holds, the same comes of it again. It is checked that it does:
successes and steps must be those that were saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gymnasium
import numpy as np

from vgym.core.action_check import NoAnswer
from vgym.evaluation.blocks import BLOCK
from vgym.evaluation.episode_table import Effort
from vgym.evaluation.episodes import Shown
from vgym.evaluation.results import Row, summarise
from vgym.evaluation.runner import playable_records, run


class CannotReplay(ValueError):
    """A row's episodes do not come out as they were saved, or were not saved whole; says why."""


@dataclass
class _Again:
    """Does what was done, by the seed and the step of each row."""

    name: str
    settings: dict[str, Any]
    actions: dict[int, Sequence[Any]] = field(default_factory=dict)

    def reset(self, seed: int) -> None:
        """Nothing to choose."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The action that each row's episode was answered with at this step."""
        done = []
        for seed, _, step in envs.unwrapped.moments.tolist():
            actions = self.actions[seed]
            if step >= len(actions):
                raise CannotReplay(f"episode {seed} goes on after its {len(actions)} saved steps")
            given = actions[step]
            done.append(given if isinstance(given, str | NoAnswer) else np.asarray(given))
        return done


def misfit(row: Row, recipe: str) -> str:
    """Why a recipe cannot pay a row's environment; "" if it can."""
    try:
        gymnasium.make_vec(row.id, num_envs=1, split=row.split, **_settings(row, recipe)).close()
    except ValueError as refusal:
        return str(refusal)
    return ""


def rescored(row: Row, recipe: str, progress: Callable[[int, int], None] | None = None) -> Row:
    """The row as the recipe would have paid it.

    Args:
        row: with its episodes.
        recipe: of rewards, one that fits, see `misfit`; ``"dense"`` is the environment's own.
        progress: see `vgym.evaluation.runner.run`.

    Raises:
        CannotReplay: see there.
    """
    for why in _lacks(row):
        raise CannotReplay(why)
    again = _Again(row.agent, row.agent_settings)
    for one in row.played:
        actions = [NoAnswer() if given is None else given for given in one.every_action]
        if one.why:
            actions[-1] = NoAnswer(one.why)
        again.actions[one.seed] = actions
    table = run(
        row.id,
        again,
        len(row.played),
        seed=row.seed,
        split=row.split,
        num_envs=BLOCK,
        settings=_settings(row, recipe),
        pictures=row.pictures,
        progress=progress,
        records=_records(row),
        warm_up=False,
    )
    for before, after in zip(row.played, table.played, strict=True):
        if (before.success, before.steps, before.record) != (
            after.success,
            after.steps,
            after.record,
        ):
            raise CannotReplay(
                f"episode {before.seed} came to success={before.success} in {before.steps} steps, "
                f"and comes to {after.success} in {after.steps} now: it was played by vgym "
                f"{row.versions.get('vgym')}, or its data has changed"
            )
    table = replace(
        table,
        gallery=tuple(_with_talk(table.gallery, row.gallery)),
        effort=Effort(table.effort.steps, table.effort.seconds, row.thought_s, row.usage),
    )
    return summarise(
        table,
        env=row.env,
        id=row.id,
        agent=row.agent,
        seed=row.seed,
        split=row.split,
        settings=row.settings if recipe == "dense" else {**row.settings, "reward": recipe},
        asked=row.asked,
        pictures=row.pictures,
        agent_settings=row.agent_settings,
    )


def _settings(row: Row, recipe: str) -> dict[str, Any]:
    return {**row.settings, "reward": recipe}


def _lacks(row: Row) -> Iterator[str]:
    """What is missing to play a row again."""
    if not row.whole:
        yield "its episodes are not all there (episodes.jsonl)"
    elif not all(len(one.every_action) == one.steps for one in row.played):
        yield "it was saved without the actions of each step; play it anew"
    elif gymnasium.spec(row.id).kwargs.get("task") is None:
        yield "it is no environment of vgym's own, and cannot be played again to the same end"


def _records(row: Row) -> list[tuple[int, str]] | None:
    """The records that were played, with their numbers."""
    envs = gymnasium.make_vec(row.id, num_envs=1, split=row.split, **row.settings)
    try:
        found = playable_records(envs, row.asked)
    finally:
        envs.close()
    if found is None:
        return None
    if [place for _, place in found] != [one.record for one in row.played]:
        raise CannotReplay("the records of its source are others than those that were played")
    return found


def _with_talk(gallery: Sequence[Shown], before: Sequence[Shown]) -> Iterator[Shown]:
    """What is shown, with what was said when it was played first."""
    said = {one.seed: one.conversation for one in before}
    for one in gallery:
        yield replace(one, conversation=said.get(one.seed, ()))
