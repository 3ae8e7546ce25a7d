"""PIGEON's reward for places on Earth: by the cell that was chosen; and what mends it."""

import torch
from torch import Tensor

from vgym.rewards.earth import log_nearness
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import stated

# PIGEOTTO's temperature, the one in force in the code; PIGEON's was 75 km.
_PIGEON_TAU_KM = 65.0


def cell_label_smoothing(distances_m: Tensor) -> Tensor:
    """PIGEON's soft target of every cell, for cross-entropy; not normalised.

    Args:
        distances_m: `(..., C)` metres from the truth to every cell's centroid.

    Returns:
        `(..., C)` in [0, 1], `exp(-(d - min d) / 65 km)`: 1 for the nearest cell; 0 for NaN.

    >>> cell_label_smoothing(torch.tensor([0.0, 65_000.0]))
    tensor([1.0000, 0.3679])
    """
    known = distances_m.nan_to_num(nan=torch.inf, posinf=torch.inf)
    excess = known - known.amin(-1, keepdim=True)
    return torch.exp(-excess / 1000 / _PIGEON_TAU_KM).nan_to_num(nan=0.0)


def pigeon(facts: Facts) -> Tensor:
    """The soft target of the chosen cell: `(B,)` in [0, 1]."""
    if "cell_distances_m" in facts:
        soft = cell_label_smoothing(facts["cell_distances_m"])
        return soft.gather(-1, facts["cell_index"].long()[:, None])[:, 0]
    excess = number(facts, "cell_distance_m") - number(facts, "nearest_cell_distance_m")
    return torch.exp(-excess / 1000 / _PIGEON_TAU_KM)


_SOFT = "exp(-(d - d_min) / 65 km), d from the truth to the chosen cell's centroid, d_min the least"
_CELLS = Term("cell", pigeon, ("cell_index", "cell_distances_m"), _SOFT)
_CELL = Term("cell", pigeon, ("cell_distance_m", "nearest_cell_distance_m"), _SOFT)
_PIGEON = Reward(
    name="pigeon",
    forms=(Form("cells", ((1.0, _CELLS),)), Form("distance", ((1.0, _CELL),))),
    source="PIGEON, arXiv 2307.05845; code LukasHaas/PIGEON at 561f7ed, preprocessing/utils.py "
    "(there a soft target for cross-entropy; paying it to the chosen cell is vgym's)",
    doc="PIGEON's label smoothing of geocells, paid to the cell that was chosen.",
    space="cells; distances in metres, on a sphere of 6378.137 km in the code",
    failure_modes=(
        "the nearest centroid need not be the cell that holds the truth; it earns 1 all the same "
        "(the paper takes the true cell's)",
        "no slope beyond a few hundred kilometres",
    ),
)


def pigeon_sound(facts: Facts) -> Tensor:
    """The smoothing over the true cell's distance, and a logarithm beyond its reach: `(B,)`."""
    excess = number(facts, "cell_distance_m") - number(facts, "true_cell_distance_m")
    excess = excess.clamp(min=0.0)
    return 0.75 * torch.exp(-excess / 1000 / _PIGEON_TAU_KM) + 0.25 * log_nearness(excess)


_PIGEON_SOUND = sound(
    _PIGEON,
    forms=(
        Form(
            "distance",
            (
                (
                    0.75,
                    Term(
                        "cell",
                        pigeon_sound,
                        ("cell_distance_m", "true_cell_distance_m"),
                        "3/4 exp(-e / 65 km) + 1/4 of the nearness of dense-earth at e, e = d - "
                        "d_true, at least 0; d_true to the centroid of the cell that holds the "
                        "truth",
                    ),
                ),
                (0.25, stated("true_cell", "cell_correct")),
            ),
        ),
    ),
    doc="PIGEON's label smoothing over the distance of the true cell, as the paper has it; the "
    "rest for that cell alone, and a slope from everywhere.",
    failure_modes=("in the true cell all places earn alike",),
)

register(_PIGEON, _PIGEON_SOUND, subject="Earth")
