"""Who remembers no trial: tries one spot after another, as if each trial were the first."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from vgym.envs.navigation.mazes.types import NAMES, PARADIGMS, SPOTS, MazeState


def next_untried(state: MazeState, here: Tensor, memory: dict[str, Any]) -> Tensor:
    """(B,) int64 the spot to go to next: the first that has not been tried in this trial.

    What is to be seen is seen: in `dnms` it goes to the panel that is lit, and to the first of two.

    Args:
        state: of B rows. here: (B,) int64 on which spot each is, -1 for none.
        memory: empty at first: of the trial, ``tried`` (B, SPOTS) and its number; ``pressed``,
            (B,) whether the last step pressed a lever, is the caller's to write.
    """
    device = state.trial.device
    if not memory:
        memory["tried"] = torch.zeros(len(here), SPOTS, dtype=torch.bool, device=device)
        memory["trial"] = torch.full_like(state.trial, -1)
        memory["pressed"] = torch.zeros(len(here), dtype=torch.bool, device=device)
    same = (state.trial == memory["trial"]) & (state.trial_steps > 0)
    operant, dnms, cpp = (
        state.paradigm == NAMES.index(name) for name in ("operant", "dnms", "cpp")
    )
    # A lever has been tried that was pressed and brought no food; any other place by being there.
    seen = (here >= 0) & (~operant | (memory["pressed"] & (state.phase == 0)))
    spot = torch.arange(SPOTS, device=device)
    memory["tried"] = memory["tried"] & same[:, None] | seen[:, None] & (here[:, None] == spot)
    memory["trial"] = state.trial.clone()
    count = torch.tensor([p.spots for p in PARADIGMS], device=device)[state.paradigm]
    wanted = (~memory["tried"] & (spot < count[:, None])).to(torch.int8).argmax(1)
    shown = dnms & (state.phase == 0)
    return torch.where(shown, state.hidden, torch.where(dnms | cpp, 0, wanted))
