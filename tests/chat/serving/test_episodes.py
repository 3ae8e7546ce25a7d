"""Episodes over HTTP are those of ChatEnv and of the Gymnasium environment, to the bit."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from serving_client import serving

import vgym
from vgym.chat import ChatEnv, dialect
from vgym.chat.messages import to_openai
from vgym.chat.reading.frames import Frame
from vgym.chat.serving.sessions import Sessions
from vgym.chat.serving.wire import plain

pytest.importorskip("uvicorn", reason="pip install vgym[serve]")

LOSSLESS = dataclasses.replace(dialect("json"), frame=Frame("fraction", 1, 0))


def as_sent(messages: Any) -> Any:
    return json.loads(json.dumps(to_openai(messages)))


def test_a_served_episode_is_the_same() -> None:
    def make() -> ChatEnv:
        return ChatEnv("VGround-v0", LOSSLESS, image_size=64)

    mine = make()
    by_numbers: Any = gymnasium.make("VGround-v0", image_size=64)
    with serving("VGround-v0", Sessions(make)) as server:
        for seed in (7, 8):
            messages, told = mine.reset(seed)
            by_numbers.reset(seed=seed)
            began = server.ask("/reset", seed=seed, episode_id="mine")
            assert began["observation"]["messages"] == as_sent(messages)
            assert began["observation"]["tools"] == mine.tools
            assert (began["reward"], began["done"]) == (None, False)
            assert began["metadata"]["info"] == json.loads(json.dumps(plain(told)))
            beside = np.array([0.01, 0, 0.02, 0])
            box = (np.asarray(by_numbers.unwrapped.oracle()) + beside).clip(0, 1)
            answer = json.dumps(box.tolist())
            expected, real = mine.step(answer), by_numbers.step(np.float32(box))
            session = began["metadata"]["session_id"]
            done = server.ask("/step", session_id=session, action={"answer": answer})
            assert done["reward"] == expected[1] == real[1] and 0 < done["reward"] < 1
            assert done["done"] and done["metadata"]["terminated"]
            assert done["metadata"]["info"]["iou"] == real[4]["iou"]
            assert done["metadata"]["episode_id"] == "mine"
            again = server.ask("/step", session_id=session, action={"answer": answer})
            assert again["status"] == 409 and "has ended: reset" in again["error"]["message"]
            assert server.ask("/close", session_id=session) == {"closed": True}


def test_a_connection_plays_many_turns() -> None:
    from websockets.sync.client import connect

    def make() -> ChatEnv:
        return ChatEnv("VZoom-v0", LOSSLESS, image_size=64, max_episode_steps=4)

    mine = make()
    with (
        serving("VZoom-v0", Sessions(make)) as server,
        connect(f"ws://127.0.0.1:{server.port}/ws") as line,
    ):

        def ask(**said: Any) -> dict[str, Any]:
            line.send(json.dumps(said))
            found: dict[str, Any] = json.loads(line.recv(timeout=60))
            return found

        early = ask(type="step", data={"answer": "x"})
        assert early["type"] == "error" and "no episode yet" in early["data"]["message"]
        messages, _ = mine.reset(3)
        began = ask(type="reset", data={"seed": 3})
        assert began["type"] == "observation"
        assert began["data"]["observation"]["messages"] == as_sent(messages)
        done, paid = False, []
        while not done:
            said = mine.oracle("native")
            messages, reward, terminated, truncated, _ = mine.step(said)
            told = ask(type="step", data={"answer": said})["data"]
            done = told["done"]
            assert (told["reward"], done) == (reward, terminated or truncated)
            assert told["observation"]["messages"] == as_sent(messages)
            paid.append(reward)
        state = ask(type="state")
        assert state["data"]["step_count"] == len(paid) and state["data"]["seed"] == 3
        following, _ = mine.reset()
        assert ask(type="reset")["data"]["observation"]["messages"] == as_sent(following)
        line.send('{"type": "close"}')
        with pytest.raises(Exception, match="1000"):
            line.recv(timeout=10)


def test_a_team_answers_by_robot() -> None:
    def make() -> ChatEnv:
        return ChatEnv("VNavTeam-v0", image_size=64, robots=2, rooms=4, worlds=1)

    mine = make()
    with serving("VNavTeam-v0", Sessions(make)) as server:
        mine.reset(1)
        began = server.ask("/reset", seed=1)
        one, other = mine.agents
        assert set(began["observation"]["messages"]) == {one, other}
        session = began["metadata"]["session_id"]
        for wrong, why in (("left", "answers by robot"), ({one: "turn left"}, f"of {other}")):
            refused = server.ask("/step", session_id=session, action={"answer": wrong})
            assert refused["status"] == 422 and why in refused["error"]["message"]
        said = {one: "turn left", other: "move forward"}
        _, reward, *_ = mine.step(said)
        told = server.ask("/step", session_id=session, action={"answer": said})
        assert told["metadata"]["rewards"] == reward and told["reward"] == sum(reward.values())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what the client says of its own dependencies is its own
def test_clients_of_openenv_connect_as_they_are() -> None:
    generic = pytest.importorskip("openenv.core.generic_client", reason="pip install openenv")

    def make() -> ChatEnv:
        return ChatEnv("VGround-v0", LOSSLESS, image_size=64)

    mine = make()
    with (
        serving("VGround-v0", Sessions(make)) as server,
        generic.GenericEnvClient(base_url=server.url).sync() as client,
    ):
        mine.reset(5)
        answer = mine.oracle()["content"]
        began = client.reset(seed=5)
        assert began.observation["messages"][0]["role"] == "system" and not began.done
        done = client.step({"answer": answer})
        _, reward, *_ = mine.step(answer)
        assert (done.reward, done.done) == (reward, True)
        assert client.state()["step_count"] == 1


def test_the_client_that_is_printed() -> None:
    page = Path(vgym.__file__).resolve().parents[1] / "docs" / "serve.md"
    if not page.exists():
        pytest.skip("the installed package has no documents beside it")
    block = re.findall(r"^```python no-run\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)[0]

    def make() -> ChatEnv:
        return ChatEnv("VZoom-v0", LOSSLESS, image_size=64, max_episode_steps=3)

    mine = make()
    with serving("VZoom-v0", Sessions(make)) as server:
        session: dict[str, Any] = {}
        exec(block.replace("http://localhost:8000", server.url), session)
        mine.reset(4)
        answers, expected = [], []
        for _ in range(3):
            answers.append(mine.oracle("text")["content"])
            _, reward, terminated, truncated, _ = mine.step(answers[-1])
            expected.append(reward)
            if terminated or truncated:
                break
        said = iter(answers)
        messages, paid = session["play"](lambda messages, tools: next(said), 4)
    assert paid == sum(expected)
    assert [m["content"] for m in messages if m["role"] == "assistant"] == answers
