"""Exploration bonuses around a native batch: what pays, what does not, and over episodes."""

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from rollouts import unseen

from vgym.core.wrappers.exploration_bonus import ExplorationBonus

SMALL = {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 12}
FORWARD, LEFT = 1, 2


def make(mode: str = "SAME_STEP", **bonus):
    envs = gymnasium.make_vec(
        "VNav-v0",
        num_envs=6,
        autoreset_mode=AutoresetMode[mode],
        **SMALL,
    )
    return ExplorationBonus(envs, **bonus)


def squares_of(pose: np.ndarray) -> list[tuple[int, int]]:
    return [tuple(p) for p in np.floor(pose[:, :2] / 0.5).astype(int).tolist()]


@pytest.mark.parametrize("mode", ["SAME_STEP", "NEXT_STEP", "DISABLED"])
@pytest.mark.parametrize("bonus", ["first-visit", "count"])
def test_bonuses_equal_a_book_kept_by_hand(mode, bonus):
    """Over episodes, and resets of some rows: ended ones, and ones in the middle."""
    envs = unseen(make(mode, bonus=bonus, scale=0.5))
    bare = unseen(make(mode)).env
    envs.reset(seed=3)
    bare.reset(seed=3)
    seen = [{square: 1} for square in squares_of(bare.unwrapped.state.pose.numpy())]
    ended = np.zeros(6, bool)
    random = np.random.default_rng(0)
    total = 0.0
    for turn in range(60):
        mask = ended.copy() if mode == "DISABLED" else np.zeros(6, bool)
        if turn % 7 == 3:
            mask |= random.random(6) < 0.4
        if mask.any():
            for each in (envs, bare):
                each.reset(options={"reset_mask": mask})
            ended &= ~mask
            for row in np.flatnonzero(mask):
                seen[row] = {squares_of(bare.unwrapped.state.pose.numpy())[row]: 1}
        actions = random.integers(1, 4, 6)
        _, reward, terminated, truncated, info = envs.step(actions)
        _, plain, *_ = bare.step(actions)
        begun = {"SAME_STEP": terminated | truncated, "NEXT_STEP": ended}.get(mode, [False] * 6)
        ended = terminated | truncated
        wanted = np.zeros(6, np.float32)
        for row, square in enumerate(squares_of(bare.unwrapped.state.pose.numpy())):
            if begun[row]:
                seen[row] = {square: 1}
                continue
            seen[row][square] = seen[row].get(square, 0) + 1
            first = seen[row][square] == 1
            wanted[row] = first if bonus == "first-visit" else seen[row][square] ** -0.5
        np.testing.assert_allclose(info["exploration_bonus"], wanted, atol=1e-6)
        np.testing.assert_allclose(reward, plain + 0.5 * wanted, atol=1e-6)
        total += wanted.sum()
    assert total > 5


def corners(observation):
    return observation["image"][:, ::18, ::18, 0].reshape(len(observation["image"]), -1) / 255.0


@pytest.mark.parametrize("mode", ["SAME_STEP", "NEXT_STEP", "DISABLED"])
def test_a_reset_of_one_row_leaves_the_elliptical_books_of_others(mode):
    envs = make(mode, bonus="elliptical", features=corners)
    observation, _ = envs.reset(seed=0)
    seen = [[feature] for feature in corners(observation)]
    for turn in range(8):
        if turn in (2, 3, 6):
            observation, _ = envs.reset(options={"reset_mask": np.arange(6) == 2})
            seen[2] = [corners(observation)[2]]
        observation, *_, info = envs.step(np.full(6, LEFT))
        for row, feature in enumerate(corners(observation)):
            before = np.stack(seen[row])
            matrix = 0.1 * np.eye(len(feature)) + before.T @ before
            wanted = feature @ np.linalg.solve(matrix, feature)
            assert info["exploration_bonus"][row] == pytest.approx(wanted, rel=1e-4)
            seen[row].append(feature)


def test_the_reset_step_of_next_step_pays_nothing_after_a_partial_reset():
    for bonus, features in (("first-visit", None), ("count", None), ("elliptical", corners)):
        envs = make("NEXT_STEP", bonus=bonus, features=features)
        envs.reset(seed=0)
        for _ in range(12):
            *_, truncated, _ = envs.step(np.full(6, LEFT))
        assert truncated.all()
        envs.reset(options={"reset_mask": np.arange(6) < 3})
        paid = envs.step(np.full(6, LEFT))[4]["exploration_bonus"]
        assert not paid[3:].any(), "rows 3 to 5 have only just begun their episode"
        assert paid[:3].all() == (bonus != "first-visit")


def test_standing_still_pays_nothing_for_first_visits():
    envs = make(bonus="first-visit")
    envs.reset(seed=0)
    for _ in range(10):
        assert not envs.step(np.full(6, LEFT))[4]["exploration_bonus"].any()


def test_elliptical_bonus_fades_for_what_is_seen_again():
    envs = make(bonus="elliptical", features=corners)
    envs.reset(seed=0)
    turning = [envs.step(np.full(6, LEFT))[4]["exploration_bonus"] for _ in range(11)]
    assert (turning[0] >= 0).all() and sum(turning[:4]).sum() > sum(turning[6:10]).sum()


def test_what_it_cannot_wrap_is_refused():
    with pytest.raises(ValueError, match="elliptical"):
        make(bonus="elliptical")
    with pytest.raises(ValueError, match="first-visit"):
        make(bonus="first")
    with pytest.raises(ValueError, match="square_m=0"):
        make(square_m=0)
    still = ExplorationBonus(gymnasium.make_vec("VGround-v0", num_envs=2, image_size=48))
    with pytest.raises(ValueError, match="no poses"):
        still.reset(seed=0)
    odd = make(bonus="elliptical", features=lambda _: np.zeros(3))
    with pytest.raises(ValueError, match=r"num_envs, D"):
        odd.reset(seed=0)
