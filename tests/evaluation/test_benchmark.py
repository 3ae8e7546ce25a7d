"""The benchmark keeps what it has, whatever goes wrong."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from PIL import Image

import vgym
from vgym.baselines.agents import make_agent
from vgym.evaluation.benchmark import Benchmark, CannotSave, Cell, Subject
from vgym.evaluation.runner import run
from vgym.evaluation.saved import read_saved

SMALL = {"image_size": 64, "difficulty": 0}


def benchmark(out: Path) -> Benchmark:
    agents = [make_agent(name) for name in ("centre", "oracle")]
    subjects = [Subject(id, id, SMALL) for id in ("VGround-v0", "VGroundPoint-v0")]
    return Benchmark(subjects, agents, 6, out, command="vgym bench")


def ignore(*_: Any) -> None:
    pass


def saved(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "results.json").read_text())
    return document


def test_every_cell_is_on_disk_before_the_next_begins(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "new" / "folder")
    cells = []
    for n, row in enumerate(bench.play(ignore), start=1):
        cells.append((row.env, row.agent))
        assert len(saved(bench.out)["rows"]) == n
        assert saved(bench.out)["partial"] == (n < 4)
    bench.finish()
    assert cells == [
        ("VGround-v0", "centre"),
        ("VGround-v0", "oracle"),
        ("VGroundPoint-v0", "centre"),
        ("VGroundPoint-v0", "oracle"),
    ]
    assert "Partial." not in (bench.out / "report.html").read_text()
    assert len((bench.out / "results.csv").read_text().splitlines()) == 5


def test_a_full_disk_keeps_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benchmark(tmp_path)
    cells = bench.play(ignore)
    next(cells)
    next(cells)

    def full(_: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotSave, match=r"No space left.*2 of 4 results are kept in .*json"):
        next(cells)
    assert [row["agent"] for row in saved(tmp_path)["rows"]] == ["centre", "oracle"]
    assert saved(tmp_path)["partial"] is True
    with pytest.raises(CannotSave):
        bench.finish()


def test_a_folder_that_cannot_be_made_is_found_out_before_playing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotSave, match="File exists; 0 of 4 results were written"):
        next(benchmark(tmp_path / "file").play(lambda *_: pytest.fail("it played")))


def test_an_interrupted_run_reports_what_was_finished(tmp_path: Path) -> None:
    bench = benchmark(tmp_path)

    def interrupt(cell: Cell, more: int, of: int) -> None:
        if cell.subject.id == "VGroundPoint-v0":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        for _ in bench.play(interrupt):
            pass
    bench.finish()
    assert bench.partial
    assert "Partial." in (tmp_path / "report.html").read_text()
    assert len(saved(tmp_path)["rows"]) == 2


class Right:
    """Right about every second record, and counts how often it was asked about how many rows."""

    name = "right"

    def __init__(self) -> None:
        self.rows: list[int] = []

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        self.rows.append(len(instructions))
        answers = envs.unwrapped.oracle().copy()
        even = np.array([int(words.split()[1]) % 2 == 0 for words in instructions])
        answers[~even] = 0
        return answers


@pytest.fixture
def twenty(tmp_path: Path) -> str:
    """Twenty records: thing 0 to thing 19."""
    Image.fromarray(np.full((60, 90, 3), 99, np.uint8)).save(tmp_path / "a.png")
    boxes = [[30 + k, 20, 40 + k, 30] for k in range(20)]
    lines = [
        {"image": "a.png", "expression": f"thing {k}", "boxes": [b]} for k, b in enumerate(boxes)
    ]
    path = tmp_path / "twenty.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


@pytest.mark.parametrize("env_id", ["VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0"])
@pytest.mark.parametrize("num_envs", [1, 6, 50])
def test_each_record_is_played_once_in_order(env_id: str, num_envs: int, twenty: str) -> None:
    agent = Right()
    settings = {"source": twenty, "image_size": 64}
    table = run(env_id, agent, 400, seed=11, num_envs=num_envs, settings=settings)
    assert [one.record for one in table.played] == [f"twenty.jsonl:{k + 1}" for k in range(20)]
    assert [one.instruction for one in table.played] == [f"thing {k}" for k in range(20)]
    assert table.success.mean() == 0.5
    assert [one.success for one in table.played] == [k % 2 == 0 for k in range(20)]
    assert sum(agent.rows) == {1: 20, 6: 24, 50: 20}[num_envs]
    few = run(env_id, Right(), 7, num_envs=num_envs, settings=settings)
    assert [one.instruction for one in few.played] == [f"thing {k}" for k in range(7)]


def test_what_is_written_of_an_episode_is_what_the_environment_says(twenty: str) -> None:
    env = gymnasium.make("VGround-v0", source=twenty, image_size=64)
    table = run(
        "VGround-v0", Right(), 20, num_envs=8, settings={"source": twenty, "image_size": 64}
    )
    for k, one in enumerate(table.played):
        _, info = env.reset(seed=one.seed, options={"record": k})
        assert info["instruction"] == one.instruction
        _, reward, _, _, info = env.step(np.float32(one.answer))
        assert one.value == pytest.approx(reward, abs=1e-6) and one.success == info["success"]
        assert one.terms == pytest.approx(info["reward_terms"], abs=1e-6)
        assert one.metrics["iou"] == pytest.approx(info["iou"], abs=1e-6)


class Silent(Right):
    name = "silent"

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        given = list(super().act(observation, instructions, envs))
        return [vgym.NoAnswer("hm") if words == "thing 4" else one
                for words, one in zip(instructions, given, strict=True)]  # fmt: skip


def test_an_answer_that_was_not_given_is_written_so(twenty: str) -> None:
    table = run("VGui-v0", Silent(), 20, settings={"source": twenty, "image_size": 64})
    assert [k for k, one in enumerate(table.played) if one.answer is None] == [4]
    assert table.played[4].why == "hm" and not table.played[4].success


def test_several_steps_are_summed() -> None:
    table = run("VGround-v0", make_agent("centre"), 4, settings={**SMALL, "attempts": 3})
    for one in table.played:
        assert one.steps == 3 and one.record is None
        assert one.terms.keys() == table.gallery[0].reward_terms.keys()


def some(out: Path, *agents: str, **changes: Any) -> Benchmark:
    subjects = [Subject("VGround-v0", "VGround-v0", SMALL)]
    made = [make_agent(name) for name in agents]
    return Benchmark(**{"subjects": subjects, "agents": made, "episodes": 6, "out": out, **changes})


def test_a_stopped_run_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    whole = benchmark(tmp_path / "whole")
    list(whole.play(ignore))
    whole.finish()
    first = benchmark(tmp_path / "parts")
    played = first.play(ignore)
    next(played), next(played)
    with (tmp_path / "parts" / "episodes.jsonl").open("a") as file:
        file.write('{"env": "VGroundPoint-v0", "agent": "cen')  # killed in the middle of a line
    second = benchmark(tmp_path / "parts")
    second.open(resume=True)
    assert len(second.rows) == 2 and len(second.missing) == 2
    begun = []
    list(second.play(lambda cell, more, of: begun.append(cell.name)))
    second.finish()
    assert set(begun) == {("VGroundPoint-v0", "centre"), ("VGroundPoint-v0", "oracle")}
    for name in ("results.csv", "episodes.jsonl", "report.html"):
        one, other = ((tmp_path / part / name).read_text() for part in ("whole", "parts"))
        assert re.sub(SPEED, "", one) == re.sub(SPEED, "", other), name
    assert not second.partial and saved(tmp_path / "parts")["partial"] is False


SPEED = r"[\d.]+(?=,(?:[\d.]*,)?0,train)|(?<=<td>)[\d,]+(?=</td></tr>)"


def test_results_are_not_overwritten_unasked(tmp_path: Path) -> None:
    list(some(tmp_path, "centre").play(ignore))
    before = (tmp_path / "episodes.jsonl").read_bytes()
    with pytest.raises(ValueError, match=r"holds results already .*--resume.*--overwrite.*--out"):
        some(tmp_path, "oracle").open()
    assert (tmp_path / "episodes.jsonl").read_bytes() == before
    again = some(tmp_path, "oracle")
    again.open(overwrite=True)
    list(again.play(ignore))
    assert [row["agent"] for row in saved(tmp_path)["rows"]] == ["oracle"]
    assert '"centre"' not in (tmp_path / "episodes.jsonl").read_text()


def test_what_another_run_finished_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    unopened, fresh, resumed = (some(tmp_path, "oracle") for _ in range(3))
    fresh.open()
    resumed.open(resume=True)
    list(some(tmp_path, "centre").play(ignore))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for late in (unopened, fresh):
        with pytest.raises(ValueError, match="holds results already"):
            next(late.play(ignore))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    list(resumed.play(ignore))
    assert [row.agent for row in read_saved(tmp_path).rows if row.whole] == ["centre", "oracle"]


def test_a_row_whose_episodes_are_lost_is_kept_until_it_is_played_again(tmp_path: Path) -> None:
    list(some(tmp_path, "centre", "oracle").play(ignore))
    lines = (tmp_path / "episodes.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "episodes.jsonl").write_text("".join(lines[:-1]))
    other = some(tmp_path, "saliency")
    other.open(resume=True)
    list(other.play(ignore))
    other.finish()
    agents = [row["agent"] for row in saved(tmp_path)["rows"]]
    assert agents == ["centre", "oracle", "saliency"]
    again = some(tmp_path, "centre", "oracle")
    again.open(resume=True)
    assert [cell.agent.name for cell in again.missing] == ["oracle"] and again.partial
    list(again.play(ignore))
    assert [row["agent"] for row in saved(tmp_path)["rows"]] == ["saliency", "centre", "oracle"]
    assert all(row.whole for row in read_saved(tmp_path).rows)


def test_what_begins_anew_leaves_nothing_of_before(tmp_path: Path) -> None:
    first = some(tmp_path, "centre")
    list(first.play(ignore))
    first.finish()
    (tmp_path / ".vgym-1-1.part").write_text("killed while it wrote")
    (tmp_path / "notes.txt").write_text("not ours")
    again = some(tmp_path, "oracle")
    again.open(overwrite=True)
    next(again.play(ignore))
    assert {path.name for path in tmp_path.iterdir()} == {
        "results.json",
        "episodes.jsonl",
        "notes.txt",
    }


def test_another_agent_joins_those_that_played(tmp_path: Path) -> None:
    list(some(tmp_path, "centre").play(ignore))
    more = some(tmp_path, "oracle")
    more.open(resume=True)
    list(more.play(ignore))
    assert [row["agent"] for row in saved(tmp_path)["rows"]] == ["centre", "oracle"]
    assert [row.agent for row in read_saved(tmp_path).rows if row.played] == ["centre", "oracle"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 3}, "with seed 0, now it is 3"),
        ({"split": "val"}, "with split train, now it is val"),
        ({"episodes": 7}, "with episodes 6, now it is 7"),
        ({"subjects": [Subject("VGround-v0", "VGround-v0", {})]}, "with settings .*image_size"),
    ],
)
def test_other_episodes_are_not_gone_on_with(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    list(some(tmp_path, "centre").play(ignore))
    with pytest.raises(ValueError, match=f"cannot be gone on with.*{said}"):
        some(tmp_path, "oracle", **changes).open(resume=True)


def test_a_run_over_fewer_records_than_asked_for_is_gone_on_with(
    tmp_path: Path, twenty: str
) -> None:
    subjects = [Subject("mine", "VGui-v0", {"source": twenty, "image_size": (64, 90)})]
    out = tmp_path / "out"
    list(some(out, "centre", subjects=subjects, episodes=400).play(ignore))
    again = some(out, "centre", "oracle", subjects=subjects, episodes=400)
    again.open(resume=True)
    assert [cell.agent.name for cell in again.missing] == ["oracle"]


def test_who_cannot_play_is_said(tmp_path: Path) -> None:
    bench = benchmark(tmp_path)
    bench.unfit = lambda subject, agent: "points alone" if agent.name == "centre" else ""
    assert bench.left_out == ["centre points alone: not VGround-v0, VGroundPoint-v0"]
    assert [cell.name for cell in bench.cells] == [
        ("VGround-v0", "oracle"),
        ("VGroundPoint-v0", "oracle"),
    ]


@pytest.mark.parametrize("resume", [False, True])
def test_only_cures_that_work_are_offered(tmp_path: Path, resume: bool) -> None:
    list(some(tmp_path, "centre").play(ignore))
    with pytest.raises(ValueError) as caught:
        some(tmp_path, "oracle", episodes=9).open(resume=resume)
    said = str(caught.value)
    assert "with episodes 6, now it is 9" in said and "--resume" not in said
    assert "ask for the same" in said and "--overwrite" in said and "--out" in said
    some(tmp_path, "oracle", episodes=9).open(overwrite=True)
    some(tmp_path / "other", "oracle", episodes=9).open()
    some(tmp_path, "oracle").open(resume=True)


def test_a_damaged_file_is_not_offered_to_be_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("[]")
    with pytest.raises(ValueError, match=r"not a benchmark's.*--overwrite") as caught:
        some(tmp_path, "oracle").open()
    assert "--resume" not in str(caught.value)
