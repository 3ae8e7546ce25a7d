"""Walking: distances against scipy, alignments against whole paths, guarantees, options."""

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.error import InvalidAction
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation.episodes import Episodes
from vgym.envs.navigation.path_following import distance_at, way_down
from vgym.envs.navigation.types import NavigationConfig
from vgym.envs.navigation.worlds.walkable import walkable_cells
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import geodesic_field
from vgym.geometry.paths import cls_score, ndtw

TASK = "vgym.envs.navigation.task:NavigationTask"
IDS = ("VNav-v0", "VNavPoint-v0", "VNavInstruction-v0")
RECIPES = (
    *("dense", "sparse", "habitat", "eb-nav", "vagen-nav", "vagen-nav-sound", "seenav"),
    *("seenav-sound", "minigrid", "miniworld", "spl", "soft-spl"),
)


def batch(num_envs: int = 8, **settings: Any) -> Any:
    small = {"image_size": 36, "rooms": 4, "worlds": 4, "goal": "point"}
    return VectorEnv(TASK, num_envs, **{**small, **settings})


def scipy_field(walkable: np.ndarray, goal: tuple[int, int]) -> np.ndarray:
    """Metres to a cell over straight and diagonal moves that cut no corner, by Dijkstra."""
    height, width = walkable.shape
    number = np.arange(height * width).reshape(height, width)
    starts, ends, lengths = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        rows = slice(0, height - dr)
        here = slice(max(-dc, 0), width - max(dc, 0))
        there = slice(max(dc, 0), width + min(dc, 0))
        a, b = (rows, here), (slice(dr, height), there)
        free = walkable[a] & walkable[b]
        if dr and dc:
            free &= walkable[dr:, here] & walkable[: height - dr, there]
        starts.append(number[a][free])
        ends.append(number[b][free])
        lengths.append(np.full(free.sum(), np.hypot(dr, dc) * CELL))
    start, end, length = (np.concatenate(x) for x in (starts, ends, lengths))
    graph = coo_matrix((length, (start, end)), shape=(number.size, number.size))
    return dijkstra(graph, directed=False, indices=number[goal]).reshape(height, width)


def test_progress_equals_scipy_on_200_random_maps() -> None:
    draws = np.random.default_rng(0)
    compared = 0
    for _ in range(200):
        solid = draws.random((24, 30)) < 0.06
        solid[0] = solid[-1] = solid[:, 0] = solid[:, -1] = True
        walkable = walkable_cells(solid, 0.18)
        if walkable.sum() < 20:
            continue
        cells = np.argwhere(walkable)
        goal = tuple(cells[draws.integers(len(cells))].tolist())
        mask = torch.zeros(1, *solid.shape, dtype=torch.bool)
        mask[0][goal] = True
        field = geodesic_field(torch.from_numpy(~walkable)[None], mask, CELL)
        truth = scipy_field(walkable, goal)
        at = cells[draws.integers(len(cells), size=20)]
        centres = torch.from_numpy((at[:, ::-1] + 0.5) * CELL).float()
        found = distance_at(field, torch.zeros(20, dtype=torch.int64), centres)
        np.testing.assert_allclose(found, truth[at[:, 0], at[:, 1]], atol=1e-4)
        # Progress of a move between two places is the difference of scipy's lengths.
        progress = found[1:] - found[:-1]
        np.testing.assert_allclose(progress, np.diff(truth[at[:, 0], at[:, 1]]), atol=2e-4)
        path, count = np.zeros((20, 64, 2), np.float32), np.zeros(20, np.int64)
        way_down(field.numpy(), np.zeros(20, np.int64), centres.numpy(), 0.05, path, count)
        for i in range(20):
            walked = path[i, : count[i]]
            length = np.hypot(*np.diff(walked, axis=0).T).sum()
            # Chords of a path are a little shorter than the path, and lead to the goal's cell.
            assert 0.9 * float(found[i]) - 0.05 <= length <= float(found[i]) + 1e-3
            assert np.abs(walked[-1] - (np.array(goal[::-1]) + 0.5) * CELL).max() < 1e-4
        compared += 20
    assert compared > 2000


def test_distance_between_centres_is_as_the_crow_flies_or_longer() -> None:
    field = geodesic_field(
        torch.zeros(1, 40, 40, dtype=torch.bool),
        torch.nn.functional.one_hot(torch.tensor(820), 1600).reshape(1, 40, 40).bool(),
        CELL,
    )
    xy = torch.rand(500, 2) * 4.5 + 0.2
    found = distance_at(field, torch.zeros(500, dtype=torch.int64), xy)
    goal = (torch.tensor([820 % 40, 820 // 40]) + 0.5) * CELL
    straight = (xy - goal).square().sum(1).sqrt()
    off = found != 0
    assert (found[off] >= straight[off] - 1e-4).all()
    assert (found <= straight * 1.0824 + 0.02).all()  # the octile metric's worst case


@pytest.mark.parametrize("source", ["maze", "synthetic"])
def test_running_alignment_equals_the_whole_paths(source: str) -> None:
    envs = batch(16, source=source, turn=30, expose="truth")
    envs.reset(seed=3)
    draws = np.random.default_rng(1)
    for _ in range(60):
        oracle = envs.oracle()
        wander = draws.integers(1, 4, size=16)
        action = np.where((draws.random(16) < 0.5) | (oracle == 0), wander, oracle)
        _, _, terminated, truncated, info = envs.step(action)
        assert not (terminated | truncated).any()
    state = envs.state
    whole = (state.path, state.reference, state.path_count, state.reference_count)
    expected = ndtw(state.path, state.reference, *whole[2:])
    np.testing.assert_allclose(info["ndtw"], expected, atol=1e-5)
    covered = cls_score(state.path, state.reference, *whole[2:])
    np.testing.assert_allclose(info["cls"], covered, atol=1e-4)
    lengths = [
        float(np.hypot(*np.diff(path[:count].numpy(), axis=0).T).sum())
        for path, count in zip(state.path, state.path_count, strict=True)
    ]
    np.testing.assert_allclose(info["path_length"], lengths, atol=1e-3)


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("split", ["train", "test"])
def test_starts_reach_their_goals_and_are_not_on_them(env_id: str, split: str) -> None:
    for difficulty in (0.0, 0.5):
        envs = gymnasium.make_vec(
            env_id, num_envs=64, image_size=36, worlds=8, split=split, difficulty=difficulty
        )
        envs.reset(seed=11)
        state, reach = envs.unwrapped.state, envs.unwrapped.task.config.reach_m
        assert state.distance.isfinite().all() and (state.distance > reach).all()
        assert (state.reference_count >= 2).all()
        if difficulty == 0 and env_id != "VNavInstruction-v0":
            assert (state.distance <= (4.01 if env_id == "VNavPoint-v0" else 3.01)).all()


@pytest.mark.parametrize(("difficulty", "bent"), [(0.0, 1.3), (0.5, 1.5), (1.0, 1.7)])
def test_ways_to_points_are_bent(difficulty: float, bent: float) -> None:
    """Who is told the direction finds a wall there: Habitat's ratio of geodesic and straight."""
    config = NavigationConfig(goal="point", worlds=8, rooms=6, difficulty=difficulty)
    episodes = Episodes(config, torch.device("cpu"))
    found = episodes.sample(np.arange(48, dtype=np.uint64))
    straight = np.hypot(*(found["targets"][:, 0] - found["start"][:, :2]).T)
    rows = episodes.fields_of(torch.from_numpy(found["field"]))
    way = distance_at(episodes.fields.metres, rows, torch.from_numpy(found["start"][:, :2]))
    assert (way.numpy() / straight >= bent - 1e-3).mean() >= 0.95
    assert len(np.unique(found["start"][:, :2], axis=0)) >= 40


def test_a_place_without_a_bent_way_still_has_episodes(tmp_path: Path) -> None:
    rows = ["@" * 24, *["@" + "." * 22 + "@"] * 22, "@" * 24]
    empty = tmp_path / "empty.map"
    empty.write_text("\n".join(["type octile", "height 24", "width 24", "map", *rows]) + "\n")
    envs = batch(16, source=str(empty), rooms=None)
    envs.reset(seed=0)
    straight = (envs.state.targets[:, 0] - envs.state.pose[:, :2]).norm(dim=1)
    assert (envs.state.distance > 0.75).all() and (envs.state.distance < straight * 1.1).all()


@pytest.mark.slow
@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize(
    "settings", [{}, {"turn": 15}, {"action": "continuous"}, {"doors": "closed"}, {"split": "test"}]
)
def test_oracle_arrives_by_the_shortest_way(env_id: str, settings: dict[str, Any]) -> None:
    envs = gymnasium.make_vec(env_id, num_envs=100, image_size=36, worlds=24, rooms=8, **settings)
    envs.reset(seed=0)
    success, spl, returns = [], [], np.zeros(100)
    done = np.zeros(100, bool)
    for _ in range(500):
        _, reward, terminated, truncated, info = envs.step(envs.unwrapped.oracle())
        returns += np.where(done, 0, reward)
        new = (terminated | truncated) & ~done
        if new.any():
            success += info["success"][new].tolist()
            spl += info["spl"][new].tolist()
        done |= new
        if done.all():
            break
    assert done.all()
    assert np.mean(success) >= 0.99
    assert np.mean(spl) >= 0.95
    assert np.mean(returns) > 0.9


def test_what_is_paid_for_a_way_is_lent_until_the_goal_is_reached() -> None:
    envs = batch(16, source="maze", max_episode_steps=119)
    envs.reset(seed=5)
    total = np.zeros(16)
    for step in range(118):
        action = np.array([(1, 2, 2, 2, 2, 2, 2)[step % 7]] * 16)  # forward, about turn, back
        reward = envs.step(action)[1]
        assert (reward >= 0).all()
        total += reward
    done = 1 - (envs.state.best / envs.state.start_distance).numpy()
    np.testing.assert_allclose(total, 0.4 * done, atol=1e-5)  # each metre is paid once
    _, reward, _, truncated, _ = envs.step(np.full(16, 2))  # a turn
    np.testing.assert_allclose(total + reward, 0.2 * done**2, atol=1e-5)
    assert truncated.all() and (reward >= -0.2).all() and total.max() > 0


def test_a_collision_counts_as_half_a_metre() -> None:
    envs = batch(16, source="maze")
    envs.reset(seed=5)
    for _ in range(3):
        envs.step(np.ones(16, np.int64))
    for _ in range(300):
        shortest = envs.state.start_distance.numpy().copy()
        nearest = envs.state.best.numpy().copy()
        _, reward, terminated, _, info = envs.step(envs.oracle())
        bumped = terminated & (info["collisions"] > 0)
        if bumped.any():
            break
    walked = np.maximum(info["path_length"] + 0.5 * info["collisions"], shortest)
    assert (info["spl"] > shortest / walked)[bumped].all()
    lent = 1 - nearest / shortest
    done = 1 - np.minimum(nearest, info["distance_to_goal"]) / shortest
    wanted = 0.8 * shortest / walked - 0.4 * lent + 0.2 * done**2
    np.testing.assert_allclose(reward[bumped], wanted[bumped], atol=1e-5)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_of_walks(recipe: str) -> None:
    envs = batch(4, reward=recipe, source="maze")
    envs.reset(seed=0)
    for _ in range(80):
        _, reward, terminated, _, info = envs.step(envs.oracle())
        assert np.isfinite(reward).all() and not info["reward_flagged"].any()
        if terminated.any():
            break
    assert terminated.any()
    assert reward[terminated].min() > 0


def test_collisions_stop_and_do_not_slide() -> None:
    for slide in (False, True):
        envs = batch(32, source="maze", slide=slide)
        envs.reset(seed=1)
        slid = 0
        for _ in range(40):
            before = envs.state.pose.clone()
            hits = envs.state.collisions.clone()
            envs.step(np.ones(32, np.int64))
            moved = envs.state.pose[:, :2] - before[:, :2]
            heading = torch.stack((before[:, 2].cos(), before[:, 2].sin()), 1)
            aside = (moved[:, 0] * heading[:, 1] - moved[:, 1] * heading[:, 0]).abs()
            struck = envs.state.collisions > hits
            slid += int((struck & (aside > 1e-3)).sum())
            walkable = envs.task.pool.walkable[envs.task._slot(envs.state), 0]
            cell = (envs.state.pose[:, :2] / CELL).long()
            assert walkable[torch.arange(32), cell[:, 1], cell[:, 0]].all()
        assert envs.state.collisions.sum() > 0
        assert (slid > 0) is slide


def test_stop_is_asked_for_unless_it_is_not() -> None:
    for auto_stop in (False, True):
        envs = batch(
            16, source="maze", auto_stop=auto_stop, autoreset_mode="Disabled", expose="truth"
        )
        envs.reset(seed=2)
        arrived = np.zeros(16, bool)
        for _ in range(200):
            action = envs.oracle()
            reached = action == 0
            action = np.where(reached, 2, action)  # turns on the goal instead of stopping
            _, _, terminated, _, info = envs.step(action)
            arrived |= info["oracle_success"]
            assert (terminated == info["success"]).all()
            if terminated.any():
                break
        assert arrived.any()
        assert terminated.any() == auto_stop


def test_stopping_elsewhere_ends_without_success() -> None:
    envs = batch(8, source="maze", autoreset_mode="Disabled")
    envs.reset(seed=0)
    _, reward, terminated, truncated, info = envs.step(np.zeros(8, np.int64))
    assert terminated.all() and not truncated.any() and not info["success"].any()
    assert (reward == 0).all() and (info["spl"] == 0).all()


def test_closed_doors_stop_until_they_are_opened() -> None:
    envs = batch(64, source="home", doors="closed", goal="object", rooms=6)
    envs.reset(seed=4)
    assert envs.single_action_space.n == 5
    opened = 0
    for _ in range(150):
        action = envs.oracle()
        closed = envs.state.closed.sum(1)
        envs.step(action)
        opened += int((closed - envs.state.closed.sum(1)).clamp(min=0).sum())
    assert opened > 10


def test_views_and_sensors_have_their_shapes() -> None:
    for view, shape in (("first", (36, 48, 3)), ("top", (36, 48, 3)), ("dual", (36, 96, 3))):
        envs = batch(3, view=view, image_size=(36, 48), depth=True, odometry=True, look=True)
        observed, _ = envs.reset(seed=0)
        assert observed["image"].shape == (3, *shape)
        assert observed["depth"].shape == (3, 36, 48) and (observed["depth"] > 0).all()
        np.testing.assert_array_equal(observed["odometry"], [[0, 0, 1, 0]] * 3)
        assert envs.observation_space.contains(observed)
        gap = (envs.state.targets[:, 0] - envs.state.pose[:, :2]).norm(dim=1)
        np.testing.assert_allclose(observed["goal"][:, 0], gap, rtol=1e-5)
        before = observed["image"]
        observed = envs.step(np.full(3, 4))[0]  # looks up
        assert (before != observed["image"]).any() == (view != "top")


def test_depth_is_the_distance_to_the_wall_ahead() -> None:
    envs = batch(8, source="maze", depth=True, image_size=(37, 37), fov=60)
    observed, _ = envs.reset(seed=6)
    state = envs.state
    slot = envs.task._slot(state)
    for i in range(8):
        wall = envs.task.pool.scenes.wall[slot[i]]
        x, y, yaw = state.pose[i].tolist()
        steps = np.arange(0, 40, 0.002)
        columns, rows = (x + np.cos(yaw) * steps) / CELL, (y + np.sin(yaw) * steps) / CELL
        height, width = wall.shape
        cells = rows.astype(int).clip(0, height - 1), columns.astype(int).clip(0, width - 1)
        first = np.flatnonzero(wall.numpy()[cells])[0]
        assert abs(observed["depth"][i, 18, 18] - steps[first]) < 0.01


def test_object_words_are_true_of_their_targets() -> None:
    from vgym.envs.navigation.furniture import KINDS
    from vgym.envs.navigation.worlds.world import COLOURS

    envs = batch(64, goal="object", source="synthetic", rooms=8, worlds=16)
    envs.reset(seed=0)
    places = envs.task.pool
    slot = envs.task._slot(envs.state)
    for i, words in enumerate(envs.instructions()):
        world = places.worlds[int(slot[i])]
        for thing in envs.state.things[i][envs.state.things[i] >= 0].tolist():
            assert KINDS[world.things.kind[thing]].name in words
            colours = [c for c in COLOURS[1:] if f" {c} " in f" {words} "]
            if colours and not KINDS[world.things.kind[thing]].name.startswith(colours[0]):
                assert COLOURS[world.things.colour[thing]] == colours[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"goal": "thing"}, "goal"),
        ({"view": "side"}, "view"),
        ({"turn": 7}, "turn"),
        ({"fov": 170}, "fov"),
        ({"fov": float("nan")}, "fov"),
        ({"rooms": 3}, "rooms"),
        ({"rooms": 31}, "rooms"),
        ({"worlds": 0}, "worlds"),
        ({"success_distance": -1.0}, "success_distance"),
        ({"max_episode_steps": 20_000}, "max_episode_steps"),
        ({"source": "houses"}, "did you mean 'home'"),
        ({"source": "maze", "goal": "object"}, "VNavPoint"),
        ({"depth": "yes"}, "depth"),
        ({"doors": "locked"}, "doors"),
        ({"action": "pixel"}, "action"),
        ({"reward": "giou"}, "cannot be paid here"),
        ({"reward": "carl"}, "speed_excess_mps.*does not state"),  # of cars
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        batch(1, **settings)


@pytest.mark.parametrize("value", [np.nan, np.inf, 2.0, -1.5])
def test_a_turn_that_is_no_turn(value: float) -> None:
    envs = batch(2, source="maze", action="continuous")
    envs.reset(seed=0)
    before = envs.state.pose.clone()
    with pytest.raises(InvalidAction, match=r"action\[1\]"):
        envs.step(np.array([[1, 0, 0], [1, value, 0]], np.float32))
    assert torch.equal(before, envs.state.pose)


def test_a_goal_that_is_everywhere_or_nowhere_is_defined() -> None:
    from vgym.rewards.path import soft_spl, spl

    nothing = torch.zeros(1)
    assert spl(torch.ones(1), nothing, nothing).item() == 1
    assert soft_spl(nothing, nothing, nothing).item() == 1
    field = torch.full((1, 5, 5), torch.inf)
    row = torch.zeros(1, dtype=torch.int64)
    assert distance_at(field, row, torch.tensor([[0.3, 0.3]])).item() == np.inf


def test_the_same_places_for_every_episode_and_process() -> None:
    config = NavigationConfig(goal="point", source="maze", rooms=4, worlds=4, image_size=36)
    one, two = (Episodes(config, torch.device("cpu")) for _ in range(2))
    keys = np.arange(50, dtype=np.uint64)
    whole = one.sample(keys)
    parts = [two.sample(keys[i : i + 1]) for i in reversed(range(50))][::-1]
    for name, array in whole.items():
        np.testing.assert_array_equal(array, np.concatenate([p[name] for p in parts]))


@pytest.mark.parametrize("view", ["top", "dual"])
@pytest.mark.parametrize("size", [(64, 80), (80, 64)])
def test_beside_a_square_plan_is_black(view: str, size: tuple[int, int]) -> None:
    """Whatever the memory of the picture held before."""
    envs = VectorEnv(TASK, 2, image_size=size, view=view, worlds=1, rooms=4)
    envs.reset(seed=0)
    drawn = [torch.full((2, *envs.task.pictures["image"].shape), was) for was in (0, 255)]
    drawn = [images.to(torch.uint8) for images in drawn]
    for images in drawn:
        envs.task.draw(envs.state, images)
    assert torch.equal(*drawn)
    height, width = size
    plan = drawn[0][:, :, -width:]
    edges = (plan[:, :8], plan[:, -8:]) if height > width else (plan[:, :, :8], plan[:, :, -8:])
    assert not any(edge.any() for edge in edges)
