"""Policies that ship load, play the task they were trained on and no other, and beat chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import pytest
import torch

from vgym.baselines import tiny_agent
from vgym.baselines.agents import make_agent, plays, unfit
from vgym.baselines.ppo import Settings, Trainer, _keep
from vgym.baselines.study_pictures import SETS, make_pictures
from vgym.baselines.tensor_files import read_tensors, write_tensors
from vgym.baselines.tiny_agent import FOLDER, policies
from vgym.cli import main
from vgym.evaluation.agent import AgentError
from vgym.evaluation.runner import run

SMALL: dict[str, Any] = {"image_size": 36, "difficulty": 0, "action": "grid", "grid": 8}


WALK: dict[str, Any] = {"image_size": 36, "difficulty": 0, "worlds": 1, "max_episode_steps": 3}


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A policy that has learnt nothing, in a folder of the test's own."""
    changes = getattr(request, "param", {})
    made_by = Settings(
        **{"env": "VGroundPoint-v0", "settings": SMALL, **changes}, num_envs=4, rollout=2, steps=8
    )
    trainer = Trainer(made_by)
    _keep(trainer, {"settings": made_by.__dict__, "steps": 0}, tmp_path)
    monkeypatch.setattr(tiny_agent, "FOLDER", tmp_path)
    policies.cache_clear()
    yield trainer
    policies.cache_clear()


def batch(**settings: Any) -> Any:
    return gymnasium.make_vec("VGroundPoint-v0", num_envs=3, **settings)


def answer(envs: Any) -> Any:
    observation, _ = envs.reset(seed=0)
    return make_agent("tiny").act(observation, envs.unwrapped.instructions(), envs)


def test_it_answers_as_the_policy_that_was_kept(kept: Trainer) -> None:
    envs = batch(**SMALL)
    seen = {k: torch.as_tensor(v) for k, v in envs.reset(seed=0)[0].items()}
    policy = kept.policy.half().float()  # as it is kept
    with torch.no_grad():
        raw = policy.head.sample(policy(seen, policy.start(3, torch.device("cpu")))[0], True)
    actions = answer(envs)
    assert actions.tolist() == policy.head.action(raw).tolist()
    assert all(action in envs.single_action_space for action in actions)
    assert len(answer(batch(**SMALL, split="test"))) == 3


@pytest.mark.parametrize(
    "kept", [{"env": "VNavPoint-v0", "settings": WALK, "memory": True}], indirect=True
)
def test_it_remembers_within_an_episode_and_no_longer(kept: Trainer) -> None:
    envs = gymnasium.make_vec("VNavPoint-v0", num_envs=2, **WALK)
    agent, policy = make_agent("tiny"), kept.policy.half().float()
    seen, _ = envs.reset(seed=0)
    held = policy.start(2, torch.device("cpu"))
    remembered = []
    for step in range(5):  # three are an episode; Gymnasium's batches then reset with the next
        if envs.unwrapped.moments[0, 2] == 0:
            held = torch.zeros_like(held)
        tensors = {k: torch.as_tensor(v) for k, v in seen.items()}
        with torch.no_grad():
            features, held = policy(tensors, held)
        actions = agent.act(seen, envs.unwrapped.instructions(), envs)
        assert actions.tolist() == policy.head.action(policy.head.sample(features, True)).tolist()
        torch.testing.assert_close(agent._held, held)
        remembered.append(bool(held.any()) and step > 0)
        seen = envs.step(actions)[0]
    assert any(remembered)


@pytest.mark.parametrize("other", [{"difficulty": 0.5}, {"grid": 6}, {"image_size": 64}])
def test_another_task_is_refused_with_what_it_plays(kept: Trainer, other: dict[str, Any]) -> None:
    with pytest.raises(AgentError, match="alone: VGroundPoint-v0 with image_size=36"):
        answer(batch(**{**SMALL, **other}))
    assert unfit("tiny", "VGroundPoint-v0", SMALL) == ""
    assert "alone: VGroundPoint-v0" in unfit("tiny", "VGroundPoint-v0", {**SMALL, **other})
    assert not plays("tiny", "VGroundPoint-v0") and not plays("tiny", "VGuiWeb-v0")


def test_a_policy_of_other_words_or_another_network_is_refused(kept: Trainer) -> None:
    path = tiny_agent.FOLDER / "policy.safetensors"
    tensors, words = read_tensors(path)
    write_tensors(path, {**tensors, "value.2.bias": torch.zeros(2)}, words)
    with pytest.raises(AgentError, match="holds another network"):
        answer(batch(**SMALL))
    said = words["vgym"].replace('"words": "', '"words": "x')
    write_tensors(path, tensors, {"vgym": said})
    with pytest.raises(AgentError, match="trained with other words"):
        answer(batch(**SMALL))


def test_bench_shows_it_where_the_settings_fit(
    kept: Trainer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["bench", "--envs", "VGroundPoint-v0", "--agents", "random,tiny,oracle"]
    line += ["--episodes", "4", "--out", str(tmp_path / "report"), "--overwrite"]
    assert main([*line, "--image-size", "36"]) == 0
    said = capsys.readouterr()
    assert "tiny plays what it was trained on alone" in said.err
    fits = ["--image-size", "36", "--difficulty", "0", "--set", "action=grid", "--set", "grid=8"]
    assert main([*line, *fits]) == 0
    assert "tiny" in capsys.readouterr().out


def test_those_that_ship_are_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.glob("*.safetensors")]
    assert sizes and sum(sizes) < 10_000_000


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.safetensors")), ids=lambda path: path.stem)
def test_those_that_ship_beat_chance(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = policies()[path]
    monkeypatch.chdir(tmp_path)
    source = Path(made_by.settings.get("source", ""))
    if source.name in SETS:  # pictures that somebody makes first
        make_pictures(source.name, source, 64)
    solved = {}
    for name in ("tiny", "random"):
        table = run(made_by.env, make_agent(name), 256, split="val", settings=made_by.settings)
        solved[name] = float(table.success.mean())
    assert solved["tiny"] > 5 * solved["random"] + 0.1
