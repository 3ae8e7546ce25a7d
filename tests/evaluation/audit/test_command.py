"""`vgym audit` prints, writes and ends as its page says."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from vgym import cli
from vgym.cli.check import audit_command
from vgym.evaluation import audit as package
from vgym.evaluation.audit import Attack, Finding, Subject, Tried
from vgym.evaluation.audit.attack import AREA
from vgym.evaluation.audit.lines import Lines, in_short
from vgym.evaluation.audit.share import Share
from vgym.evaluation.audit.subject import EFFORTS


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("quick", "whole"):
        monkeypatch.setitem(EFFORTS, name, EFFORTS["brief"])


def test_it_tells_writes_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["audit", "VDots-v0", "--attacks", "centre,fixed place,wandering", "--quick"]
    command += ["--set", "answer=point", "--set", "fault=one place", "--out", str(tmp_path / "out")]
    assert cli.main(command) == 1
    said = capsys.readouterr().out
    assert re.search(r"^ABOVE  degenerate  fixed place +\d\d\.\d ± \d\.\d %", said, re.M), said
    assert "not tried, as an episode is one answer: wandering" in said
    assert "VDots-v0: 2 attacks, 1 finding above 25%" in said
    document = json.loads((tmp_path / "out" / "audit.json").read_text())
    (one,) = document["audits"]
    assert one["above"] == 1 and one["settings"] == {"answer": "point", "fault": "one place"}
    (fixed,) = [attack for attack in one["attacks"] if attack["attack"] == "fixed place"]
    (found,) = fixed["findings"]
    assert found["above"] and found["shares"]["train"]["mean"] > 0.25
    page = (tmp_path / "out" / "audit.html").read_text()
    assert '<tr class="above"><td>fixed place</td>' in page
    assert found["script"].splitlines()[4] in page.replace("&#x27;", "'")


def test_a_sound_id_ends_with_nought(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["audit", "VDots-v0", "--attacks", "centre", "--recipe", "iou,gaussian"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert said.count("1 attack, nothing above 25%") == 2 and "reward gaussian" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--attacks wanderin", "unknown attack 'wanderin'; did you mean 'wandering'?"),
        ("--threshold 25", "--threshold 25 must lie in [0, 1]"),
        ("--recipe ioo", "did you mean 'iou'?"),
        ("--set attempts", "--set 'attempts' must be NAME=VALUE"),
        ("--set attemps=2", "did you mean 'attempts'?"),
    ],
)
def test_wrong_words_are_one_line(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["audit", "VDots-v0", *words.split()]) == 2
    assert message in capsys.readouterr().err


def test_a_file_is_no_folder_to_write_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert cli.main(["audit", "VDots-v0", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "file is no folder that can be written to" in capsys.readouterr().err


def test_what_was_tried_is_kept_when_it_is_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(subject: Subject, attacks: Sequence[Attack]) -> Iterator[Tried]:
        if subject.settings["reward"] == "iou":
            yield Tried(attacks[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(package, "audit", stopped)
    words = ["audit", "VDots-v0", "--quick", "--out", str(tmp_path)]
    assert cli.main([*words, "--recipe", "iou,gaussian"]) == 130
    document = json.loads((tmp_path / "audit.json").read_text())
    assert document["partial"] and [one["recipe"] for one in document["audits"]] == ["iou"]


LITTLE = Finding("a point", {"train": Share(0.1, 0.01, 64)}, success={"train": 0.6})
CHANCE = replace(LITTLE, chance={"train": 0.5})
LEAK = Finding("by its size", {"train": Share(0.5, 0.01, 64)}, measure=AREA)
SPOILT = Finding("inverted", fault="inverted corners: " + "no word is lost " * 12)


def test_a_line_says_what_a_share_is_of_and_what_solves() -> None:
    tried = Tried(package.ATTACKS[0], (LITTLE, CHANCE, LEAK, SPOILT))
    note, chance, leak, fault = Lines(package.ATTACKS, 0.25).of(tried)
    assert note.startswith("note ") and "60%" in note and chance.startswith("  ")
    assert leak.startswith("ABOVE") and leak.endswith("(2 AUC - 1)")
    assert fault.endswith(SPOILT.fault)
    folded = list(Lines(package.ATTACKS, 0.25, width=120).of(tried))
    assert len(folded) > 5 and all(len(line) <= 120 for line in folded)
    told = in_short([LEAK, SPOILT], 0.25)
    assert told.startswith("1 finding above 25%") and told.endswith("1 fault whatever the share")


def test_the_page_has_every_attack_once() -> None:
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text()
    tables = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert sorted(re.findall("`(.+?)`", tables)) == sorted(a.name for a in package.ATTACKS)


def test_check_says_what_to_type() -> None:
    options = argparse.Namespace(
        id="VMine-v0", imports=["my_package"], source=None, difficulty=0.0, image_size=None
    )
    assert audit_command(options) == "vgym audit VMine-v0 --import my_package --difficulty 0.0"


def test_names_of_attacks_are_their_own() -> None:
    names = [attack.name for attack in package.ATTACKS]
    assert len(set(names)) == len(names) and all("," not in name for name in names)


def test_recipes_are_audited_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "--recipe", "gui-g2-sound,vlm-r1"]) == 1
    said = capsys.readouterr().out
    assert "gui-g2-sound: nothing above 25%" in said
    assert "ABOVE  recipe      answers that know nothing" in said
    assert cli.main(["audit", "--recipe", "dense"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "name an ID, see `vgym list`, or a recipe alone"),
        ("--recipe dense --difficulty 1", "--difficulty is of an environment"),
        ("--recipe dence", "did you mean 'dense'?"),
    ],
)
def test_a_recipe_alone_takes_no_settings(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["audit", *words.split()]) == 2
    assert message in capsys.readouterr().err
