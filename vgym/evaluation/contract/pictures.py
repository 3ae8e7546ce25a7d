"""Pictures: every pixel of the rows that are asked for, and no other; shown as the state is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from vgym.core.task import Picture
from vgym.evaluation.contract.candidate import Candidate
from vgym.evaluation.contract.differing import differing

ROWS = 4


def pixels(candidate: Candidate) -> Iterator[str]:
    """Drawing writes every pixel of the rows asked for, and of no other."""
    envs = candidate.begun(ROWS)
    envs.step(envs.oracle())
    for name, picture in envs.task.pictures.items():
        yield from badly_drawn(name, picture, envs.state, envs.task.device)


def badly_drawn(name: str, picture: Picture, state: Any, device: torch.device) -> Iterator[str]:
    """What is wrong with how one picture of a state of `ROWS` rows is drawn.

    Pictures are drawn into memory that holds anything: nothing of it may be seen.
    """
    dark, light = (_drawn(picture, state, device, dirt) for dirt in (0, 255))
    unwritten = (dark != light).any(-1)
    if unwritten.any():
        yield (
            f"{name!r}: {int(unwritten.sum())} of {unwritten.numel()} pixels are not written; "
            "what was there before is anything"
        )
        return
    rows = torch.tensor([2, 0], device=device)
    some = _drawn(picture, state, device, 7, rows)
    if not torch.equal(some[rows], dark[rows]):
        yield f"{name!r}: rows [2, 0] drawn alone are not what they are when all are drawn"
    if not (some[[1, 3]] == 7).all():
        yield f"{name!r}: rows [2, 0] were to be drawn, and others were written"


def up_to_date(candidate: Candidate) -> Iterator[str]:
    """What is observed after a step is the picture of the state, not an earlier one."""
    envs = candidate.begun(ROWS)
    for step in range(3):
        observed = envs.step(envs.action_space.sample() if step else envs.oracle())[0]
        stale = list(differing(observed, envs.observe()))
        if stale:
            yield (
                f"after a step {', '.join(stale)} differs from the state drawn anew; say so in "
                "picture_changed (or further_changed)"
            )
            return
        if envs.done.any():
            envs.reset(seed=step)


def _drawn(
    picture: Picture, state: Any, device: torch.device, dirt: int, rows: Tensor | None = None
) -> Tensor:
    images = torch.full((ROWS, *picture.shape), dirt, dtype=torch.uint8, device=device)
    picture.draw(state, images, rows)
    return images
