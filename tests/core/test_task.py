"""A task of one's own, as short as may be: five methods, and the loop does the rest."""

from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from torch import Tensor

import vgym
from vgym.core.attempts import AttemptConfig, AttemptState, AttemptTask, no_attempts
from vgym.core.task import Facts, Picture, Task
from vgym.core.text import Vocabulary
from vgym.geometry.sphere import geodesic_distance_wgs84
from vgym.registration import unregister

WORDS = ("north", "south")


@dataclass
class Spot(AttemptState):
    lonlat: Tensor  # (B, 2) float64 degrees
    answer: Tensor  # (B, 2) float64 degrees
    drawn: Tensor  # (B,) int64 how often the map was drawn


class SphereTask(AttemptTask[Spot]):
    """Say where on Earth; two pictures, of which the step changes the second alone."""

    name = "sphere"
    config_class = AttemptConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        far = np.array([180.0, 90.0])
        self.action_space = spaces.Box(-far, far, dtype=np.float64)
        self.vocabulary = Vocabulary(WORDS)
        self.instruction_length = 2

    @property
    def stated(self) -> frozenset[str]:
        return super().stated | {"prediction_lonlat", "target_lonlat", "distance_m"}

    @property
    def default_reward(self) -> str:
        return "geoguessr"

    @property
    def pictures(self) -> dict[str, Picture]:
        return {**super().pictures, "map": Picture((20, 40, 3), self._draw_map)}

    def reset(self, keys: NDArray[np.uint64]) -> Spot:
        shares = torch.from_numpy((keys % np.uint64(1000)).astype(np.float64) / 1000)
        return Spot(
            lonlat=torch.stack((shares * 300 - 150, shares * 120 - 60), 1),
            answer=torch.zeros(len(keys), 2, dtype=torch.float64),
            drawn=torch.zeros(len(keys), dtype=torch.int64),
            **no_attempts(len(keys)),
        )

    def note(self, state: Spot, action: Tensor, unread: Tensor | None) -> None:
        state.answer = action
        if unread is not None:
            state.answer = torch.where(unread[:, None], torch.nan, action)

    def facts(self, state: Spot, given: Any, unread: Tensor | None) -> Facts:
        read = torch.ones(len(state.lonlat), dtype=torch.bool)
        return {
            "format_ok": read if unread is None else ~unread,
            "prediction_lonlat": state.answer,
            "target_lonlat": state.lonlat,
            "distance_m": geodesic_distance_wgs84(state.answer, state.lonlat),
        }

    def judge(self, state: Spot, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        distance_km = facts["distance_m"].nan_to_num(2e7) / 1000
        return distance_km < 25, {"distance_km": distance_km}

    def draw(self, state: Spot, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        images[every] = 7

    def _draw_map(self, state: Spot, images: Tensor, rows: Tensor | None = None) -> None:
        every = torch.arange(len(images)) if rows is None else rows
        state.drawn[every] += 1
        images[every] = (state.attempt[every] * 50).to(torch.uint8)[:, None, None, None]

    def outcome(self, facts: Facts, **parts: Any) -> Any:
        still = torch.zeros_like(facts["success"])
        changed = parts.pop("picture_changed")
        return super().outcome(
            facts, **parts, picture_changed=still, further_changed={"map": changed}
        )

    def instructions(self, state: Spot, rows: list[int]) -> list[str]:
        return [WORDS[int(state.lonlat[row, 1] < 0)] for row in rows]

    def oracle(self, state: Spot) -> Tensor:
        return state.lonlat


@pytest.fixture(autouse=True)
def _registered() -> Any:
    vgym.register("VSphere-v0", task=f"{__name__}:SphereTask", image_size=36)
    yield
    unregister("VSphere-v0")


def test_what_is_abstract() -> None:
    assert Task.__abstractmethods__ == {"reset", "step", "draw", "instructions", "oracle"}


@pytest.mark.filterwarnings("ignore:.*symmetric and normalized space")
def test_it_passes_gymnasiums_checker() -> None:
    env = gymnasium.make("VSphere-v0")
    check_env(env.unwrapped)
    observation, info = env.reset(seed=4)
    assert set(observation) == {"image", "instruction", "map"}
    assert observation["map"].shape == (20, 40, 3)
    assert info["instruction"] in WORDS
    assert observation["instruction"].tolist()[1] == 0
    assert env.unwrapped.batch.task.portrait(env.unwrapped.batch.state).ndim == 3


def test_degrees_arrive_whole() -> None:
    env = gymnasium.make("VSphere-v0")
    env.reset(seed=4)
    truth = env.unwrapped.oracle()
    _, reward, terminated, _, info = env.step(truth + np.array([1e-9, 0]))
    assert terminated and info["success"] and 0 < info["distance_km"] < 1e-6
    assert reward == pytest.approx(1, abs=1e-6) or reward == pytest.approx(5000, rel=1e-3)


def test_a_picture_is_drawn_only_where_it_changed() -> None:
    envs = gymnasium.make_vec(
        "VSphere-v0", num_envs=3, attempts=4, autoreset_mode=AutoresetMode.DISABLED
    )
    envs.reset(seed=0)
    batch = envs.unwrapped
    assert batch.state.drawn.tolist() == [1, 1, 1]
    observation = envs.step(batch.oracle())[0]
    assert batch.state.drawn.tolist() == [2, 2, 2]
    assert (observation["map"] == 50).all() and (observation["image"] == 7).all()
    mask = np.array([False, True, False])
    observation, _ = envs.reset(options={"reset_mask": mask})
    assert batch.state.drawn.tolist() == [2, 1, 2]
    assert observation["map"][:, 0, 0, 0].tolist() == [50, 0, 50]


@pytest.mark.parametrize("copy", [True, False])
def test_the_last_picture_of_those_that_ended(copy: bool) -> None:
    envs = gymnasium.make_vec("VSphere-v0", num_envs=2, attempts=2, copy=copy)
    envs.reset(seed=0)
    envs.step(envs.unwrapped.oracle())
    observation, _, terminated, _, info = envs.step(envs.unwrapped.oracle())
    assert terminated.all()
    assert (info["final_obs"]["map"] == 100).all() and (observation["map"] == 0).all()


def test_a_recipe_that_reads_what_is_not_stated_is_refused() -> None:
    with pytest.raises(ValueError, match=r"VSphere-v0 does not state.*\n?.*geoguessr"):
        gymnasium.make("VSphere-v0", reward="spl")


class PlainTask(Task[AttemptState]):
    """The five methods, and nothing else."""

    name = "plain"

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.Discrete(2)
        self.vocabulary, self.instruction_length = Vocabulary(["go"]), 1

    def reset(self, keys: NDArray[np.uint64]) -> AttemptState:
        return AttemptState(**no_attempts(len(keys)))

    def step(self, state: AttemptState, action: Tensor, unread: Tensor | None = None) -> Any:
        read = torch.ones_like(state.attempt, dtype=torch.bool) if unread is None else ~unread
        facts = {"success": read & (action == 1), "format_ok": read}
        ended = torch.ones_like(read)
        return self.outcome(facts, terminated=ended, metrics={}, picture_changed=~ended)

    def draw(self, state: AttemptState, images: Tensor, rows: Tensor | None = None) -> None:
        images[slice(None) if rows is None else rows] = 9

    def instructions(self, state: AttemptState, rows: list[int]) -> list[str]:
        return ["go"] * len(rows)

    def oracle(self, state: AttemptState) -> Tensor:
        return torch.ones(len(state.attempt), dtype=torch.int64)


class OddTask(PlainTask):
    """An action space that no loop can check."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.MultiBinary(3)


def test_five_methods_are_enough() -> None:
    vgym.register("VPlain-v0", task=f"{__name__}:PlainTask", image_size=36)
    try:
        env = gymnasium.make("VPlain-v0")
        check_env(env.unwrapped)
        env.reset(seed=0)
        assert env.step(1)[1:3] == (1.0, True)
        with pytest.raises(ValueError, match="unknown source 'photos'"):
            gymnasium.make("VPlain-v0", source="photos")
    finally:
        vgym.unregister("VPlain-v0")


def test_an_action_space_that_cannot_be_checked() -> None:
    vgym.register("VOdd-v0", task=f"{__name__}:OddTask", image_size=36)
    try:
        with pytest.raises(ValueError, match=r"MultiBinary\(3\); it must be a Box"):
            gymnasium.make("VOdd-v0")
    finally:
        vgym.unregister("VOdd-v0")


def test_a_reward_function_writes_into_copies() -> None:
    def spoil(facts: Any) -> Tensor:
        rows = len(facts["success"])
        for fact in facts.values():
            fact.fill_(1)
        facts.clear()
        return torch.zeros(rows)

    told = [
        gymnasium.make("VGround-v0", image_size=48, attempts=3, expose="truth", reward=reward)
        for reward in ("sparse", spoil)
    ]
    for env in told:
        env.reset(seed=0)
    for _ in range(2):
        (_, _, _, _, a), (_, paid, _, _, b) = (env.step(np.zeros(4, np.float32)) for env in told)
        assert paid == 0 and not b["success"]
        assert {k: a[k] for k in ("iou", "distance_px")} == {
            k: b[k] for k in ("iou", "distance_px")
        }
        np.testing.assert_array_equal(*(env.unwrapped.oracle() for env in told))


def test_a_reward_function_is_called_for_steps_alone() -> None:
    calls = []

    def closeness(facts: Any) -> Tensor:
        calls.append(len(facts["success"]))
        return facts["prediction_mask"].float().mean(1)

    envs = gymnasium.make_vec("VGroundMany-v0", num_envs=3, image_size=48, reward=closeness)
    envs.reset(seed=0)
    assert calls == []
    envs.step(envs.unwrapped.oracle())
    assert calls == [3]


def test_what_is_too_large_for_a_reward_is_flagged() -> None:
    def huge(facts: Any) -> Tensor:
        return torch.full((len(facts["success"]),), 1e300, dtype=torch.float64)

    env = gymnasium.make("VGroundPoint-v0", image_size=48, reward=huge)
    env.reset(seed=0)
    _, reward, _, _, info = env.step(np.zeros(2, np.float32))
    assert reward == 0 and info["reward_flagged"]
