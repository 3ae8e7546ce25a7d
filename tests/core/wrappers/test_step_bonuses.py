"""Bonuses around a batch: each does what it says, in numbers worked out by hand on a line."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode
from line_walk import LineWalk

from vgym.core.wrappers.aligned_bonus import AlignedBonus
from vgym.core.wrappers.coarse_features import coarse_features
from vgym.core.wrappers.exploration_bonus import ExplorationBonus
from vgym.core.wrappers.potential_bonus import KrcBonus, PotentialBonus
from vgym.core.wrappers.progress_credit import ProgressCredit
from vgym.core.wrappers.rnd_bonus import RandomNetworkBonus
from vgym.core.wrappers.running_moments import RunningMoments
from vgym.core.wrappers.step_bonus import StepBonus

MODES = list(AutoresetMode)
SAME, NEXT = AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP


def place(seen: Any) -> Any:
    return seen[:, 0]


def one_hot(seen: Any) -> Any:
    return np.eye(16, dtype=np.float32)[seen[:, 0].astype(int) + 6]


WRAPPERS: dict[str, Callable[[LineWalk], StepBonus]] = {
    "elliptical": lambda envs: ExplorationBonus(envs, bonus="elliptical", features=one_hot),
    "rnd": lambda envs: RandomNetworkBonus(envs, features=one_hot),
    "potential": lambda envs: PotentialBonus(envs, place, gamma=0.9),
    "krc": lambda envs: KrcBonus(envs, [place, place], gamma=0.9),
    "progress": lambda envs: ProgressCredit(envs, features=one_hot, longest=5),
    "aligned": lambda envs: AlignedBonus(envs, place, rate=0.02),
}


def walk(envs: Any, steps: int, seed: int = 0) -> list[tuple[Any, ...]]:
    """Random steps; ended rows are reset where the batch leaves that to others."""
    random, told = np.random.default_rng(seed), []
    ended = np.zeros(envs.num_envs, bool)
    for _ in range(steps):
        if envs.metadata["autoreset_mode"] is AutoresetMode.DISABLED and ended.any():
            envs.reset(options={"reset_mask": ended})
        _, reward, terminated, truncated, info = envs.step(random.integers(-1, 2, envs.num_envs))
        ended = terminated | truncated
        told.append((reward, terminated, truncated, info))
    return told


@pytest.mark.parametrize("name", WRAPPERS)
def test_what_is_told_is_what_was_added(name: str) -> None:
    for mode in MODES:
        envs, bare = WRAPPERS[name](LineWalk(4, mode)), LineWalk(4, mode)
        envs.scale = 0.5
        envs.reset(), bare.reset()
        paid = 0.0
        for (reward, *_, info), (plain, *_) in zip(walk(envs, 30), walk(bare, 30), strict=True):
            bonus = info[envs.told]
            assert bonus.dtype == reward.dtype == np.float32 and np.isfinite(bonus).all()
            np.testing.assert_allclose(reward, plain + 0.5 * bonus, atol=1e-6)
            paid += np.abs(bonus).sum()
        assert paid > 0


@pytest.mark.parametrize("name", WRAPPERS)
def test_every_mode_pays_the_same_episodes_the_same(name: str) -> None:
    """One row, so that learnt parts see the same in the same order."""
    random, paid = np.random.default_rng(1), {}
    actions = random.integers(-1, 2, (12, 5))
    for mode in MODES:
        envs = WRAPPERS[name](LineWalk(1, mode))
        envs.reset()
        paid[mode] = []
        for episode in actions:
            for action in episode:
                _, _, terminated, truncated, info = envs.step([action])
                paid[mode].append(float(info[envs.told][0]))
                if terminated | truncated:
                    break
            if mode is NEXT:
                assert envs.step([1])[4][envs.told] == 0, "it only began"
            elif mode is AutoresetMode.DISABLED:
                assert envs.step([1])[4][envs.told] == 0, "it rests"
                envs.reset(options={"reset_mask": np.array([True])})
    assert paid[SAME] == paid[NEXT] == paid[AutoresetMode.DISABLED]


@pytest.mark.parametrize("name", [n for n in WRAPPERS if n not in ("rnd", "progress", "aligned")])
def test_a_reset_of_some_leaves_the_books_of_others(name: str) -> None:
    actions = [[1, 1], [1, 1], [-1, -1], [0, 1]]
    paid = []
    for reset in (False, True):
        envs = WRAPPERS[name](LineWalk(2))
        envs.reset()
        told = []
        for turn, action in enumerate(actions):
            if reset and turn == 2:
                envs.reset(options={"reset_mask": np.array([False, True])})
            told.append(envs.step(action)[4][envs.told])
        paid.append(np.stack(told))
    np.testing.assert_array_equal(paid[0][:, 0], paid[1][:, 0])
    assert (paid[0][2:, 1] != paid[1][2:, 1]).any()


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_saved_wrapper_goes_on_to_the_bit(name: str) -> None:
    envs = WRAPPERS[name](LineWalk(3))
    envs.reset()
    walk(envs, 40)
    saved = envs.state_dict()
    other = WRAPPERS[name](LineWalk(3))
    if other.book is None:
        with pytest.raises(ValueError, match=r"call reset\(\) before"):
            other.load_state_dict(saved)
    other.reset()
    other.load_state_dict(saved)
    for batch in (envs, other):  # the same places, in the middle of episodes
        batch.unwrapped.at, batch.unwrapped.time = np.array([0.0, 1, 2]), np.array([0.0, 1, 4])
    for one, two in zip(walk(envs, 20, seed=5), walk(other, 20, seed=5), strict=True):
        np.testing.assert_array_equal(one[0], two[0])


@pytest.mark.parametrize("name", ["rnd", "progress"])
def test_learnt_parts_leave_the_learners_random_numbers_alone(name: str) -> None:
    torch.manual_seed(7)
    wanted = torch.rand(3)
    torch.manual_seed(7)
    envs = WRAPPERS[name](LineWalk(3))
    envs.reset()
    with torch.no_grad():  # as learners roll out
        walk(envs, 12)
    assert torch.equal(torch.rand(3), wanted)


class TestRandomNetwork:
    def test_the_bonus_falls_with_visits_and_is_high_for_what_is_new(self) -> None:
        envs = RandomNetworkBonus(LineWalk(8), features=one_hot)
        envs.reset()
        paid = []
        for _ in range(60):
            envs.step(np.ones(8, int))  # to 1
            paid.append(envs.step(-np.ones(8, int))[4]["rnd_bonus"].mean())
            envs.reset()
        assert paid[-1] < 0.1 * max(paid)
        envs.step(-np.ones(8, int))
        assert envs.step(-np.ones(8, int))[4]["rnd_bonus"].mean() > 5 * paid[-1]  # never at -2

    def test_the_target_stays_and_the_predictor_learns(self) -> None:
        envs = RandomNetworkBonus(LineWalk(2), features=one_hot)
        envs.reset()
        nets = envs.book.target, envs.book.predictor
        before = [[p.clone() for p in net.parameters()] for net in nets]
        walk(envs, 3)
        same = [
            all(torch.equal(a, b) for a, b in zip(net.parameters(), held, strict=True))
            for net, held in zip(nets, before, strict=True)
        ]
        assert same == [True, False]

    def test_bonuses_are_divided_by_the_spread_of_their_sums(self) -> None:
        envs = RandomNetworkBonus(LineWalk(1), features=one_hot, gamma=0.5)
        envs.reset()
        book, total, sums = envs.book, 0.0, []
        for action in (1, 1, -1):
            shown = book.seen.scaled(torch.as_tensor(one_hot(envs.unwrapped._seen() + action)))
            error = (book.predictor(shown) - book.target(shown)).square().mean().item()
            bonus = envs.step([action])[4]["rnd_bonus"][0]
            total = 0.5 * total + error
            sums.append(total)
            if len(sums) > 1:
                assert bonus == pytest.approx(error / np.std(sums), rel=1e-3)

    def test_what_is_not_finite_earns_and_teaches_nothing(self) -> None:
        bad = lambda seen: np.where(seen > 1, np.nan, one_hot(seen))  # noqa: E731
        envs = RandomNetworkBonus(LineWalk(2), features=bad)
        envs.reset()
        envs.step([1, 0])
        bonus = envs.step([1, 1])[4]["rnd_bonus"]
        assert bonus[0] == 0 < bonus[1]
        assert all(p.isfinite().all() for p in envs.book.predictor.parameters())


def test_running_moments_are_those_of_the_whole() -> None:
    rows = torch.randn(50, 3, generator=torch.Generator().manual_seed(0)) * 7 + 3
    moments = RunningMoments(3)
    for part in rows.split([1, 20, 0, 29]):
        moments.add(part)
    torch.testing.assert_close(moments.mean, rows.double().mean(0))
    torch.testing.assert_close(moments.variance, rows.double().var(0, unbiased=False))
    assert moments.scaled(torch.full((1, 3), 1e9)).tolist() == [[5.0] * 3]
    with pytest.raises(ValueError, match="must be"):
        moments.load_state_dict(RunningMoments(2).state_dict())


class TestPotential:
    def test_the_worked_numbers(self) -> None:
        """gamma 0.9, potentials 0, 0.5, 1 and an end: 0.45, 0.4, -1, which come to 0."""
        envs = PotentialBonus(LineWalk(1), lambda seen: seen[:, 0] / 2, gamma=0.9)
        envs.reset()
        paid = [float(envs.step([1])[4]["potential_bonus"][0]) for _ in range(3)]
        assert paid == pytest.approx([0.45, 0.4, -1.0])
        assert sum(0.9**t * bonus for t, bonus in enumerate(paid)) == pytest.approx(0, abs=1e-6)

    @pytest.mark.parametrize("gamma", [0.9, 1.0])
    def test_it_telescopes_whatever_was_done(self, gamma: float) -> None:
        envs = PotentialBonus(LineWalk(6), lambda seen: seen[:, 0] ** 2 - 5, gamma=gamma)
        envs.reset()
        sums, times, ends = np.zeros(6), np.zeros(6), set()
        for _, terminated, truncated, info in walk(envs, 60):
            sums += gamma**times * info["potential_bonus"]
            times += 1
            last = info["final_obs"][:, 0] if "final_obs" in info else None
            for row in np.flatnonzero(terminated | truncated):
                # A cut walk keeps its last potential, which the learner's value makes up for.
                kept = 0.0 if terminated[row] else gamma ** times[row] * (last[row] ** 2 - 5)
                assert sums[row] == pytest.approx(kept + 5, abs=1e-4)
                ends.add(bool(terminated[row]))
                sums[row] = times[row] = 0
        assert ends == {True, False}

    def test_of_a_state_that_is_gone_nothing_is_paid(self) -> None:
        envs = PotentialBonus(LineWalk(2), lambda state: state.at, gamma=1.0, of="state")
        envs.reset()
        for action in ([1, 1], [1, 1], [0, 0], [0, 0]):
            paid = envs.step(action)[4]["potential_bonus"].tolist()
            assert paid == action
        assert envs.step([1, 0])[4]["potential_bonus"].tolist() == [-2, 0]  # arrived; was cut
        assert envs.step([1, -1])[4]["potential_bonus"].tolist() == [1, -1]  # the next walks

    def test_a_potential_that_is_not_finite_pays_nothing(self) -> None:
        envs = PotentialBonus(LineWalk(1), lambda seen: np.log(seen[:, 0].clip(0)), gamma=1.0)
        with np.errstate(divide="ignore"):
            envs.reset()
            paid = [float(envs.step([a])[4]["potential_bonus"][0]) for a in (0, 1, 1)]
        assert paid == pytest.approx([0, 0, math.log(2)])


def test_krc_makes_one_potential_of_its_parts() -> None:
    """Parts 0.5 and 0.5, then 1 and 1; one bad part turns it round, another cannot mend it."""
    other = lambda seen: np.where(seen[:, 0] > 1, -1.0, seen[:, 0] / 2)  # noqa: E731
    envs = KrcBonus(LineWalk(1), [lambda seen: seen[:, 0] / 2, other], gamma=1.0)
    envs.reset()
    paid = [float(envs.step([1])[4]["krc_bonus"][0]) for _ in range(3)]
    assert paid == pytest.approx([0.5, -1 - 0.5, 1.0])  # a potential of 0, 0.5, -1, and the end's
    with pytest.raises(ValueError, match="give one function or more"):
        KrcBonus(LineWalk(1), [], gamma=1.0)


class TestProgress:
    def test_contributions_sum_to_what_was_earned(self) -> None:
        envs, bare = ProgressCredit(LineWalk(8), features=one_hot), LineWalk(8)
        envs.reset(), bare.reset()
        paid, earned, early, ends = np.zeros(8), np.zeros(8), 0.0, 0
        for (reward, over, cut, info), (plain, *_) in zip(
            walk(envs, 90), walk(bare, 90), strict=True
        ):
            np.testing.assert_allclose(info["progress_credit"], reward, atol=1e-6)
            paid, earned = paid + reward, earned + plain
            early += np.abs(reward[~(over | cut)]).sum()
            for row in np.flatnonzero(over | cut):
                assert paid[row] == pytest.approx(earned[row], abs=1e-5)
                paid[row] = earned[row] = 0
                ends += 1
        assert ends > 50 and early > 1  # and not all at the end

    def test_at_first_all_is_paid_where_it_was(self) -> None:
        envs = ProgressCredit(LineWalk(1), features=one_hot)
        envs.reset()
        assert [float(envs.step([1])[1][0]) for _ in range(3)] == [0, 0, 1]

    def test_steps_towards_what_pays_are_credited_above_steps_away(self) -> None:
        """Of random walks, of which few arrive; steps that end a walk pay what is left."""
        envs = ProgressCredit(LineWalk(8), features=one_hot, lr=1e-2)
        envs.reset()
        random, credits = np.random.default_rng(0), {-1: [], 0: [], 1: []}
        for turn in range(150):
            actions = random.integers(-1, 2, 8)
            _, _, terminated, truncated, info = envs.step(actions)
            for row in np.flatnonzero(~(terminated | truncated)) if turn > 75 else ():
                credits[actions[row]].append(info["progress_credit"][row])
        away, stay, towards = (np.mean(each) for each in credits.values())
        assert away + 0.05 < towards and stay < towards

    def test_steps_beyond_the_longest_contribute_nothing(self) -> None:
        envs = ProgressCredit(LineWalk(1), features=one_hot, longest=2)
        envs.reset()
        envs.book.head[2].weight.data.fill_(0.3)
        credit = [float(envs.step([0])[4]["progress_credit"][0]) for _ in range(5)]
        assert credit[0] and credit[2:4] == [0, 0]
        assert credit[4] == pytest.approx(-sum(credit[:2]), abs=1e-6)


class TestAlignment:
    def test_the_weight_falls_for_what_misleads_and_stays_for_what_helps(self) -> None:
        def right(seen: Any) -> Any:
            return seen[:, 0]

        weights = {}
        for name, sign in (("helps", 1), ("misleads", -1)):
            envs = AlignedBonus(LineWalk(16), lambda seen, s=sign: s * right(seen), rate=0.02)
            envs.reset()
            weights[name] = walk(envs, 120)[-1][-1]["alignment_weight"]
        assert (weights["helps"] == 1).all() and (weights["misleads"] < 0.2).all()

    def test_the_bonus_is_the_weight_times_the_auxiliary(self) -> None:
        envs = AlignedBonus(LineWalk(2), place, weight=0.25, learning=False)
        envs.reset()
        _, reward, *_, info = envs.step([1, -1])
        assert info["aligned_bonus"].tolist() == reward.tolist() == [0.25, -0.25]
        assert (walk(envs, 150)[-1][-1]["alignment_weight"] == 0.25).all()

    def test_without_any_success_it_stays(self) -> None:
        envs = AlignedBonus(LineWalk(16), place, weight=0.5)
        envs.reset()
        for _ in range(20):
            info = envs.step(np.zeros(16, int))[4]
        assert (info["alignment_weight"] == 0.5).all() and envs.book.agreement() == 0

    def test_the_agreement_is_the_correlation(self) -> None:
        envs = AlignedBonus(LineWalk(32), place, rate=1e-9, episodes=32)
        envs.reset()
        walk(envs, 9)
        ended = envs.book.held["ended"].numpy()
        assert envs.book.agreement() == pytest.approx(np.corrcoef(ended.T)[0, 1])


def test_coarse_features_are_means_of_cells() -> None:
    image = torch.randint(0, 256, (2, 12, 18, 3), dtype=torch.uint8)
    depth, goal = torch.rand(2, 12, 12), torch.tensor([[7.0, 0, 1], [2, 1, 0]])
    seen = {"image": image, "depth": depth, "goal": goal, "instruction": torch.ones(2, 5)}
    found = coarse_features(seen)
    assert found.shape == (2, 108 + 36 + 3)
    assert found[1, 0].item() == pytest.approx(image[1, :2, :3, 0].double().mean() / 255)
    assert found[0, 108].item() == pytest.approx(depth[0, :2, :2].mean())
    assert torch.equal(found[:, -3:], goal)
    assert torch.equal(coarse_features(seen, ["goal"]), goal)
    assert torch.equal(coarse_features(goal), goal)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda e: RandomNetworkBonus(e, scale=math.inf), "scale=inf must be finite"),
        (lambda e: RandomNetworkBonus(e, lr=0), "lr=0 must be a number above 0"),
        (lambda e: RandomNetworkBonus(e, gamma=1.5), "above 0 and at most 1"),
        (lambda e: PotentialBonus(e, place, gamma=0), "gamma=0 must be"),
        (lambda e: PotentialBonus(e, place, gamma=1, of="sate"), "'state'"),
        (lambda e: ProgressCredit(e, episodes=0), "episodes=0 must be a whole number from 1"),
        (lambda e: ProgressCredit(e, lr="much"), "lr='much' must be"),
        (lambda e: AlignedBonus(e, place, weight=2), "weight=2 must be from 0 to most=1"),
        (lambda e: AlignedBonus(e, place, most=0), "most=0 must be"),
        (lambda e: AlignedBonus(e, place, rate=math.nan), "rate=nan must be"),
    ],
)
def test_bad_numbers_are_refused(make: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make(LineWalk())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda e: PotentialBonus(e, one_hot, gamma=1), r"potential gave .* must be \(2,\)"),
        (lambda e: RandomNetworkBonus(e, features=place), r"must be \(num_envs, D\) = \(2, D\)"),
        (lambda e: AlignedBonus(e, lambda _: np.ones(3)), r"auxiliary gave \(3,\)"),
    ],
)
def test_functions_of_another_shape_are_refused(make: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make(LineWalk()).reset()


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ({"agents": ("robot_0", "robot_1")}, "a team has a reward for each robot"),
        ({"device": torch.device("cuda")}, "device='cuda': bonuses are for a batch on the CPU"),
    ],
)
def test_batches_that_it_cannot_wrap_are_refused(task: dict[str, Any], said: str) -> None:
    envs = LineWalk()
    envs.task = SimpleNamespace(**task)
    with pytest.raises(ValueError, match=said):
        RandomNetworkBonus(envs)


def test_bonuses_go_around_each_other() -> None:
    envs = PotentialBonus(RandomNetworkBonus(LineWalk(), features=one_hot), place, gamma=1.0)
    envs.reset()
    _, reward, *_, info = envs.step([1, 0])
    added = 0.01 * info["rnd_bonus"] + info["potential_bonus"]
    assert reward.tolist() == pytest.approx(added.tolist())
    assert info["potential_bonus"].tolist() == [1, 0] and info["rnd_bonus"][0] > 0
