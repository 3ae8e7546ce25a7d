"""The navigation recipes: the numbers of their papers, slow references, what they promise."""

import math
import pickle

import numpy as np
import pytest
import torch
from oracles import published_navigation as oracle
from torch import Tensor

from vgym.rewards import recipe, recipes, score
from vgym.rewards.facts import FACTS
from vgym.rewards.path import soft_spl, spl

ALL = (
    "dense-walk",
    "habitat",
    "spl",
    "soft-spl",
    "eb-nav",
    "vagen-nav",
    "vagen-nav-sound",
    "seenav",
    "seenav-sound",
    "minigrid",
    "miniworld",
    "viki",
    "viki-2",
    "viki-2-partial",
    "viki-trajectory",
    "viki-trajectory-sound",
    "carl",
)
ROWS = 300


def random_facts(seed: int = 0) -> dict[str, Tensor]:
    """Every fact that a navigation recipe reads, with ends met exactly among them."""
    generator = torch.Generator().manual_seed(seed)

    def uniform() -> Tensor:
        return torch.rand(ROWS, generator=generator, dtype=torch.float64)

    def coin() -> Tensor:
        return torch.rand(ROWS, generator=generator) < 0.5

    def whole(low: int, high: int) -> Tensor:
        return torch.randint(low, high + 1, (ROWS,), generator=generator)

    before, start = uniform() * 8, 1 + uniform() * 8
    shortest = uniform() * 8 * (uniform() > 0.1)
    reference = whole(1, 6)
    return {
        "success": coin(),
        "format_ok": coin(),
        "invalid_action": coin() & coin(),
        "steps": whole(1, 100),
        "max_steps": torch.full((ROWS,), 100),
        "collisions": whole(0, 3),
        "distance_before_m": before,
        # Every third one beats the centimetre by little or misses it by little.
        "distance_after_m": (
            before - torch.where(uniform() < 0.3, 0.011 * uniform(), 2 * uniform())
        ).clamp(min=0.0),
        "best_distance_m": torch.minimum(before, start),
        "start_distance_m": start,
        "path_length_m": shortest * (0.5 + uniform()),
        "shortest_path_m": shortest,
        "actions_executed": whole(0, 2),
        "newly_visible": coin(),
        "episode_over": coin(),
        "plan_correct": coin(),
        "plan_feasible": coin(),
        "plan_exact": coin() & coin(),
        "robots_correct": coin(),
        "plan_steps": whole(0, 8),
        "reference_steps": reference,
        "matching_steps": torch.minimum(whole(0, 6), reference),
        "matching_prefix": torch.minimum(whole(0, 6), reference),
        "matching_types": torch.minimum(whole(0, 6), reference),
        "trajectory_rmse": uniform() * 1.2,
        "trajectory_hausdorff": uniform() * 1.2,
        "trajectory_frechet": uniform() * 1.2,
        "route_progress_percent": uniform() * 3,
        "outside_lanes": coin() & coin(),
        "speed_excess_mps": uniform() * 6 - 3,
        "collision_imminent": coin(),
        "comfort_violations": whole(0, 6),
        "off_centre": coin(),
        "trajectory_progress": uniform(),
    }


def facts_for(name: str, seed: int = 0) -> dict[str, Tensor]:
    facts = random_facts(seed)
    form = recipe(name).forms[-1]  # `soft-spl` of a whole episode comes after that of a step
    return {key: facts[key] for key in form.needs}


@pytest.mark.parametrize("name", ALL)
def test_equals_the_slow_reference(name: str) -> None:
    facts = facts_for(name)
    found = recipe(name)(facts)
    slow = getattr(oracle, name.replace("-", "_"))
    expected = [slow({key: fact[i].item() for key, fact in facts.items()}) for i in range(ROWS)]
    np.testing.assert_allclose(found.value.numpy(), expected, atol=1e-6)
    assert not found.flagged.any()
    assert np.std(expected) > 0.004, "the batch must be able to tell recipes apart"


@pytest.mark.parametrize("name", ALL)
def test_in_range_and_finite(name: str) -> None:
    reward = recipe(name)
    low, high = reward.range
    for seed in range(3):
        found = reward(facts_for(name, seed))
        assert ((found.value >= low - 1e-6) & (found.value <= high + 1e-6)).all()
        for part in reward.forms[-1].parts:
            term = found.terms[part.name]
            assert ((term >= part.range[0]) & (term <= part.range[1])).all()


BEST = {
    "success": [True],
    "format_ok": [True],
    "invalid_action": [False],
    "episode_over": [True],
    "steps": [0],
    "max_steps": [100],
    "collisions": [0],
    "distance_before_m": [1.0],
    "distance_after_m": [0.0],
    "best_distance_m": [1.0],
    "start_distance_m": [1.0],
    "path_length_m": [4.0],
    "shortest_path_m": [4.0],
    "actions_executed": [1],
    "newly_visible": [True],
    "plan_correct": [True],
    "plan_feasible": [True],
    "plan_exact": [True],
    "robots_correct": [True],
    "plan_steps": [3],
    "reference_steps": [3],
    "matching_steps": [3],
    "matching_prefix": [3],
    "matching_types": [3],
    "trajectory_rmse": [0.0],
    "trajectory_progress": [1.0],
    "trajectory_hausdorff": [0.0],
    "trajectory_frechet": [0.0],
    "route_progress_percent": [100.0],
    "outside_lanes": [False],
    "speed_excess_mps": [-1.0],
    "collision_imminent": [False],
    "comfort_violations": [0],
    "off_centre": [False],
}


@pytest.mark.parametrize("name", ALL)
def test_the_best_there_is_earns_the_most(name: str) -> None:
    reward = recipe(name)
    found = score(name, **{key: BEST[key] for key in reward.forms[0].needs})
    if name == "habitat":  # an exception: progress in metres has no bound
        assert reward.range == (-math.inf, math.inf)
        assert found.value.item() == pytest.approx(1 + 2.5 - 0.01)
    else:
        assert found.value.item() == pytest.approx(reward.range[1])


@pytest.mark.parametrize("name", ALL)
def test_not_finite_earns_the_floor_and_is_flagged(name: str) -> None:
    reward = recipe(name)
    facts = facts_for(name)
    for key, fact in facts.items():
        for bad in (math.nan, math.inf, -math.inf):
            spoilt = fact.to(torch.float64)
            spoilt[3] = bad
            found = reward({**facts, key: spoilt})
            assert found.flagged.nonzero().flatten().tolist() == [3]
            assert found.value[3] == reward.floor and found.value.isfinite().all()
            assert all(term.isfinite().all() for term in found.terms.values())


@pytest.mark.parametrize("name", [n for n in ALL if "success" in recipe(n).forms[0].needs])
def test_success_never_pays_less_than_failure(name: str) -> None:
    facts = facts_for(name)
    if "episode_over" in facts:  # as it is in either case, once something succeeded
        facts["episode_over"] = torch.ones(ROWS, dtype=torch.bool)
    with_, without = (
        recipe(name)({**facts, "success": torch.full((ROWS,), given)}).value
        for given in (True, False)
    )
    assert (with_ >= without).all() and (with_ > without).any()


FALLS_WITH = {
    "dense-walk": "path_length_m",
    "habitat": "distance_after_m",
    "soft-spl": "distance_after_m",
    "seenav": "distance_after_m",
    "seenav-sound": "distance_after_m",
    "spl": "path_length_m",
    "minigrid": "steps",
    "miniworld": "steps",
    "viki-trajectory": "trajectory_frechet",
    "viki-trajectory-sound": "trajectory_frechet",
    "carl": "speed_excess_mps",
}


@pytest.mark.parametrize(("name", "fact"), FALLS_WITH.items())
def test_never_rises_with(name: str, fact: str) -> None:
    facts = {key: value[:1].expand(101) for key, value in facts_for(name, 5).items()}
    ones = torch.ones(101, dtype=torch.bool)
    facts |= {key: ones for key in ("success", "format_ok") if key in facts}
    zeros = [key for key in ("invalid_action", "outside_lanes", "newly_visible") if key in facts]
    facts |= {key: ~ones for key in zeros}
    way = torch.linspace(0, 10, 101, dtype=torch.float64)
    way = way.round() if FACTS[fact].whole else way
    value = recipe(name)({**facts, fact: way}).value
    assert (value.diff() <= 1e-12).all() and value[0] > value[-1]


def test_soft_spl_of_a_step_is_paid_at_the_end_alone() -> None:
    """It is measured of a whole walk: paid at every step, standing near the goal would pay."""
    facts = facts_for("soft-spl")
    over = torch.arange(ROWS) % 3 == 0
    found = recipe("soft-spl")({**facts, "episode_over": over}).value
    whole = recipe("soft-spl")(facts).value
    assert torch.equal(found[over], whole[over]) and (found[~over] == 0).all()


def test_habitat_numbers() -> None:
    """A straight way of 5 m in 20 steps and a stop."""
    d = torch.linspace(5, 0, 21, dtype=torch.float64)
    before, after = torch.cat((d[:-1], d[-1:])), torch.cat((d[1:], d[-1:]))
    solved = torch.arange(21) == 20
    found = recipe("habitat")(
        {"distance_before_m": before, "distance_after_m": after, "success": solved}
    )
    assert found.value.sum().item() == pytest.approx(7.29, abs=1e-6)


def test_spl_numbers() -> None:
    solved = torch.tensor([1.0, 1, 1, 0, 1])
    shortest = torch.tensor([10.0, 10, 10, 10, 5])
    walked = torch.tensor([10, 12.5, 8, 10, 20])
    found = spl(solved, shortest, walked)
    assert found.tolist() == pytest.approx([1, 0.8, 1, 0, 0.25])
    assert found.mean().item() == pytest.approx(0.61)
    nothing = torch.tensor(0.0)
    assert spl(torch.tensor(1.0), nothing, nothing) == 1
    assert soft_spl(torch.tensor([0.0, 1.0]), nothing, torch.tensor([5.0, 0.0])).tolist() == [1, 0]
    assert soft_spl(*torch.tensor([2.5, 10.0, 12.5])).item() == pytest.approx(0.6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.int64, torch.float64])
def test_spl_of_any_type(dtype: torch.dtype) -> None:
    solved, shortest, walked = torch.tensor([[1], [7], [9]], dtype=dtype).unbind()
    assert spl(solved, shortest, walked).item() == pytest.approx(7 / 9, rel=1e-6)
    assert soft_spl(shortest, walked, walked).item() == pytest.approx(2 / 9, rel=1e-6)


def test_spl_is_0_where_a_length_is_negative() -> None:
    """As where -1 stands for a goal that cannot be reached."""
    assert spl(*torch.tensor([(1.0, -1, 3), (1, 3, -1), (1, -1, -1)]).unbind(1)).tolist() == [0] * 3
    ends = torch.tensor([(0.0, -1, 3), (0, 3, -1), (-1, 3, 3)])
    assert soft_spl(*ends.unbind(1)).tolist() == [0] * 3


def test_spl_is_0_where_a_number_is_not_finite() -> None:
    inf, nan = math.inf, math.nan
    cases = [(1, inf, 3), (1, nan, 3), (1, 3, nan), (1, 3, inf), (1, inf, inf), (nan, 3, 3)]
    cases += [(0, inf, 3), (1, nan, nan), (1, 0, nan), (inf, inf, 3), (1, -inf, 3)]
    columns = torch.tensor([*cases, (1, 3, 3)]).unbind(1)
    assert spl(*columns).tolist() == [0] * len(cases) + [1]
    assert spl(columns[0].double(), *(c.double() for c in columns[1:])).tolist()[-1] == 1
    # Distance at the end, shortest way, way walked.
    ends = [(nan, 3, 3), (inf, 3, 3), (0, inf, 3), (0, nan, 3), (0, 3, nan), (inf, inf, 3)]
    ends += [(nan, nan, nan), (nan, 0, 0), (0, 3, inf)]
    assert soft_spl(*torch.tensor([*ends, (0, 3, 3)]).unbind(1)).tolist() == [0] * len(ends) + [1]
    for name, needed in (("spl", "shortest_path_m"), ("soft-spl", "path_length_m")):
        facts = facts_for(name)
        for odd in (inf, nan):
            score = recipe(name)({**facts, needed: torch.full_like(facts[needed], odd)})
            assert score.flagged.all() and not score.value.any()
            assert all(term.isfinite().all() for term in score.terms.values())


def test_seenav_numbers_and_what_is_wrong_with_them() -> None:
    d = torch.tensor([3.0, 2.75, 2.75, 3.0, 2.75], dtype=torch.float64)
    no = torch.zeros(4, dtype=torch.bool)
    facts = {"success": no, "invalid_action": no, "newly_visible": no}
    facts |= {"distance_before_m": d[:-1], "distance_after_m": d[1:]}
    assert recipe("seenav")(facts).terms["step"].tolist() == [1, 0, 0, 1], "the same way, twice"
    facts |= {"best_distance_m": d.cummin(0).values[:-1], "start_distance_m": d[:1].expand(4)}
    assert recipe("seenav-sound")(facts).terms["step"].tolist() == pytest.approx(
        [0.25 / 3, 0, 0, 0]
    )
    for name in ("seenav", "seenav-sound"):
        assert recipe(name)({**facts, "invalid_action": ~no}).value.tolist() == [-1] * 4


def test_loitering_pays_as_published_and_not_as_sound() -> None:
    idle = {"success": [False] * 30, "format_ok": [True] * 30, "actions_executed": [1] * 30}
    assert score("vagen-nav", **idle).value.sum().item() == pytest.approx(0.3)
    assert score("vagen-nav-sound", **idle).value.sum() == 0
    empty = {"success": [False], "format_ok": [True], "actions_executed": [0]}
    assert score("vagen-nav", **empty).value == 0
    assert score("vagen-nav-sound", **empty).value.item() == pytest.approx(-0.01)


def test_mazes_numbers() -> None:
    late = {"success": [True, True, False], "steps": [50, 100, 50], "max_steps": [100] * 3}
    assert score("minigrid", **late).value.tolist() == pytest.approx([0.55, 0.1, 0])
    late = {"success": [True, True, False], "steps": [125, 250, 9], "max_steps": [250] * 3}
    assert score("miniworld", **late).value.tolist() == pytest.approx([0.9, 0.8, 0])


def test_carl_numbers() -> None:
    step = {
        "route_progress_percent": [1.0],
        "outside_lanes": [False],
        "speed_excess_mps": [1.115],
        "collision_imminent": [True],
        "comfort_violations": [0],
        "off_centre": [False],
    }
    assert score("carl", **step).value.item() == pytest.approx(0.25)
    assert score("carl", **{**step, "comfort_violations": [6]}).value.item() == pytest.approx(0.125)
    assert score("carl", **{**step, "outside_lanes": [True]}).value == 0


def test_viki_numbers() -> None:
    plans = {"plan_correct": [True, False], "format_ok": [True, True]}
    assert score("viki", **plans).value.tolist() == pytest.approx([1.0, 0.1])
    lengths = {"plan_steps": [100, 101, 102, 50], "reference_steps": [100] * 4}
    sure = {"robots_correct": [True] * 4, "plan_feasible": [True] * 4}
    value = score("viki-2", **sure, **lengths).value
    assert value.tolist() == pytest.approx([1, 1, 0.1, 1])
    partial = score(
        "viki-2-partial",
        robots_correct=[True],
        plan_exact=[False],
        plan_steps=[4],
        reference_steps=[2],
        matching_steps=[1],
        matching_prefix=[1],
        matching_types=[2],
    )
    assert partial.terms["plan"].item() == pytest.approx(0.1 + 0.15 + 0.2 + 0.05)


@pytest.mark.parametrize("name", ALL)
def test_cards_and_pickles(name: str) -> None:
    reward = recipe(name)
    assert name in recipes()
    for part in (name, reward.source, "range: [", "value = ", "needs: ", *reward.failure_modes):
        assert part in reward.card()
    assert pickle.loads(pickle.dumps(reward)) == reward
    assert reward.failure_modes


def test_a_cost_reads_as_one() -> None:
    assert "value = progress + 2.5 success - 0.01 step" in recipe("habitat").card()


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_read_back_from_the_device(name: str) -> None:
    """The meta device holds no values: reading one would raise."""
    facts = {key: fact.to("meta") for key, fact in facts_for(name).items()}
    assert recipe(name)(facts).value.shape == (ROWS,)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("vagen-nav", 0.0, 1.01),
        ("vagen-nav-sound", -0.01, 1.0),
        ("seenav", -1.0, 1.5),
        ("seenav-sound", -1.0, 1.5),
    ],
)
def test_ranges_are_no_wider_than_what_is_earned(name: str, low: float, high: float) -> None:
    value = recipe(name)(facts_for(name)).value
    assert recipe(name).range == (low, high)
    assert value.amin().item() == pytest.approx(low)
    assert value.amax() <= high + 1e-6


def test_eb_nav_is_for_goals_that_are_walked_to() -> None:
    assert not recipe("eb-nav").fits({"success", "format_ok"})
    assert recipe("eb-nav").fits({"success", "distance_after_m"})
