"""What an answered place comes to in words: names of the truth and of the guess, and a hint."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.task import Facts
from vgym.data import earth
from vgym.geometry.sphere import great_circle_distance


def place_words(facts: Facts) -> dict[str, Any]:
    """The country of the place, and where the truth and the guess lie.

    Args:
        facts: of `place_facts`, k rows.

    Returns:
        Arrays (k,) of objects: ``country``, None at sea; under ``truth`` and ``guess`` each
        ``lonlat``, None where there is none, and ``chain``: continent, country, region and city.
    """
    both = _told(torch.cat([facts["target_lonlat"], facts["prediction_lonlat"]]))
    rows = len(facts["target_lonlat"])
    truth, guess = (
        {name: told[part] for name, told in both.items()}
        for part in (slice(0, rows), slice(rows, None))
    )
    country = np.array([chain[1] for chain in truth["chain"]], np.object_)
    return {"country": country, "truth": truth, "guess": guess}


def latitude_first(facts: Facts, success_km: float) -> list[str]:
    """For each row what the swapped answer would have come to, where that is right and the answer
    is not; else ""."""
    answer, place = facts["prediction_lonlat"].cpu(), facts["target_lonlat"].cpu()
    swapped = answer.flip(1)
    legal = swapped.isfinite().all(1) & (swapped[:, 1].abs() <= 90)
    away = great_circle_distance(torch.where(legal[:, None], swapped, 0.0), place) / 1000
    right = legal & (away <= success_km) & ~facts["success"].cpu()
    return [
        f"{km:.0f} km away as latitude, longitude" if would else ""
        for km, would in zip(away.tolist(), right.tolist(), strict=True)
    ]


def _told(lonlat: Tensor) -> dict[str, NDArray[np.object_]]:
    """Places (k, 2) and their chains."""
    numbers = lonlat.cpu().numpy()
    there = np.isfinite(numbers).all(1)
    words = earth.chain_words(earth.chain_of(np.where(there[:, None], numbers, 0.0)).codes)
    words[~there] = None
    places = _tuples(numbers)
    places[~there] = None
    return {"lonlat": places, "chain": _tuples(words)}


def _tuples(rows: NDArray[Any]) -> NDArray[np.object_]:
    """(k,) the rows of an array, each one object."""
    found = np.empty(len(rows), np.object_)
    found[:] = [tuple(row) for row in rows.tolist()]
    return found
