"""What is kept of a conversation is bounded and escaped; the report shows it where it belongs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation.sample_rows import row
from evaluation.test_report import HOSTILE, Reader

import vgym
from vgym import cli
from vgym.evaluation import conversation
from vgym.evaluation.benchmark import Benchmark, Subject
from vgym.evaluation.conversation import MOST_LETTERS, MOST_MESSAGES, MOST_PICTURES, kept
from vgym.evaluation.conversation_page import plain
from vgym.evaluation.report import render_report
from vgym.evaluation.saved import read_saved
from vgym.evaluation.usage import Price

PICTURE = np.full((40, 80, 3), 90, np.uint8)


class Scripted:
    """Says what a model would, of two attempts the second well; the first of each third not."""

    name = "scripted"

    def __init__(self) -> None:
        self.used = {"tokens_in": 0, "tokens_out": 0, "pictures": 0}
        self.talks: dict[int, list[dict[str, Any]]] = {}

    def reset(self, seed: int) -> None:
        self.talks = {}

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        answers: list[Any] = []
        oracle = envs.unwrapped.oracle()
        for at, (seed, _, step) in enumerate(envs.unwrapped.moments.tolist()):
            text = f"<think>{HOSTILE}</think>" if step == 0 else "there"
            box = [0.1, 0.1, 0.4, 0.4] if step == 0 else oracle[at].tolist()
            talk = self.talks[at] = self.talks[at] if step else []
            part = {"type": "image", "image": observation["image"][at]}
            user = [{"type": "text", "text": f"Find {instructions[at]}."}, part]
            side = observation["image"].shape[1]
            places = {"boxes": [[side * value for value in box]], "points": []}
            talk += [
                {"role": "system", "content": "You look at pictures."},
                {"role": "user", "content": user},
                {"role": "assistant", "content": text, "places": places},
            ]
            unread = seed % 3 == 0
            answers.append(vgym.NoAnswer("nothing was said") if unread else np.float32(box))
            self.used["tokens_in"] += 1000
            self.used["tokens_out"] += 10
            self.used["pictures"] += 1
        return answers

    def usage(self) -> dict[str, float]:
        return {name: float(value) for name, value in self.used.items()}

    def transcript(self, row: int) -> list[dict[str, Any]]:
        return self.talks[row]


def played(out: Path) -> Benchmark:
    settings = {"image_size": 64, "attempts": 2, "instruction": "text"}
    subjects = [
        Subject(f"VGround-v0 d={d}", "VGround-v0", {**settings, "difficulty": d}) for d in (0, 0.5)
    ]
    price = Price.parse("in=2, out=10")
    made = Benchmark(subjects, [Scripted()], 9, out, price=price, num_envs=4)
    list(made.play(lambda *_: None))
    made.finish()
    return made


def test_usage_and_conversations_stand_in_files_and_report(tmp_path: Path) -> None:
    made = played(tmp_path)
    first, _ = read_saved(tmp_path).rows
    steps = sum(one.steps for one in first.played)
    assert first.usage["tokens_out"] == first.usage["pictures"] * 10 >= steps * 10
    cost = (first.usage["tokens_in"] * 2 + first.usage["tokens_out"] * 10) / 1e6
    assert first.usage["cost"] == pytest.approx(cost) and first.unread_share == pytest.approx(1 / 3)
    talks = [shown.conversation for shown in first.gallery]
    assert [len(talk) for talk in talks] == [6, 6, 0, 0, 0, 0]
    seen = talks[1][1].pictures[0]
    assert seen.size_hw == (64, 64) and seen.boxes == ((6.4, 6.4, 25.6, 25.6),)
    assert [one.step for one in first.gallery[1].taken] == [0, 1]
    html = (tmp_path / "report.html").read_text()
    reader = Reader(html)
    assert "script" not in reader.tags and reader.tags.count("details") == 4
    assert not any(name.startswith("on") for _, name, _ in reader.attributes)
    assert HOSTILE in reader.text and "By difficulty" in reader.text and "33.3%" in reader.text
    assert 'x="6.4" y="6.4" width="19.2" height="19.2"' in html
    text = (tmp_path / "results.csv").read_text()
    assert "tokens_in" in text.splitlines()[0] and not made.partial


def test_what_is_kept_is_bounded() -> None:
    part = {"type": "image", "image": PICTURE}
    long = [{"role": "user", "content": ["x", part, {"type": "text", "text": "é" * 9000}]}] * 400
    said = kept(long)
    assert len(said) == MOST_MESSAGES + 1
    assert sum(bool(seen.picture) for one in said for seen in one.pictures) == MOST_PICTURES
    assert max(len(one.text) for one in said) < MOST_LETTERS + 40
    assert "352 messages are left out" in said[MOST_MESSAGES // 2].text
    assert conversation.of_json(conversation.as_json(said)) == said


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"role": None, "content": None},
        {"role": "user", "content": [None, 3, {"type": "image", "image": "http://evil.test/x"}]},
        {"role": "assistant", "content": "\ud800\0", "tool_calls": [None, {"function": 3}, "x"]},
        {"role": "assistant", "content": "a", "places": {"boxes": [["a"]], "points": [[1, 2, 3]]}},
        {"role": "assistant", "places": {"boxes": [[np.nan, 0, 1, 1]], "points": 7}},
    ],
)
def test_messages_of_any_form_are_kept_or_left_out(message: dict[str, Any]) -> None:
    user = {"role": "user", "content": [{"type": "image", "image": PICTURE}]}
    said = kept([user, message])
    assert len(said) == 2 and said[0].pictures[0].boxes == ()
    one = row()
    shown = replace(one.gallery[0], conversation=said)
    Reader(render_report([replace(one, gallery=(shown,))], command=""))


def test_signs_that_steer_are_named() -> None:
    assert plain("a\u202eb\0\x1b[2J\nc") == "a[U+202E]b[2J\nc"
    assert not re.search(r"[\u202a-\u202e]", plain("\u202a\u202b\u202c\u202d\u202e"))


@pytest.mark.parametrize("words", ["in=1", "1,2", "in=1,out=x", "in=-1,out=2", "in=1,out=inf"])
def test_a_price_that_is_none_is_refused(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", "--price", words, "--out", str(tmp_path / "out")]) == 2
    assert "in=0.15,out=0.6" in capsys.readouterr().err
