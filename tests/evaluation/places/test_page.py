"""The part of the report about places: who has it, what is drawn where, and that it is kept."""

import re
from dataclasses import replace
from typing import Any

import pytest
import torch
from evaluation.sample_rows import played, row

from vgym.baselines.agents import make_agent
from vgym.core.task import Outcome, Task
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.episodes import episode_line, read_episode
from vgym.evaluation.places.answers import answers_in
from vgym.evaluation.places.page import places_section
from vgym.evaluation.places.world_map import SHOWN, world_map
from vgym.evaluation.report import render_report
from vgym.evaluation.results import Row, summarise
from vgym.evaluation.runner import run

TRUE, NEAR, FAR = [2.35, 48.86], [2.5, 48.8], [151.2, -33.9]


def row_of(agent: str, answers: list[list[float] | None]) -> Row:
    table = EpisodeTable(
        tuple(
            replace(played(j), places={"target": TRUE, "prediction": answer})
            for j, answer in enumerate(answers)
        )
    )
    return summarise(
        table, env="Where", id="Where-v0", agent=agent, seed=0, split="val", settings={}
    )


def test_only_rows_about_places_have_maps() -> None:
    assert places_section([row()], {"random": 0}, "") == []
    assert "Where on Earth" not in render_report([row()], command="x")
    page = render_report([row(), row_of("oracle", [TRUE, NEAR])], command="x")
    assert page.count('<div class="world">') == 1 and page.count("data:image/jpeg") >= 2
    assert page.count("background-image") == 1


def test_rings_dots_and_ways_are_where_they_are() -> None:
    answers = answers_in(row_of("a", [NEAR, FAR, None, TRUE]).played)
    assert answers is not None
    drawn = world_map(answers, 3, "a")
    rings = re.findall(r'class="true" cx="(\S+)" cy="(\S+)"', drawn)
    dots = re.findall(r'class="guess agent-3" cx="(\S+)" cy="(\S+)"', drawn)
    assert rings == [("2.35", "-48.86")] * 4
    assert dots == [("2.50", "-48.80"), ("151.20", "33.90"), ("2.35", "-48.86")]
    assert drawn.count("<path") == 3 and 'd="M151.2 33.9' in drawn
    many = answers_in(row_of("a", [TRUE] * (SHOWN + 20)).played)
    assert many is not None and world_map(many, 0, "a").count('class="true"') == SHOWN


def test_the_tables_say_how_it_was_counted() -> None:
    parts = "".join(places_section([row_of("a", [NEAR, None, FAR])], {"a": 2}, ""))
    assert "1 of 3 not read" in parts and "&#8804;" in parts and "6,371.0088 km" in parts
    assert "33.3&#8239;%<br><small>33.3</small>" in parts
    assert "Europe (3)" in parts and "of a million and more (3)" in parts


def test_the_median_is_among_the_metrics() -> None:
    found = row_of("a", [TRUE, None, NEAR]).metrics["median_km"]
    assert found.mean == pytest.approx(12.84, abs=0.05)
    assert "median_km" not in row().metrics


def test_hostile_names_stay_names() -> None:
    hostile = replace(row_of("a", [NEAR]), env="<script>", agent="<b>")
    parts = "".join(places_section([hostile], {"<b>": 0}, ""))
    assert "<script>" not in parts and "<b>" not in parts


def test_places_are_kept_with_their_episode() -> None:
    for answer in (NEAR, None):
        one = replace(played(), places={"target": TRUE, "prediction": answer})
        line = episode_line("e", "a", "shown", one, None)
        assert read_episode(line)[0] == one
    assert "places" not in episode_line("e", "a", "shown", played(), None)
    for wrong in ([1.0], "x", [1, "y"]):
        line = episode_line("e", "a", "shown", played(), None) | {"places": {"target": wrong}}
        with pytest.raises(ValueError):
            read_episode(line)


def test_the_runner_notes_places_of_any_task_that_states_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = Task.outcome

    def with_places(self: Any, facts: Any, **others: Any) -> Outcome:
        target = facts["target_boxes"][:, 0, :2].double() / 10
        answer = torch.where(facts["success"][:, None], target, torch.nan)
        places = {"target_lonlat": target, "prediction_lonlat": answer}
        return original(self, {**facts, **places}, **others)

    monkeypatch.setattr(Task, "outcome", with_places)
    for name in ("oracle", "random"):
        table = run("VGround-v0", make_agent(name), 5, num_envs=2, settings={"image_size": 64})
        for one, solved in zip(table.played, table.success.tolist(), strict=True):
            assert one.places["target"] is not None
            assert (one.places["prediction"] == one.places["target"]) == solved
