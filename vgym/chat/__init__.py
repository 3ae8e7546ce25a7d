"""Agents that see and speak: messages in and out, and the dialects that models answer in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vgym.on_demand import modules_on_demand

if TYPE_CHECKING:
    from vgym.chat.conversations import Conversations as Conversations
    from vgym.chat.env import ChatEnv as ChatEnv
    from vgym.chat.env import ChatVectorEnv as ChatVectorEnv
    from vgym.chat.reading.dialect import Dialect as Dialect
    from vgym.chat.reading.said import Call as Call
    from vgym.chat.reading.said import Reading as Reading
    from vgym.chat.reading.table import dialect as dialect
    from vgym.chat.reading.table import dialects as dialects

modules_on_demand(
    __name__,
    (
        "vgym.chat.conversations:Conversations",
        "vgym.chat.env:ChatEnv",
        "vgym.chat.env:ChatVectorEnv",
        "vgym.chat.reading.dialect:Dialect",
        "vgym.chat.reading.said:Call",
        "vgym.chat.reading.said:Reading",
        "vgym.chat.reading.table:dialect",
        "vgym.chat.reading.table:dialects",
    ),
)
