"""Adapters pay what a plain loop pays, to the bit; of packages that are not here, by the signature
that their source has.

The real packages' runs stand in `vgym/baselines/results/trainers.json`, made by
`python -m vgym.baselines.trainers`.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from vgym.baselines.trainers import ADAPTERS, RESULT, SETUPS, compared, table
from vgym.integrations.tickets import tickets

FEW = 4
HERE = {
    "ChatVectorEnv",
    "tickets.score",
    "rewards.score",
    "vgym serve",
    "TRL",
}  # TRL's part needs no TRL
FAKED = {"verl", "OpenRLHF"}


@pytest.mark.parametrize("kind", SETUPS)
@pytest.mark.parametrize("name", sorted(set(ADAPTERS) - FAKED))
def test_an_adapter_pays_what_a_plain_loop_pays(name: str, kind: str) -> None:
    if name not in HERE:
        for package in ADAPTERS[name].packages:
            module = {"gem-llm": "gem"}.get(package, package.replace("-", "_"))
            pytest.importorskip(module, reason=f"pip install {package}")
    found = compared(name, kind, FEW)
    if found is None:
        assert (name, kind) == ("tickets.score", "several")
        return
    assert found["equal"] and found["turns"] >= FEW and 0 < found["mean"] < 1


def test_every_real_package_was_run_and_was_equal() -> None:
    results = json.loads(RESULT.read_text("utf-8"))
    assert set(results) == set(ADAPTERS)
    for name, found in results.items():
        assert set(ADAPTERS[name].packages) <= set(found["versions"])
        assert found["runs"] and all(run["equal"] for run in found["runs"])
    assert "**no**" not in table(results)


def put(monkeypatch: pytest.MonkeyPatch, name: str, **values: Any) -> None:
    """A module of that name, and the packages that it lies in."""
    for end in range(name.count("."), -1, -1):
        part = name.rsplit(".", end)[0] if end else name
        if part not in sys.modules:
            monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
    vars(sys.modules[name]).update(values)


@pytest.fixture
def verl(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What verl 0.9.1 has in verl/tools: `BaseTool` and its schemas, as far as they are used."""

    class BaseTool:
        def __init__(self, config: dict[str, Any], tool_schema: Any) -> None:
            self.config, self.tool_schema = config, tool_schema
            self.name = tool_schema.function.name

    class ToolResponse:
        def __init__(self, text: Any = None, image: Any = None) -> None:
            if image is not None and not isinstance(image, list):
                raise ValueError("Image must be a list")
            self.text, self.image = text, image

    class Schema:
        def __init__(self, given: dict[str, Any]) -> None:
            self.function = types.SimpleNamespace(**given["function"])

        @classmethod
        def model_validate(cls, given: dict[str, Any]) -> Schema:
            return cls(given)

    put(monkeypatch, "verl.tools.base_tool", BaseTool=BaseTool)
    schemas = {"ToolResponse": ToolResponse, "OpenAIFunctionToolSchema": Schema}
    put(monkeypatch, "verl.tools.schemas", **schemas)
    yield importlib.reload(importlib.import_module("vgym.integrations.verl"))
    monkeypatch.undo()
    importlib.reload(importlib.import_module("vgym.integrations.verl"))


@pytest.fixture
def openrlhf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What OpenRLHF 0.11.2 has in openrlhf/utils/agent.py, as far as it is used."""

    class AgentInstanceBase:
        pass

    class MultiTurnAgentExecutor:
        def __init__(self, agent_instance_cls: type) -> None:
            self.agent_instance_cls = agent_instance_cls

        async def execute(
            self, prompt, label, sampling_params, max_length, hf_tokenizer, llm_engine, images=None
        ):
            agent = self.agent_instance_cls()
            text = (await agent.reset({"observation": prompt, "label": label}))["observation"]
            total, done = 0.0, False
            while not done:
                said = llm_engine(text)
                told = await agent.step({"observation_text": text, "action_text": said})
                total, done = total + told["rewards"].item(), told["done"]
                text += said + told["environment_feedback"]
            return {"reward": total, "text": text}

    agent = {
        "AgentInstanceBase": AgentInstanceBase,
        "MultiTurnAgentExecutor": MultiTurnAgentExecutor,
    }
    put(monkeypatch, "openrlhf.utils.agent", **agent)
    sys.modules.pop("vgym.integrations.openrlhf", None)
    yield importlib.import_module("vgym.integrations.openrlhf")
    sys.modules.pop("vgym.integrations.openrlhf", None)


@pytest.mark.parametrize("kind", SETUPS)
def test_by_the_signature_of_verl(kind: str, verl: Any) -> None:
    found = compared("verl", kind, FEW)
    assert found is not None and found["equal"]


@pytest.mark.parametrize("kind", SETUPS)
def test_by_the_signature_of_openrlhf(kind: str, openrlhf: Any) -> None:
    found = compared("OpenRLHF", kind, FEW)
    assert found is not None and found["equal"]


def test_verl_is_told_of_batches_without_advantage(caplog: pytest.LogCaptureFixture) -> None:
    from vgym.integrations.verl import compute_score, compute_scores

    (ticket,) = tickets(SETUPS["one answer"], 1)
    info = ticket._asdict()
    with caplog.at_level(logging.WARNING, "vgym.training"):
        compute_scores(["a"] * 4, ["no idea"] * 4, [""] * 4, [info] * 4)
    assert "no advantage" in caplog.text
    with pytest.raises(ValueError, match="is no ticket"):
        compute_score("a", "b", "c", None)
    with pytest.raises(ValueError, match="is no ticket"):
        compute_score("a", "b", "c", {"seed": 3})
    with pytest.raises(ValueError, match="2 answers were given for 1 rows"):
        compute_scores(["a"], ["x", "y"], ["c"], [info])


def test_a_call_after_the_end_moves_nothing(verl: Any) -> None:
    setup = SETUPS["several"]
    (ticket,) = tickets(setup, 1)
    schema = sys.modules["verl.tools.schemas"].OpenAIFunctionToolSchema
    made = {}
    for each in verl.tools_config(setup)["tools"]:
        tool = verl.Tool(each["config"], schema(each["tool_schema"]))
        made[tool.name] = tool

    async def call(name: str, trajectory: Any, **arguments: Any) -> Any:
        instance, _ = await made[name].create(create_kwargs=ticket._asdict())
        found = await made[name].execute(instance, arguments, agent_data=trajectory)
        await made[name].release(instance)
        return found

    class Trajectory:
        pass

    async def play() -> None:
        trajectory, other = Trajectory(), Trajectory()
        looked, _, told = await call("zoom_at", trajectory, point=[500, 500])
        assert looked.image and looked.text and told == {"success": 0.0, "unread": 0.0}
        _, _, told = await call("zoom_at", trajectory, spot=[500, 500])
        assert told["unread"] == 1
        await call("answer", trajectory, box=[0, 0, 10, 10])
        over, reward, _ = await call("answer", trajectory, box=[0, 0, 10, 10])
        assert (over.text, reward) == ("The episode is over.", 0)
        first, *_ = await call("zoom_at", other, point=[500, 500])  # an episode of its own
        assert first.text == looked.text
        third = Trajectory()  # calls of one message at once are steps of one episode
        replies = await asyncio.gather(
            *(call("zoom_at", third, point=[500, 500]) for _ in range(3))
        )
        assert len({reply.text for reply, _, _ in replies}) == 3
        with pytest.raises(ValueError, match="agent_data"):
            await call("zoom_at", None, point=[500, 500])

    asyncio.run(play())


class Writes:
    """A processor whose template writes one message after the other, or not."""

    def __init__(self, plain: bool = True) -> None:
        self.plain = plain

    def apply_chat_template(self, messages: Any, **more: Any) -> str:
        lines = [
            f"<{m['role']}>" + "".join(str(p.get("text", "#")) for p in m["content"])
            for m in messages
        ]
        return "\n".join(lines if self.plain else [f"{len(messages)}", *lines])


def test_openrlhf_plays_to_the_end_by_the_models_own_template(openrlhf: Any) -> None:
    setup = SETUPS["several"]
    (ticket,) = tickets(setup, 1)
    label = json.dumps(ticket._asdict())
    said = iter(['{"name": "zoom_at", "arguments": {"point": [500, 500]}}', "what?", "no", "no"])

    def execute(processor: Any) -> Any:
        run = openrlhf.AgentExecutor().execute
        return asyncio.run(run("ask", label, None, 99, processor, lambda text: next(said)))

    found = execute(Writes())
    assert "\n<user>" in found["text"] and "#" in found["text"]  # a picture in its place
    assert "could not be read" in found["text"] and found["reward"] <= 0
    said = iter(["no"] * 9)
    with pytest.raises(ValueError, match="earlier messages anew"):
        execute(Writes(plain=False))
    with pytest.raises(ValueError, match="the label 'box' is no ticket"):
        openrlhf.reward_func(["a"], [""], ["box"])


def test_openrlhf_scores_answers_of_one_turn(openrlhf: Any) -> None:
    (ticket,) = tickets(SETUPS["one answer"], 1)
    label = json.dumps(ticket._asdict())
    found = openrlhf.reward_func(["ask[1, 2, 30, 40]", "askno"], ["ask"] * 2, [label] * 2)
    assert found["rewards"].tolist() == found["scores"].tolist()
    assert found["rewards"][1] == 0 and len(found["extra_logs"]["success"]) == 2
    # As decoded from tokens: a picture's place many times over; no number of the question is read.
    asked = "<pad>what is at [1, 2, 30, 40]?\nassistant:"
    shown = asked.replace("<pad>", "<pad>" * 81)
    queries = [f"{shown} no idea", f"{shown}[1, 2, 30, 40]"]
    again = openrlhf.reward_func(queries, [asked] * 2, [label] * 2)
    assert again["rewards"].tolist() == found["rewards"].flip(0).tolist()
    with pytest.raises(ValueError, match="does not go on from its prompt"):
        openrlhf.reward_func(["something else"], ["ask what there is"], [label])
