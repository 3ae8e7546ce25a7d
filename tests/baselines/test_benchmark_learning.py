"""What the study of learning counts, that it goes on, and that its page is its record."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vgym.baselines import benchmark_learning
from vgym.baselines.benchmark_learning import STUDIES, Study, band, main, steps_to
from vgym.baselines.measuring import RESULTS
from vgym.baselines.ppo import Rows, Settings
from vgym.baselines.study_pictures import SETS, make_pictures
from vgym.data import load

TINY = Study(
    "tiny",
    Settings(
        env="VGroundPoint-v0",
        settings={"image_size": 36, "difficulty": 0, "action": "grid", "grid": 8},
        num_envs=8,
        rollout=2,
        steps=32,
        gamma=0.0,
    ),
    ("se-gui",),
    episodes=8,
)


@pytest.mark.slow
@pytest.mark.parametrize("family", STUDIES)
def test_every_recipe_pays_the_task_of_its_family(family: str, tmp_path: Path) -> None:
    study = STUDIES[family]
    assert len(study.published) == 3 and max(study.made_by.settings["image_size"], 36) <= 64
    source = study.made_by.settings.get("source")
    if source in SETS:
        make_pictures(source, tmp_path / source, 32)  # all its words, in a few of them
    opened = benchmark_learning._opened(study.made_by, tmp_path)
    for recipe in study.recipes:
        rows = Rows(replace(opened, num_envs=2, reward=recipe))
        rows.reset(0)
        rows.envs.close()


def test_runs_go_on_where_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_learning, "STUDIES", {"tiny": TINY})
    monkeypatch.setattr(benchmark_learning, "plot", lambda found, path: None)
    line = ["--out", str(tmp_path), "--families", "tiny", "--recipes"]
    main([*line, "dense", "--seeds", "0"])
    first = json.loads((tmp_path / "learning.json").read_text("utf-8"))
    (run,) = first["runs"]
    assert [point["steps"] for point in run["curve"]] == [0, 16, 32]
    assert 0.01 < first["guessing"]["tiny"]["success"] < 0.3
    main([*line, "dense", "sparse", "--seeds", "0", "1"])
    second = json.loads((tmp_path / "learning.json").read_text("utf-8"))
    assert second["runs"][0] == run  # to the second that it took
    assert [(r["recipe"], r["seed"]) for r in second["runs"]] == [
        ("dense", 0),
        ("sparse", 0),
        ("dense", 1),
        ("sparse", 1),
    ]
    changed = replace(TINY, made_by=replace(TINY.made_by, steps=16))
    monkeypatch.setattr(benchmark_learning, "STUDIES", {"tiny": changed})
    main([*line, "dense", "--seeds", "0"])
    third = json.loads((tmp_path / "learning.json").read_text("utf-8"))
    assert [run["made_by"]["steps"] for run in third["runs"]] == [16]  # others are of another task


def test_steps_to_a_share_lie_between_points() -> None:
    curve = [{"steps": s, "success": v} for s, v in ((0, 0.0), (10, 0.4), (20, 0.6), (30, 0.5))]
    assert steps_to(curve, 0.5) == pytest.approx(15) and steps_to(curve, 0.7) is None


def test_the_band_is_students() -> None:
    mean, low, high = band([[1.0], [2.0], [3.0]])
    assert mean[0] == 2.0 and high[0] - 2 == pytest.approx(4.303 / 3**0.5, rel=1e-3)
    assert 2 - low[0] == pytest.approx(high[0] - 2)


@pytest.mark.parametrize("name", SETS)
def test_things_are_where_they_are_said_to_be(name: str, tmp_path: Path) -> None:
    few = SETS[name]
    folder = make_pictures(name, tmp_path, 2)
    asked, pictures = [], []
    for split in few.counts:
        data = load(str(folder), split=split)
        for number, item in enumerate(data):
            assert any(item.expression.endswith(each) for each in few.names)
            ((x0, y0, x1, y1),) = np.asarray(item.boxes).astype(int)
            picture = np.asarray(data.image(number)).astype(int)
            inside = picture[y0:y1, x0:x1].std((0, 1)).sum()
            around = picture[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2]
            assert np.ptp(around, axis=(0, 1)).max() > 40  # it stands out from its ground
            assert (inside == 0) == (name == "marks")
            asked.append((split, number, x0, y0, item.expression))
            pictures.append(picture.tobytes())
    assert len(set(asked)) == len(asked) and len(set(pictures)) == 6  # splits differ


def test_the_tables_are_those_of_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    docs = Path(__file__).parents[2] / "docs"
    monkeypatch.setattr(sys, "path", [str(docs), *sys.path])
    made: Any = importlib.import_module("build_learning")
    page, found = made.PAGE.read_text("utf-8"), made.read(RESULTS / "learning.json")
    for family in found["guessing"]:
        table = f"<!-- {family} -->\n{made.study(found, family)}<!-- end of {family} -->"
        assert table in page, "python docs/build_learning.py"
    assert f"<!-- learnt -->\n{made.front(found)}" in made.README.read_text("utf-8")
    for run in found["runs"]:
        study = STUDIES[run["family"]]
        made_by = replace(study.made_by, reward=run["recipe"], seed=run["seed"])
        assert run["made_by"] == benchmark_learning.recorded(made_by), "an old run"
