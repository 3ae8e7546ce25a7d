"""A model on a server, any that speaks OpenAI's ``/chat/completions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vgym.baselines.chat_agent import ChatAgent
from vgym.chat.client import ChatClient, Question, ServerError
from vgym.chat.reading.dialect import Dialect
from vgym.chat.replies import Reply
from vgym.evaluation.agent import AgentError


class ApiAgent(ChatAgent):
    """Asks a server.

    Args:
        name, dialect: see `ChatAgent`. client: of the server.
        **how: see `ChatAgent`.
    """

    def __init__(self, name: str, dialect: str | Dialect, client: ChatClient, **how: Any) -> None:
        super().__init__(name, dialect, **how)
        self.client = client
        self.used = client.usage

    def answers(self, questions: Sequence[Question]) -> list[Reply]:
        """As the server answers."""
        try:
            return self.client.ask(questions)
        except ServerError as error:
            refused = str(error)
        raise AgentError(f"agent {self.name!r}: {refused}")

    def __repr__(self) -> str:
        return f"<ApiAgent {self.name!r} of {self.client!r}>"
