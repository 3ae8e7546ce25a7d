"""A run paid anew: by its own recipe to the bit, by another as if it had been played with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vgym
from vgym import cli
from vgym.baselines.agents import make_agent
from vgym.baselines.random_agent import RandomAgent
from vgym.evaluation.benchmark import Benchmark, Subject
from vgym.evaluation.rescore import CannotReplay, misfit, rescored
from vgym.evaluation.results import Row, summarise
from vgym.evaluation.runner import run
from vgym.registration import registered

SMALL = {"image_size": 64, "difficulty": 0.2}


class Mumbling(RandomAgent):
    """Answers at random, every third row not at all."""

    name = "mumbling"

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        answers = list(super().act(observation, instructions, envs))
        moments = envs.unwrapped.moments.tolist()
        return [
            vgym.NoAnswer("hm") if (seed + step) % 3 == 0 else one
            for one, (seed, _, step) in zip(answers, moments, strict=True)
        ]


def row_of(id: str, agent: Any, settings: Mapping[str, Any], n: int = 9) -> Row:
    table = run(id, agent, n, seed=4, num_envs=4, settings=settings)
    split = registered_split(id)
    return summarise(table, env=id, id=id, agent=agent.name, seed=4, split=split, settings=settings)


def registered_split(id: str) -> str:
    return next(row.family.splits[0] for row in registered() if row.id == id)


def outcome(row: Row) -> list[Any]:
    return [replace(one, terms={}) for one in row.played]


@pytest.mark.parametrize(
    ("id", "settings"),
    [
        ("VGround-v0", {}),
        ("VGround-v0", {"attempts": 3}),
        ("VGroundPoint-v0", {"source": "photos"}),
    ],
)
def test_its_own_recipe_pays_the_same_and_another_what_it_would_have_paid(
    id: str, settings: dict[str, Any]
) -> None:
    if "source" not in settings:
        settings = {**SMALL, **settings}
    row = row_of(id, Mumbling(), settings)
    again = rescored(row, "dense")
    assert again.played == row.played and again.returns == row.returns
    assert again.metrics == row.metrics and again.as_json()["unread"] == row.as_json()["unread"] > 0
    other = rescored(row, "sparse")
    played = row_of(id, Mumbling(), {**settings, "reward": "sparse"})
    assert other.played == played.played and other.returns == played.returns
    assert other.settings == played.settings and other.played != row.played


@pytest.mark.slow
def test_episodes_of_many_steps_come_to_the_same() -> None:
    for found in registered():
        if not found.native or found.max_episode_steps is None:
            continue
        settings = {**found.family.bench, "max_episode_steps": 7}
        row = row_of(found.id, make_agent("random"), settings, n=3)
        assert all(len(one.actions) == one.steps or one.steps == 1 for one in row.played)
        again = rescored(row, "dense")
        assert again.played == row.played, found.id


def test_what_does_not_come_to_the_same_is_refused() -> None:
    row = row_of("VGround-v0", make_agent("random"), {**SMALL, "attempts": 2})
    lost = replace(row, played=tuple(replace(one, actions=()) for one in row.played))
    with pytest.raises(CannotReplay, match="without the actions of each step"):
        rescored(lost, "dense")
    with pytest.raises(CannotReplay, match="not all there"):
        rescored(replace(row, played=row.played[:3]), "dense")
    first = replace(row.played[0], success=not row.played[0].success)
    with pytest.raises(CannotReplay, match=r"episode 4 came to success=.* played by vgym"):
        rescored(replace(row, played=(first, *row.played[1:])), "dense")
    assert misfit(row, "gui-g2") == "" and "geoguessr" in misfit(row, "geoguessr")


def test_the_command_writes_a_result_and_says_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subjects = [Subject(id, id, SMALL) for id in ("VGround-v0", "VGroundPoint-v0")]
    agents = [make_agent("centre"), make_agent("oracle")]
    saved = Benchmark(subjects, agents, 5, tmp_path / "run")
    list(saved.play(lambda *_: None))
    saved.finish()
    words = ["rescore", str(tmp_path / "run"), "--recipe", "iou"]
    capsys.readouterr()
    code = cli.main(words)
    said = capsys.readouterr()
    assert code == 0, said.err
    rows = json.loads((tmp_path / "run-iou" / "results.json").read_text())["rows"]
    assert [row["settings"]["reward"] for row in rows] == ["iou"] * 2
    assert {row["env"] for row in rows} == {"VGround-v0"}
    assert "left out: VGroundPoint-v0 centre, VGroundPoint-v0 oracle: " in said.err
    assert said.out.splitlines()[2].split() == ["VGround-v0", "oracle", "5", "1.000", "1.000"]
    assert (tmp_path / "run-iou" / "report.html").is_file()
    assert cli.main(words) == 2 and "holds results already" in capsys.readouterr().err
    assert cli.main([*words[:-1], "gui-g9", "--overwrite"]) == 2
    assert "unknown" in capsys.readouterr().err


def test_what_was_used_stays() -> None:
    row = row_of("VGround-v0", make_agent("centre"), SMALL)
    told = replace(row, usage={"tokens_in": 7.0}, thought_s=1.5)
    again = rescored(told, "sparse")
    assert again.usage == {"tokens_in": 7.0} and again.thought_s == 1.5
