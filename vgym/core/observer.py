"""What a batch sees: pictures, drawn anew where they changed; instructions; sensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.fresh_memory import FreshMemory
from vgym.core.hand_out import HandOut
from vgym.core.task import Task
from vgym.row_threads import over_rows

Masks = dict[str, NDArray[np.bool_]]


class Observer:
    """The observations of a batch.

    Args:
        task: whose states are seen. num_envs: B. out: how they are handed to the caller.
        copy: whether each observation has memory of its own; see `VectorEnv`.

    Attributes:
        names: of the pictures.
    """

    def __init__(self, task: Task[Any], num_envs: int, out: HandOut, *, copy: bool) -> None:
        self.task = task
        self.num_envs = num_envs
        self.copy = copy
        self._out = out
        self._keys = tuple(task.observation_space.spaces)
        self._sources = task.pictures
        self.names = tuple(self._sources)
        # Of every picture what was drawn last, and with copy=False the one before.
        self._pictures = {
            name: [
                torch.empty(num_envs, *picture.shape, dtype=torch.uint8, device=task.device)
                for _ in range(1 if copy else 2)
            ]
            for name, picture in self._sources.items()
        }
        self._memory = FreshMemory()

    def observe(self, state: Any, stale: NDArray[np.bool_] | Masks) -> dict[str, Any]:
        """The observation of a state.

        Args:
            stale: (B,) bool, rows whose pictures have changed since the last call, of all pictures
                or by name.
        """
        masks = stale if isinstance(stale, dict) else dict.fromkeys(self.names, stale)
        drawn = {name: self._next_picture(state, name, rows) for name, rows in masks.items()}
        instruction: Any = (
            tuple(self.task.instructions(state, list(range(self.num_envs))))
            if self.task.text_instruction
            else self._out.values(self.task.numbered(state).clone())
        )
        seen = {
            name: self._out.values(self._copied(picture) if self.copy else picture)
            for name, picture in drawn.items()
        }
        sensed = {k: self._out.values(v.clone()) for k, v in self.task.sense(state).items()}
        return self._in_order({**seen, "instruction": instruction, **sensed})

    def final(self, state: Any, done: NDArray[np.bool_], changed: Masks) -> dict[str, Any]:
        """The last observation of the rows that ended, zeros elsewhere.

        Args:
            done: (B,) bool. changed: (B,) bool by picture, rows that the step altered: only those
                are drawn anew.
        """
        pictures = {n: self._final_picture(state, n, done, changed[n]) for n in changed}
        mask = self._out.on_device(done)
        instruction: Any
        if self.task.text_instruction:
            words = self.task.instructions(state, np.flatnonzero(done).tolist())
            by_row = dict(zip(np.flatnonzero(done).tolist(), words, strict=True))
            instruction = tuple(by_row.get(i, "") for i in range(self.num_envs))
        else:
            numbered = self.task.numbered(state)
            instruction = self._out.values(torch.where(mask[:, None], numbered, 0))
        sensed = {
            name: self._out.values(torch.where(mask.view(-1, *[1] * (v.dim() - 1)), v, 0))
            for name, v in self.task.sense(state).items()
        }
        return self._in_order({**pictures, "instruction": instruction, **sensed})

    def _next_picture(self, state: Any, name: str, stale: NDArray[np.bool_]) -> Tensor:
        kept, draw = self._pictures[name], self._sources[name].draw
        kept.append(kept.pop(0))
        current, previous = kept[-1], kept[-2 if len(kept) > 1 else -1]
        if stale.all():
            draw(state, current, None)
            return current
        if current is not previous:
            current.copy_(previous)
        if stale.any():
            draw(state, current, self._out.rows(stale))
        return current

    def _final_picture(
        self, state: Any, name: str, done: NDArray[np.bool_], changed: NDArray[np.bool_]
    ) -> Any:
        before = self._pictures[name][-1]
        if done.all() and self.copy:
            # All rows are drawn anew: the pictures themselves are given away, not a copy.
            pictures, self._pictures[name][-1] = before, self._empty_like(before)
        elif done.all():
            pictures = self._copied(before)
        else:
            pictures = self._empty_like(before)
            mask = self._out.on_device(done).view(-1, *[1] * (before.dim() - 1))

            def keep(part: slice) -> None:  # in one pass, which `torch.where` is slow at
                torch.mul(before[part], mask[part], out=pictures[part])

            self._over_rows(keep, before)
        redraw = done & changed
        if redraw.any():
            self._sources[name].draw(state, pictures, self._out.rows(redraw))
        return self._out.values(pictures)

    def _copied(self, pictures: Tensor) -> Tensor:
        copy = self._empty_like(pictures)
        self._over_rows(lambda part: copy[part].copy_(pictures[part]), pictures)
        return copy

    def _over_rows(self, work: Callable[[slice], object], pictures: Tensor) -> None:
        """Do what takes as long as copying pictures; elsewhere than on the CPU at once."""
        if pictures.device.type != "cpu":
            work(slice(None))
            return
        # Some thirty bytes are copied while a pixel is painted.
        over_rows(work, len(pictures), pictures[0].numel() // 32)

    def _empty_like(self, pictures: Tensor) -> Tensor:
        """Pictures in memory that no caller holds; CUDA's allocator sees to that by itself."""
        if not self._out.numpy:
            return torch.empty_like(pictures)
        return torch.from_numpy(self._memory.empty(tuple(pictures.shape), np.uint8))

    def _in_order(self, observation: dict[str, Any]) -> dict[str, Any]:
        """The keys in the order of the space, as every other vectorisation has them."""
        return {name: observation[name] for name in self._keys}
