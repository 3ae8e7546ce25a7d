"""A run that was stopped in the middle of a cell goes on at its next block, to the same bytes; so
does one whose worker was killed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dying_agents import Dying, always_dying

from vgym.baselines.agents import make_agent
from vgym.evaluation.benchmark import Benchmark, Cell, Subject
from vgym.evaluation.saved import read_saved
from vgym.evaluation.workers import WorkersDied

SMALL = {"image_size": 64, "difficulty": 0}
TIMES = (
    r'"(steps_per_s|thought_s|seconds)":\s*[\d.e-]+'
    r"|[\d.]+(?=,(?:[\d.]*,)?0,train)|(?<=<td>)[\d,]+(?=</td></tr>)"
)


def bench(out: Path, agents: Sequence[str] = ("random", "centre"), **changes: Any) -> Benchmark:
    subjects = [Subject("VGroundPoint-v0", "VGroundPoint-v0", SMALL)]
    made = [make_agent(name) for name in agents]
    makers = {name: partial(make_agent, name) for name in agents}
    settings = {"episodes": 150, "num_envs": 16, "makers": makers, **changes}
    return Benchmark(subjects, made, out=out, **settings)


def ignore(*_: Any) -> None:
    pass


def whole(benchmark: Benchmark) -> dict[str, str]:
    """Everything that is written, but for times."""
    list(benchmark.play(ignore))
    benchmark.finish()
    return {p.name: re.sub(TIMES, "", p.read_text()) for p in benchmark.out.iterdir()}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return whole(bench(tmp_path_factory.mktemp("whole") / "out"))


def stopped(out: Path, after: int, **changes: Any) -> Benchmark:
    """A run that is interrupted after some episodes of a cell's 150."""
    first, count = bench(out, **changes), [0]

    def interrupt(cell: Cell, more: int, of: int) -> None:
        count[0] += more
        assert of == 150
        if count[0] >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(first.play(interrupt))
    return first


def test_whole_blocks_are_kept_and_the_rest_is_played(
    tmp_path: Path, unbroken: dict[str, str]
) -> None:
    stopped(tmp_path, 270)
    (row,), (block,) = (read_saved(tmp_path).rows, read_saved(tmp_path).blocks)
    assert row.agent == "random" and block.cell == ("VGroundPoint-v0", "centre")
    assert (block.first, len(block.table.played)) == (0, 64)
    for name in ("episodes.jsonl", "blocks.jsonl"):
        with (tmp_path / name).open("a") as file:
            file.write('{"env":"VGroundPo')
    told: list[str] = []
    again, seen = bench(tmp_path, tell=told.append), []
    again.open(resume=True)
    assert len(told) == 2 and all("passed over" in line for line in told)
    list(again.play(lambda cell, more, of: seen.append((cell.agent.name, more))))
    assert {name for name, _ in seen} == {"centre"} and [more for _, more in seen[:2]] == [0, 64]
    assert sum(more for _, more in seen) == 150
    again.finish()
    assert whole(again) == unbroken


def test_a_block_that_lost_an_episode_is_played_again(
    tmp_path: Path, unbroken: dict[str, str]
) -> None:
    stopped(tmp_path, 140)
    assert [block.first for block in read_saved(tmp_path).blocks] == [0, 64]
    path = tmp_path / "episodes.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    again = bench(tmp_path)
    again.open(resume=True)
    assert [block.first for block in again.blocks] == [0]
    assert whole(again) == unbroken


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 3}, "with seed 0, now it is 3"),
        ({"episodes": 151}, "with episodes 150, now it is 151"),
        ({"split": "val"}, "with split train, now it is val"),
    ],
)
def test_blocks_of_other_episodes_are_refused(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    stopped(tmp_path, 100)
    with pytest.raises(ValueError, match=f"cannot be gone on with.*{said}.*--overwrite"):
        bench(tmp_path, **changes).open(resume=True)


def test_another_version_is_refused(tmp_path: Path) -> None:
    stopped(tmp_path, 270)
    for name in ("results.json", "blocks.jsonl"):
        path = tmp_path / name
        text = path.read_text()
        changed = re.sub(r'"vgym":\s*"[^"]+"', '"vgym": "0.0.1"', text)
        assert changed != text
        path.write_text(changed)
        with pytest.raises(ValueError, match=r"with vgym 0\.0\.1, now it is .*--overwrite"):
            bench(tmp_path).open(resume=True)
        path.write_text(text)
    bench(tmp_path).open(resume=True)


@pytest.mark.slow
def test_workers_come_to_the_same_though_one_is_killed(
    tmp_path: Path, unbroken: dict[str, str]
) -> None:
    told: list[str] = []
    makers = {
        "random": partial(make_agent, "random"),
        "centre": partial(Dying, str(tmp_path / "once")),
    }
    several = bench(tmp_path / "out", workers=2, makers=makers, tell=told.append)
    assert whole(several) == unbroken
    assert [line.partition(";")[0] for line in told] == ["a worker died"]
    dead = bench(tmp_path / "dead", ["centre"], workers=2, makers={"centre": always_dying})
    with pytest.raises(WorkersDied, match="died 3 times while VGroundPoint-v0 centre was played"):
        list(dead.play(ignore))
    assert json.loads((tmp_path / "dead" / "results.json").read_text())["rows"] == []
