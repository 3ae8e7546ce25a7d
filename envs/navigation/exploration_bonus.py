"""`ExplorationBonus` by the name that walks know it by; it works for every family's batch."""

from vgym.core.wrappers.exploration_bonus import ExplorationBonus

__all__ = ["ExplorationBonus"]
