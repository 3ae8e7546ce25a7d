"""The other floor: the same middling answer whatever is asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from vgym.baselines.speaking import form_of, say


class CentreAgent:
    """The picture's middle as a point; its central half in width and height as a box (one box)."""

    name = "centre"

    def reset(self, seed: int) -> None:
        """Nothing to choose: the answer never changes."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The constant answer, once a row."""
        form = form_of(envs)
        answer = [0.5, 0.5] if form.numbers == 2 else [0.25, 0.25, 0.75, 0.75]
        fractions = np.tile(np.array(answer, np.float32), (len(instructions), form.slots, 1))
        used = np.zeros((len(instructions), form.slots), np.bool_)
        used[:, 0] = True
        return say(envs, fractions, used)
