"""Any order of calls on a batch, against a model that only counts."""

from typing import Any

import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rollouts import ATTEMPT_IDS, assert_same, make_vec

ROWS = 3
ATTEMPTS = 3
LIMIT = 2
MASKS = st.integers(1, 2**ROWS - 1).map(lambda n: [bool(n >> i & 1) for i in range(ROWS)])


class BatchMachine(RuleBasedStateMachine):
    """Episodes and steps of every row, counted by hand beside the environment."""

    @initialize(
        env_id=st.sampled_from(ATTEMPT_IDS),
        mode=st.sampled_from(["SameStep", "NextStep", "Disabled"]),
        limit=st.sampled_from([None, LIMIT]),
        copy=st.booleans(),
    )
    def begin(self, env_id: str, mode: str, limit: int | None, copy: bool) -> None:
        self.mode, self.limit = mode, limit or ATTEMPTS
        self.made = {
            "autoreset_mode": mode,
            "attempts": ATTEMPTS,
            "max_episode_steps": limit,
            "copy": copy,
            "difficulty": 0,
            "image_size": 36,
            "render_mode": "rgb_array",
        }
        self.env_id = env_id
        self.envs: Any = make_vec(env_id, ROWS, **self.made)
        self.started = self.closed = False
        self.episodes, self.elapsed = [0] * ROWS, [0] * ROWS
        self.done = [False] * ROWS
        self.saved: tuple[Any, ...] | None = None
        self.picture: Any = None

    def _new_episode(self, row: int, seeded: bool = False) -> None:
        self.episodes[row] = 0 if seeded else self.episodes[row] + 1
        self.elapsed[row], self.done[row] = 0, False

    @rule(seed=st.integers(0, 50))
    @precondition(lambda self: not self.closed)
    def reset(self, seed: int) -> None:
        observation, _ = self.envs.reset(seed=seed)
        assert observation in self.envs.observation_space
        self.picture = observation["image"].copy()
        self.started = True
        for row in range(ROWS):
            self._new_episode(row, seeded=True)

    @rule(mask=MASKS, seeded=st.booleans())
    @precondition(lambda self: not self.closed)
    def reset_some(self, mask: list[bool], seeded: bool) -> None:
        options = {"reset_mask": np.array(mask)}
        if not self.started:
            if not all(mask):
                with pytest.raises(ResetNeeded):
                    self.envs.reset(options=options)
            return
        observation, _ = self.envs.reset(seed=7 if seeded else None, options=options)
        for row in range(ROWS):
            if mask[row]:
                self._new_episode(row, seeded)
            else:
                np.testing.assert_array_equal(observation["image"][row], self.picture[row])
        self.picture = observation["image"].copy()

    @rule(perfect=st.booleans())
    @precondition(lambda self: not self.closed)
    def step(self, perfect: bool) -> None:
        envs = self.envs
        blocked = not self.started or (self.mode == "Disabled" and any(self.done))
        if blocked:
            with pytest.raises(ResetNeeded):
                envs.step(envs.action_space.sample())
            return
        actions = envs.unwrapped.oracle() if perfect else envs.action_space.sample()
        observation, reward, terminated, truncated, info = envs.step(actions)
        assert observation in envs.observation_space and np.isfinite(reward).all()
        for row in range(ROWS):
            if self.done[row]:  # NextStep: this call only started the row's next episode
                self._new_episode(row)
                assert reward[row] == 0 and not terminated[row] and not truncated[row]
                continue
            self.elapsed[row] += 1
            over = self.elapsed[row] == self.limit
            assert terminated[row] == over and not truncated[row]
            if perfect:  # of several answers the last counts
                assert info["success"][row] == over
            if over and self.mode == "SameStep":
                self._new_episode(row)
            else:
                self.done[row] = over
        self.picture = observation["image"].copy()

    @rule()
    @precondition(lambda self: self.started and not self.closed)
    def render(self) -> None:
        before = self.envs.state_dict()
        frames = self.envs.render()
        assert len(frames) == ROWS and all(frame.dtype == np.uint8 for frame in frames)
        assert_same(self.envs.state_dict(), before)

    @rule()
    @precondition(lambda self: not self.closed)
    def save(self) -> None:
        counts = (list(self.episodes), list(self.elapsed), list(self.done), self.started)
        self.saved = (self.envs.state_dict(), *counts, self.picture)

    @rule(elsewhere=st.booleans())
    @precondition(lambda self: self.saved is not None and not self.closed)
    def load(self, elsewhere: bool) -> None:
        assert self.saved is not None
        if elsewhere:
            self.envs = make_vec(self.env_id, ROWS, **self.made)
        state, episodes, elapsed, done, self.started, self.picture = self.saved
        self.envs.load_state_dict(state)
        self.episodes, self.elapsed, self.done = list(episodes), list(elapsed), list(done)
        assert_same(self.envs.state_dict(), state)

    @rule(really=st.sampled_from([False] * 9 + [True]))
    def close(self, really: bool) -> None:
        if not really:  # most runs go on: a closed batch has little left to try
            return
        self.envs.close()
        self.closed = True
        for call in (self.envs.reset, lambda: self.envs.step(self.envs.action_space.sample())):
            with pytest.raises(ClosedEnvironmentError):
                call()

    @invariant()
    def counts_agree(self) -> None:
        if self.closed or not getattr(self, "started", False):
            return
        state = self.envs.state_dict()
        assert state["episodes"].tolist() == self.episodes
        assert state["elapsed"].tolist() == self.elapsed
        assert state["done"].tolist() == self.done
        assert state["state"]["attempt"].tolist() == self.elapsed


def _tries(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestBatchMachine = BatchMachine.TestCase
TestBatchMachine.settings = _tries(25)


@pytest.mark.slow
class TestBatchMachineForLonger(BatchMachine.TestCase):
    """The same in more orders."""

    settings = _tries(100)
