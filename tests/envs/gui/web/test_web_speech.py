"""A browser by messages: what an oracle says pays what its actions pay, to the bit."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

pytest.importorskip("playwright")

from web_pages import page

from vgym.chat import ChatVectorEnv, dialect
from vgym.chat.messages import text_of
from vgym.chat.reading.frames import Frame

pytestmark = [pytest.mark.web, pytest.mark.usefixtures("one_browser")]
LOSSLESS = dataclasses.replace(dialect("json"), frame=Frame("fraction", 1, 0))
DISABLED = gymnasium.vector.AutoresetMode.DISABLED


def played(envs: Any) -> list[list[float]]:
    """What the oracle's own actions are paid, step by step, rows that ended resting."""
    envs.reset(seed=0)
    paid, over = [], np.zeros(envs.num_envs, np.bool_)
    while not over.all():
        acts = list(envs.unwrapped.oracle())
        _, reward, *ends, _ = envs.step([None if o else a for a, o in zip(acts, over, strict=True)])
        assert not reward[over].any()
        paid.append(reward.tolist())
        over |= ends[0] | ends[1]
    return paid


@pytest.mark.parametrize("form", ["text", "continuous"])
def test_an_oracle_is_paid_the_same(form: str) -> None:
    settings: dict[str, Any] = {"action": form, "max_episode_steps": 12}
    envs = gymnasium.make_vec("VGuiWeb-v0", num_envs=3, autoreset_mode=DISABLED, **settings)
    expected = played(envs)
    envs.close()
    assert max(map(max, expected)) > 0.5
    for calls in ("text", "native"):
        talks = ChatVectorEnv("VGuiWeb-v0", 3, LOSSLESS, calls=calls, **settings)
        told, _ = talks.reset(seed=0)
        assert "web page" in text_of(told[0])
        paid = []
        while not talks.over.all():
            _, reward, *_, infos = talks.step(talks.oracle())
            assert not any(info["reading"] for info in infos)
            paid.append(reward.tolist())
        talks.close()
        assert paid == expected, calls


def test_calls_mean_what_they_say(tmp_path: Path) -> None:
    envs = ChatVectorEnv(
        "VGuiWeb-v0", 1, LOSSLESS, task=page(tmp_path), image_size=(200, 400), max_episode_steps=20
    )
    envs.reset(seed=0)
    for name, arguments, meant in (
        ("click", {"point": [0.5, 0.25]}, "click(200, 50)"),
        ("double_click", {"point": [0, 1]}, "double_click(0, 200)"),
        ("drag", {"start": [0, 0], "end": [1, 0.5]}, "drag(0, 0, 400, 100)"),
        ("scroll", {"point": [0.5, 0.5], "down": -0.5}, "scroll(200, 100, 0, -100)"),
        ("type", {"text": 'say "hi"\n\u2028'}, 'type("say \\"hi\\"\\n\u2028")'),
        ("press", {"key": "control a"}, None),
        ("press", {"key": "Control+A"}, "key(Control+A)"),
        ("wait", {}, "wait()"),
    ):
        heard = envs.conversations.hear(0, [{"name": name, "arguments": arguments}])
        assert heard == meant or meant is None
        if meant is None:
            assert "is none of these: Enter, Tab" in heard.why
        else:
            said = envs.conversations.say(0, heard, "native")
            assert envs.conversations.hear(0, said) == meant
    _, reward, *_, infos = envs.step([[{"name": "fly", "arguments": {}}]])
    assert not reward.any() and "unknown tool 'fly'" in infos[0]["reading"]
    envs.close()


def test_what_is_not_quoted_can_be_typed_in_words_alone() -> None:
    envs = ChatVectorEnv("VGuiWeb-v0", 1, LOSSLESS, action="pixel")
    envs.reset(seed=0)
    *_, infos = envs.step([[{"name": "type", "arguments": {"text": "no such words"}}]])
    assert "only texts that the task gives in quotes" in infos[0]["reading"]
    envs.close()
