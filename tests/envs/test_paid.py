"""What is paid is what happened: facts and values against the logged world, and no loop pays.

Walks are recorded once for each id. From their positions, actions and places alone the oracles
say what the facts are; every recipe that fits is paid by both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
import recorded
import torch
from oracles import (
    logged_commands,
    logged_flows,
    logged_matches,
    logged_mazes,
    logged_pages,
    logged_places,
    logged_teams,
    logged_walks,
    logged_zooms,
)
from recorded import Step
from rollouts import ATTEMPT_IDS, IDS, takes

from vgym.core.action_check import NoAnswer
from vgym.core.place_task import PlaceTask
from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation.mazes.task import MazeTask
from vgym.envs.navigation.mazes.types import NAMES as PARADIGMS
from vgym.envs.navigation.mazes.types import MazeConfig
from vgym.envs.zoom.moves import ANSWER
from vgym.registration import named, row_of
from vgym.rewards import recipe
from vgym.rewards.facts import MASKS
from vgym.rewards.recipes import recipes_for

Case = tuple[str, tuple[tuple[str, Any], ...]]

ROWS = 8
# Families by the name of their task; one that is answered with a place needs no oracle of its own.
KINDS = ("random", "oracle", "still", "loops")
ORACLES = {
    "gui-flow": logged_flows, "navigation": logged_walks, "maze": logged_mazes,
    "command": logged_commands, "team": logged_teams, "zoom": logged_zooms,
    "geo-match": logged_matches, "zoom-pages": logged_pages,
}  # fmt: skip
LOOKED = ("zoom", "zoom-pages")
# Of a walk; else 3.
STEPS = {
    "maze": 110, "navigation": 90, "team": 90, "gui-flow": 30, "zoom": 12, "zoom-pages": 16,
}  # fmt: skip
TEAM = "VNavTeam-v0"
SLOW = pytest.mark.slow
SHARE = 0.5  # of what a robot of a team gets that is the mean of what all earn
PAID = (*IDS, TEAM)
QUICK: list[Case] = [
    *((env_id, ()) for env_id in PAID),
    *((TEAM, (("mission", mission),)) for mission in ("carry", "fetch")),
    ("VGui-v0", (("answer", "box"),)),
    ("VNavPoint-v0", (("action", "continuous"),)),
]
THOROUGH: list[Case] = [
    *((env_id, (("difficulty", d), ("split", "test"))) for env_id in PAID for d in (0.0, 1.0)),
    *((TEAM, (("mission", mission), ("robots", 5))) for mission in ("cover", "open", "fetch")),
    *((env_id, (("attempts", 3),)) for env_id in ATTEMPT_IDS),
    ("VGui-v0", (("source", "synthetic"), ("image_size", 64))),
    ("VGround-v0", (("source", "photos"), ("instruction", "tokens"))),
    ("VNav-v0", (("auto_stop", True), ("turn", 15))),
    ("VNav-v0", (("doors", "closed"), ("look", True))),
    ("VNavPoint-v0", (("source", "maze"), ("max_episode_steps", 30))),
    ("VMaze-v0", (("trials", 2), ("turn", 90))),
]
CASES = [
    pytest.param(
        *case,
        id="-".join([case[0], *(f"{name}={value}" for name, value in case[1])]),
        marks=pytest.mark.slow if case in THOROUGH else (),
    )
    for case in (*QUICK, *THOROUGH)
]


@cache
def seeds_of(env_id: str) -> list[int]:
    """Of the rows of a walk: of mazes two of each paradigm."""
    if not takes(env_id, "paradigm"):
        return list(range(ROWS))
    envs = recorded.make(env_id, 64)
    envs.reset(seed=0)
    drawn = envs.state.paradigm.numpy()
    return [seed for n in range(len(PARADIGMS)) for seed in np.flatnonzero(drawn == n)[:2].tolist()]


@cache
def walked(
    env_id: str, settings: tuple[tuple[str, Any], ...], kind: str, steps: int | None = None
) -> Any:
    """The task, and a walk of that kind in it."""
    seeds = seeds_of(env_id)
    envs = recorded.make(env_id, len(seeds), **dict(settings))
    steps = steps or STEPS.get(envs.task.name, 3)
    return envs.task, recorded.record(envs, getattr(recorded, kind)(envs), steps, seeds)


def joined(steps: Iterable[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Facts of many steps as one batch."""
    steps = list(steps)
    return {name: torch.cat([torch.as_tensor(s[name]) for s in steps]) for name in steps[0]}


def paid_for(facts: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Facts with a row for each who is paid: of a team every robot, by its own and the team's."""
    if "robot_progress" not in facts:
        return facts
    each = facts["robot_progress"].shape
    rows = {
        name: fact.reshape(len(fact), -1).expand(each).flatten() for name, fact in facts.items()
    }
    rows["success"] = rows["success"] & rows["had_part"]
    return rows


def as_stated(name: str, recomputed: Any, stated: torch.Tensor) -> torch.Tensor:
    """A recomputed fact in the type of the stated one."""
    assert recomputed.shape == stated.shape, name
    return recomputed.to(stated.dtype)


def of_kinds() -> Iterator[Any]:
    """Each case in each kind; those that stand still, and walks at random, wait for the slow tests:
    who loops does nothing for a while too, and moves whole steps in all directions."""
    for case in CASES:
        env_id, settings = case.values
        task = named(row_of(env_id).task, "task")
        walks = task.name in STEPS and dict(settings).get("action") != "continuous"
        for kind in KINDS:
            waits = kind == "still" or (kind == "random" and walks)
            marks = (*case.marks, *([SLOW] if waits else []))
            yield pytest.param(*case.values, kind, id=f"{case.id}-{kind}", marks=marks)


@pytest.mark.parametrize(("env_id", "settings", "kind"), list(of_kinds()))
def test_facts_and_values_are_those_of_the_logged_world(
    env_id: str, settings: tuple[tuple[str, Any], ...], kind: str
) -> None:
    task, walk = walked(env_id, settings, kind)
    masks = set(MASKS.values())
    for step in walk:
        assert step.facts.keys() - masks - {"given"} == task.stated - masks
    stated = joined(step.facts for step in walk)
    found = joined(_oracle(task).facts(task, walk))
    assert found.keys() == stated.keys() - {"given"}
    found = {name: as_stated(name, fact, stated[name]) for name, fact in found.items()}
    for name, fact in found.items():
        np.testing.assert_allclose(stated[name].double(), fact.double(), atol=1e-4, err_msg=name)
    fitting = recipes_for(task.stated)
    assert {task.default_reward, "sparse"} <= set(fitting)
    for name in fitting:
        paid, worth = (recipe(name)(paid_for(facts)).value for facts in (stated, found))
        np.testing.assert_allclose(paid, worth, atol=1e-4, err_msg=name)


def _oracle(task: Any) -> Any:
    """What recomputes the task's facts from what was logged."""
    if isinstance(task, PlaceTask):
        return ORACLES.get(task.name, logged_places)
    if task.name not in ORACLES:
        pytest.skip(f"no oracle of logged worlds for {task.name!r}; those of others: tests/oracles")
    return ORACLES[task.name]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("env_id", PAID)
def test_environments_pay_what_their_facts_are_worth(env_id: str, every: bool) -> None:
    task, walk = walked(env_id, (), "loops")
    walk = walk[:40]
    facts = joined(step.facts for step in walk)
    names = recipes_for(task.stated)
    for name in ["dense", *(names if every else names[:: len(names) // 2])]:
        envs = recorded.make(env_id, len(walk[0].over), reward=name)
        again = recorded.record(
            envs, lambda number: walk[number].action, len(walk), seeds_of(env_id)
        )
        chosen = task.default_reward if name == "dense" else name
        worth = due(task, chosen, facts, recipe(chosen)(paid_for(facts)).value)
        paid = np.concatenate([step.reward for step in again])
        if env_id == TEAM:
            own = worth.reshape(paid.shape)
            worth = own * (1 - SHARE) + SHARE * own.mean(1, keepdim=True)
        np.testing.assert_array_equal(paid, worth.float(), err_msg=name)


def due(task: Any, name: str, facts: Any, worth: Any) -> Any:
    """What is paid: recipes of whole searches at their end, all others step by step."""
    read = {fact for names in recipe(name).needs.values() for fact in names}
    whole = task.name in LOOKED and "view_share_after" not in read
    return worth * facts["episode_over"] if whole else worth


# -- loops ----------------------------------------------------------------------------------------

# What a state is but for the counts of steps: where one is, what is open, what has been earned.
PLACES = {
    "navigation": ("pose", "pitch", "closed", "best", "world", "goal"),
    "maze": (
        *("pose", "world", "hidden", "trial", "phase", "visited"),
        *("target", "best", "leg_done", "streak"),
    ),
    "gui-flow": ("key", "vector", "best"),
    **{name: ("picture", "question", "window") for name in LOOKED},
    "team": ("pose", "closed", "phase", "holding", "best"),
}
# Published flaws: recipes that a loop pays, and how their cards say so.
LOOPHOLES = {
    "vagen-nav": "loitering pays",
    "seenav": "back and forth pays",
    "cheesebench": "pays again and again",
}


def most_a_loop_pays(walk: list[Step], places: tuple[str, ...], paid: np.ndarray) -> float:
    """The largest sum of rewards between two visits of a row to one state, in one episode."""
    earned = np.zeros(len(walk[0].over))
    least: list[dict[bytes, float]] = [{} for _ in earned]
    most = -np.inf
    for step, reward in zip(walk, paid, strict=True):
        for row in range(len(earned)):
            if step.first[row]:
                earned[row], least[row] = 0.0, {_place(step.before, places, row): 0.0}
            earned[row] += reward[row]
            if step.over[row]:
                continue
            place = _place(step.after, places, row)
            before = least[row].setdefault(place, np.inf)
            most = max(most, earned[row] - before)
            least[row][place] = min(before, earned[row])
    return float(most)


def _place(state: dict[str, np.ndarray], names: tuple[str, ...], row: int) -> bytes:
    parts = []
    for name in names:
        held = state[name][row]
        if name == "pose":  # sums of steps and turns come back to where they were but for rounding
            turned = np.stack([np.cos(held[..., 2]), np.sin(held[..., 2])], -1)
            held = np.round(np.concatenate((held[..., :2], turned), -1) * 1000).astype(np.int64)
        parts.append(held.tobytes())
    return b"".join(parts)


LOOPING = [  # ids of many steps an episode; of the quick ones mazes and a team run by default
    pytest.param(*case.values, id=case.id, marks=() if case.id in ("VMaze-v0", TEAM) else SLOW)
    for case in CASES
    if not takes(case.values[0], "attempts") and not takes(case.values[0], "level")
]


@pytest.mark.parametrize(("env_id", "settings"), LOOPING)
def test_no_loop_pays(env_id: str, settings: tuple[tuple[str, Any], ...]) -> None:
    most: dict[str, float] = defaultdict(lambda: -np.inf)
    for kind in KINDS:
        task, walk = walked(env_id, settings, kind)
        facts = joined(step.facts for step in walk)
        for name in recipes_for(task.stated):
            paid = due(task, name, facts, recipe(name)(paid_for(facts)).value).double().numpy()
            # Who is paid comes last: one a row, or each robot of a team.
            for each in np.moveaxis(paid.reshape(len(walk), len(walk[0].over), -1), 2, 0):
                most[name] = max(most[name], most_a_loop_pays(walk, PLACES[task.name], each))
    assert min(most.values()) > -np.inf, "no row came back to where it had been"
    for name, value in most.items():
        if name in LOOPHOLES:
            assert LOOPHOLES[name] in " ".join(recipe(name).failure_modes)
            assert value > 1e-3, f"{name} is said to pay loops, and pays none"
        else:
            assert value <= 1e-6, f"a loop under {name} pays {value}"


@pytest.mark.parametrize(
    ("kind", "settings", "steps"),
    [
        ("loops", (("trials", 2),), 400),
        *(pytest.param(kind, (), 1250, marks=pytest.mark.slow) for kind in KINDS),
    ],
)
def test_a_maze_session_pays_a_bounded_sum(kind: str, settings: Any, steps: int) -> None:
    """Over the first session of each row, played to its end."""
    task, walk = walked("VMaze-v0", settings, kind, steps)
    assert np.any([step.over for step in walk], 0).all()
    facts = joined(step.facts for step in walk)
    first = np.cumsum([step.over for step in walk], 0) - [step.over for step in walk] == 0
    state = walk[0].before
    paradigm = np.array(PARADIGMS)[state["paradigm"]]
    trials, steps = state["trials"], state["trial_limit"]
    most = {
        "cheesebench": np.select(
            [paradigm == "operant", paradigm == "cpp", paradigm == "radial_arm"],
            [10.0 * trials, 0.1 * steps * (trials - 1), 3.0 * trials],
            1.0 * trials,
        )
    }
    for name in recipes_for(task.stated):
        paid = recipe(name)(facts).value.double().numpy().reshape(len(walk), -1)
        assert ((paid * first).sum(0) <= most.get(name, 1.0) + 1e-4).all(), name


class BentMaze(MazeTask):
    """The fault that once was: distances bent so that one recipe came out right.

    `distance_after_m` was the nearest so far less what the step gained on it, in mid-leg and far
    from it alike, so that progress in metres was paid for standing anywhere.
    """

    config_class = MazeConfig

    @property
    def stated(self) -> frozenset[str]:
        bent = {"best_distance_m", "distance_before_m", "distance_after_m", "start_distance_m"}
        return super().stated | bent

    def step(self, state: Any, action: Any, unread: Any = None) -> Any:
        self._was = (state.distance, state.best, state.leg)
        return super().step(state, action, unread)

    def outcome(self, facts: Any, **further: Any) -> Any:
        distance, best, whole = self._was
        gained = facts["session_progress"] * whole
        bent = {
            "best_distance_m": best.clone(),
            "distance_before_m": distance,
            "distance_after_m": best - gained,
            "start_distance_m": whole,
        }
        return super().outcome({**facts, **bent}, **further)


def test_the_old_fault_is_found_when_it_is_put_back() -> None:
    settings = {"paradigm": "t_maze", "image_size": 36, "reward": "habitat"}
    envs = VectorEnv(BentMaze, 4, autoreset_mode="Disabled", **settings)
    walk = recorded.record(envs, recorded.loops(envs), 60)
    paid = np.stack([step.reward for step in walk])
    assert most_a_loop_pays(walk, PLACES["maze"], paid) > 1
    with pytest.raises(ValueError, match="does not state"):
        VectorEnv(MazeTask, 4, **settings)


# -- no answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("env_id", PAID)
def test_no_answer_is_worth_no_more_than_a_wrong_one(env_id: str) -> None:
    """Nor more than the truth, where nothing is to be found too."""
    rows = 64
    envs = recorded.make(env_id, rows, difficulty=1)

    def facts_of(answer: Any) -> Any:
        envs.reset(seed=0)
        envs.step(answer(envs.oracle()))
        return envs.facts

    none = facts_of(lambda truth: [NoAnswer()] * rows)
    truth = facts_of(lambda truth: truth)
    wrong = facts_of(lambda truth: _wrong(envs, truth))
    assert not none["format_ok"].any() and truth["format_ok"].all() and wrong["format_ok"].all()
    assert not none["success"].any() and not wrong["success"].any()
    for name in recipes_for(envs.task.stated):
        paid, right, worst = (recipe(name)(paid_for(facts)).value for facts in (none, truth, wrong))
        assert paid.isfinite().all()
        assert (paid <= right + 1e-6).all(), name
        assert (paid <= worst + 1e-6).all(), name


def _wrong(envs: Any, truth: Any) -> Any:
    """A legal answer that solves nothing; of walks and flows, doing nothing."""
    if not envs.task.convention and envs.task.name not in ("command", *LOOKED):
        return recorded.still(envs)(0)
    if envs.task.name in LOOKED:  # the middle, which is never beyond the whole
        answer = (ANSWER + 0.5) / envs.task.moves.moves
        return np.tile(np.float32([answer, 0.495, 0.495, 0.505, 0.505]), (len(truth), 1))
    if envs.task.name == "command":
        return np.zeros_like(truth)
    wrong = np.zeros_like(truth)
    if wrong.ndim == 3:  # a box where there is none
        wrong[:, 0] = [0, 0, 0.02, 0.02, 1]
    return wrong
