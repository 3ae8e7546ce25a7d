"""Words and picture are both needed: neither tells alone what is asked for."""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.keys import episode_keys
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.types import GroundingConfig

SCENES = 2000


class Seen(NamedTuple):
    """What a perfect eye sees of many scenes, (B, N) each; and which objects are asked for."""

    used: Tensor
    asked: Tensor
    features: dict[str, Tensor]


def seen(difficulty: float, answer: str) -> Seen:
    scenes = SyntheticScenes(GroundingConfig(difficulty=difficulty, image_size=64, answer=answer))
    seeds = np.arange(SCENES).astype(np.uint64)
    state = scenes.reset(episode_keys(np.uint64(77), seeds, np.zeros(SCENES, np.int64)))
    scene = state.scene
    used = torch.arange(scene.sprite.shape[1]) < scene.count[:, None]
    both = used[:, :, None] & used[:, None]
    alike = (scene.sprite[:, :, None] == scene.sprite[:, None]) & both
    same = (scene.boxes[:, :, None] == state.target_boxes[:, None]).all(-1)
    asked = (same & state.target_mask[:, None]).any(-1) & used
    some = asked.any(1)  # VGroundMany asks for nothing that is there, too
    middle = (scene.boxes[..., :2] + scene.boxes[..., 2:]) / 2
    gaps = (middle[:, :, None] - middle[:, None]).square().sum(-1).sqrt()
    gaps = gaps.masked_fill(~both | torch.eye(used.shape[1], dtype=torch.bool), 999.0)
    features = {
        "members of the class": alike.sum(2).float(),
        "size": scene.size,
        "from the left": middle[..., 0],
        "from the top": middle[..., 1],
        "from the middle": (middle - 32).square().sum(-1).sqrt(),
        "room around": gaps.amin(2),
        "covered": scene.hidden,
        "coloured": (scene.colour > 0).float(),
        "turned": (scene.pose > 1).float(),
        "number": torch.arange(used.shape[1]).expand_as(used).float(),
    }
    return Seen(used[some], asked[some], {k: v[some] for k, v in features.items()})


def told_apart(seen: Seen, values: Tensor) -> NDArray[np.float64]:
    """How often what is asked for has more than another object of its scene; a half for as much."""
    others = seen.used & ~seen.asked
    pairs = seen.asked[:, :, None] & others[:, None]
    more = (values[:, :, None] > values[:, None]) + 0.5 * (values[:, :, None] == values[:, None])
    count = pairs.sum((1, 2))
    shares = (more * pairs).sum((1, 2)) / count.clamp(min=1)
    return shares[count > 0].double().numpy()


CASES = [
    pytest.param(difficulty, answer, marks=() if difficulty == 0.5 else pytest.mark.slow)
    for difficulty in (0.0, 0.25, 0.5, 1.0)
    for answer in ("box", "boxes")
]


@pytest.mark.parametrize(("difficulty", "answer"), CASES)
def test_nothing_seen_tells_what_is_asked_for(difficulty: float, answer: str) -> None:
    found = seen(difficulty, answer)
    for name, values in found.features.items():
        shares = told_apart(found, values)
        error = shares.std() / np.sqrt(len(shares))
        assert abs(shares.mean() - 0.5) < 0.05 + 2 * error, (name, shares.mean(), error)
    # Whoever picks from the largest family is right no more often than by chance.
    members = found.features["members of the class"].masked_fill(~found.used, 0.0)
    largest = members == members.amax(1, keepdim=True)
    picked = ((largest & found.asked).sum(1) / largest.sum(1)).double()
    chance = (found.asked.sum(1) / found.used.sum(1)).double()
    error = float(picked.std()) / np.sqrt(len(picked))
    assert abs(float(picked.mean() - chance.mean())) < 0.1 * float(chance.mean()) + 3 * error


@pytest.mark.parametrize(("difficulty", "most"), [(0.25, 0.6), (0.5, 0.4), (1.0, 0.35)])
def test_the_noun_alone_is_not_enough(difficulty: float, most: float) -> None:
    found = seen(difficulty, "box")
    members = found.features["members of the class"][found.asked]
    assert float((1 / members).mean()) < most
