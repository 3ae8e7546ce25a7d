"""A step is made whole, or not at all, or the environment says that it broke off."""

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.error import ResetNeeded
from rollouts import assert_same, make, make_vec, middling

from vgym.rewards import Reward, recipe
from vgym.rewards.form import Form, Term

IDS = ("VGroundPoint-v0", "VNavPoint-v0")


class Moody:
    """A reward that raises where it is told to."""

    def __init__(self, error: type[BaseException] = ZeroDivisionError) -> None:
        self.error, self.raises = error, True

    def __call__(self, facts: Any) -> Any:
        if self.raises:
            raise self.error("moody")
        return facts["success"].float()


def written(facts: dict[str, torch.Tensor]) -> torch.Tensor:
    """Solved, whatever was done: it writes so into all facts."""
    for fact in facts.values():
        fact.fill_(1)
    return facts["success"].float()


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_where_a_reward_raises_nothing_has_moved(env_id: str, error: type[BaseException]) -> None:
    moody = Moody(error)
    env, other = make(env_id, reward=moody), make(env_id, reward="sparse")
    env.reset(seed=4)
    other.reset(seed=4)
    action = middling(env.action_space)
    before = env.unwrapped.state_dict()
    for _ in range(2):
        with pytest.raises(error, match="moody"):
            env.step(action)
        assert_same(env.unwrapped.state_dict(), before)
    moody.raises = False
    for got, want in zip(env.step(action)[:4], other.step(action)[:4], strict=True):
        assert_same(got, want)


def test_a_row_of_a_batch_that_raises_moves_no_row() -> None:
    moody = Moody()
    envs = make_vec("VNavPoint-v0", 3, reward=moody)
    envs.reset(seed=4)
    before = envs.state_dict()
    actions = np.array([1, 2, 1])
    with pytest.raises(ZeroDivisionError):
        envs.step(actions)
    assert_same(envs.state_dict(), before)


def test_a_step_that_breaks_off_elsewhere_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    envs = make_vec("VNavPoint-v0", 2)
    envs.reset(seed=4)
    saved = envs.state_dict()
    actions = np.array([1, 1])

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(envs.task, "outcome", interrupted)
        with pytest.raises(KeyboardInterrupt):
            envs.step(actions)
    cure = r"broke off halfway: call reset\(\) of every environment, or load_state_dict\(\)"
    for use in (lambda: envs.step(actions), envs.state_dict, envs.observe, envs.oracle):
        with pytest.raises(ResetNeeded, match=cure):
            use()
    with pytest.raises(ResetNeeded, match="every environment"):
        envs.reset(options={"reset_mask": np.array([True, False])})
    envs.load_state_dict(saved)  # the cures
    assert_same(envs.state_dict(), saved)
    with monkeypatch.context() as patch:
        patch.setattr(envs._observer, "observe", interrupted)
        with pytest.raises(KeyboardInterrupt):
            envs.step(actions)
    with pytest.raises(ResetNeeded, match=cure):
        envs.step(actions)
    envs.reset()
    envs.step(actions)
    assert envs.moments[:, 0].tolist() == [4, 5], "reset goes on to the rows' next episodes"


_TERM = Term("written", written, ("success", "format_ok"), "1")
OWN = {
    "a function": written,
    "terms": Reward(name="own", forms=(Form("any", ((1.0, _TERM),)),), source="", doc=""),
}


@pytest.mark.parametrize("reward", OWN.values(), ids=OWN)
@pytest.mark.parametrize("env_id", IDS)
def test_a_reward_that_writes_into_facts_changes_its_value_alone(env_id: str, reward: Any) -> None:
    env, other = make(env_id, reward=reward), make(env_id, reward="sparse")
    for each in (env, other):
        each.reset(seed=4)
    action = 1 if env_id.startswith("VNav") else np.zeros(2, np.float32)
    got, want = env.step(action), other.step(action)
    assert got[1] == 1 and want[1] == 0
    assert not got[4]["success"] and got[2] == want[2]
    for name in want[4].keys() - {"reward_terms"}:
        assert_same(got[4][name], want[4][name], name)
    assert_same(*(each.unwrapped.state_dict()["state"] for each in (env, other)))


def test_facts_given_to_a_recipe_stay_as_they_are() -> None:
    facts = {"prediction_boxes": torch.rand(3, 1, 4), "target_boxes": torch.rand(3, 1, 4)}
    before = {name: fact.clone() for name, fact in facts.items()}
    recipe("iou")(facts)
    assert_same(facts, before)
