"""Rows of a batch answer Stable-Baselines3 as environments of their own, wrapped or not."""

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import vector as wrappers
from rollouts import IDS, SMALL, assert_same, make, small

import vgym

pytest.importorskip("stable_baselines3")
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from vgym.core.wrappers.sb3_vec_env import Sb3VecEnv


def batch(num_envs: int = 3, **settings: Any) -> Any:
    return gymnasium.make_vec("VGroundPoint-v0", num_envs=num_envs, **{**SMALL, **settings})


def played(envs: Any, steps: int = 1, seed: int = 0) -> Any:
    """What the last of some steps of random actions returned."""
    envs.seed(seed)
    envs.reset()
    envs.action_space.seed(seed)
    for _ in range(steps):
        returned = envs.step(np.stack([envs.action_space.sample() for _ in range(envs.num_envs)]))
    return returned


# -- infos ----------------------------------------------------------------------------------


@pytest.mark.parametrize("env_id", IDS)
def test_every_metric_is_monitored_by_both_routes(env_id: str, tmp_path: Path) -> None:
    settings = {**small(env_id), "max_episode_steps": 1}
    alone = make(env_id, max_episode_steps=1)
    alone.reset(seed=0)
    info = alone.step(alone.action_space.sample())[4]
    numbers = [name for name, value in info.items() if isinstance(value, int | float)]
    keywords = (*numbers, "is_success")
    assert {"success", "is_success"} <= set(numbers) and len(numbers) >= 3
    native = VecMonitor(
        vgym.sb3_vec_env(env_id, num_envs=2, **settings), str(tmp_path / "a"), keywords
    )
    each = DummyVecEnv(
        [lambda: Monitor(make(env_id, max_episode_steps=1), info_keywords=keywords)] * 2
    )
    mine, yours = played(native)[3], played(each)[3]
    for i in range(2):
        for name in keywords:
            assert mine[i]["episode"][name] == yours[i]["episode"][name], name
    native.close()
    assert "is_success" in (tmp_path / "a.monitor.csv").read_text()


def test_infos_in_the_middle_of_an_episode() -> None:
    _, _, done, infos = played(vgym.sb3_vec_env(batch(attempts=3)))
    assert not done.any()
    for info in infos:
        assert {"success", "is_success", "reward_flagged", "reward_terms"} <= set(info)
        assert info["TimeLimit.truncated"] is False and "episode" not in info
        assert "distance_px" not in info and type(info["success"]) is bool
    infos = played(vgym.sb3_vec_env(batch(attempts=3, expose="truth")))[3]
    assert all(type(info["distance_px"]) is float for info in infos)


def test_a_row_without_an_answer_says_why_alone() -> None:
    envs = vgym.sb3_vec_env(batch(2))
    envs.reset()
    infos = envs.step([vgym.NoAnswer("lost"), [0.5, 0.5]])[3]
    assert infos[0]["parse_error"] == "lost" and "parse_error" not in infos[1]


def test_options_reach_their_rows() -> None:
    envs = vgym.sb3_vec_env(batch(source="photos", instruction="tokens"))
    alone = make("VGroundPoint-v0", source="photos", instruction="tokens")
    envs.set_options([{"record": k} for k in (2, 0, 4)])
    envs.reset()
    for row, record in enumerate((2, 0, 4)):
        want = alone.reset(options={"record": record})[1]["instruction"]
        assert envs.reset_infos[row]["instruction"] == want
    want = alone.reset(options={"record": 5})[1]["instruction"]
    ((_, info),) = envs.env_method("reset", options={"record": 5}, indices=[1])
    assert info["instruction"] == want
    envs.set_options([{"record": 1}, {}, {}])
    with pytest.raises(ValueError, match="row 1"):
        envs.reset()
    envs.set_options({"poses": 1})
    with pytest.raises(ValueError, match="'poses'"):
        envs.reset()


# -- methods and attributes -----------------------------------------------------------------


def test_methods_are_called_as_of_environments_of_their_own() -> None:
    settings = {"render_mode": "rgb_array", "attempts": 3, "expose": "truth"}
    native = vgym.sb3_vec_env(batch(**settings))
    each = DummyVecEnv([lambda: make("VGroundPoint-v0", **settings)] * 3)
    for envs in (native, each):
        played(envs)
    for method in ("oracle", "render"):
        for mine, yours in zip(native.env_method(method), each.env_method(method), strict=True):
            np.testing.assert_array_equal(mine, yours)
        assert len(native.env_method(method, indices=[2])) == 1
    every = native.env_method("instructions")
    assert native.env_method("instructions", indices=[2, 0]) == [every[2], every[0]]
    assert native.env_method("instructions", indices=1) == [every[1]]
    hints = native.env_method("convention_hints")
    assert hints == [info["convention_hint"] for info in each.buf_infos]
    seen = native.env_method("observe", indices=[1])[0]
    assert seen["image"].shape == (48, 48, 3)
    saved = native.env_method("state_dict")  # one result of the batch, whole for each
    assert [list(one) for one in saved] == [list(native.envs.state_dict())] * 3
    with pytest.raises(ValueError, match="without indices"):
        native.env_method("state_dict", indices=[0])
    with pytest.raises(ValueError, match="step of the VecEnv"):
        native.env_method("step", [[0.5, 0.5]] * 3)
    with pytest.raises(AttributeError, match="no attribute 'fly'"):
        native.env_method("fly")


def test_reset_of_some_rows_leaves_the_others() -> None:
    envs = vgym.sb3_vec_env(batch(attempts=3))
    observation = played(envs)[0]
    ((fresh, info),) = envs.env_method("reset", seed=11, indices=[1])
    alone = make("VGroundPoint-v0", attempts=3)
    want, said = alone.reset(seed=11)
    assert_same(fresh, want)
    assert_same(info, said)
    now = envs.env_method("observe")
    for i in (0, 2):
        np.testing.assert_array_equal(now[i]["image"], observation["image"][i])
    envs.step(np.full((3, 2), 0.5, np.float32))
    infos = envs.step(np.full((3, 2), 0.5, np.float32))[3]
    assert "episode" in infos[0] and "episode" not in infos[1]  # it is one step behind
    assert len(envs.env_method("reset")) == 3


def test_attributes_of_rows_and_of_the_batch() -> None:
    envs = vgym.sb3_vec_env(batch())
    envs.reset()
    each = DummyVecEnv([lambda: make("VGroundPoint-v0")] * 3)
    for name in ("observation_space", "action_space"):
        assert envs.get_attr(name) == each.get_attr(name)
    assert envs.get_attr("num_envs", indices=[0, 2]) == [3, 3]
    assert [moment.shape for moment in envs.get_attr("moments")] == [(3,)] * 3
    assert envs.get_attr("done", indices=1) == [False]
    envs.set_attr("level", 4, indices=[1])
    assert envs.get_attr("level", indices=[1]) == [4]
    with pytest.raises(AttributeError, match="level"):
        envs.get_attr("level")
    envs.set_attr("level", 2)
    assert envs.get_attr("level") == [2, 2, 2] and not envs.has_attr("levels")
    envs.set_attr("level", 3, indices=0)
    assert envs.get_attr("level") == [3, 2, 2]
    with pytest.raises(ValueError, match="'copy' is the batch's"):
        envs.set_attr("copy", False, indices=[1])
    envs.set_attr("copy", False, indices=[0, 1, 2])
    assert envs.envs.copy is False


# -- wrapped batches ------------------------------------------------------------------------


class Shifted(wrappers.TransformReward):
    """A wrapper with an attribute of its own."""

    def __init__(self, env: Any) -> None:
        super().__init__(env, lambda reward: reward + 1)
        self.shift = 1


def test_a_wrapped_batch() -> None:
    envs = vgym.sb3_vec_env(Shifted(wrappers.RecordEpisodeStatistics(batch())))
    assert envs.env_is_wrapped(wrappers.RecordEpisodeStatistics) == [True] * 3
    assert envs.env_is_wrapped(Monitor, indices=[0]) == [False]
    assert envs.get_attr("shift") == [1] * 3 and envs.get_attr("task")[0].name == "grounding"
    envs.set_attr("shift", 5)
    assert envs.envs.shift == 5
    _, reward, done, infos = played(envs)
    assert done.all() and reward.dtype == np.float32
    # The statistics are of the reward below.
    assert infos[0]["episode"]["r"] == pytest.approx(reward[0] - 1)
    assert len(envs.env_method("oracle")) == 3


@pytest.mark.parametrize("mode", ["SameStep", "Disabled"])
def test_both_modes_play_the_same(mode: str) -> None:
    plain = vgym.sb3_vec_env(batch(attempts=2))
    other = vgym.sb3_vec_env(batch(attempts=2, autoreset_mode=mode, copy=False))
    kept = []
    for steps in range(1, 6):
        mine, yours = played(plain, steps), played(other, steps)
        assert_same(other.reset_infos, plain.reset_infos)
        for info in (*mine[3], *yours[3]):
            info.get("episode", {}).pop("t", None)
        for one, two in zip(mine, yours, strict=True):
            if one is mine[3]:
                two = [
                    {name: row[name] for name in want} for row, want in zip(two, one, strict=True)
                ]
            assert_same(two, one)
        if steps % 2 == 0:
            kept.append((yours[3][0]["terminal_observation"], mine[3][0]["terminal_observation"]))
    for held, want in kept:  # not written to again
        assert_same(held, want)


def test_observations_are_wrapped_without_autoreset() -> None:
    seen = wrappers.FilterObservation(batch(autoreset_mode="Disabled"), ["image"])
    envs = vgym.sb3_vec_env(wrappers.RecordEpisodeStatistics(seen))
    assert list(envs.observation_space) == ["image"]
    observation, _, done, infos = played(envs)
    assert done.all() and list(infos[0]["terminal_observation"]) == ["image"]
    assert not np.array_equal(infos[0]["terminal_observation"]["image"], observation["image"][0])
    assert infos[0]["episode"]["l"] == 1


def test_a_batch_of_copies() -> None:
    envs = gymnasium.make_vec(
        "VGroundPoint-v0",
        num_envs=2,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
        **SMALL,
    )
    native, copies = vgym.sb3_vec_env(batch(2)), vgym.sb3_vec_env(envs)
    mine, yours = played(native), played(copies)
    assert_same(mine[0], yours[0])
    for one, two in zip(mine[3], yours[3], strict=True):
        assert_same(one["terminal_observation"], two["terminal_observation"])
        assert one["is_success"] == two["is_success"] and one["success"] == two["success"]


# -- what is taken, and what is not ---------------------------------------------------------


def test_ids_of_ones_own() -> None:
    vgym.register("VMine-v0", task="vgym.envs.grounding.task:GroundingTask", answer="point")
    try:
        envs = vgym.sb3_vec_env("VMine-v0", num_envs=2, **SMALL)
        assert played(envs)[2].all()
        assert isinstance(vgym.sb3_vec_env("vgym:VMine-v0", num_envs=1, **SMALL), Sb3VecEnv)
    finally:
        vgym.unregister("VMine-v0")


class Nested(gymnasium.vector.VectorEnv):  # type: ignore[misc]  # its base is generic in types it has not
    """A batch of spaces that SB3 has no form for."""

    def __init__(self, seen: spaces.Space[Any], done: spaces.Space[Any]) -> None:
        self.num_envs, self.metadata = 1, {"autoreset_mode": AutoresetMode.SAME_STEP}
        self.single_observation_space, self.single_action_space = seen, done


def test_what_sb3_cannot_take_is_refused() -> None:
    box = spaces.Box(0, 1, (2,))
    for take, message in (
        (lambda: vgym.sb3_vec_env("VGround-v0", 2, instruction="text", **SMALL), '"tokens"'),
        (lambda: vgym.sb3_vec_env("VGround-v0", 2, autoreset_mode="NextStep"), '"SameStep"'),
        (lambda: vgym.sb3_vec_env("VGround-v0", 2, dificulty=1), "did you mean 'difficulty'"),
        (lambda: vgym.sb3_vec_env("VNavTeam-v0", 2), r"team_v0\.parallel_env"),
        (lambda: vgym.sb3_vec_env("VGruond-v0", 2), "did you mean 'VGround-v0'"),
        (lambda: vgym.sb3_vec_env("MountainCar-v0", 2), "make_vec_env"),
        (lambda: Sb3VecEnv(Nested(spaces.Dict(a=spaces.Dict(b=box)), box)), "takes no Dict"),
        (lambda: Sb3VecEnv(Nested(spaces.Tuple([box]), box)), "takes no Tuple"),
        (lambda: Sb3VecEnv(Nested(box, spaces.Dict(a=box))), "takes no Dict of actions"),
    ):
        with pytest.raises(ValueError, match=message):
            take()
    with pytest.raises(TypeError, match="SB3 itself takes a single"):
        Sb3VecEnv(make("VGround-v0"))
    with pytest.raises(TypeError, match="for an id"):
        vgym.sb3_vec_env(batch(), 3)
    with pytest.raises(TypeError, match="num_envs=64"):
        vgym.sb3_vec_env("VGround-v0")


@pytest.mark.web
def test_pages_are_taken_without_their_words() -> None:
    with pytest.raises(ValueError, match="FilterObservation"):
        vgym.sb3_vec_env("VGuiWeb-v0", num_envs=1)
    pages = gymnasium.make_vec("VGuiWeb-v0", num_envs=2, autoreset_mode="Disabled")
    envs = vgym.sb3_vec_env(wrappers.FilterObservation(pages, ["image"]))
    assert {"success", "is_success"} <= set(played(envs)[3][0])
    envs.close()
