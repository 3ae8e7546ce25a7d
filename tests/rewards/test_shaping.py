"""Shaping: potentials leave the best policy alone, bonuses equal their definitions."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from vgym.rewards.shaping import (
    BestSoFar,
    CountBonus,
    EllipticalBonus,
    PotentialShaping,
    difficulty_scaled,
    elliptical_bonus,
    gated,
    hop_progress,
    krc,
    krc_distance,
    potential_shaping,
)

YES, NO = torch.tensor([True]), torch.tensor([False])
ALL_ROWS = torch.arange(3)


class TestPotential:
    def test_the_worked_numbers(self) -> None:
        shaping = PotentialShaping(1, gamma=0.9)
        shaping.reset(torch.tensor([0]), torch.tensor([0.0]))
        bonuses = [
            shaping.step(torch.tensor([phi]), over).item()
            for phi, over in ((0.5, NO), (1.0, NO), (7.0, YES))
        ]
        assert bonuses == pytest.approx([0.45, 0.4, -1.0])
        assert sum(0.9**t * f for t, f in enumerate(bonuses)) == pytest.approx(0, abs=1e-6)

    @pytest.mark.parametrize("gamma", [0.9, 0.99, 1.0])
    def test_it_telescopes_to_minus_the_first_potential(self, gamma: float) -> None:
        """Whether the episode ends by itself, or is cut short and the value bootstrapped."""
        generator = torch.Generator().manual_seed(0)
        phi = torch.randn(21, 4, generator=generator)
        for ends in (True, False):
            shaping = PotentialShaping(4, gamma)
            shaping.reset(torch.arange(4), phi[0])
            total = torch.zeros(4)
            for t in range(20):
                over = torch.full((4,), ends and t == 19)
                total += gamma**t * shaping.step(phi[t + 1], over)
            # A learner whose values are those without shaping less the potential.
            bootstrapped = total if ends else total + gamma**20 * (0 - phi[20])
            torch.testing.assert_close(bootstrapped, -phi[0], atol=1e-5, rtol=1e-5)

    def test_it_leaves_the_best_policies_of_a_random_task_alone(self) -> None:
        """Value iteration on a task with a state that ends it, whose potential is not 0."""
        generator = torch.Generator().manual_seed(1)
        states, actions, gamma = 6, 3, 0.9
        moves = torch.rand(states, actions, states, generator=generator, dtype=torch.float64)
        moves = moves**4 / (moves**4).sum(-1, keepdim=True)
        reward = torch.randn(states, actions, states, generator=generator, dtype=torch.float64)
        phi = 5 * torch.randn(states, generator=generator, dtype=torch.float64)
        ends = torch.arange(states) == states - 1

        def q_values(reward: Tensor) -> Tensor:
            q = torch.zeros(states, actions, dtype=torch.float64)
            for _ in range(600):
                value = torch.where(ends, 0.0, q.amax(-1))
                q = (moves * (reward + gamma * value)).sum(-1)
            return q[:-1]

        bonus = potential_shaping(phi[:, None, None], phi, ends, gamma)
        plain, shaped = q_values(reward), q_values(reward + bonus)
        torch.testing.assert_close(shaped, plain - phi[:-1, None], atol=1e-9, rtol=0)
        assert (shaped.argmax(-1) == plain.argmax(-1)).all()
        # The test can fail: a potential kept at the end, or progress of one side only, changes it.
        kept = gamma * phi - phi[:, None, None]
        one_sided = (phi - phi[:, None, None]).clamp(min=0).expand_as(reward)
        changed = [q_values(reward + wrong).argmax(-1) for wrong in (kept, one_sided)]
        assert any((policy != plain.argmax(-1)).any() for policy in changed)
        assert (q_values(reward + kept) - (plain - phi[:-1, None])).abs().max() > 0.01

    def test_rows_begin_anew_apart(self) -> None:
        shaping = PotentialShaping(3, gamma=0.5)
        shaping.reset(ALL_ROWS, torch.tensor([1.0, 2.0, 3.0]))
        shaping.reset(torch.tensor([1]), torch.tensor([8.0]))
        bonus = shaping.step(torch.tensor([2.0, 2.0, 2.0]), NO.expand(3))
        assert bonus.tolist() == [0, -7, -2]

    def test_a_potential_that_is_not_finite_pays_nothing_and_is_not_kept(self) -> None:
        shaping = PotentialShaping(3, gamma=1.0)
        shaping.reset(ALL_ROWS, torch.zeros(3))
        bonus = shaping.step(torch.tensor([math.nan, math.inf, 1.0]), NO.expand(3))
        assert bonus.tolist() == [0, 0, 1]
        assert shaping.step(torch.ones(3), NO.expand(3)).tolist() == [1, 1, 0]
        assert shaping.step(torch.full((3,), math.nan), YES.expand(3)).tolist() == [-1, -1, -1]

    def test_a_discount_must_be_one(self) -> None:
        with pytest.raises(ValueError, match=r"gamma = 1.5; give the learner's discount"):
            PotentialShaping(1, gamma=1.5)


def test_best_so_far_pays_no_metre_twice() -> None:
    best = BestSoFar(1)
    best.reset(torch.tensor([0]), torch.tensor([3.0]))
    way = [2.75, 2.75, 3.0, 2.75, math.nan, 2.5, math.inf, 2.5]
    paid = [best.step(torch.tensor([d])).item() for d in way]
    assert paid == pytest.approx([0.25, 0, 0, 0, 0, 0.25, 0, 0])
    generator = torch.Generator().manual_seed(2)
    ways = torch.rand(50, 3, generator=generator) * 9
    best = BestSoFar(3)
    best.reset(ALL_ROWS, ways[0])
    total = torch.stack([best.step(d) for d in ways[1:]]).sum(0)
    torch.testing.assert_close(total, ways[0] - ways.amin(0))
    fresh = BestSoFar(1)
    assert fresh.step(torch.tensor([5.0])) == 0, "nothing to beat before a start is known"
    assert fresh.step(torch.tensor([4.0])) == 1


def test_hop_progress_numbers() -> None:
    progress = torch.tensor(0.0)
    seen = []
    for hop in (0.5, 0.5, -0.5, math.nan, 7.0):
        progress = hop_progress(progress, torch.tensor(hop))
        seen.append(progress.item())
    assert seen == pytest.approx([0.5, 0.75, 0.375, 0.375, 1.0])


def test_krc_numbers_and_definition() -> None:
    pairs = torch.tensor([[0.5, 0.5], [0.25, 1], [-0.25, 1], [-0.5, -0.5], [0, -1], [0, 1]])
    assert krc(pairs).tolist() == pytest.approx([0.5, 0.5, -0.5, -0.5, 0, 0])
    generator = torch.Generator().manual_seed(3)
    many = torch.randn(100, 3, generator=generator, dtype=torch.float64)
    for row, value in zip(many.tolist(), krc(many).tolist(), strict=True):
        size = abs(row[0] * row[1] * row[2]) ** (1 / 3)
        assert value == pytest.approx(size if min(row) > 0 else -size)
    assert krc(torch.tensor([math.nan, 1.0])).isnan(), "what is not known stays so"
    near = krc_distance(torch.tensor([0.0, 2.0, 4.0]), scale=2.0, dispersion=0.5, density=2.0)
    assert near.tolist() == pytest.approx([1, math.exp(-0.5), math.exp(-1)])


class TestCounts:
    def test_visits_to_one_key(self) -> None:
        for scope in ("episodic", "global"):
            bonus = CountBonus(1, keys=5, scope=scope)
            paid = [bonus.step(torch.tensor([4])).item() for _ in range(4)]
            assert paid == pytest.approx([1, 0.7071, 0.5774, 0.5], abs=1e-4)
            first = CountBonus(1, keys=5, scope=scope, pays="first-visit")
            assert [first.step(torch.tensor([4])).item() for _ in range(3)] == [1, 0, 0]

    def test_episodes_are_apart_and_the_whole_is_one(self) -> None:
        generator = torch.Generator().manual_seed(4)
        keys = torch.randint(0, 4, (40, 3), generator=generator)
        episodic, whole = CountBonus(3, 4), CountBonus(3, 4, scope="global")
        seen: list[dict[int, int]] = [{}, {}, {}]
        everywhere: dict[int, int] = {}
        for t, step in enumerate(keys):
            if t == 20:
                for one in (episodic, whole):
                    one.reset(torch.tensor([1]))
                seen[1] = {}
            for row, key in enumerate(step.tolist()):
                seen[row][key] = seen[row].get(key, 0) + 1
                everywhere[key] = everywhere.get(key, 0) + 1
            rows = [seen[row][key] ** -0.5 for row, key in enumerate(step.tolist())]
            alls = [everywhere[key] ** -0.5 for key in step.tolist()]
            assert episodic.step(step).tolist() == pytest.approx(rows)
            assert whole.step(step).tolist() == pytest.approx(alls)

    @pytest.mark.parametrize("key", [-1, 5])
    def test_keys_must_be_among_those_declared(self, key: int) -> None:
        with pytest.raises(ValueError, match="they must be 0 to 4: declare more keys"):
            CountBonus(1, keys=5).step(torch.tensor([key]))

    def test_settings_are_checked(self) -> None:
        with pytest.raises(ValueError, match="unknown scope 'local'"):
            CountBonus(1, 5, scope="local")
        with pytest.raises(ValueError, match="unknown pays 'twice'"):
            CountBonus(1, 5, pays="twice")


class TestElliptical:
    def test_the_worked_numbers(self) -> None:
        inverse = torch.eye(2, dtype=torch.float64) / 0.1
        paid = []
        for h in ([1.0, 0], [1, 0], [0, 1], [1, 1]):
            bonus, inverse = elliptical_bonus(inverse, torch.tensor(h, dtype=torch.float64))
            paid.append(bonus.item())
        assert paid == pytest.approx([10, 0.909091, 10, 1.385281], abs=1e-6)
        module = EllipticalBonus(1, 2)
        steps = [module.step(torch.tensor([h])).item() for h in ([1.0, 0.0], [1.0, 0.0])]
        assert steps == pytest.approx([0, 0.909091]), "the first step of an episode is free"

    def test_against_the_inverse_of_the_whole(self) -> None:
        generator = torch.Generator().manual_seed(5)
        features = torch.randn(200, 3, 8, generator=generator)
        bonus = EllipticalBonus(3, 8, ridge=0.1)
        matrices = [0.1 * np.eye(8) for _ in range(3)]
        starts = [True] * 3
        for t, step in enumerate(features):
            if t == 90:
                bonus.reset(torch.tensor([2]))
                matrices[2], starts[2] = 0.1 * np.eye(8), True
            paid = bonus.step(step)
            for row in range(3):
                h = step[row].double().numpy()
                expected = 0.0 if starts[row] else h @ np.linalg.inv(matrices[row]) @ h
                assert paid[row].item() == pytest.approx(expected, rel=1e-5, abs=1e-7)
                matrices[row] += np.outer(h, h)
                starts[row] = False

    def test_it_stays_sound_over_a_long_episode(self) -> None:
        generator = torch.Generator().manual_seed(6)
        direction = torch.randn(1, 8, generator=generator)
        bonus = EllipticalBonus(1, 8)
        paid = torch.stack([bonus.step(direction * 1e3) for _ in range(3000)])
        assert (paid >= 0).all() and paid[-1] < 1e-3
        inverse = bonus.state_dict()["inverse"][0]
        assert torch.equal(inverse, inverse.T)
        assert (torch.linalg.eigvalsh(inverse) > 0).all()

    def test_features_that_are_not_finite_are_passed_over(self) -> None:
        bonus = EllipticalBonus(2, 2)
        bonus.step(torch.ones(2, 2))
        before = bonus.state_dict()["inverse"]
        paid = bonus.step(torch.tensor([[math.nan, 1.0], [1.0, 1.0]]))
        after = bonus.state_dict()["inverse"]
        assert paid[0] == 0 and paid[1] > 0
        assert torch.equal(before[0], after[0]) and not torch.equal(before[1], after[1])

    def test_a_ridge_there_must_be(self) -> None:
        with pytest.raises(ValueError, match="ridge = 0; it must be above 0"):
            EllipticalBonus(1, 2, ridge=0)


def test_difficulty_scales() -> None:
    difficulty = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0, -1.0, 2.0])
    value = difficulty_scaled(torch.full((7,), 2.0), difficulty)
    assert value.tolist() == pytest.approx([2, 2.2, 2.4, 2.7, 3, 2, 3])
    assert difficulty_scaled(torch.ones(1), torch.tensor([math.nan])).isnan()
    with pytest.raises(ValueError, match="give at least those of the easiest and hardest"):
        difficulty_scaled(torch.ones(1), torch.ones(1), factors=(1.0,))


def test_gates_multiply_and_close_on_anything() -> None:
    reward = torch.tensor([2.0, math.nan, math.nan, 4.0])
    value = gated(reward, torch.tensor([True, False, True, True]), torch.tensor([1, 1, 1, 0.5]))
    assert value[[0, 1, 3]].tolist() == [2, 0, 2] and value[2].isnan()


Shaped = PotentialShaping | BestSoFar | CountBonus | EllipticalBonus


def potential(shaping: Shaped, number: Tensor) -> Tensor:
    assert isinstance(shaping, PotentialShaping)
    return shaping.step(number, number > 2)


def best(shaping: Shaped, number: Tensor) -> Tensor:
    assert isinstance(shaping, BestSoFar)
    return shaping.step(number)


def count(shaping: Shaped, number: Tensor) -> Tensor:
    assert isinstance(shaping, CountBonus)
    return shaping.step(number.abs().long().clamp(max=3))


def elliptical(shaping: Shaped, number: Tensor) -> Tensor:
    assert isinstance(shaping, EllipticalBonus)
    return shaping.step(torch.stack((number, number.square()), -1))


@pytest.mark.parametrize(
    ("make", "step"),
    [
        (lambda: PotentialShaping(3, 0.9), potential),
        (lambda: BestSoFar(3), best),
        (lambda: CountBonus(3, 4), count),
        (lambda: CountBonus(3, 4, scope="global", pays="first-visit"), count),
        (lambda: EllipticalBonus(3, 2), elliptical),
    ],
)
def test_a_state_goes_on_where_it_was_taken(
    make: Callable[[], Shaped], step: Callable[[Shaped, Tensor], Tensor]
) -> None:
    generator = torch.Generator().manual_seed(7)
    stream = torch.randn(20, 3, generator=generator) * 2
    whole, other = make(), make()
    for number in stream[:10]:
        step(whole, number)
    taken = whole.state_dict()
    expected = [step(whole, number) for number in stream[10:]]
    other.load_state_dict(taken)
    for number, paid in zip(stream[10:], expected, strict=True):
        assert torch.equal(step(other, number), paid)
    other.load_state_dict(taken)
    assert torch.equal(step(other, stream[10]), expected[0]), "a state is not used up"
    with pytest.raises(ValueError, match="state of shapes"):
        other.load_state_dict({"else": torch.zeros(1)})


def test_rows_that_do_not_step_earn_nothing_and_keep_their_books() -> None:
    keys, features = torch.tensor([3, 3, 1]), torch.rand(3, 2)
    some = torch.tensor([True, False, True])
    for pays in ("inverse-root", "first-visit"):
        book, other = (CountBonus(3, 5, pays=pays) for _ in range(2))
        assert book.step(keys, some).tolist() == [1, 0, 1]
        other.step(keys)
        assert book.state_dict()["counts"].sum(1).tolist() == [1, 0, 1]
        assert (book.step(keys) == other.step(keys)).tolist() == [True, False, True]
    elliptical = EllipticalBonus(3, 2)
    elliptical.step(features)
    before = elliptical.state_dict()
    assert (elliptical.step(features, some) > 0).tolist() == some.tolist()
    after = elliptical.state_dict()
    assert torch.equal(before["inverse"][1], after["inverse"][1])
    assert not EllipticalBonus(3, 2).step(features, ~some).any()
