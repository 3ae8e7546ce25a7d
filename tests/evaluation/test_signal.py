"""What a group method could learn: measures against sums by hand, and answers near the truth."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgym.baselines.random_agent import RandomAgent
from vgym.evaluation.group_signal import FLAT, flat_share, group_signal
from vgym.evaluation.noisy_oracle import NoisyOracle
from vgym.evaluation.signal import Answered, answered, recipes_of, signals

SMALL = {"image_size": 64}


@given(st.lists(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=3, max_size=3), min_size=1))
def test_groups_by_hand(rewards: list[list[float]]) -> None:
    found = group_signal(rewards)
    for group, spread, flat in zip(rewards, found.spread, found.flat, strict=True):
        mean = sum(group) / 3
        assert spread == pytest.approx((sum((r - mean) ** 2 for r in group) / 2) ** 0.5)
        assert flat == (len(set(group)) == 1)
    names = [g for g in range(len(rewards)) for _ in range(3)]
    flats = flat_share(names, [r for group in rewards for r in group])
    assert flats == pytest.approx(np.mean(found.flat))


def test_noise_of_float32_is_no_advantage() -> None:
    assert group_signal([[0.5, 0.5 + FLAT / 10]]).flat.all()
    assert group_signal([[0.5]]).flat.all() and group_signal([[0.5]]).spread.tolist() == [0]


@given(st.data())
def test_agreement_and_effective_groups_by_hand(data: st.DataObject) -> None:
    numbers = st.sampled_from([0.0, 0.5, 1.0])
    rewards = np.array(data.draw(st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=2)))
    won = np.array(
        data.draw(
            st.lists(
                st.lists(st.booleans(), min_size=4, max_size=4),
                min_size=len(rewards),
                max_size=len(rewards),
            )
        )
    )
    (found,) = signals(Answered(won, {"r": rewards}), [4])
    pairs = [
        1.0 if rewards[g, i] > rewards[g, j] else 0.5 if rewards[g, i] == rewards[g, j] else 0.0
        for g in range(len(rewards))
        for i, j in itertools.permutations(range(4), 2)
        if won[g, i] and not won[g, j]
    ]
    assert found.agreement == (pytest.approx(np.mean(pairs)) if pairs else None)
    variances = rewards.var(axis=1, ddof=1)
    whole = (variances**2).sum()
    expected = variances.sum() ** 2 / whole / len(rewards) if whole else 0
    assert found.effective == pytest.approx(expected) and 0 <= found.effective <= 1 + 1e-9


def test_sizes_are_held_to_the_answers() -> None:
    found = Answered(np.zeros((2, 4), np.bool_), {"r": np.zeros((2, 4))})
    for size in (1, 5):
        with pytest.raises(ValueError, match=f"a group of {size} is none; say 2 to 4"):
            signals(found, [size])


def test_the_same_answers_are_paid_by_every_recipe() -> None:
    recipes = recipes_of("VGround-v0", SMALL)
    assert recipes[:2] == ["dense", "sparse"] and "gui-g2" in recipes
    found = answered("VGround-v0", NoisyOracle(0.05), 6, 4, ["dense", "sparse", "iou"], SMALL)
    again = answered("VGround-v0", NoisyOracle(0.05), 6, 4, ["iou"], SMALL)
    assert (found.success == again.success).all()
    assert (found.returns["iou"] == again.returns["iou"]).all()
    assert (found.returns["sparse"] == found.success).all()
    assert found.success.any() and not found.success.all()
    sparse = signals(found, [4])[1]
    assert sparse.agreement == 1


def test_answers_are_as_far_from_the_truth_as_is_said() -> None:
    exact = answered("VGround-v0", NoisyOracle(0), 8, 2, ["dense"], SMALL)
    near = answered("VGround-v0", NoisyOracle(0.02), 8, 2, ["dense"], SMALL)
    far = answered("VGround-v0", NoisyOracle(0.3), 8, 2, ["dense"], SMALL)
    anyhow = answered("VGround-v0", RandomAgent(), 8, 2, ["dense"], SMALL)
    means = [f.returns["dense"].mean() for f in (exact, near, far, anyhow)]
    assert exact.success.all() and means[0] > means[1] > means[2] > means[3]
    assert (exact.returns["dense"][:, 0] == exact.returns["dense"][:, 1]).all()
    with pytest.raises(ValueError, match="size=-1"):
        NoisyOracle(-1)


@pytest.mark.parametrize(
    ("id", "settings"),
    [
        ("VGroundMany-v0", SMALL),
        ("VGui-v0", {"image_size": (120, 160)}),
        ("VNavPoint-v0", {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 6}),
        ("VZoom-v0", SMALL),
        ("VGeo-v0", SMALL),
        ("VGeoMatch-v0", {}),
        ("VMaze-v0", {"image_size": 36, "max_episode_steps": 6}),
    ],
)
def test_every_kind_of_answer_can_be_missed(id: str, settings: dict[str, object]) -> None:
    found = answered(id, NoisyOracle(0.5), 3, 3, ["dense", "sparse"], settings)
    assert np.isfinite(found.returns["dense"]).all()
    exact = answered(id, NoisyOracle(0), 3, 2, ["dense"], settings)
    assert exact.returns["dense"].mean() >= found.returns["dense"].mean()


def test_a_team_is_no_group() -> None:
    with pytest.raises(ValueError, match="several robots"):
        recipes_of("VNavTeam-v0", {})
    with pytest.raises(ValueError, match="in a browser"):
        recipes_of("VGuiWeb-v0", {})
