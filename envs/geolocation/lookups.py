"""Looking places up by name: what a query finds, and whether it tells the answer itself.

A query is a name of the gazetteer, and said by its number there, the most populous place first:
whoever writes text to numbers knows the number of a name by `Gazetteer.named`.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.data import earth
from vgym.data.earth.gazetteer import leaks
from vgym.envs.geolocation.moves import LOOKUP, Move
from vgym.envs.geolocation.types import FOUND, State


def look_up(state: State, move: Move, acts: Tensor) -> None:
    """Write down what the lookups of this turn find.

    Args:
        state: of B rows. move: theirs. acts: (B,) bool, the rows that move at all.
    """
    asks = acts & (move.kind == LOOKUP)
    rows = asks.nonzero()[:, 0]
    if not len(rows):
        return
    asked = move.name[rows]
    gazetteer = earth.gazetteer()
    found = gazetteer.search(gazetteer.name[asked.cpu().numpy()].tolist(), FOUND)
    state.found[rows] = torch.from_numpy(found).to(asked.device)
    last = state.queries.shape[1] - 1
    state.queries[rows, state.lookups[rows].clamp(max=last)] = asked
    state.lookups[rows] += 1


def results(state: State) -> Tensor:
    """(B, FOUND, 3) float32 longitude, latitude, and 1 where there is a place; 0 else."""
    there = state.found >= 0
    lonlat = earth.gazetteer().lonlat[state.found.clamp(min=0).cpu().numpy()]
    places = torch.cat((torch.from_numpy(lonlat).to(there.device), there[..., None]), -1)
    return torch.where(there[..., None], places, 0.0).float()


def leaked_queries(state: State) -> Tensor:
    """(B,) int64 how many names were looked up that tell the answer: its country's, its region's
    or its town's, each counted once."""
    leaked = torch.zeros_like(state.lookups)
    rows = (state.queries >= 0).any(1).nonzero()[:, 0]
    if not len(rows):
        return leaked
    queries, names = state.queries[rows].cpu().numpy(), earth.gazetteer().name
    words = earth.chain_words(state.chain[rows].cpu().numpy())
    counted = [
        sum(leaks(names[number], answer) for number in set(asked[asked >= 0].tolist()))
        for asked, answer in zip(queries, words[:, 1:], strict=True)  # over those who asked
    ]
    leaked[rows] = torch.from_numpy(np.array(counted, np.int64)).to(leaked.device)
    return leaked
