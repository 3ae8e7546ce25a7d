"""What the runner needs of an agent. Any object with these two methods and a name will do."""

from __future__ import annotations

from typing import Any, Protocol


class Agent(Protocol):
    """Something that answers a whole batch at once."""

    name: str

    def reset(self, seed: int) -> None:
        """Called once before a run."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """Actions for all B rows, given the observation and the B phrases."""
