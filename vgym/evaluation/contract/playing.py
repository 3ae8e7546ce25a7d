"""Whether an episode can be solved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from vgym.evaluation.contract.candidate import Candidate

ROWS = 16
MOST_STEPS = 1000
SHARE = 0.99  # of episodes that the oracle must solve


def oracle(candidate: Candidate) -> Iterator[str]:
    """The oracle answers in the action space, and solves."""
    envs = candidate.begun(ROWS)
    answer = envs.oracle()
    for row in range(ROWS):
        if np.asarray(answer)[row] not in envs.single_action_space:
            space = envs.single_action_space
            yield f"the oracle answers {answer[row]!r} in row {row}, not in {space}"
            return
    solved = played(envs)
    if solved.mean() < SHARE:
        yield (
            f"the oracle solves {int(solved.sum())} of {ROWS} episodes; not seeds "
            f"{np.flatnonzero(~solved)[:6].tolist()}"
        )


def played(envs: Any) -> Any:
    """Whether the oracle solved the episode of each row, (B,) bool."""
    success = np.zeros(envs.num_envs, np.bool_)
    done = success.copy()
    for _ in range(MOST_STEPS):
        _, _, terminated, truncated, info = envs.step(envs.oracle())
        ended = np.asarray(terminated | truncated)
        success |= ended & ~done & np.asarray(info["success"]).reshape(len(done), -1).all(1)
        done |= ended
        if done.all():
            break
        if ended.any():
            envs.reset(options={"reset_mask": ended})
    return success
