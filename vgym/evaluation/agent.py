"""What the runner needs of an agent. Any object with these two methods and a name will do."""

from __future__ import annotations

from typing import Any, Protocol


class Agent(Protocol):
    """Something that answers a whole batch at once.

    An agent may have ``settings``, keywords of the environment that it cannot do without (such as
    ``depth=True``); the runner makes its environments with them.
    """

    name: str

    def reset(self, seed: int) -> None:
        """Called once before a run; ``seed`` is all the randomness the agent may use."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """Actions for all B rows of ``envs``.

        Args:
            observation: as the environments handed it out.
            instructions: B phrases in words.
            envs: the batch; honest agents read its action form and nothing of its state.
        """
