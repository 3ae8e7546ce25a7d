"""Actions in words: read at the door, and what says nothing is a row without an answer."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.error import InvalidAction
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray
from own_tasks import LampTask, State
from rollouts import assert_same
from torch import Tensor

from vgym.core.action_check import NoAnswer, check_actions
from vgym.core.single_env import Env
from vgym.core.spoken import Spoken
from vgym.core.task import Outcome
from vgym.core.vector_env import VectorEnv
from vgym.evaluation.contract.differing import differing

CPU = torch.device("cpu")
WORDS = ("upper left", "upper right", "lower left", "lower right")


def read(text: str) -> NDArray[np.float64] | str:
    """Which quarter, as a number in [0, 4)."""
    if text not in WORDS:
        return f"{text!r} is none of {', '.join(WORDS)}"
    return np.array([WORDS.index(text) + 0.5])


def write(numbers: NDArray[np.float64]) -> str:
    return WORDS[min(int(numbers[0]), 3)]


class SpokenLampTask(LampTask):
    """Say in words in which quarter the lamp is."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = Spoken(spaces.Box(0.0, 4.0, (1,), np.float64), read, write)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        told = torch.zeros_like(state.tries, dtype=torch.bool) if unread is None else unread
        right = (action.floor().long() == self.oracle(state)).all(1) & ~told
        state.tries += 1
        facts = {"success": right, "format_ok": ~told}
        return self.finished(facts, {"tries": state.tries.float()})

    def oracle(self, state: State) -> Tensor:
        return super().oracle(state)[:, None].double()


def batch(rows: int = 4, **settings: Any) -> VectorEnv:
    envs = VectorEnv(SpokenLampTask, rows, autoreset_mode=AutoresetMode.DISABLED, **settings)
    envs.reset(seed=0)
    return envs


def test_words_are_read_and_solve() -> None:
    envs = batch()
    said = envs.oracle()
    assert isinstance(said, tuple) and all(text in WORDS for text in said)
    assert said in envs.action_space
    assert envs.step(list(said))[4]["success"].all()
    envs.reset(seed=0)
    assert envs.step(np.array(said))[4]["success"].all()


def test_what_cannot_be_read_is_a_row_without_an_answer() -> None:
    envs = batch(5)
    said = envs.oracle()
    info = envs.step([said[0], "somewhere", "", "x" * 1_000_000, NoAnswer("asleep")])[4]
    assert info["success"].tolist() == [True, False, False, False, False]
    assert info["_parse_error"].tolist() == [False, True, True, True, True]
    why = info["parse_error"].tolist()
    assert why[0] == "" and "'somewhere' is none of" in why[1]
    assert why[3] == "the answer has 1,000,000 characters; at most 1,000 are read"
    assert why[4] == "asleep"


def test_rows_that_ended_may_hold_anything() -> None:
    envs = VectorEnv(SpokenLampTask, 2, autoreset_mode=AutoresetMode.NEXT_STEP)
    envs.reset(seed=0)
    right = envs.oracle()
    wrong = WORDS[WORDS.index(right[1]) - 1]
    assert envs.step((right[0], wrong))[2].tolist() == [True, False]
    info = envs.step((None, envs.oracle()[1]))[4]
    assert "parse_error" not in info and info["_success"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (["upper left"] * 3, "3 actions for 4 environments"),
        ("upper left", "actions are str; here they are words: a list of 4 texts"),
        (np.zeros(4), "actions are ndarray; here they are words"),
        (["upper left", 3, "", ""], r"action\[1\] = 3 is int; actions are words here; for no"),
        ([b"upper left"] * 4, r"action\[0\] = b'upper left' is bytes"),
    ],
)
def test_what_is_no_text_is_refused(actions: Any, words: str) -> None:
    envs = batch()
    before = envs.state_dict()["state"]
    with pytest.raises(InvalidAction, match=words):
        envs.step(actions)
    assert_same(envs.state_dict()["state"], before)


def test_a_text_may_be_read_as_numbers_out_of_bounds() -> None:
    space = Spoken(spaces.Box(0.0, 1.0, (1,), np.float64), lambda text: np.array([2.0]), str)
    with pytest.raises(InvalidAction, match=r"action\[0\] = \[2.0\] is outside"):
        check_actions(["two"], space, 1, CPU)


def test_the_single_environment_takes_a_text_and_passes_the_checker() -> None:
    env = Env(SpokenLampTask)
    check_env(env, skip_render_check=True)
    env.reset(seed=3)
    assert env.step("nowhere")[4]["parse_error"].startswith("'nowhere' is none of")
    said = env.oracle()
    assert said in env.action_space and said in WORDS
    assert env.step(said)[4]["success"] is True
    with pytest.raises(ValueError, match="masks for whole numbers alone"):
        env.action_masks()


def test_native_and_sync_play_the_same() -> None:
    mode = AutoresetMode.SAME_STEP
    sync = SyncVectorEnv([lambda: Env(SpokenLampTask)] * 3, autoreset_mode=mode)
    native = VectorEnv(SpokenLampTask, 3, autoreset_mode=mode)
    assert native.action_space == sync.action_space
    assert not list(differing(native.reset(seed=5)[0], sync.reset(seed=5)[0]))
    native.action_space.seed(1)
    for _ in range(4):
        actions = native.action_space.sample()
        ours, theirs = native.step(actions), sync.step(actions)
        assert not list(differing(ours[:1], theirs[:1]))
        assert ours[1].tolist() == theirs[1].tolist() and ours[2].tolist() == theirs[2].tolist()


def test_spaces_are_copied_pickled_and_sampled_by_seed() -> None:
    space = Spoken(spaces.Box(0.0, 4.0, (1,), np.float64), read, write)
    for other in (copy.deepcopy(space), pickle.loads(pickle.dumps(space))):
        assert other == space and other.heard("lower left") == 2.5
        for one in (space, other):
            one.seed(7)
        assert [space.sample() for _ in range(5)] == [other.sample() for _ in range(5)]
    assert all(isinstance(space.heard(space.sample()), np.ndarray) for _ in range(20))
    length_and_letters = (3, np.ones(len(space.character_set), np.int8))
    assert len(space.sample(mask=length_and_letters)) == 3
    many = batch_space(space, 3)
    many.seed(0)
    assert many.sample() in many and len({many.sample() for _ in range(9)}) > 1


def test_environments_are_pickled_with_their_space() -> None:
    envs = batch(2)
    again = pickle.loads(pickle.dumps(envs))
    assert again.oracle() == envs.oracle()
    assert again.step(again.oracle())[4]["success"].all()
