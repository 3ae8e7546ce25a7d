"""What a benchmark wrote is read back as it was; anything else is refused by file and line."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation.sample_rows import played, row

from vgym.data import DataError
from vgym.evaluation.episodes import episode_line, numbers, read_episode
from vgym.evaluation.results import Row, write_json
from vgym.evaluation.saved import read_saved, write_episodes


def save(folder: Path, *rows: Row) -> None:
    write_episodes(folder, rows)
    write_json(folder / "results.json", list(rows), partial=True, command="vgym bench")


def test_rows_and_their_episodes_come_back(tmp_path: Path) -> None:
    rows = row(), row("VGui-v0", "oracle")
    save(tmp_path, *rows)
    for where in (tmp_path, tmp_path / "results.json"):
        saved = read_saved(where)
        assert (saved.folder, saved.command, saved.partial) == (tmp_path, "vgym bench", True)
        assert [replace(one, steps_per_s=0) for one in saved.rows] == [
            replace(one, steps_per_s=0) for one in rows
        ]
        for mine, other in zip(rows, saved.rows, strict=True):
            assert [p.seed for p in other.played] == list(range(3, 11))
            for a, b in zip(mine.played, other.played, strict=True):
                assert a.value == pytest.approx(b.value, rel=1e-8)
                assert replace(a, value=0, terms={}, metrics={}) == replace(
                    b, value=0, terms={}, metrics={}
                )
            (shown,) = other.gallery
            assert shown.picture == mine.gallery[0].picture and shown.size_hw == (40, 60)
            np.testing.assert_array_equal(shown.target_boxes, mine.gallery[0].target_boxes)
            assert shown.answer_points.shape == (0, 2)


def test_a_line_holds_what_an_analysis_needs() -> None:
    one = replace(played(5, True, 0.25), record="mine.jsonl:3", terms={"iou": math.nan})
    line = episode_line("VGround-v0", "random", "masked", one, None)
    assert line == {
        "env": "VGround-v0",
        "agent": "random",
        "pictures": "masked",
        "seed": 5,
        "record": "mine.jsonl:3",
        "instruction": "thing 5",
        "answer": [0.1, 0.2, 0.3, 0.4],
        "steps": 1,
        "value": 0.25,
        "success": True,
        "terms": {"iou": None},
        "metrics": {"iou": 0.25},
    }
    unread = replace(one, answer=None, why="no box in the text")
    assert episode_line("a", "b", "shown", unread, None)["why"] == "no box in the text"
    again, _ = read_episode(json.loads(json.dumps(episode_line("a", "b", "shown", unread, None))))
    assert again.why == "no box in the text" and again.answer is None
    assert math.isnan(again.terms["iou"])


def test_answers_are_exact() -> None:
    draws = np.random.default_rng(0)
    for values in (draws.random((5, 4), np.float32), draws.random(3), draws.integers(0, 9, (2, 2))):
        back = np.array(json.loads(json.dumps(numbers(values))), values.dtype)
        np.testing.assert_array_equal(back, values)
    assert numbers(np.int64(3)) == 3


def test_a_row_that_was_cut_off_has_no_episodes(tmp_path: Path) -> None:
    save(tmp_path, row(), row(agent="oracle"))
    path = tmp_path / "episodes.jsonl"
    text = path.read_text()
    path.write_text(text[:-40])  # killed while it wrote
    first, second = read_saved(tmp_path).rows
    assert len(first.played) == 8 and second.played == ()
    path.unlink()
    assert all(one.played == () for one in read_saved(tmp_path).rows)


def test_lines_of_a_cell_that_was_played_twice_count_once(tmp_path: Path) -> None:
    stopped = replace(row(), played=row().played[:3], gallery=())
    write_episodes(tmp_path, [stopped, row(agent="left"), row()])
    write_json(tmp_path / "results.json", [row()], partial=True, command="")
    (only,) = read_saved(tmp_path).rows
    assert [one.seed for one in only.played] == list(range(3, 11))
    write_episodes(tmp_path, [only])
    assert len((tmp_path / "episodes.jsonl").read_text().splitlines()) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "invalid JSON"),
        ("[]", "not an object"),
        ("{}", "'rows'"),
        ('{"rows": [{}], "command": "", "partial": false}', "no row of a benchmark.*'env'"),
        ('{"rows": 3, "command": "", "partial": false}', "results.json is not a benchmark's"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_saved(tmp_path)


@pytest.mark.parametrize("line", ["{", "3", '{"env": "VGround-v0", "agent": "random"}'])
def test_another_line_is_named(tmp_path: Path, line: str) -> None:
    save(tmp_path, row())
    path = tmp_path / "episodes.jsonl"
    path.write_text(line + "\n" + path.read_text())
    with pytest.raises(DataError, match=r"episodes\.jsonl:1: "):
        read_saved(tmp_path)


@pytest.mark.parametrize("rest", ['{"env": "VGro', "\0\0\0\0\n", "3\n"])
def test_a_last_line_that_is_damaged_is_passed_over_and_said(tmp_path: Path, rest: str) -> None:
    save(tmp_path, row())
    for name in ("episodes.jsonl", "blocks.jsonl"):
        with (tmp_path / name).open("a") as file:
            file.write(rest)
    found = read_saved(tmp_path)
    assert found.rows[0].whole and found.blocks == ()
    assert [line.partition(": ")[0] for line in found.damaged] == [
        f"{tmp_path / 'episodes.jsonl'}:9",
        f"{tmp_path / 'blocks.jsonl'}:1",
    ]


def test_an_empty_folder_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no results\.json; `vgym bench --out"):
        read_saved(tmp_path)
