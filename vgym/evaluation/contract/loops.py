"""What Gymnasium itself asks of an environment."""

from __future__ import annotations

from collections.abc import Iterator

from gymnasium.utils.env_checker import check_env

from vgym.evaluation.contract.candidate import Candidate


def checker(candidate: Candidate) -> Iterator[str]:
    """Gymnasium's own checker passes, and observations lie in their space."""
    check_env(candidate.env().unwrapped)
    envs = candidate.batch(2)
    for observed, _ in (envs.reset(seed=0), envs.reset()):
        if observed not in envs.observation_space:
            yield "an observation of a batch is not in its space"
