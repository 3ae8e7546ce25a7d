"""Messages in and out: the same episodes, rewards and endings as by numbers, whatever is said."""

from __future__ import annotations

import dataclasses
from typing import Any

import gymnasium
import numpy as np
import pytest

import vgym
from vgym.chat import ChatEnv, ChatVectorEnv, dialect
from vgym.chat.messages import pictures_of, text_of
from vgym.chat.reading.frames import Frame

DISABLED = gymnasium.vector.AutoresetMode.DISABLED
LOSSLESS = dataclasses.replace(dialect("json"), frame=Frame("fraction", 1, 0))


def test_a_prompt_and_its_answer() -> None:
    env = ChatEnv("VGround-v0", "qwen2.5-vl", image_size=64)
    messages, info = env.reset(seed=7)
    by_numbers: Any = gymnasium.make("VGround-v0", image_size=64)
    seen, told = by_numbers.reset(seed=7)
    assert [m["role"] for m in messages] == ["system", "user"]
    assert told["instruction"] in text_of(messages[1:])
    assert "bbox_2d" in text_of(messages[:1]) and "56 pixels wide" in text_of(messages[:1])
    (picture,) = pictures_of(messages)
    assert picture.shape == (56, 56, 3) and info["shown_hw"] == (56, 56)  # a size that it keeps
    answer = by_numbers.unwrapped.oracle() * 56
    text = f'So: {{"bbox_2d": {answer.tolist()}}}'
    new, reward, terminated, truncated, info = env.step(text)
    expected = by_numbers.step((answer / 56).astype(np.float32))
    assert (new, reward, terminated, truncated) == ([], *expected[1:4])
    assert info["iou"] == expected[4]["iou"] and not info["reading"]
    with pytest.raises(gymnasium.error.ResetNeeded, match="has ended"):
        env.step(text)
    assert seen["image"].shape == (64, 64, 3)


def answer_call(**arguments: Any) -> list[dict[str, Any]]:
    return [{"name": "answer", "arguments": arguments}]


HOSTILE: dict[str, tuple[Any, str]] = {
    "empty": ("", "empty"),
    "huge": ("x" * 10_000_000, "more than 100000"),
    "huge arguments": (
        [{"name": "answer", "arguments": '{"box": [' + "1," * 100_000}],
        "more than 100000",
    ),
    "thoughts alone": ("<think>[1, 2, 3, 4]", "thoughts"),
    "unknown tool": ([{"name": "anser", "arguments": {}}], "did you mean 'answer'"),
    "no name": ([{}], "unknown tool ''"),
    "missing": (answer_call(), "needs the argument 'box'"),
    "null": (answer_call(box=None), "needs the argument 'box'"),
    "three numbers": (answer_call(box=[1, 2, 3]), "is not 4 numbers"),
    "true": (answer_call(box=[True, 2, 3, 4]), "is not 4 numbers"),
    "not finite": (answer_call(box=[float("nan"), 2, 3, 4]), "is not 4 numbers"),
    "text": (answer_call(box="1_0, 2, 3, 4"), "is not 4 numbers"),
    "outside": (answer_call(box=[100, 100, 200, 200]), "outside the picture of 64x64"),
    "outside in text": ('{"box": [100, 100, 200, 200]}', "outside the picture"),
    "no JSON": ([{"name": "answer", "arguments": "{box: 1"}], "are no JSON"),
    "no object": ([{"name": "answer", "arguments": "[1, 2, 3, 4]"}], "no JSON object"),
    "deep": ([{"name": "answer", "arguments": "[" * 50_000}], "are no JSON"),
    "a set": ([{"name": "answer", "arguments": {"box": {1, 2}}}], "are no JSON"),
    "not a message": (object(), "empty"),
    "a number": ({"role": "assistant", "content": 5}, "empty"),
    "a picture's address": (
        {"content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/x.png"}}]},
        "empty",
    ),
    "halves of characters": ("\ud800 \0 \u202e", "empty|no box"),
    "none": (vgym.NoAnswer("the server is gone"), "the server is gone"),
}


def test_what_is_no_answer_is_a_malformed_row() -> None:
    envs = ChatVectorEnv("VGround-v0", len(HOSTILE), image_size=64)
    envs.reset(seed=0)
    _, rewards, terminated, _, infos = envs.step([answer for answer, _ in HOSTILE.values()])
    assert terminated.all() and not rewards.any()
    for (name, (_, why)), info in zip(HOSTILE.items(), infos, strict=True):
        assert any(one in info["reading"] for one in why.split("|")), (name, info["reading"])
        assert info["parse_error"] == info["reading"]
        info["reading"].encode("utf-16", "surrogatepass")


def test_groups_share_an_episode_and_rows_rest() -> None:
    envs = ChatVectorEnv("VGroundPoint-v0", 6, LOSSLESS, groups=3, image_size=64, attempts=2)
    first, infos = envs.reset(seed=5)
    words = [text_of(messages[1:]) for messages in first]
    assert words[0] == words[1] == words[2] != words[3] == words[4] == words[5]
    assert [info["seed"] for info in infos] == [5, 5, 5, 6, 6, 6]
    said = envs.oracle("native")
    new, rewards, *_ = envs.step(said)
    assert [m["role"] for m in new[0]] == ["tool"] and pictures_of(new[0])
    assert not rewards.any() and not envs.over.any()
    _, rewards, terminated, _, _ = envs.step(envs.oracle("text"))
    assert (rewards > 0.999).all() and terminated.all() and envs.over.all()
    assert not envs.step([None] * 6)[1].any()  # all rest
    again, _ = envs.reset()
    assert text_of(again[0][1:]) == text_of(again[2][1:])
    mask = np.array([True] * 3 + [False] * 3)
    started, infos = envs.reset(seed=5, rows=mask)
    assert text_of(started[0][1:]) == words[0] and not started[3]


def test_bad_settings() -> None:
    with pytest.raises(ValueError, match="must divide num_envs=4"):
        ChatVectorEnv("VGround-v0", 4, groups=3, image_size=64)
    with pytest.raises(ValueError, match="unknown calls 'nativ'; did you mean 'native'"):
        ChatVectorEnv("VGround-v0", calls="nativ", image_size=64)  # type: ignore[arg-type]
    batch = gymnasium.make_vec("VGround-v0", num_envs=2, image_size=64)
    with pytest.raises(ValueError, match='autoreset_mode="DISABLED"'):
        ChatVectorEnv(batch)
    with pytest.raises(ValueError, match="unknown environment 'VGroud-v0'; did you mean"):
        ChatEnv("VGroud-v0")
    with pytest.raises(ValueError, match="are of ids"):
        ChatEnv(gymnasium.make("VGround-v0", image_size=64), image_size=32)


def test_the_oracle_in_every_dialect() -> None:
    """What an oracle writes is read as what it means, to the dialect's own rounding."""
    batch = gymnasium.make_vec("VGround-v0", num_envs=4, image_size=256, autoreset_mode=DISABLED)
    for row in map(dialect, vgym.chat.dialects()):
        if row.box is None:
            continue
        if row.resize.name == "unknown" and not row.frame.units:
            row = dialect(row.name, resize="none")
        for calls in ("text", "native"):
            envs = ChatVectorEnv(batch, dialect=row, calls=calls)
            envs.reset(seed=0)
            _, _, _, _, infos = envs.step(envs.oracle())
            coarse = 0 < row.frame.units < 100
            assert min(info["iou"] for info in infos) > (0.3 if coarse else 0.85), row.name
            assert not any(info["reading"] for info in infos)
