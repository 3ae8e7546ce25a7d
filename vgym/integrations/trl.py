"""Episodes for TRL's GRPO: prompts, a reward function, and environments of many turns.

One answer an episode:

    setup = Setup("VGround-v0", "qwen2.5-vl")
    GRPOTrainer(model, reward_funcs=earned, train_dataset=prompts(setup, 4096))

Several, each a call of a tool, with a picture in its reply:

    setup = Setup("VZoom-v0", "qwen3-vl", calls="native")
    GRPOTrainer(model, reward_funcs=earned, train_dataset=prompts(setup, 4096),
                environment_factory=environments(setup))

Both take a `vgym.integrations.mixture.Mixture` of several setups, too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal

from vgym.chat.messages import Message, parts_of, pictures_of, text_part, to_transformers
from vgym.core.extras import missing
from vgym.integrations.episodes import Episode, Outcome, Setup, Start
from vgym.integrations.mixture import Mixture
from vgym.integrations.tickets import COLUMNS, of_columns, opening, score, several
from vgym.integrations.training_log import told_of

_TYPES: dict[str, Any] = {"number": float, "integer": int, "string": str, "boolean": bool}
_OVER = "The episode is over."


def prompts(what: Setup | Mixture, episodes: int, seed: int = 0) -> Any:
    """A data set of openings, drawn when they are read: nothing is kept on disk.

    Args:
        what: is played. episodes: how many.
        seed: of the first; the next ones have the next numbers.

    Returns:
        `datasets.Dataset` with ``prompt``, ``images`` where one answer is an episode (else the
        environment shows them), a ticket's columns, and ``environment``.

    Raises:
        ValueError: a setup cannot be played.
    """
    try:
        from datasets import Dataset
    except ImportError as error:
        raise missing("datasets", "trl", error) from error
    mixture = Mixture.of([what]) if isinstance(what, Setup) else what
    held = mixture.tickets(episodes, seed)
    columns: dict[str, list[Any]] = {name: [getattr(t, name) for t in held] for name in COLUMNS}
    columns["environment"] = columns["setup"]
    return Dataset.from_dict(columns).with_transform(_opened)


def environments(what: Setup | Mixture) -> dict[str, type]:
    """Classes whose methods are the tools of each setup, as ``environment_factory`` takes them.

    Each call is a step of the episode, and its reply has the picture that is seen next; after the
    end nothing moves. What has been earned `earned` tells, at whatever turn a rollout broke off.

    Raises:
        ValueError: a setup cannot be played, or its calls are written in the text.
    """
    setups = [what] if isinstance(what, Setup) else what.setups
    return {setup.as_json(): _environment(setup) for setup in setups}


def earned(
    prompts: Sequence[Any],
    completions: Sequence[Any],
    environments: Sequence[Any] | None = None,
    log_metric: Callable[[str, float], None] | None = None,
    log_extra: Callable[[str, list[Any]], None] | None = None,
    **columns: Any,
) -> list[float]:
    """What completions earn: the sum of an episode's rewards.

    Args:
        prompts, completions: (N,) as TRL gives them. environments: (N,) those of `environments`.
        log_metric, log_extra: of TRL's, which are told of success, of answers that could not be
            read, of each term of the reward, and of groups without any advantage.
        **columns: a ticket's; those that `prompts` has.

    Raises:
        ValueError: there is no ticket, or episodes take several answers and nobody plays them.
    """
    held = of_columns(columns)
    if environments is None:
        if id := several(held):
            raise ValueError(
                f"an episode of {id} takes several answers: GRPOTrainer(..., "
                "environment_factory=environments(setup)), or max_episode_steps=1 in the setup"
            )
        outcomes = score(held, [_said(completion) for completion in completions])
    else:
        outcomes = [e._end(said) for e, said in zip(environments, completions, strict=True)]
    told, table = told_of(held, outcomes)
    for name, value in told.items() if log_metric else ():
        log_metric(name, value)  # type: ignore[misc]
    for name, values in table.items() if log_extra else ():
        log_extra(name, values)  # type: ignore[misc]
    return [outcome.value for outcome in outcomes]


def _opened(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows of tickets, and how their episodes open."""
    held = of_columns(rows)
    found: dict[str, list[Any]] = {**rows, "prompt": [], "images": []}
    for ticket in held:
        messages = to_transformers(opening(ticket))
        pictures = [p["image"] for m in messages for p in m["content"] if p["type"] == "image"]
        if Setup.from_json(ticket.setup).calls == "native":  # the environment shows what there is
            messages, pictures = [messages[0], {"role": "user", "content": []}], []
        found["prompt"].append(
            [{**m, "content": [_place(p) for p in m["content"]]} for m in messages]
        )
        found["images"].append(pictures)
    if not any(found["images"]):
        del found["images"]
    return found


def _place(part: dict[str, Any]) -> dict[str, Any]:
    """A picture's place, which TRL fills from ``images``."""
    return {"type": "image"} if part["type"] == "image" else part


def _said(completion: Any) -> Any:
    """The answer in a completion: its text, or the last message of a conversation."""
    if isinstance(completion, list | tuple) and completion:
        return completion[-1]
    return completion


class _Environment:
    """What the classes of `environments` share; what begins with an underscore is no tool."""

    _setup: Setup

    def __init__(self) -> None:
        self._env = self._setup.chat_env()
        self._episode: Episode | None = None
        self._told = False

    def reset(self, seed: int = 0, record: int | None = None, **row: Any) -> list[dict[str, Any]]:
        """Begin the episode of a ticket; what there is to see."""
        self._episode = Episode(self._setup, Start(int(seed), record), self._env)
        self._told = False
        return _blocks(self._episode.opening[-1:])

    def _call(self, name: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        episode = self._episode
        if episode is None:
            raise RuntimeError("no episode was begun; call reset before any tool")
        if episode.outcome.ended:
            last = pictures_of(episode.messages)[-1:]
            shown: Message = {"role": "tool", "content": [{"type": "image", "image": last[0]}]}
            return [*_blocks([shown]), text_part(_OVER)]
        return _blocks(episode.answer([{"name": name, "arguments": arguments}])[:1])

    def _end(self, completion: Any) -> Outcome:
        """What came of a rollout; words at its end, without a call, are an answer like any."""
        if self._episode is None:
            return Outcome()
        said = _said(completion)
        role = said.get("role", "assistant") if isinstance(said, dict) else "assistant"
        called = role != "assistant" or (isinstance(said, dict) and said.get("tool_calls"))
        if not called and not self._told and not self._episode.outcome.ended:
            self._episode.answer(said)
        self._told = True
        return self._episode.outcome


def _blocks(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [part for message in to_transformers(messages) for part in parts_of(message)]


def _environment(setup: Setup) -> type:
    if setup.calls != "native":
        raise ValueError(
            f'{setup.env}: give the setup calls="native", since TRL reads calls by the chat '
            "template; of one answer no environment is needed"
        )
    env = setup.chat_env()
    tools = [tool["function"] for tool in env.tools]
    env.close()
    methods = {tool["name"]: _method(tool) for tool in tools}
    return type(f"Vgym{setup.env.partition('-')[0]}", (_Environment,), {"_setup": setup, **methods})


def _method(tool: dict[str, Any]) -> Callable[..., list[dict[str, Any]]]:
    """A tool as a method whose hints and docstring say again what its schema says."""

    def method(self: _Environment, **arguments: Any) -> list[dict[str, Any]]:
        return self._call(tool["name"], arguments)

    schema = tool["parameters"]
    hints = {name: _hint(each) for name, each in schema["properties"].items()}
    kind = inspect.Parameter.KEYWORD_ONLY
    method.__name__ = method.__qualname__ = tool["name"]
    method.__annotations__ = dict(hints)
    method.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(
                inspect.Parameter(
                    name,
                    kind,
                    annotation=hint,
                    default=inspect.Parameter.empty if name in schema["required"] else None,
                )
                for name, hint in hints.items()
            ),
        ]
    )
    said = {name: " ".join(p["description"].split()) for name, p in schema["properties"].items()}
    lines = [f"    {name}: {words}" for name, words in said.items()]
    method.__doc__ = "\n".join([tool["description"], "", *(["Args:", *lines] if lines else [])])
    return method


def _hint(schema: dict[str, Any]) -> Any:
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if schema["type"] == "array":
        return list[_hint(schema["items"])]  # type: ignore[misc]
    return _TYPES[schema["type"]]
