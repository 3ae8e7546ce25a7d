"""Agents that talk to models: what they are told, what comes of their answers, and their specs."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_server import Site, served

from vgym.baselines import agent_specs
from vgym.baselines.agents import make_agent, unfit
from vgym.chat.env import ChatVectorEnv
from vgym.evaluation.agent import AgentError
from vgym.evaluation.runner import run

SMALL = {"image_size": 64}


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    pytest.importorskip("openai", reason="pip install vgym[api]")
    with served() as site:
        yield site


def script(path: Path, *lines: dict[str, Any]) -> str:
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    return f"scripted:{path}"


def oracle_lines(env_id: str, dialect: str, seeds: int) -> list[dict[str, Any]]:
    """What somebody who knows would say at the first step of episodes."""
    envs = ChatVectorEnv(env_id, seeds, dialect, split="train", image_size=64)
    envs.reset(seed=0)
    lines = [
        {"env": env_id, "seed": seed, "answer": message}
        for seed, message in enumerate(envs.oracle())
    ]
    envs.close()
    return lines


def test_a_script_is_played_as_it_is_written(tmp_path: Path) -> None:
    right = oracle_lines("VGround-v0", "gemini", 6)
    right[5] = {"seed": 5, "answer": "I see nothing of the kind."}
    spec = script(tmp_path / "play.jsonl", *right) + "?dialect=gemini&name=script"
    agent = make_agent(spec)
    table = run("VGround-v0", agent, 6, num_envs=4, settings=SMALL)
    assert agent.name == "script" and table.success.tolist() == [True] * 5 + [False]
    assert "no box in the text" in table.played[5].why
    again = run("VGround-v0", pickle.loads(pickle.dumps(agent)), 6, num_envs=2, settings=SMALL)
    assert again.returns.tolist() == table.returns.tolist()


def test_the_line_that_says_most_is_taken(tmp_path: Path) -> None:
    spec = script(
        tmp_path / "a.jsonl",
        {"answer": "any"},
        {"seed": 3, "answer": "third"},
        {"env": "VGround-v0", "seed": 3, "step": 0, "answer": "all"},
        {"answer": "any later"},
    )
    agent: Any = make_agent(spec)
    said = [agent._answer(at).text for at in (("VGround-v0", 3, 0), ("V", 3, 0), ("V", 4, 9))]
    assert said == ["all", "third", "any"]
    (tmp_path / "b.jsonl").write_text('{"seed": 1, "answer": "one"}\n', "utf-8")
    lone: Any = make_agent(f"scripted:{tmp_path}/b.jsonl")
    assert lone._answer(("V", 2, 0)).error.endswith("has no answer for env V, seed 2, step 0")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "a.jsonl:1: this is no JSON"),
        ('{"answer": 3}', 'a.jsonl:1: a line is {"seed": 0, "answer": "..."}'),
        ('{"answer": "", "sead": 1}', "'sead' is none of env, seed, step, answer"),
    ],
)
def test_scripts_that_are_none_name_the_line(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    with pytest.raises(ValueError, match=why):
        make_agent(f"scripted:{tmp_path}/a.jsonl")
    with pytest.raises(ValueError, match=r"No such file .*; it names a file of JSON lines"):
        make_agent(f"scripted:{tmp_path}/none.jsonl")


def test_a_served_model_plays_and_is_counted(server: Site) -> None:
    server.answer = lambda body: '{"point": [32, 32]}'
    spec = f"api:echo@{server.url}?dialect=json&temperature=0&name=mid"
    agent: Any = make_agent(spec)
    before = len(server.asked)
    table = run("VGroundPoint-v0", agent, 5, num_envs=3, settings=SMALL)
    centre = run("VGroundPoint-v0", make_agent("centre"), 5, num_envs=3, settings=SMALL)
    assert table.returns.tolist() == centre.returns.tolist()
    assert len(server.asked) - before == 5  # rows that only fill the batch ask nobody
    assert agent.usage() == {
        "calls": 5, "tokens_in": 35, "tokens_out": 15, "pictures": 5,
        "seconds": agent.client.usage.seconds,
    }  # fmt: skip
    body = server.asked[-1]
    assert body["temperature"] == 0 and [m["role"] for m in body["messages"]] == ["system", "user"]
    roles = [message["role"] for message in agent.transcript(0)]
    assert roles == ["system", "user", "assistant"]
    agent.client.close()


def test_a_server_that_fails_is_no_answer_or_an_agents_error(server: Site) -> None:
    agent: Any = make_agent(f"api:broken@{server.url}?dialect=json&tries=1")
    table = run("VGroundPoint-v0", agent, 2, num_envs=2, settings=SMALL)
    assert [played.why[:27] for played in table.played] == ["the server sent broken JSON"] * 2
    agent.client.close()
    agent = make_agent(f"api:nobody@{server.url}?dialect=json")
    with pytest.raises(AgentError, match=r"agent 'nobody': .*answered 404.* a model of it\?"):
        run("VGroundPoint-v0", agent, 2, num_envs=2, settings=SMALL)
    agent.client.close()


def test_votes_ask_for_other_answers(server: Site) -> None:
    said = iter(["[25, 25]", "[128, 133]", "[128, 128]", "nothing"])
    server.answer = lambda body: next(said)
    spec = f"api:echo@{server.url}?dialect=json&votes=4&temperature=1&seed=7&name=v"
    agent: Any = make_agent(spec)
    assert agent.name == "v x4"
    table = run("VGroundPoint-v0", agent, 1, settings={"image_size": 256})
    assert [body["seed"] for body in server.asked[-4:]] == [7, 8, 9, 10]
    np.testing.assert_allclose(table.played[0].answer, [0.5, 0.51], atol=0.02)
    assert agent.usage()["calls"] == 4
    roles = [message["role"] for message in agent.transcript(0)]
    assert roles == ["system", "user", "assistant"]
    agent.agent.client.close()


def test_dialects_in_pixels_of_nobody_knows_what_are_refused(tmp_path: Path) -> None:
    agent = make_agent(script(tmp_path / "a.jsonl", {"answer": "x"}) + "?dialect=openai&name=x")
    try:
        run("VGroundPoint-v0", agent, 1, settings=SMALL)
    except AgentError as error:
        assert "agent 'x': dialect 'openai'" in str(error)


@pytest.mark.parametrize(
    ("spec", "kind", "subject", "url"),
    [
        ("api:Qwen/Qwen3-VL-8B@http://h:8000/v1?dialect=json", "api", "Qwen/Qwen3-VL-8B", "http://h:8000/v1"),
        ("api:a@b@https://h/v1?dialect=json", "api", "a@b", "https://h/v1"),
        ("api:gpt-5.4?dialect=json", "api", "gpt-5.4", agent_specs.OPENAI),
        ("local:/a/b%2Cc%3F?dialect=json", "local", "/a/b,c?", ""),
        ("scripted:/a/b:c.jsonl", "scripted", "/a/b:c.jsonl", ""),
    ],
)  # fmt: skip
def test_specs_are_read(spec: str, kind: str, subject: str, url: str) -> None:
    read = agent_specs.read_spec(spec)
    assert (read.kind, read.subject, read.url) == (kind, subject, url)
    assert read.options == {"dialect": "json"}
    assert unfit(spec, "VGround-v0") == ""


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("api:m@http://h/v1", r"add \?dialect=NAME, one of .*qwen2.5-vl.*vgym chat probe"),
        ("api:m@localhost:8000?dialect=json", "does not begin with http:// or https://"),
        ("api:?dialect=json", "api: names no MODEL; it is written api:MODEL@URL"),
        ("local:?dialect=json", "local: names no FOLDER"),
        ("api:m?dialect=json&temprature=0", "unknown option 'temprature'.*temperature"),
        ("api:m?dialect=json&temperature=warm", "temperature: .*warm.* is not a number"),
        ("api:m?dialect=json&encode=gif", "encode: 'gif' is none of png, webp, jpeg"),
        ("api:m?dialect=json&dialect=json", "dialect is to be given once"),
        ("api:m?dialect", "dialect is to be given once, as dialect=VALUE"),
        ("api:m?dialect=json&api_key=pa55word", "unknown option 'api_key'"),
    ],
)
def test_specs_that_are_none_teach(spec: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        agent_specs.read_spec(spec)
    assert "pa55word" not in str(raised.value)


def test_what_a_spec_names_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown dialect 'qwen2.5vl'.*qwen2.5-vl"):
        make_agent("api:m?dialect=qwen2.5vl")
    with pytest.raises(ValueError, match="there is no such folder; download the model first"):
        make_agent(f"local:{tmp_path}/none?dialect=json")
    pytest.importorskip("openai", reason="pip install vgym[api]")
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(ValueError, match="there is no key in MY_KEY"):
        make_agent("api:m?dialect=json&key=MY_KEY")
