"""What the curves of bonuses are made by, that they go on, and that the page is their record."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vgym.baselines import benchmark_exploration
from vgym.baselines.benchmark_exploration import ARMS, WALKS, made_by, main
from vgym.baselines.benchmark_learning import recorded
from vgym.baselines.bonuses import BONUSES
from vgym.baselines.measuring import RESULTS

FEW = {"image_size": 36, "rooms": 4, "worlds": 1, "max_episode_steps": 4, "auto_stop": True}


def test_every_bonus_has_its_curve() -> None:
    assert set(ARMS) == {"none", *BONUSES} and len(ARMS) == len(set(ARMS))


def test_runs_go_on_where_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = replace(WALKS, settings=FEW, num_envs=4, rollout=4, steps=32)
    for name, value in {"WALKS": tiny, "POINTS": 2, "EPISODES": 4}.items():
        monkeypatch.setattr(benchmark_exploration, name, value)
    monkeypatch.setattr(benchmark_exploration, "plot", lambda found, path: None)
    monkeypatch.setattr(benchmark_exploration, "guessing", lambda *_: {"success": 0.0})
    line = ["--out", str(tmp_path), "--bonuses"]
    main([*line, "aligned"])
    first = json.loads((tmp_path / "exploration.json").read_text("utf-8"))
    (run,) = first["runs"]
    assert [point["steps"] for point in run["curve"]] == [16, 32] and 0 <= run["unseen"] <= 1
    assert {point["weight"] for point in run["curve"]} == {1.0} and run["made_by"]["bonus"]
    main([*line, "aligned", "none"])
    second = json.loads((tmp_path / "exploration.json").read_text("utf-8"))
    assert second["runs"][0] == run and [r["bonus"] for r in second["runs"]] == ["aligned", "none"]


def test_every_arm_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.image import imread

    curve = [{"steps": steps, "success": steps / 80} for steps in (10, 20, 40)]
    for number, names in enumerate((("none",), ARMS)):
        found = {"runs": [{"bonus": name, "curve": curve} for name in names]}
        benchmark_exploration.plot(found, tmp_path / f"{number}.png")
    few, all_of_them = (imread(tmp_path / f"{number}.png") for number in (0, 1))
    assert few.shape == all_of_them.shape and (few != all_of_them).any()


def test_the_table_is_that_of_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    docs = Path(__file__).parents[2] / "docs"
    monkeypatch.setattr(sys, "path", [str(docs), *sys.path])
    made: Any = importlib.import_module("build_learning")
    found = made.read(RESULTS / "exploration.json")
    table = f"<!-- explored -->\n{made.explored(found)}<!-- end of explored -->"
    assert table in made.PAGE.read_text("utf-8"), "python docs/build_learning.py"
    assert found["guessing"]["of"] == recorded(WALKS)
    for run in found["runs"]:
        assert run["made_by"] == recorded(made_by(run["bonus"], run["seed"])), "an old run"
