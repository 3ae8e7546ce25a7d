"""An episode is a function of its seed: the same again, in any row, alone, from a saved moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from gymnasium.vector import AutoresetMode

from vgym.core.action_check import NoAnswer, check_actions
from vgym.evaluation.contract.candidate import Candidate, copied
from vgym.evaluation.contract.differing import differing, row_of_each

ROWS = 4
STEPS = 4


def seeds(candidate: Candidate) -> Iterator[str]:
    """One seed gives one episode, whatever was played before; other seeds give others."""
    envs = candidate.batch(ROWS)
    order = [7, 8, 9, 10]
    first = trace(envs, order)
    for what, again in (
        ("reset once more", trace(envs, order)),
        ("made anew", trace(candidate.batch(ROWS), order)),
    ):
        yield from _told(differing(first, again), f"seeds {order} {what} play otherwise")
    turned = trace(envs, order[::-1])
    for row in range(ROWS):
        there = row_of_each(turned, ROWS - 1 - row)
        found = list(differing(row_of_each(first, row), there))
        if found:
            yield f"seed {order[row]} plays otherwise in another row: {', '.join(found[:3])}"
            break
    many = candidate.batch(16)
    observed, _ = many.reset(seed=0)
    said = many.instructions()
    shown = [observed["image"][i].tobytes() + said[i].encode() for i in range(16)]
    if len(set(shown)) == 1:
        yield "16 seeds show one picture and one instruction; draw from the keys"


def rows_alone(candidate: Candidate) -> Iterator[str]:
    """Row i of a batch is the single environment of its seed, step by step."""
    envs = candidate.batch(3, AutoresetMode.SAME_STEP)
    observed, _ = envs.reset(seed=30)
    envs.action_space.seed(3)
    played = []
    for _ in range(STEPS):
        actions = envs.action_space.sample()
        played.append((actions, envs.step(actions)))
    for i in (1, 2):
        env = candidate.env()
        single, _ = env.reset(seed=30 + i)
        yield from _told(differing(single, row_of_each(observed, i)), f"reset of row {i}")
        for actions, (after, reward, terminated, truncated, _) in played:
            single, value, over, cut, _ = env.step(actions[i])
            if (np.float32(value), over, cut) != (reward[i], terminated[i], truncated[i]):
                yield (
                    f"row {i} was paid {reward[i]:g} and ended {(terminated[i], truncated[i])}, "
                    f"alone {value:g} and {(over, cut)}"
                )
                break
            if over or cut:
                single, _ = env.reset()
            found = list(differing(single, row_of_each(after, i)))
            if found:
                yield f"row {i} sees another {', '.join(found)} than alone"
                break


def saving(candidate: Candidate) -> Iterator[str]:
    """A saved moment goes on exactly the same, in another process too: all is in the state."""
    envs = candidate.batch(ROWS, AutoresetMode.SAME_STEP)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    actions = [envs.action_space.sample() for _ in range(STEPS)]
    envs.step(actions[0])
    saved = envs.state_dict()
    tail = [envs.step(action)[:4] for action in actions[1:]]
    for what, other in (
        ("here", envs),
        ("elsewhere", candidate.batch(ROWS, AutoresetMode.SAME_STEP)),
    ):
        other.load_state_dict(saved)
        again = [other.step(action)[:4] for action in actions[1:]]
        yield from _told(differing(tail, again), f"a state_dict loaded {what} goes on otherwise")


def silence(candidate: Candidate) -> Iterator[str]:
    """A row without an answer is not moved by what stands in its place, and harms no other."""
    envs = candidate.begun(3)
    actions = envs.oracle()  # so that the others have something to lose
    others = [row if i else NoAnswer("asked") for i, row in enumerate(actions)]
    moved = envs.step(actions)
    envs.reset(seed=0)
    before = copied(envs.state)
    silent = envs.step(others)
    info = silent[4]
    if info["parse_error"][0] is not None and "asked" not in np.ravel(info["parse_error"][0]):
        yield "info['parse_error'] does not say why there was no answer"
    if envs.facts["format_ok"][0].any():
        yield "the fact 'format_ok' is True in a row that gave no answer"
    for row in (1, 2):
        found = differing(
            [row_of_each(part, row) for part in moved[:4]],
            [row_of_each(part, row) for part in silent[:4]],
        )
        yield from _told(found, f"row {row} changes by the silence of row 0")
    task = envs.task
    unread = torch.ones((3, len(task.agents)) if task.agents else 3, dtype=torch.bool)
    values = [envs.action_space.sample() for _ in range(2)]
    paid = []
    for value in values:
        checked = check_actions(value, task.action_space, 3, task.device, agents=len(task.agents))
        outcome = task.step(copied(before), checked.values, unread.to(task.device))
        paid.append([outcome.reward, outcome.terminated, outcome.success])
    yield from _told(
        differing(paid[0], paid[1]), "what stands in the place of no answer changes the outcome"
    )


def trace(envs: Any, seeds: list[int]) -> dict[str, Any]:
    """All that is seen of a batch: the start, the oracle's answer, and some random steps."""
    observed, _ = envs.reset(seed=list(seeds))
    seen: dict[str, Any] = {
        "observation": observed,
        "instruction": envs.instructions(),
        "oracle": envs.oracle(),
    }
    space = envs.single_action_space
    for step in range(STEPS):
        space.seed(step)
        action = space.sample()  # the same in every row
        observed, reward, terminated, truncated, _ = envs.step(np.stack([action] * envs.num_envs))
        seen[f"step {step}"] = {"observation": observed, "reward": reward, "ended": terminated}
        if (terminated | truncated).any():
            break
    return seen


def _told(found: Iterator[str], what: str) -> Iterator[str]:
    paths = list(found)
    if paths:
        yield f"{what}: {', '.join(paths[:3])}" + (", ..." if len(paths) > 3 else "")
