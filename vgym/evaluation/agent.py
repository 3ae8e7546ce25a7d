"""What the runner needs of an agent. Any object with these two methods and a name will do."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class AgentError(ValueError):
    """What an agent answered can be used for nothing; the message names it, and a cure."""


class AgentRaised(AgentError):
    """An agent's own code raised: ``__cause__`` is what, with its traceback."""


class Agent(Protocol):
    """Something that answers a whole batch at once.

    An agent may also have, as attributes of its class:

    - ``convention``: how it writes points and boxes, such as ``"0-1000/yx"`` (see
      :mod:`vgym.geometry.conventions`); `act` then returns those, and whoever plays the agent makes
      actions of them (:mod:`vgym.evaluation.answers`). Without one it returns actions.
    - ``settings``: keywords of the environment that it cannot do without (such as ``depth=True``);
      its environments are made with them.
    - ``families``: names of the families it can play in, see `vgym.registration`; all without.

    One that talks to a model may have two methods more, of which reports are made:

    - ``usage()``: what it used so far, by name, numbers that only grow: ``tokens_in``,
      ``tokens_out``, ``pictures``, ``calls``, ``seconds``.
    - ``transcript(row)``: the messages of a row's episode so far, its last answer among them, see
      :mod:`vgym.evaluation.conversation`.
    """

    name: str

    def reset(self, seed: int) -> None:
        """Called once before a run; ``seed`` is all the randomness the agent may use."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """Answers for all B rows of ``envs``; `vgym.NoAnswer` in the place of one it does not have.

        Args:
            observation: as the environments handed it out.
            instructions: B phrases in words.
            envs: the batch; honest agents read its action form and nothing of its state.
        """


def usage_of(agent: Any) -> dict[str, float]:
    """What an agent says that it used so far, by name; nothing where it does not say."""
    said = getattr(agent, "usage", None)
    if said is None:
        return {}
    with code_of(agent.name):
        return {str(name): float(value) for name, value in said().items()}


@contextmanager
def code_of(name: str) -> Iterator[None]:
    """Within it an agent's own code runs, and what it raises is told from faults of ours.

    Raises:
        AgentRaised: it raised; an `AgentError` passes as it is.
    """
    try:
        yield
    except AgentError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise AgentRaised(f"agent {name!r} raised {what}") from error


def check_agent(agent: Any, where: str) -> Agent:
    """The agent, if it is one.

    Args:
        agent: anything. where: what it was made from, for the error.

    Raises:
        ValueError: it lacks a name or a method, has one that takes other arguments, or declares
            what is no convention.
    """
    for method, arguments in (("reset", "seed"), ("act", "observation, instructions, envs")):
        call = f"{method}({arguments})"
        found = getattr(agent, method, None)
        if not callable(found):
            raise ValueError(f"{where} has no method {call}; see docs/your_agent.md")
        try:
            inspect.signature(found).bind(*arguments.split(", "))
        except TypeError as error:
            raise ValueError(
                f"{where}: its {method}{inspect.signature(found)} is called as {call}: {error}; "
                "see docs/your_agent.md"
            ) from None
    name = getattr(agent, "name", None)
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f'{where} has name={name!r}; set name = "..." on its class')
    convention = getattr(agent, "convention", None)
    if convention is not None:
        from vgym.geometry.conventions import Convention

        try:
            Convention.parse(convention)
        except ValueError as error:
            raise ValueError(f"convention={convention!r} of {where}: {error}") from None
    return agent  # type: ignore[no-any-return]
