"""Trainers pay what the environments pay: the same answers through each adapter, reward by reward.

A plain loop of Gymnasium's plays episodes (see `vgym.baselines.played_back.recorded`: oracle's
answers, random ones, and some that cannot be read) and notes the reward of every turn; each adapter
is handed the same answers and must give the same rewards to the last bit. Trainers that need other
versions than the rest run in environments of their own; results of several runs are merged.

    python -m vgym.baselines.trainers                    all that are installed
    python -m vgym.baselines.trainers TRL --out trainers.json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import vgym
from vgym.baselines.consumers import versions
from vgym.baselines.played_back import Recording, recorded, served
from vgym.chat.conversations import Conversations
from vgym.chat.env import ChatVectorEnv
from vgym.chat.messages import Message
from vgym.integrations.episodes import Setup
from vgym.integrations.tickets import Ticket, score, tickets
from vgym.registration import row_of
from vgym.rewards.facts import MASKS

RESULT = Path(__file__).parent / "results" / "trainers.json"
EPISODES = 8
SETUPS = {
    "one answer": Setup("VGround-v0", "qwen2.5-vl", settings={"image_size": 64}),
    "several": Setup(
        "VZoom-v0", "qwen3-vl", "native", settings={"image_size": 64, "max_episode_steps": 4}
    ),
}


class Loop(NamedTuple):
    """An episode of a plain loop: which, what was said, and what each turn earned."""

    ticket: Ticket
    said: list[Message]
    rewards: list[float]


def looped(setup: Setup, recording: Recording) -> list[Loop]:
    """The episodes of a recording."""
    held = tickets(setup, len(recording.turns))
    return [
        Loop(ticket, [said for said, _ in turns], [reward for _, reward in turns])
        for ticket, turns in zip(held, recording.turns, strict=True)
    ]


# -- adapters: what each episode's turns earn, or their sum alone -------------------------------


def batch(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """ChatVectorEnv."""
    envs: ChatVectorEnv = setup.chat_envs(len(loops))
    envs.reset([loop.ticket.seed for loop in loops])
    found: list[list[float]] = [[] for _ in loops]
    turn = 0
    while not envs.over.all():
        resting = envs.over.copy()
        said = [loop.said[turn] if turn < len(loop.said) else "" for loop in loops]
        _, rewards, *_ = envs.step(said)
        for row, reward in enumerate(rewards.tolist()):
            if not resting[row]:
                found[row].append(reward)
        turn += 1
    envs.close()
    return found


def ticket_scores(setup: Setup, loops: Sequence[Loop]) -> list[list[float]] | None:
    """`vgym.integrations.tickets.score`, of one answer."""
    if setup.calls == "native":
        return None
    outcomes = score([loop.ticket for loop in loops], [loop.said[0] for loop in loops])
    return [outcome.rewards for outcome in outcomes]


def reward_scores(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """`vgym.rewards.score`, of the facts that the environment states."""
    noted: list[dict[str, Any]] = []

    def note(facts: dict[str, Any]) -> Any:
        noted.append(facts)
        return facts["success"].float()

    plain = setup.chat_env()
    recipe = plain.batch.envs.task.default_reward
    plain.close()
    needed = {name for form in vgym.rewards.recipe(recipe).forms for name in form.needs}
    names = needed | {MASKS[name] for name in needed & MASKS.keys()}
    env = replace(setup, settings={**setup.settings, "reward": note}).chat_env()
    found = []
    for loop in loops:
        noted.clear()
        env.reset(loop.ticket.seed)
        for one in loop.said:
            env.step(one)
        read = [{name: facts[name] for name in names & facts.keys()} for facts in noted]
        scores = [vgym.rewards.score(recipe, **facts).value.item() for facts in read]
        found.append([float(np.float32(value)) for value in scores])  # as environments pay
    env.close()
    return found


def serve(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """`vgym serve`, by HTTP."""
    from vgym.chat.serving.server import listening_at, server_of
    from vgym.chat.serving.sessions import Sessions

    listens = listening_at("127.0.0.1", 0)
    about = {"name": setup.env, "description": "", "version": ""}
    server = server_of(about, Sessions(setup.chat_env), None)
    running = threading.Thread(target=server.run, args=([listens],), daemon=True)
    running.start()
    address = f"http://127.0.0.1:{listens.getsockname()[1]}"

    def ask(path: str, **said: Any) -> Any:
        request = urllib.request.Request(address + path, json.dumps(said).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    while not server.started:
        time.sleep(0.02)
    found = []
    for loop in loops:
        name = ask("/reset", seed=loop.ticket.seed)["metadata"]["session_id"]
        told = [ask("/step", session_id=name, action={"answer": one}) for one in loop.said]
        found.append([one["reward"] for one in told])
        ask("/close", session_id=name)
    server.should_exit = True
    running.join()
    return found


def trl(setup: Setup, loops: Sequence[Loop]) -> list[list[float]] | list[float]:
    """The reward function and the environments of `vgym.integrations.trl`."""
    from vgym.integrations.trl import earned, environments

    columns: dict[str, Any] = {
        name: [getattr(loop.ticket, name) for loop in loops] for name in Ticket._fields
    }
    if setup.calls == "text":
        return earned([""] * len(loops), [[loop.said[0]] for loop in loops], **columns)
    kind = environments(setup)[setup.as_json()]
    played = []
    for loop in loops:
        env = kind()
        env.reset(**loop.ticket._asdict())
        for one in loop.said:
            for call in one.get("tool_calls", ()):
                function = call["function"]
                getattr(env, function["name"])(**json.loads(function["arguments"]))
            if not one.get("tool_calls"):
                env._episode.answer(one)  # TRL ends a rollout here; the loop goes on
        played.append(env)
    last = [[loop.said[-1]] for loop in loops]
    earned([""] * len(loops), last, played, **columns)
    return [env._episode.outcome.rewards for env in played]


def verl(setup: Setup, loops: Sequence[Loop]) -> list[float] | list[list[float]]:
    """The scores of `vgym.integrations.verl`, and of several turns its tools."""
    from vgym.integrations.verl import Tool, compute_score, compute_scores, tools_config

    infos: list[Any] = [loop.ticket._asdict() for loop in loops]
    texts = [loop.said[0]["content"] for loop in loops]
    if setup.calls == "text":
        many = compute_scores([""] * len(loops), texts, [""] * len(loops), infos)
        ones = [compute_score("", text, "", info) for text, info in zip(texts, infos, strict=True)]
        if many != ones:
            raise RuntimeError("scored alone and together differ")
        return [one["score"] for one in many]
    from verl.tools.schemas import OpenAIFunctionToolSchema

    tools = {}
    for each in tools_config(setup)["tools"]:
        schema = OpenAIFunctionToolSchema.model_validate(each["tool_schema"])
        tools[schema.function.name] = Tool(each["config"], schema)

    class Trajectory:
        """What verl hands to every call of one."""

    async def played(loop: Loop) -> list[float]:
        trajectory, rewards = Trajectory(), []
        for one in loop.said:
            for call in one.get("tool_calls") or [{"function": {"name": "answer"}}]:
                tool = tools[call["function"]["name"]]
                given = json.loads(call["function"].get("arguments", "{}"))
                name, _ = await tool.create(create_kwargs=loop.ticket._asdict())
                _, reward, _ = await tool.execute(name, given, agent_data=trajectory)
                await tool.release(name)
                rewards.append(reward)
        return rewards

    found = [asyncio.run(played(loop)) for loop in loops]
    sums = [
        compute_score("", "", "", {**info, "tool_rewards": rewards})["score"]
        for info, rewards in zip(infos, found, strict=True)
    ]
    if sums != [sum(rewards) for rewards in found]:
        raise RuntimeError("the score is not the sum of the calls' rewards")
    return found


def openrlhf(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """The agent of `vgym.integrations.openrlhf`, answers in the text."""
    from vgym.integrations.openrlhf import Played

    class Writes:
        """A processor whose template writes one message after the other."""

        def apply_chat_template(
            self, messages: Any, add_generation_prompt: bool = False, **_: Any
        ) -> str:
            return "".join(f"<{m['role']}>" for m in messages) + ">" * add_generation_prompt

    async def played(loop: Loop) -> list[float]:
        agent = type("Bound", (Played,), {"processor": Writes()})()
        await agent.reset({"observation": "", "label": json.dumps(loop.ticket._asdict())})
        told = [await agent.step({"action_text": one["content"]}) for one in loop.said]
        return [one["rewards"].item() for one in told]

    return [asyncio.run(played(loop)) for loop in loops]


def skyrl_gym(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """``skyrl_gym.make("vgym")``, answers in the text."""
    import skyrl_gym as package

    import vgym.integrations.skyrl_gym

    found = []
    for loop in loops:
        env = package.make(vgym.integrations.skyrl_gym.NAME, extras=loop.ticket._asdict())
        env.init([])
        found.append([env.step(one["content"])["reward"] for one in loop.said])
        env.close()
    return found


def gem(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """``gem.make("vgym")``, answers in the text."""
    import gem as package

    import vgym.integrations.gem

    env = package.make(
        vgym.integrations.gem.NAME, env=setup.env, dialect=setup.dialect, **setup.settings
    )
    found = []
    for loop in loops:
        env.reset(loop.ticket.seed)
        found.append([env.step(one["content"])[1] for one in loop.said])
    return found


def openenv(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """OpenEnv's server of `vgym.integrations.openenv`, and OpenEnv's client."""
    import uvicorn
    from openenv.core.generic_client import GenericEnvClient

    from vgym.integrations.openenv import application

    server = uvicorn.Server(uvicorn.Config(application(setup), port=0, log_level="error"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    found = []
    with GenericEnvClient(base_url=f"http://127.0.0.1:{port}").sync() as client:
        for loop in loops:
            client.reset(seed=loop.ticket.seed)
            found.append([client.step({"answer": one}).reward for one in loop.said])
    server.should_exit = True
    running.join()
    return found


def verifiers(setup: Setup, loops: Sequence[Loop], recording: Recording) -> list[list[float]]:
    """``vf-eval`` of the taskset and env of `vgym.integrations.verifiers`, a served model."""
    with tempfile.TemporaryDirectory() as folder, served(recording) as url:
        module = "from vgym.integrations.verifiers import Episodes, EpisodesEnv\n"
        module += '__all__ = ["Episodes", "EpisodesEnv"]\n'
        (Path(folder) / "vgym_episodes.py").write_text(module, "utf-8")
        command = [
            *("vf-eval", "vgym_episodes", "--env.id", "vgym_episodes", "--no-push"),
            *("--env.taskset.env", setup.env, "--env.taskset.dialect", setup.dialect),
            *("--env.taskset.settings", json.dumps(dict(setup.settings))),
            *("--env.taskset.episodes", str(len(loops)), "--env.player.harness.id", "null"),
            *("--env.player.runtime.type", "subprocess", "-m", "echo"),
            *("--client.base-url", url, "--client.api-key-var", "VGYM_NO_KEY", "-o", "out"),
        ]
        here = str(Path(sys.executable).parent)
        path = os.pathsep.join([here, os.environ.get("PATH", "")])
        more = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
        settings = {**os.environ, "PATH": path, "PYTHONPATH": more, "VGYM_NO_KEY": "none"}
        done = subprocess.run(
            command, cwd=folder, env=settings, capture_output=True, text=True, check=False
        )
        files = list(Path(folder).rglob("traces.jsonl"))
        if done.returncode or len(files) != 1:
            raise RuntimeError(f"vf-eval ended with {done.returncode}: {done.stderr[-2000:]}")
        lines = [json.loads(line) for line in files[0].read_text("utf-8").splitlines()]
    traces = sorted((line["traces"][0] for line in lines), key=lambda t: t["task"]["data"]["seed"])
    for trace in traces:
        if trace["rewards"]["earned"]["score"] != sum(trace["info"]["vgym"]["rewards"]):
            raise RuntimeError("what was earned is not the sum of the turns")
    return [trace["info"]["vgym"]["rewards"] for trace in traces]


def rllib(setup: Setup, loops: Sequence[Loop]) -> list[list[float]]:
    """The creator that `vgym.integrations.rllib` registers, by actions as RLlib sends them."""
    from vgym.integrations.rllib import made

    row = row_of(setup.env)
    split = {"split": row.family.splits[0], **row.family.chat}
    env: Any = made({"env": setup.env, "flat": False, **split, **setup.settings})
    talks = Conversations(env.unwrapped.batch, setup.dialect, calls=setup.calls)
    found = []
    for loop in loops:
        observation, _ = env.reset(seed=loop.ticket.seed)
        rewards = []
        for one in loop.said:
            talks.see({name: np.asarray(value)[None] for name, value in observation.items()})
            observation, reward, *_ = env.step(talks.hear(0, one))
            rewards.append(float(reward))
        found.append(rewards)
    return found


class Adapter(NamedTuple):
    """One of them.

    Attributes:
        rewards: what each turn of each episode earns, or of each the sum; None where it does not
            apply. packages: that it needs. text: whether calls are written in the answers.
        plays_back: whether a served model says the answers, so that the recording is handed over.
    """

    rewards: Callable[..., Any]
    packages: tuple[str, ...] = ()
    text: bool = False
    plays_back: bool = False


ADAPTERS = {
    "ChatVectorEnv": Adapter(batch),
    "tickets.score": Adapter(ticket_scores),
    "rewards.score": Adapter(reward_scores),
    "vgym serve": Adapter(serve, ("starlette", "uvicorn")),
    "TRL": Adapter(trl, ("trl", "transformers", "datasets")),
    "verl": Adapter(verl, ("verl",)),
    "OpenRLHF": Adapter(openrlhf, ("openrlhf",), text=True),
    "verifiers": Adapter(verifiers, ("verifiers",), text=True, plays_back=True),
    "OpenEnv": Adapter(openenv, ("openenv",)),
    "SkyRL-gym": Adapter(skyrl_gym, ("skyrl-gym",), text=True),
    "GEM": Adapter(gem, ("gem-llm",), text=True),
    "RLlib": Adapter(rllib, ("ray",)),
}


def compared(name: str, kind: str, episodes: int = EPISODES) -> dict[str, Any] | None:
    """An adapter beside the loop; None where it takes no such episodes.

    Args:
        name: of `ADAPTERS`. kind: of `SETUPS`.
    """
    adapter, setup = ADAPTERS[name], SETUPS[kind]
    if adapter.text:
        setup = Setup(setup.env, setup.dialect, settings=setup.settings)
    recording = recorded(setup, episodes)
    loops = looped(setup, recording)
    more = (recording,) if adapter.plays_back else ()
    found = adapter.rewards(setup, loops, *more)
    if found is None:
        return None
    wanted: list[Any] = [loop.rewards for loop in loops]
    if not isinstance(found[0], list):
        wanted = [sum(rewards) for rewards in wanted]
    turns = sum(len(loop.rewards) for loop in loops)
    return {
        "episodes": kind,
        "env": setup.env,
        "count": len(loops),
        "turns": turns,
        "equal": found == wanted,
        "mean": float(np.mean([sum(loop.rewards) for loop in loops])),
    }


def tried(name: str, episodes: int = EPISODES) -> dict[str, Any]:
    """An adapter's versions, and its runs.

    Raises:
        ModuleNotFoundError: what it needs is not installed.
    """
    held = versions(ADAPTERS[name].packages)
    if held is None:
        needed = " and ".join(ADAPTERS[name].packages)
        raise ModuleNotFoundError(f"{name} needs {needed}: pip install them")
    runs = [run for kind in SETUPS if (run := compared(name, kind, episodes)) is not None]
    return {"versions": held, "python": platform.python_version(), "runs": runs}


def table(results: dict[str, Any]) -> str:
    """The results as a table in Markdown."""
    lines = [
        "| adapter | versions | episodes | turns | equal to the bit |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in (name for name in ADAPTERS if name in results):
        found = results[name]
        held = ", ".join(f"{package} {v}" for package, v in found["versions"].items())
        for run in found["runs"]:
            lines.append(
                f"| {name} | {held} | {run['count']} of {run['env']} | {run['turns']} "
                f"| {'yes' if run['equal'] else '**no**'} |"
            )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Run them, print what came, and merge it into the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ADAPTERS))
    parser.add_argument("--episodes", type=int, default=EPISODES)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in ADAPTERS:
            parser.error(f"unknown name {name!r}; there are {', '.join(ADAPTERS)}")
    installed = [name for name, one in ADAPTERS.items() if versions(one.packages)]
    results: dict[str, Any] = {}
    if options.out.exists():
        results = json.loads(options.out.read_text("utf-8"))
    for name in options.names or installed:
        results[name] = tried(name, options.episodes)
        for run in results[name]["runs"]:
            print(f"{name}: {run}", flush=True)
        options.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
