"""An agent that knows the answer and misses it by so much: answers around the truth, for measuring
what a reward tells apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from vgym.core.action_check import NoAnswer
from vgym.core.info_rows import as_numpy
from vgym.core.speech import PLACES, Moment, Parameter, Unusable

_CHOSEN = frozenset({"choice", "integer", "integers", "table"})


class NoisyOracle:
    """The oracle's answers, moved at random.

    Args:
        size: by how much. Each number of a place is moved by a normal draw of so much of the
            picture's side, other numbers by so much of their range; of what is chosen, such as a
            step of a walk, that share is chosen anew.

    Draws are a function of (the agent's seed, the row's seed, its episode, its step).

    Raises:
        ValueError: a size below 0.
    """

    def __init__(self, size: float) -> None:
        if not size >= 0:
            raise ValueError(f"size={size!r} must be a number, at least 0")
        self.name = f"truth ± {size:g}"
        self.size = size
        self._seed = 0

    def reset(self, seed: int) -> None:
        """Choose the stream of errors."""
        self._seed = seed

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """An answer a row; `vgym.NoAnswer` where its errors leave none.

        Raises:
            ValueError: the environment does not say what its answers mean.
        """
        batch = envs.unwrapped
        seen = {name: as_numpy(value) for name, value in observation.items()}
        speech, actions = batch.speech(), batch.oracle()
        answers = []
        for row, moment in enumerate(batch.moments.tolist()):
            own = {name: value[row] for name, value in seen.items()}
            now = Moment(instructions[row], own, getattr(batch, "state", None), row)
            draws = np.random.default_rng([self._seed, *moment])
            call = speech.said(actions[row], now)
            tool = speech.tool(call.name)
            if not any(self._moves(p) for p in tool.parameters.values()):
                answers.append(self._slipped(actions[row], batch.single_action_space, draws))
                continue
            said = {
                name: self._moved(tool.parameters[name], value, draws)
                for name, value in call.arguments.items()
            }
            try:
                answers.append(tool.act(said, now))
            except Unusable as error:
                answers.append(NoAnswer(str(error)))
        return answers

    def _moves(self, parameter: Parameter) -> bool:
        return parameter.kind not in _CHOSEN and parameter.kind != "text"

    def _slipped(self, action: Any, space: Any, draws: np.random.Generator) -> Any:
        if draws.random() >= self.size:
            return action
        space.seed(int(draws.integers(1 << 31)))
        return space.sample()

    def _moved(self, parameter: Parameter, value: Any, draws: np.random.Generator) -> Any:
        if not self._moves(parameter):
            return value
        scale = 1.0
        if parameter.low is not None and parameter.high is not None:
            scale = parameter.high - parameter.low
        true = np.asarray(value, np.float64)
        moved = true + draws.normal(0, 1, true.shape) * self.size * scale
        if parameter.kind in PLACES:
            moved = moved.clip(0, 1)
            if parameter.kind in ("box", "boxes") and moved.size:
                corners = np.sort(moved.reshape(-1, 2, 2), axis=1)
                moved = corners.reshape(moved.shape)
        elif parameter.low is not None and parameter.high is not None:
            moved = moved.clip(parameter.low, parameter.high)
        return moved.tolist()
