"""What the walker of the comparison sees, paid as before; what is solved without reading."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vgym
from vgym.baselines.compare_learning import FORMER, RESULTS, WALK, Rays, compass, detected, main
from vgym.rewards.reward import Reward


def test_the_walker_sees_the_goal_and_the_nearest_depths() -> None:
    former = Reward(name="former", forms=(FORMER["VNavPoint-v0"],), source="vgym", doc="")
    walks: Any = vgym.sb3_vec_env(
        "VNavPoint-v0", num_envs=2, reward=former, **{**WALK, "worlds": 1}
    )
    envs: Any = Rays(walks)
    seen = envs.reset()
    assert seen.shape == (2, 43) and envs.observation_space.contains(seen[0])
    inner = walks.envs.unwrapped
    goal, depth = inner.task.sense(inner.state)["goal"], inner.state.depth
    np.testing.assert_allclose(seen[:, 0], goal[:, 0].clamp(max=5) / 5, rtol=1e-6)
    np.testing.assert_allclose(seen[:, -2:], goal[:, 1:], rtol=1e-6)
    np.testing.assert_allclose(seen[:, 1], depth[:, :6, :6].amin((1, 2)).clamp(max=5) / 5)
    moves = compass(np.tile(seen, 4))
    assert set(moves.tolist()) <= {1, 2, 3}
    assert envs.step(moves)[0].shape == (2, 43)


def test_who_reads_nothing_solves_one_of_the_four() -> None:
    assert 0.15 < detected(256) < 0.35


@pytest.mark.slow
def test_what_is_measured_stands_beside_what_is_there(tmp_path: Path) -> None:
    record = tmp_path / "compare_learning.json"
    kept = {"id": "VNavPoint-v0", "arm": "now", "seed": 0, "curve": [{"steps": 1, "success": 0.5}]}
    record.write_text(json.dumps({"runs": [kept], "unseeing": {"VNavPoint-v0": {"now": 0.1}}}))
    main(["--arms", "now", "--ids", "VGroundPoint-v0", "--out", str(tmp_path), "--seeds"])
    found = json.loads(record.read_text())
    assert found["runs"] == [kept] and found["unseeing"]["VNavPoint-v0"] == {"now": 0.1}
    assert 0.15 < found["unseeing"]["VGroundPoint-v0"]["now"] < 0.35


def test_the_tables_are_those_of_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    docs = Path(__file__).parents[2] / "docs"
    monkeypatch.setattr(sys, "path", [str(docs), *sys.path])
    made = importlib.import_module("build_learning")
    page, found = made.PAGE.read_text("utf-8"), made.read(RESULTS / "compare_learning.json")
    for env_id, mark in made.MARKS.items():
        table = f"<!-- {mark} -->\n{made.table(found, env_id)}<!-- end of {mark} -->"
        assert table in page, "python docs/build_learning.py"
