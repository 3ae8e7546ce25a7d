"""Region voting against scipy's labelling, and as an agent."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import vgym  # noqa: F401  registers the ids
from vgym.evaluation.voting import Voting, region_vote

boxes = st.lists(st.tuples(*[st.integers(-10, 70)] * 4), min_size=1, max_size=12)


def _regions(answers: np.ndarray, height: int, width: int) -> np.ndarray | None:
    """Cells of the largest regions of the most votes, by counting cell by cell."""
    votes = np.zeros((height, width), int)
    for y in range(height):
        for x in range(width):
            x0, y0, x1, y1 = np.clip(answers, 0, [width, height, width, height]).T
            votes[y, x] = ((x0 <= x) & (x < x1) & (y0 <= y) & (y < y1)).sum()
    if votes.max() == 0:
        return None
    labels, count = ndimage.label(votes == votes.max())
    areas = ndimage.sum_labels(np.ones_like(labels), labels, range(1, count + 1))
    return np.isin(labels, 1 + np.flatnonzero(areas == areas.max()))


@settings(max_examples=60, deadline=None)
@given(boxes)
def test_the_vote_lies_in_the_largest_region_of_most_votes(corners: list[Any]) -> None:
    answers = np.array(corners, float)
    x, y = region_vote(answers, (40, 60))
    cells = _regions(answers, 40, 60)
    if cells is None:
        assert (x, y) == (30, 20)
    else:
        assert cells[min(int(y), 39), min(int(x), 59)]


def test_points_vote_for_squares() -> None:
    points = np.array([[100, 100], [120, 100], [400, 300]])
    np.testing.assert_allclose(region_vote(points, (400, 600)), [110, 100])
    assert region_vote(np.array([[np.nan, 3.0]]), (10, 10)).tolist() == [5, 5]
    assert region_vote(np.array([[1e30, -1e30]]), (10, 10)).tolist() == [5, 5]
    with pytest.raises(ValueError, match="points or"):
        region_vote(np.zeros((3, 3)), (10, 10))


class _Unsure:
    """Right three times in five, anywhere else otherwise."""

    name = "unsure"

    def reset(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        truth = np.asarray(envs.unwrapped.oracle())
        wild = self.random.random(truth.shape).astype(np.float32)
        return np.where(self.random.random((len(truth), 1)) < 0.6, truth, wild)


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["point", "box"])
def test_votes_make_an_unsure_agent_better(answer: str) -> None:
    hits = {}
    for votes in (1, 9):
        envs = gymnasium.make_vec("VGui-v0", num_envs=64, answer=answer, image_size=(400, 640))
        agent: Any = _Unsure() if votes == 1 else Voting(_Unsure(), votes)
        agent.reset(0)
        observation, _ = envs.reset(seed=0)
        hits[votes] = envs.step(agent.act(observation, [""] * 64, envs))[4]["hit"].mean()
    assert hits[1] < 0.75 < hits[9]


def test_walks_are_left_alone() -> None:
    class Stays:
        name = "stays"

        def reset(self, seed: int) -> None: ...

        def act(self, observation: Any, instructions: Any, envs: Any) -> Any:
            return np.zeros(2, np.int64)

    envs = gymnasium.make_vec("VNav-v0", num_envs=2, image_size=36, rooms=4, worlds=1)
    envs.reset(seed=0)
    assert Voting(Stays(), 5).act({}, ["", ""], envs).tolist() == [0, 0]
