"""Many turns: what is read, what is refused and told, what is forgotten."""

from __future__ import annotations

import json

import numpy as np

from vgym.chat import ChatEnv, ChatVectorEnv
from vgym.chat.history import PICTURE_GONE, kept
from vgym.chat.messages import (
    Message,
    decoded,
    encoded,
    image_part,
    pictures_of,
    text_of,
    text_part,
    to_openai,
)


def call(name: str, /, **arguments: object) -> str:
    return f"<tool_call>{json.dumps({'name': name, 'arguments': arguments})}</tool_call>"


def test_moves_are_words_and_robots_have_their_own() -> None:
    env = ChatEnv("VNavTeam-v0", image_size=64, robots=2, rooms=4, worlds=1)
    first, _ = env.reset(seed=0)
    one, other = env.agents
    assert f"You are {one}." in text_of(first[one])
    new, reward, *_, info = env.step({one: "turn left", other: "fly"})
    assert set(new) == set(reward) == set(info) == {one, other}
    assert not info[one]["reading"] and "unknown move 'fly'" in info[other]["reading"]
    assert "could not be read" in text_of(new[other]) and "could" not in text_of(new[one])


def test_pictures_are_forgotten_the_oldest_first() -> None:
    picture = np.zeros((10, 10, 3), np.uint8)
    task: Message = {"role": "user", "content": [image_part(picture), text_part("what is it?")]}
    turn: list[Message] = [
        {"role": "assistant", "content": "a"},
        {"role": "user", "content": [image_part(picture)]},
    ]
    talk: list[Message] = [{"role": "system", "content": "s"}, task, *turn, *turn, *turn]
    assert kept(talk, None, None) == (talk, 0, 0)
    left = kept(talk, None, 300)
    assert left.pictures_dropped == 1 and len(pictures_of(left.messages)) == 3
    assert text_of(left.messages[3:4]) == PICTURE_GONE  # the task's own stays longer
    assert len(pictures_of(kept(talk, None, 0).messages)) == 1  # the last always stays
    assert len(pictures_of(talk)) == 4  # nothing was changed
    none = kept(talk, 0, None)
    assert none.turns_dropped == 3 and len(none.messages) == 2


def test_messages_for_servers() -> None:
    picture = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    for encode, quality in (("png", 90), ("webp", 100)):
        assert (decoded(encoded(picture, encode, quality)) == picture).all()  # type: ignore[arg-type]
    talk: list[Message] = [
        {"role": "assistant", "content": "", "tool_calls": []},
        {"role": "tool", "tool_call_id": "a", "content": [image_part(picture), text_part("t")]},
        {"role": "tool", "tool_call_id": "b", "content": [text_part("u")]},
    ]
    sent = json.loads(json.dumps(to_openai(talk)))
    assert [m["role"] for m in sent] == ["assistant", "tool", "tool", "user"]
    assert sent[1]["content"] == "t" and sent[3]["content"][0]["type"] == "image_url"


def test_typing_what_is_not_quoted() -> None:
    envs = ChatVectorEnv("VGuiFlow-v0", 1, image_size=(240, 320), templates=("mail-reply",))
    envs.reset(seed=0)
    new, *_, infos = envs.step([call("type", text="hello there")])
    assert "only texts that the task gives in quotes" in infos[0]["reading"]
    assert infos[0]["reading"] in text_of(new[0])
