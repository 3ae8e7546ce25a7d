"""The runner: the same episodes in any batch, as many as asked, scored as the env scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from damaged_pictures import COUNT, flip_bits, write

import vgym
from vgym.baselines.agents import make_agent
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.runner import GALLERY, run

SMALL: dict[str, Any] = {"image_size": 64, "difficulty": 0.2}


def played(num_envs: int, agent: str = "random", **changes: Any) -> EpisodeTable:
    settings = {**SMALL, **changes}
    return run("VGround-v0", make_agent(agent), 40, seed=5, num_envs=num_envs, settings=settings)


@pytest.mark.parametrize("settings", [{}, {"attempts": 3}, {"source": "photos"}])
def test_results_do_not_depend_on_the_batch_size(settings: dict[str, Any]) -> None:
    one = played(1, **settings)
    for num_envs in (7, 32):
        other = played(num_envs, **settings)
        np.testing.assert_array_equal(one.returns, other.returns)
        np.testing.assert_array_equal(one.success, other.success)
        np.testing.assert_array_equal(one.lengths, other.lengths)
        assert one.metrics.keys() == other.metrics.keys()
        for name in one.metrics:
            np.testing.assert_array_equal(one.metrics[name], other.metrics[name])
        assert [e.phrase for e in one.gallery] == [e.phrase for e in other.gallery]
        assert [e.picture for e in one.gallery] == [e.picture for e in other.gallery]
    assert len(np.unique(one.returns)) > 10


def test_episode_j_is_what_reset_with_seed_plus_j_starts() -> None:
    table = played(7, "saliency")
    env = gymnasium.make("VGround-v0", **SMALL)
    for kept in table.gallery:
        _, info = env.reset(seed=kept.seed)
        assert info["instruction"] == kept.phrase
        info = env.step(np.float32([0.1, 0.2, 0.6, 0.7]))[4]
        assert set(kept.reward_terms) == set(info["reward_terms"])
    assert table.seeds.tolist() == list(range(5, 45))
    assert [e.seed for e in table.gallery] == list(range(5, 5 + GALLERY))


class Recorder:
    """Answers the same box always and notes how often it was asked."""

    name = "recorder"

    def __init__(self) -> None:
        self.resets: list[int] = []
        self.asked = 0

    def reset(self, seed: int) -> None:
        self.resets.append(seed)

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        self.asked += 1
        assert len(instructions) == len(observation["image"]) == envs.num_envs
        return np.tile(np.float32([0.1, 0.2, 0.6, 0.7]), (envs.num_envs, 1))


def test_values_are_those_of_the_single_environment() -> None:
    agent = Recorder()
    done: list[tuple[int, int]] = []

    def note(more: int, of: int) -> None:
        done.append((more, of))

    table = run("VGround-v0", agent, 23, seed=9, num_envs=8, settings=SMALL, progress=note)
    env = gymnasium.make("VGround-v0", **SMALL)
    for j in range(23):
        env.reset(seed=9 + j)
        _, reward, _, _, info = env.step(np.float32([0.1, 0.2, 0.6, 0.7]))
        assert table.returns[j] == pytest.approx(reward, abs=1e-6)
        assert table.success[j] == info["success"]
        assert table.metrics["iou"][j] == pytest.approx(info["iou"], abs=1e-6)
    assert agent.resets == [9]
    assert agent.asked == 3  # 8 + 8 + 7
    assert sum(more for more, _ in done) == 23 and {of for _, of in done} == {23}
    assert table.steps_per_s > 0
    assert table.lengths.tolist() == [1] * 23


def test_the_gallery_holds_what_was_seen_asked_and_answered() -> None:
    kept = run("VGround-v0", Recorder(), 3, settings=SMALL).gallery[1]
    np.testing.assert_allclose(kept.answer_boxes, [[6.4, 12.8, 38.4, 44.8]], rtol=1e-5)
    env = gymnasium.make("VGround-v0", action="pixel", **SMALL)
    env.reset(seed=1)
    np.testing.assert_allclose(kept.target_boxes[0], env.unwrapped.oracle(), atol=0.5)
    assert kept.size_hw == (64, 64)
    assert kept.picture[:2] == b"\xff\xd8"  # a JPEG
    point = run("VGroundPoint-v0", make_agent("centre"), 1, settings=SMALL).gallery[0]
    np.testing.assert_allclose(point.answer_points, [[32.0, 32.0]])
    assert point.answer_boxes.shape == (0, 4)


def test_oracle_solves_and_random_does_not() -> None:
    oracle = run("VGround-v0", make_agent("oracle"), 100)
    random = run("VGround-v0", make_agent("random"), 100)
    assert oracle.success.mean() >= 0.99
    assert random.success.mean() <= 0.10
    assert oracle.returns.mean() > random.returns.mean() + 0.5


@pytest.mark.parametrize("numbers", [{"episodes": 0}, {"episodes": 3, "num_envs": 0}])
def test_impossible_numbers_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        run("VGround-v0", make_agent("oracle"), **numbers)


def test_the_library_registers_what_the_runner_makes() -> None:
    assert vgym.__version__
    assert "VGround-v0" in gymnasium.registry


@pytest.mark.parametrize("env_id", ["VGround-v0", "VGui-v0"])
@pytest.mark.parametrize("layout", ["JSONL", "ScreenSpot"])
@pytest.mark.parametrize("num_envs", [1, 4, 32])
def test_a_record_whose_picture_is_damaged_is_left_out(
    tmp_path: Path, env_id: str, layout: str, num_envs: int
) -> None:
    source, paths = write(tmp_path, layout)
    flip_bits(paths[0])
    flip_bits(paths[3])
    settings = {"image_size": 64, "source": source}
    with pytest.warns(UserWarning, match=r"p[03]\.png is truncated or damaged"):
        table = run(env_id, make_agent("oracle"), 100, num_envs=num_envs, settings=settings)
    assert [one.instruction for one in table.played] == ["thing 1", "thing 2", "thing 4", "thing 5"]
    assert table.success.all() and len(table.success) == COUNT - 2
    with pytest.warns(UserWarning, match=r"p[03]\.png is truncated or damaged"):
        table = run(env_id, make_agent("oracle"), 2, num_envs=num_envs, settings=settings)
    assert [one.instruction for one in table.played] == ["thing 1", "thing 2"]


def test_a_table_is_shown_in_a_line() -> None:
    table = played(8)
    assert repr(table).startswith("<EpisodeTable of 40 episodes, success 0.")
    assert "\n" not in repr(table) and len(repr(table)) < 300
    assert len(repr(table.gallery[0])) < 2000 and "picture" not in repr(table.gallery[0])
