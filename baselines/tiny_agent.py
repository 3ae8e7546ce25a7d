"""Small policies that PPO learnt, one for one task: the agent plays those tasks and no other.

A policy is a file of `vgym/assets/policies` that says what it was trained by, and which words it
knows; docs/learning.md tells what each solves, and how it is trained again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium import spaces

from vgym.baselines.ppo import Policy, Settings, words_of
from vgym.baselines.tensor_files import read_tensors
from vgym.core.config import Config, make_config
from vgym.evaluation.agent import AgentError
from vgym.registration import id_of, named, row_of

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "policies"
_EITHER = {"split", "reward", "device", "expose"}  # settings that a policy need not be told


class TinyAgent:
    """The likeliest action of the policy that was trained on the task at hand."""

    name = "tiny"

    def __init__(self) -> None:
        self._task: Any = None  # whose the policy is
        self._policy: Policy | None = None
        self._held = torch.zeros(0, 0)  # what each row remembers

    def reset(self, seed: int) -> None:
        """Forget everything: it draws no random numbers."""
        self._task = None

    @torch.no_grad()
    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """An action a row.

        Raises:
            AgentError: no policy was trained on this task; names those that there are.
        """
        if self._policy is None or self._task is not envs.unwrapped.task:
            self._task = envs.unwrapped.task
            self._policy = _policy_of(envs)
            self._held = self._policy.start(len(instructions), torch.device("cpu"))
        policy = self._policy
        names = [*policy.encoder.pictures, *policy.encoder.depths, *policy.encoder.sensors]
        names += [policy.encoder.words] if policy.encoder.words else []
        seen = {name: torch.as_tensor(observation[name]).cpu() for name in names}
        begun = torch.from_numpy(envs.unwrapped.moments[:, 2] != 0).float()
        features, self._held = policy(seen, self._held * begun[:, None])
        raw = policy.head.sample(features, greedy=True)
        actions = policy.head.action(raw)
        return np.asarray(actions.numpy(), envs.single_action_space.dtype)


def unfit(env_id: str, settings: Mapping[str, Any]) -> str:
    """Why there is no policy for an id with these settings; "" where there is one."""
    row = row_of(env_id)
    if row.native:
        config_class = named(row.task, "task").config_class
        if _file_of(env_id, make_config(config_class, {**row.settings, **settings})) is not None:
            return ""
    return _alone()


@cache
def policies() -> dict[Path, Settings]:
    """What each policy was trained by, by its file."""
    found = {}
    for path in sorted(FOLDER.glob("*.safetensors")):
        found[path] = Settings(**json.loads(read_tensors(path)[1]["vgym"])["settings"])
    return found


def _policy_of(envs: Any) -> Policy:
    task = envs.unwrapped.task
    path = _file_of(id_of(type(task), _plain(task.config)), task.config)
    if path is None:
        raise AgentError(f"tiny {_alone()}")
    tensors, words = read_tensors(path)
    told = json.loads(words["vgym"])
    if told["words"] != words_of(task.vocabulary):
        raise AgentError(f"{path.name} was trained with other words; train it again")
    space = envs.single_observation_space
    assert isinstance(space, spaces.Dict)
    policy = Policy(space, envs.single_action_space, policies()[path])
    held = {name: value.float() for name, value in tensors.items()}
    try:
        policy.load_state_dict(held)
    except RuntimeError as error:
        raise AgentError(f"{path.name} holds another network: {error}") from None
    return policy.eval()


def _file_of(env_id: str | None, config: Config) -> Path | None:
    """The file of the policy for an id with this config."""
    for path, made_by in policies().items():
        if made_by.env != env_id:
            continue
        trained = make_config(type(config), {**row_of(env_id).settings, **made_by.settings})
        mine, its = _plain(config), _plain(trained)
        # Pictures of somebody's own are known by their folder's name.
        mine["source"], its["source"] = Path(mine["source"]).stem, Path(its["source"]).stem
        if all(mine[name] == its[name] for name in mine.keys() - _EITHER):
            return path
    return None


def _alone() -> str:
    """What it plays, in words."""
    return "plays what it was trained on alone: " + "; ".join(map(_in_words, policies().values()))


def _in_words(made_by: Settings) -> str:
    return f"{made_by.env} with " + ", ".join(f"{k}={v!r}" for k, v in made_by.settings.items())


def _plain(config: Config) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in fields(config)}
