"""A cluster of Ray comes to what one process comes to, though one of its workers is killed."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dying_agents import Dying, always_dying
from evaluation.test_resume import bench, ignore, whole

from vgym.baselines.agents import make_agent
from vgym.evaluation.workers import WorkersDied

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # Ray's own warnings


def test_a_cluster_comes_to_the_same_though_a_worker_is_killed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ray = pytest.importorskip("ray", reason="pip install vgym[ray]")
    unbroken = whole(bench(tmp_path / "whole"))
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    request.addfinalizer(ray.shutdown)
    told: list[str] = []
    makers: Any = {
        "random": partial(make_agent, "random"),
        "centre": partial(Dying, str(tmp_path / "once")),
    }
    on_ray = partial(bench, engine="ray", tell=told.append)
    assert whole(on_ray(tmp_path / "out", workers=2, makers=makers)) == unbroken
    assert [line.partition(";")[0] for line in told] == ["a worker died"]
    dead = on_ray(tmp_path / "dead", ["centre"], workers=1, makers={"centre": always_dying})
    with pytest.raises(WorkersDied, match="died 3 times while VGroundPoint-v0 centre was played"):
        list(dead.play(ignore))
    assert json.loads((tmp_path / "dead" / "results.json").read_text())["rows"] == []
    many = on_ray(tmp_path / "many", ["centre"], workers=10_000)
    with pytest.raises(ValueError, match=r"cluster of Ray has \d+ processors"):
        list(many.play(ignore))


def test_without_ray_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(ImportError, match=r"\[ray\]"):
        list(bench(tmp_path / "out", engine="ray").play(ignore))
