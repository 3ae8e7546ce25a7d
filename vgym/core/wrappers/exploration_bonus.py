"""`ExplorationBonus` under the name that it had at first; it lives with the walks it is for."""

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(importlib.import_module("vgym.envs.navigation.exploration_bonus"), name)
