"""The nine paradigms: solved by who knows, hidden from who looks, scored as their protocols say."""

from typing import Any

import numpy as np
import pytest
import torch
from sampling import one_in

from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation.mazes.task import FORWARD, INTERACT, STAY, MazeTask
from vgym.envs.navigation.mazes.types import NAMES, PARADIGMS, MazeConfig

TASK = "vgym.envs.navigation.mazes.task:MazeTask"


def session(paradigm: str, num_envs: int = 16, **settings: Any) -> Any:
    envs = VectorEnv(
        TASK,
        num_envs,
        **{
            "paradigm": paradigm,
            "image_size": 36,
            "reward": "cheesebench",
            "expose": "truth",
            **settings,
        },
    )
    envs.reset(seed=0)
    return envs


def play(envs: Any, policy: Any, steps: int = 1000) -> tuple[Any, Any, Any]:
    """Success, return and last metrics of each row's first session."""
    done = np.zeros(envs.num_envs, bool)
    success, total, solved = done.copy(), np.zeros(envs.num_envs), np.zeros(envs.num_envs)
    for _ in range(steps):
        _, reward, terminated, truncated, info = envs.step(policy())
        new = (terminated | truncated) & ~done
        total += np.where(done, 0, reward)
        success |= new & info["success"]
        solved[new] = info["trials_solved"][new]
        done |= new
        if done.all():
            break
    assert done.all()
    return success, total, solved


@pytest.mark.parametrize(("split", "paradigm"), one_in(7, ["test", "train"], NAMES))
def test_who_knows_solves_it_and_who_does_not_does_not(split: str, paradigm: str) -> None:
    envs = session(paradigm, reward="dense", split=split, num_envs=24)
    success, total, solved = play(envs, envs.oracle)
    assert success.mean() >= 0.95
    assert (total <= 1 + 1e-4).all() and total.mean() > 0.9
    assert (solved >= 1).all()
    envs.reset(seed=1)
    envs.action_space.seed(0)
    assert play(envs, envs.action_space.sample)[0].mean() <= 0.3


@pytest.mark.parametrize("paradigm", NAMES)
def test_nothing_hidden_is_in_any_observation(paradigm: str) -> None:
    task = MazeTask(paradigm=paradigm, image_size=64)
    state = task.reset(np.arange(4, dtype=np.uint64))
    spots = PARADIGMS[NAMES.index(paradigm)].spots
    if paradigm == "dnms":
        state.phase[:] = 1  # the sample is there to be seen; what it means must be kept in mind
    for pose in (state.pose.clone(), state.pose + torch.tensor([0.2, 0.1, 1.3])):
        state.pose = pose
        shown = []
        for hidden in range(spots):
            state.hidden[:] = hidden
            state.target[:] = hidden
            images = torch.zeros(4, 64, 64, 3, dtype=torch.uint8)
            task.draw(state, images)
            shown.append((images, task.tokens(state), task.instructions(state, [0, 1, 2, 3])))
            assert task.sense(state) == {}
        for images, tokens, words in shown[1:]:
            assert torch.equal(images, shown[0][0]) and torch.equal(tokens, shown[0][1])
            assert words == shown[0][2]


def test_hidden_places_stay_or_change_as_the_paradigm_says() -> None:
    for paradigm, stays in (("morris", True), ("barnes", True), ("star", False), ("t_maze", True)):
        envs = session(paradigm, 64, reward="dense")
        first, same = envs.state.hidden.clone(), torch.ones(64, dtype=torch.bool)
        later = torch.zeros(64, dtype=torch.bool)
        for _ in range(60):
            _, _, terminated, truncated, _ = envs.step(envs.oracle())
            if (terminated | truncated).any():
                break
            same &= envs.state.hidden == first
            later |= envs.state.trial > 0
        assert later.all()
        assert same.all() if stays else not same.all()
        assert len(set(first.tolist())) >= 2


def walk_onto(envs: Any, spot: Any) -> None:
    """Put every row on a spot, as if it had walked there."""
    task, state = envs.task, envs.state
    place = task.places.spots[state.world, torch.as_tensor(spot).expand(envs.num_envs)]
    state.pose[:, :2] = place
    state.on_spot[:] = -1


@pytest.mark.parametrize(
    ("paradigm", "right", "wrong"),
    [("morris", 1.0, -0.01), ("barnes", 1.0, -0.21), ("star", 1.0, -0.01), ("t_maze", 1.0, -0.5)],
)
def test_events_pay_what_the_protocol_says(paradigm: str, right: float, wrong: float) -> None:
    envs = session(paradigm, 8)
    walk_onto(envs, envs.state.hidden)
    assert np.allclose(envs.step(np.full(8, STAY))[1], right)
    envs = session(paradigm, 8)
    spots = PARADIGMS[NAMES.index(paradigm)].spots
    walk_onto(envs, (envs.state.hidden + 1) % spots)
    _, reward, _, _, info = envs.step(np.full(8, STAY))
    assert np.allclose(reward, wrong)
    assert (info["errors"] == (paradigm != "morris")).all()


def test_baits_are_taken_once_and_errors_told_apart() -> None:
    envs = session("radial_arm", 4)
    hidden = envs.state.hidden.clone()
    total, rewards = np.zeros(4), []
    for arm in (0, 2, 4, 6):
        walk_onto(envs, (hidden + arm) % 8)
        _, reward, _, _, info = envs.step(np.full(4, STAY))
        rewards.append(reward)
        if arm == 2:  # again, and then an arm without food
            walk_onto(envs, (hidden + arm) % 8)
            _, reward, _, _, info = envs.step(np.full(4, STAY))
            assert np.allclose(reward, -0.01) and (info["memory_errors"] == 1).all()
            walk_onto(envs, (hidden + 1) % 8)
            _, reward, _, _, info = envs.step(np.full(4, STAY))
            assert np.allclose(reward, -0.01) and (info["errors"] == 1).all()
    assert np.allclose(rewards[:3], 0.5) and np.allclose(rewards[3], 1.5)
    assert (envs.state.trial == 1).all() and (total == 0).all()


def test_sample_delay_choice() -> None:
    for same in (False, True):
        envs = session("dnms", 6)
        side = envs.state.hidden.clone()
        walk_onto(envs, 1 - side)
        assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.01)  # not the one that is lit
        walk_onto(envs, side)
        envs.step(np.full(6, INTERACT))
        assert (envs.state.phase == 1).all()
        walk_onto(envs, side if same else 1 - side)
        for _ in range(10):
            assert (envs.state.phase == 1).all()
            assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.01)
        assert (envs.state.phase == 2).all()
        assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.5 if same else 1.0)
        assert (envs.state.trial == 1).all()


def test_levers() -> None:
    envs = session("operant", 6)
    assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.05)
    walk_onto(envs, 1 - envs.state.hidden)
    assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.2)
    walk_onto(envs, envs.state.hidden)
    for _ in range(9):
        assert np.allclose(envs.step(np.full(6, INTERACT))[1], 1.0)
    assert (envs.state.trial == 0).all() and (envs.state.earned == 9).all()
    envs.step(np.full(6, INTERACT))
    assert (envs.state.trial == 1).all() and (envs.state.solved == 1).all()


def test_light_then_shock_until_crossed() -> None:
    envs = session("shuttle_box", 4)
    rewards = [envs.step(np.full(4, STAY))[1] for _ in range(25)]
    assert np.allclose(rewards[:15], -0.01) and np.allclose(rewards[15:], -0.5)
    assert (envs.state.trial == 1).all() and (envs.state.solved == 0).all()
    dark = envs.reset(seed=0)[0]["image"]
    for _ in range(5):
        lit = envs.step(np.full(4, STAY))[0]["image"]
    assert (dark != lit).any()
    walk_onto(envs, envs.state.hidden)
    assert np.allclose(envs.step(np.full(4, STAY))[1], 1.0)


def test_preference_is_tested_after_conditioning() -> None:
    envs = session("cpp", 8)
    walk_onto(envs, envs.state.hidden)
    assert np.allclose(envs.step(np.full(8, STAY))[1], 0.1)
    walk_onto(envs, 1 - envs.state.hidden)
    assert np.allclose(envs.step(np.full(8, STAY))[1], -0.01)
    for likes in (True, False):
        envs.reset(seed=0)
        for _ in range(7 * 40):
            hidden = envs.state.hidden
            walk_onto(envs, hidden if likes else 1 - hidden)
            _, _, terminated, _, info = envs.step(np.full(8, STAY))
        assert terminated.all() and (info["success"] == likes).all()


def test_dense_pays_nothing_for_failing_on_purpose() -> None:
    """Sessions that fail a trial first never earn more than those that do not."""
    envs = session("t_maze", 16, reward="dense")
    honest = play(envs, envs.oracle)[1]
    envs.reset(seed=0)
    total, done = np.zeros(16), np.zeros(16, bool)
    for _ in range(600):
        trial = envs.state.trial
        action = np.where(trial % 3 == 2, FORWARD, envs.oracle())
        _, reward, terminated, truncated, _ = envs.step(action)
        total += np.where(done, 0, reward)
        done |= terminated | truncated
        if done.all():
            break
    assert (total <= honest + 1e-4).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"paradigm": "moris"}, "did you mean 'morris'"),
        ({"trials": 0}, "trials=0"),
        ({"trials": "many"}, "trials"),
        ({"turn": 20}, "turn"),
        ({"fov": 5}, "fov"),
        ({"action": "continuous"}, "discrete"),
        ({"source": "maze"}, "synthetic"),
    ],
)
def test_bad_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MazeTask(**settings)


def test_protocols() -> None:
    morris = PARADIGMS[0]
    assert MazeConfig(trials="paper").protocol(morris) == (20, 500)
    assert MazeConfig(trials=3).protocol(morris)[0] == 3
    assert len(NAMES) == 9
