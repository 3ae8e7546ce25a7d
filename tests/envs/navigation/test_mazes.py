"""The nine paradigms: solved by who knows, hidden from who looks, scored as their protocols say."""

from typing import Any

import numpy as np
import pytest
import torch
from rollouts import unseen
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
    unseen(envs)
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
    envs = session(paradigm, reward="dense", split=split, num_envs=12)
    success, total, solved = play(envs, envs.oracle)
    assert success.mean() >= 0.95
    assert (total <= 1 + 1e-4).all() and total.mean() > 0.9
    assert (solved >= 1).all()
    envs = session(paradigm, reward="dense", split=split, num_envs=12, max_episode_steps=200)
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


REVERSED = [paradigm.name for paradigm in PARADIGMS if paradigm.reversal]


@pytest.mark.parametrize("paradigm", REVERSED)
def test_hidden_things_stay_until_the_criterion_is_met_and_then_are_elsewhere(
    paradigm: str,
) -> None:
    envs = unseen(session(paradigm, 24, reward="dense"))
    first, later = envs.state.hidden.clone(), torch.zeros(24, dtype=torch.bool)
    for _ in range(60 if paradigm in ("morris", "barnes", "star") else 110):
        state = envs.state
        turned = state.reversals > 0
        assert torch.equal(state.hidden != first, turned)
        assert ((state.solved < 3) | turned).all()
        later |= turned
        _, _, terminated, truncated, _ = envs.step(envs.oracle())
        if (terminated | truncated).any():
            break
    assert later.float().mean() > 0.5
    assert len(set(first.tolist())) >= 2


def test_errors_spoil_a_trial() -> None:
    """Who tries the wrong place first finds the right one, and has not solved the trial."""
    for paradigm in ("barnes", "star", "t_maze"):
        envs = session(paradigm, 4)
        envs.state.hidden[:] = 1
        walk_onto(envs, 0)
        envs.step(np.full(4, STAY))
        assert (envs.state.trial == 0).all() and (envs.state.slips == 1).all()
        walk_onto(envs, 1)
        _, reward, *_ = envs.step(np.full(4, STAY))
        assert np.allclose(reward, 1.0) and (envs.state.trial == 1).all()
        assert (envs.state.solved == 0).all()
    envs = session("morris", 4)
    for steps, solved in ((7, 1), (30, 1)):  # straight there, and not
        envs.state.trial_steps[:] = steps
        walk_onto(envs, envs.state.hidden)
        envs.step(np.full(4, STAY))
        assert (envs.state.solved == solved).all()


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
    envs.state.hidden[:] = 0  # the first four of the eight have food
    rewards = []
    for arm in range(4):
        walk_onto(envs, arm)
        _, reward, _, _, info = envs.step(np.full(4, STAY))
        rewards.append(reward)
        if arm == 2:  # again, and then an arm without food
            walk_onto(envs, arm)
            _, reward, _, _, info = envs.step(np.full(4, STAY))
            assert np.allclose(reward, -0.01) and (info["memory_errors"] == 1).all()
            walk_onto(envs, 5)
            _, reward, _, _, info = envs.step(np.full(4, STAY))
            assert np.allclose(reward, -0.01) and (info["errors"] == 1).all()
    assert np.allclose(rewards[:3], 0.5) and np.allclose(rewards[3], 1.5)
    assert (envs.state.trial == 1).all() and (envs.state.solved == 0).all()


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


@pytest.mark.parametrize("first", ["wrong", "right"])
def test_levers(first: str) -> None:
    envs = session("operant", 6)
    dark = envs.observe()["image"]
    envs.state.pose[:, :2] = envs.state.pose.new_tensor([2.0, 1.4])  # from no lever
    if first == "wrong":
        walk_onto(envs, 1 - envs.state.hidden)
        assert np.allclose(envs.step(np.full(6, INTERACT))[1], -0.2)
    walk_onto(envs, envs.state.hidden)
    for _ in range(9):
        assert np.allclose(envs.step(np.full(6, INTERACT))[1], 1.0)
        assert (envs.state.phase == 1).all()  # there is food, and it can be seen
    assert (envs.state.trial == 0).all() and (envs.state.earned == 9).all()
    envs.step(np.full(6, INTERACT))
    assert (envs.state.trial == 1).all()
    assert (envs.state.solved == (first == "right")).all()
    assert dark.shape == (6, 36, 36, 3)


@pytest.mark.parametrize("paradigm", ["operant", "cpp"])
def test_food_is_seen_while_there_is_some(paradigm: str) -> None:
    task = MazeTask(paradigm=paradigm, image_size=64)
    state = task.reset(np.arange(4, dtype=np.uint64))
    middle = task.places.spots[state.world, :2].mean(1)
    ahead = np.pi / 2 if paradigm == "operant" else 0.0
    state.pose = torch.cat((middle, torch.full((4, 1), ahead)), 1)
    pictures = []
    for phase in (0, 1):
        state.phase[:] = phase
        images = torch.zeros(4, 64, 64, 3, dtype=torch.uint8)
        task.draw(state, images)
        pictures.append(images)
    assert (pictures[0] != pictures[1]).flatten(1).any(1).all()


def test_light_then_shock_until_crossed() -> None:
    envs = session("shuttle_box", 12)
    rest = 15 - envs.state.timer
    assert rest.min() >= 5 and rest.max() <= 15 and len(set(rest.tolist())) > 3
    paid = np.array([envs.step(np.full(12, STAY))[1] for _ in range(25)])
    for row, steps in enumerate(rest.tolist()):
        calm = steps + 15
        assert np.allclose(paid[:calm, row], -0.01) and np.allclose(paid[calm:, row], -0.5)
    envs.reset(seed=0)
    for _ in range(15):
        seen = envs.step(np.full(12, STAY))[0]["image"]
    assert (envs.state.phase == 1).all()
    envs.state.phase[:] = 0
    assert (envs.observe()["image"] != seen).any()
    envs.state.phase[:] = 1
    walk_onto(envs, envs.state.hidden)
    assert np.allclose(envs.step(np.full(12, STAY))[1], 1.0)
    assert (envs.state.solved == 1).all()
    walk_onto(envs, envs.state.hidden)  # before the light
    assert (envs.state.phase == 0).all()
    _, _, _, _, info = envs.step(np.full(12, STAY))
    assert (info["errors"] == 1).all() and (envs.state.slips == 1).all()


def test_preference_is_tested_after_conditioning_and_the_other_chamber_then() -> None:
    envs = unseen(session("cpp", 3, trials=6))
    walk_onto(envs, envs.state.hidden)
    assert np.allclose(envs.step(np.full(3, STAY))[1], 0.1)
    walk_onto(envs, 1 - envs.state.hidden)
    assert np.allclose(envs.step(np.full(3, STAY))[1], -0.01)
    for likes in ("the paired one", "the other", "always the first"):
        envs.reset(seed=0)
        first, over = envs.state.hidden.clone(), np.zeros(3, bool)
        for _ in range(6 * 40):
            hidden = envs.state.hidden
            wanted = {"the paired one": hidden, "the other": 1 - hidden}.get(likes, first)
            walk_onto(envs, wanted)
            _, _, terminated, _, info = envs.step(np.full(3, STAY))
            over |= terminated
            if terminated.any():
                break
        assert over.all() and (info["success"] == (likes == "the paired one")).all()


@pytest.mark.slow
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


REMEMBERED = [name for name in NAMES if name != "shuttle_box"]  # there the light tells


@pytest.mark.slow
@pytest.mark.parametrize("paradigm", REMEMBERED)
def test_who_forgets_does_not_solve_it(paradigm: str) -> None:
    envs = session(paradigm, 16, reward="sparse")
    # A platform on the straight way to another is found by the way.
    most = 0.25 if paradigm == "morris" else 0.1
    memory: dict[str, Any] = {}

    def forgetful() -> Any:
        return envs.task.forgetful(envs.state, memory).numpy()

    assert play(envs, forgetful)[0].mean() <= most


@pytest.mark.slow
@pytest.mark.parametrize("paradigm", NAMES)
def test_what_solves_one_session_blindly_does_not_solve_another(paradigm: str) -> None:
    """Actions of the oracle played again, and a walk of chance: under a tenth of what it earns."""
    envs = session(paradigm, 24, reward="dense")
    taken: list[Any] = []

    def oracle() -> Any:
        taken.append(np.asarray(envs.oracle()).copy())
        return taken[-1]

    best = play(envs, oracle)[1].mean()
    draws = np.random.default_rng(0)
    plans = [np.array(taken)[:, row] for row in range(24)]

    def replay() -> Any:
        """In each row what solved the next."""
        step = int(clock.pop() if clock else 0)
        clock.append(step + 1)
        return np.array([plan[step] if step < len(plan) else STAY for plan in shifted])

    shifted, clock = plans[1:] + plans[:1], [0]
    envs.reset(seed=0)
    blind = play(envs, replay)[1].mean()
    envs.reset(seed=1)
    floor = play(envs, lambda: draws.integers(0, 5, 24))[1].mean()
    envs.reset(seed=2)
    onward = play(envs, lambda: np.where(draws.random(24) < 0.6, FORWARD, draws.integers(1, 4, 24)))
    for other in (blind, onward[1].mean()):
        assert (other - floor) / (best - floor) <= 0.1


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
    assert MazeConfig(trials="paper").session(morris) == (20, 500)
    assert MazeConfig(trials=3).session(morris)[0] == 3
    assert len(NAMES) == 9
