"""What looks at nothing is found where it pays, and nowhere else."""

from typing import Any

import numpy as np
import pytest
from evaluation.audit import worlds

from vgym.evaluation.audit import EFFORTS, Subject, Tried, audit
from vgym.evaluation.audit.degenerate import DEGENERATE
from vgym.evaluation.audit.degenerate.constant import constant, gestures
from vgym.evaluation.audit.playing import play, play_all
from vgym.evaluation.audit.script import script_of

BRIEF = EFFORTS["brief"]


def tried(env_id: str, *names: str, **settings: Any) -> dict[str, Tried]:
    attacks = [attack for attack in DEGENERATE if attack.name in names or not names]
    return {t.attack.name: t for t in audit(Subject(env_id, settings, BRIEF), attacks)}


# What is spoilt, by which attack it is found, and what that did, in words.
SPOILT: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("VDots-v0", {"answer": "point", "fault": "one place"}, "fixed place", "(0.7, 0.3)"),
    ("VDots-v0", {"answer": "box", "reward": worlds.held}, "whole picture", "whole"),
    ("VDots-v0", {"answer": "box", "reward": worlds.middled}, "tiny box", "0.02"),
    ("VDots-v0", {"answer": "boxes", "reward": worlds.recalled}, "grid of boxes", "a grid"),
    ("VDots-v0", {"answer": "boxes", "reward": worlds.counted}, "repeated box", "repeated"),
    ("VDots-v0", {"answer": "boxes", "reward": worlds.modest}, "abstaining", "no box"),
    ("VDots-v0", {"answer": "point", "reward": worlds.formed}, "well-formed and wrong", "far"),
    ("VRoom-v0", {"reward": worlds.generous}, "unread answers", "no answer"),
    ("VDots-v0", {"answer": "point", "fault": "one place"}, "another's answer", "another"),
    ("VRoom-v0", {"reward": worlds.idle}, "one move for ever", "always 4"),
    ("VRoom-v0", {"reward": worlds.nearing}, "to and fro", "then"),
    ("VRoom-v0", {"reward": worlds.nearing}, "wandering", "at random"),
    ("VRoom-v0", {"reward": worlds.bumping}, "run and bounce", "until blocked"),
)


@pytest.mark.parametrize(("env_id", "settings", "attack", "did"), SPOILT)
def test_a_fault_is_found(env_id: str, settings: dict[str, Any], attack: str, did: str) -> None:
    found = tried(env_id, attack, **settings)[attack].above()
    assert found and did in found[0].by, found


@pytest.mark.parametrize(
    ("env_id", "settings"),
    [
        ("VDots-v0", {"answer": "point"}),
        ("VDots-v0", {"answer": "box"}),
        ("VDots-v0", {"answer": "boxes"}),
        ("VRoom-v0", {}),
    ],
)
def test_a_sound_world_passes(env_id: str, settings: dict[str, Any]) -> None:
    for name, one in tried(env_id, **settings).items():
        assert not one.above(), name
        assert one.unfit or one.findings


def test_where_chance_earns_more_than_the_truth_it_is_said() -> None:
    found = tried("VCrew-v0", "uniform answers", "wandering", fault="again")
    assert "uniform answers 1.2" in found["uniform answers"].above()[0].fault
    assert found["wandering"].findings[0].shares == {}


def test_what_does_not_fit_is_said() -> None:
    point = tried("VDots-v0", "grid of boxes", "wandering", answer="point")
    assert point["grid of boxes"].unfit == "a point is asked for"
    assert point["wandering"].unfit == "an episode is one answer"
    assert tried("VRoom-v0", "centre")["centre"].unfit == "no place in a picture is asked for"


@pytest.mark.parametrize(("env_id", "settings", "attack", "did"), SPOILT)
def test_the_script_shows_it(
    env_id: str,
    settings: dict[str, Any],
    attack: str,
    did: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = {name: value for name, value in settings.items() if name != "reward"}
    subject = Subject(env_id, plain, BRIEF)
    (run,) = [one for one in DEGENERATE if one.name == attack]
    (finding,) = run.run(subject)
    exec(finding.script, {})
    assert float(capsys.readouterr().out) == pytest.approx(finding.returns["train"], abs=1e-5)


def test_side_by_side_is_one_after_another() -> None:
    subject = Subject("VRoom-v0", {"reward": worlds.nearing}, BRIEF)
    policies = [policy for a in DEGENERATE[-4:] for policy in a.run.policies(subject)[::5]]
    together = play_all(subject.task(), subject.start(), policies, most=20)
    for policy, earned in zip(policies, together, strict=True):
        alone = play(subject.task(), subject.start(), policy, most=20)
        np.testing.assert_allclose(alone.returns, earned.returns)
        np.testing.assert_array_equal(alone.steps, earned.steps)


def test_what_is_said_in_words_is_audited_by_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    subject = Subject("VGeoPhoto-v0", {"image_size": 48, "action": "text"}, BRIEF)
    policy = constant(gestures(subject)[0])
    assert subject.oracle("test").mean == pytest.approx(1.0)
    exec(script_of(subject, policy, "test"), {})
    expected = subject.earned(policy, "test").mean
    assert float(capsys.readouterr().out) == pytest.approx(expected, abs=1e-5)
