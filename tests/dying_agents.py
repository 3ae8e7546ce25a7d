"""Agents whose process is killed; where other processes find them too."""

from __future__ import annotations

import os
import signal
from typing import Any

import numpy as np


class Dying:
    """Answers the middle; the first process that plays it is killed in the middle of a block."""

    name = "centre"

    def __init__(self, once: str) -> None:
        self.once = once

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        try:
            os.close(os.open(self.once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return np.full((len(instructions), 2), 0.5, np.float32)
        os.kill(os.getpid(), signal.SIGKILL)


def always_dying() -> Any:
    os.kill(os.getpid(), signal.SIGKILL)
