"""Episodes for verl: scores of answers, one or many at a time, and tools that move an episode on.

Of ids of one answer, in verl's configuration:

    reward.custom_reward_function.path=pkg://vgym.integrations.verl
    reward.custom_reward_function.name=compute_score

Of ids of several answers also ``agent_name=tool_agent`` and a file of tools, which `vgym export
--trainer verl` writes beside the prompts; the rewards of the calls come back to `compute_score`.
The class `Tool` needs verl; the scores do not.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from vgym.chat.messages import Message, pictures_of, text_of
from vgym.integrations.episodes import ALONE, Episode, Setup
from vgym.integrations.tickets import Ticket, of_row, score
from vgym.integrations.training_log import warn_of_flat

try:
    from verl.tools.base_tool import BaseTool
    from verl.tools.schemas import ToolResponse
except ImportError:  # where answers are scored verl need not be
    BaseTool = object
    ToolResponse = None

_OVER = "The episode is over."


def compute_score(
    data_source: Any,
    solution_str: Any,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, float]:
    """What one answer earns.

    Args:
        data_source, ground_truth: not looked at; the ticket says what is played.
        solution_str: the answer. extra_info: a ticket's columns, and of an episode that was played
            by calls ``tool_rewards``, the reward of each.

    Returns:
        ``score`` and of ids of one answer ``success``, ``unread`` (whether it could not be read).

    Raises:
        ValueError: there is no ticket.
    """
    return compute_scores([data_source], [solution_str], [ground_truth], [extra_info])[0]


def compute_scores(
    data_sources: Sequence[Any],
    solution_strs: Sequence[Any],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Mapping[str, Any] | None],
    **more: Any,
) -> list[dict[str, float]]:
    """The same of many, for the reward manager ``batch``; says so where most groups of them are
    without advantage."""
    if len(solution_strs) != len(extra_infos):
        raise ValueError(f"{len(solution_strs)} answers were given for {len(extra_infos)} rows")
    held = [of_row(info or {}) for info in extra_infos]
    calls = [(info or {}).get("tool_rewards") for info in extra_infos]
    alone = [i for i, rewards in enumerate(calls) if not _played(held[i], rewards)]
    scored = score([held[i] for i in alone], [solution_strs[i] for i in alone])
    outcomes = dict(zip(alone, scored, strict=True))
    found = []
    for i, rewards in enumerate(calls):
        if i in outcomes:
            came = outcomes[i]
            one = {
                "score": came.value,
                "success": float(came.success),
                "unread": float(came.unread),
            }
        else:
            one = {"score": sum(float(reward) for reward in rewards or ())}
        found.append(one)
    warn_of_flat(held, [one["score"] for one in found])
    return found


def tools_config(setup: Setup) -> dict[str, Any]:
    """What a file of ``multi_turn.tool_config_path`` holds, for YAML or JSON.

    Raises:
        ValueError: it cannot be played.
    """
    env = setup.chat_env()
    env.close()
    made = {"class_name": "vgym.integrations.verl.Tool", "config": {"type": "native"}}
    return {"tools": [{**made, "tool_schema": tool} for tool in env.tools]}


def _played(ticket: Ticket, rewards: Any) -> bool:
    """Whether an episode was played by calls, of which verl keeps the rewards."""
    return rewards is not None and Setup.from_json(ticket.setup).calls == "native"


class Tool(BaseTool):  # type: ignore[misc]  # verl may not be installed
    """One thing that can be done, as verl calls it: a call is a step of the trajectory's episode.

    The tools of a trajectory share an episode, which the first of its calls begins; a row says
    which by ``extra_info.tools_kwargs.NAME.create_kwargs``, a ticket.
    """

    async def create(
        self,
        instance_id: str | None = None,
        create_kwargs: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> tuple[str, Any]:
        """Before a call."""
        name = instance_id or uuid.uuid4().hex
        _TICKETS[name] = of_row(create_kwargs or more)
        return name, ToolResponse()

    async def execute(
        self, instance_id: str, parameters: Mapping[str, Any], agent_data: Any = None, **more: Any
    ) -> tuple[Any, float, dict[str, Any]]:
        """The call: what is seen next, its reward, and what is known of the episode."""
        call = {"name": self.name, "arguments": parameters}
        return await asyncio.to_thread(_step, agent_data, instance_id, call)

    async def calc_reward(self, instance_id: str, **more: Any) -> float:
        """Nothing beside what the calls earned."""
        return 0.0

    async def release(self, instance_id: str, **more: Any) -> None:
        """After a call."""
        _TICKETS.pop(instance_id, None)


_TICKETS: dict[str, Ticket] = {}  # by the instance of a call
_EPISODES: WeakKeyDictionary[Any, Episode] = WeakKeyDictionary()  # by trajectory


def _step(
    trajectory: Any, instance: str, call: dict[str, Any]
) -> tuple[Any, float, dict[str, Any]]:
    with ALONE:  # calls of one message may come at once
        if trajectory is None:
            raise ValueError("verl hands agent_data to every call; without it no episode goes on")
        episode = _EPISODES.get(trajectory)
        if episode is None:
            episode = _EPISODES[trajectory] = _TICKETS[instance].episode()
        return _moved(episode, call)


def _moved(episode: Episode, call: dict[str, Any]) -> tuple[Any, float, dict[str, Any]]:
    if episode.outcome.ended:
        return ToolResponse(text=_OVER), 0.0, {}
    reply = episode.answer([call])[:1]
    came = episode.outcome
    told = {"success": float(came.success), "unread": float(bool(came.why))}
    if came.ended:
        episode.close()
    return _response(reply), came.rewards[-1], told


def _response(reply: Sequence[Message]) -> Any:
    from PIL import Image

    pictures = [Image.fromarray(picture) for picture in pictures_of(reply)]
    return ToolResponse(text=text_of(reply) or None, image=pictures or None)
