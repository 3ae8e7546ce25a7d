"""What every wrapper that adds to the rewards of a batch shares: when to look, and at what.

A subclass reads something of where the rows are (`read`), opens a book for each episode (`begin`)
and says what a step earns (`pay`). This class knows when episodes begin and end under each
autoreset mode, and what a partial reset leaves open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from torch import Tensor

from vgym.core.config import choice

Function = Callable[[Any], Any]
_OF = ("observation", "state")


class Book(Protocol):
    """What is remembered of the episodes, or learnt."""

    def state_dict(self) -> dict[str, Any]:
        """All of it; it may be what goes on changing."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""


@dataclass(frozen=True)
class Step:
    """A step of the batch, as tensors (B,).

    Attributes:
        reward: float32, before anything is added. terminated, truncated: bool.
        active: bool, rows that acted; the others were reset by this step, or rest.
        seen: bool, active rows whose last moment can be read: of an episode that has ended under
            `SAME_STEP` the observation is there yet, the state is not.
    """

    reward: Tensor
    terminated: Tensor
    truncated: Tensor
    active: Tensor
    seen: Tensor

    @property
    def done(self) -> Tensor:
        """(B,) bool: rows whose episode this step ended."""
        return self.terminated | self.truncated


class StepBonus(VectorWrapper):
    """Adds `scale` times a bonus to every reward; `info[told]` has the bonus, (B,) float32.

    Rows that did not act earn nothing: those that a step of `NEXT_STEP` resets, and those that
    rest under `DISABLED`. A reset of some rows, by `options={"reset_mask": ...}`, leaves the
    others' books open.

    Args:
        envs: a batch of one agent each, on the CPU.
        scale: what a bonus of 1 adds to the reward.
        of: what functions are given: the batched ``"observation"``, or the batch's ``"state"``.

    Raises:
        ValueError: a scale that is not finite, an unknown `of`, a team.
    """

    told: ClassVar[str]
    book: Any = None  # a Book; None until the first reset, where its size is not known before

    def __init__(self, envs: VectorEnv, scale: float = 1.0, of: str = "observation") -> None:
        super().__init__(envs)
        choice("of", of, _OF)
        self.scale, self.of = finite("scale", scale), of
        task: Any = getattr(self.env.unwrapped, "task", None)
        if str(getattr(task, "device", "cpu")) != "cpu":
            raise ValueError(f"device={str(task.device)!r}: bonuses are for a batch on the CPU")
        if getattr(task, "agents", ()):
            raise ValueError(
                "a team has a reward for each robot; bonuses are for one agent: wrap a batch such "
                "as gymnasium.make_vec('VNav-v0', ...)"
            )
        self._ended = np.zeros(self.num_envs, np.bool_)

    # -- what a subclass says ---------------------------------------------------------------

    def read(self, moment: Any) -> Tensor:
        """(B, ...) what the bonus is about, of an observation or of the state."""
        raise NotImplementedError

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Open the books of the rows (k,) int64, whose first moments are in ``found`` (B, ...)."""
        raise NotImplementedError

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """(B,) what the step to the moments of ``found`` (B, ...) earns; read where `seen`."""
        raise NotImplementedError

    # -- the loop ---------------------------------------------------------------------------

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start over, in all rows or those of ``options["reset_mask"]``, whose books are closed."""
        observation, info = self.env.reset(seed=seed, options=options)
        mask = (options or {}).get("reset_mask")
        fresh = np.ones(self.num_envs, np.bool_) if mask is None else np.asarray(mask, np.bool_)
        self.begin(torch.from_numpy(np.flatnonzero(fresh)), self._read(observation))
        self._ended[fresh] = False
        return observation, info

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Step the batch and add the bonus."""
        observation, reward, terminated, truncated, info = self.env.step(actions)
        mode = self.env.metadata["autoreset_mode"]
        done = np.asarray(terminated | truncated)
        same = mode is AutoresetMode.SAME_STEP
        active = np.ones_like(done) if same else ~self._ended
        lost = done if same and self.of == "state" else np.zeros_like(done)
        now = self._read(observation)
        found = now
        if same and done.any() and self.of == "observation":
            chosen = torch.from_numpy(done).reshape(-1, *[1] * (now.dim() - 1))
            found = torch.where(chosen, self._read(info["final_obs"]), now)
        flags = (torch.from_numpy(f) for f in (terminated, truncated, active, active & ~lost))
        made = Step(torch.from_numpy(np.asarray(reward, np.float32)), *flags)
        bonus = torch.where(made.active, self.pay(found, made), 0.0).to(torch.float32).numpy()
        fresh = done if same else self._ended & (mode is AutoresetMode.NEXT_STEP)
        if fresh.any():
            self.begin(torch.from_numpy(np.flatnonzero(fresh)), now)
        # Who rests under DISABLED has still ended.
        self._ended = done | (self._ended & (mode is AutoresetMode.DISABLED))
        info = {**info, self.told: bonus, **self.tell()}
        return observation, reward + np.float32(self.scale) * bonus, terminated, truncated, info

    def tell(self) -> dict[str, Any]:
        """What else infos have of the last step, (B,) each."""
        return {}

    def state_dict(self) -> dict[str, Any]:
        """What the wrapper remembers and has learnt, beside what the batch has."""
        book = None if self.book is None else deepcopy(self.book.state_dict())
        return {"ended": torch.from_numpy(self._ended.copy()), "book": book}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a `state_dict`; after a first reset.

        Raises:
            ValueError: it is of another wrapper, or of other sizes.
        """
        if self.book is None or state["book"] is None:
            raise ValueError("nothing has been read yet; call reset() before load_state_dict()")
        self.book.load_state_dict(deepcopy(state["book"]))
        self._ended = state["ended"].numpy().copy()

    # -- parts ------------------------------------------------------------------------------

    def _read(self, observation: Any) -> Tensor:
        if self.of == "observation":
            return self.read(observation)
        return self.read(getattr(self.env.unwrapped, "state", None))

    def _called(self, name: str, function: Function, moment: Any, wide: bool) -> Tensor:
        """(B, D) or (B,) float32 of a user's function.

        Raises:
            ValueError: another shape came.
        """
        found = torch.as_tensor(function(moment)).to(torch.float32)
        if found.dim() != 1 + wide or len(found) != self.num_envs:
            form = f"(num_envs, D) = ({self.num_envs}, D)" if wide else f"({self.num_envs},)"
            raise ValueError(f"{name} gave {tuple(found.shape)}; it must be {form}")
        return found


def finite(name: str, value: Any, above: float | None = None, most: float = math.inf) -> float:
    """The value as a float.

    Raises:
        ValueError: it is no finite number, or out of its range.
    """
    number = float(value) if isinstance(value, int | float | np.number) else math.nan
    if math.isfinite(number) and (above is None or above < number <= most):
        return number
    wanted = "finite" if above is None else f"a number above {above:g}"
    wanted += f" and at most {most:g}" if most < math.inf else ""
    raise ValueError(f"{name}={value!r} must be {wanted}")
