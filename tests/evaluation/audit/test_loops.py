"""Cycles that pay, episodes beyond the truth, and robots paid twice or for nothing are found."""

from typing import Any

import pytest
from evaluation.audit import worlds

from vgym.evaluation.audit import EFFORTS, Subject, Tried, audit
from vgym.evaluation.audit.loops import LOOPS


def tried(env_id: str, **settings: Any) -> dict[str, Tried]:
    return {t.attack.name: t for t in audit(Subject(env_id, settings, EFFORTS["brief"]), LOOPS)}


# What is spoilt, by which attack it is found, and what is said.
SPOILT: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("VRoom-v0", {"reward": worlds.nearing}, "a cycle that pays", "moves pays"),
    ("VRoom-v0", {"reward": worlds.idle}, "a cycle that pays", "moves pays"),
    ("VRoom-v0", {"reward": worlds.nearing}, "more than the truth", "earn more than the truth"),
    ("VCrew-v0", {"fault": "again"}, "paid twice", "its recipe pays at most 1"),
    ("VCrew-v0", {"fault": "again"}, "a cycle that pays", "moves pays"),
    ("VCrew-v0", {"fault": "again"}, "more than the truth", "earn more than the truth"),
    ("VCrew-v0", {"fault": "bystander"}, "work that is not needed", "a robot that is not needed"),
)


@pytest.mark.parametrize(("env_id", "settings", "attack", "said"), SPOILT)
def test_a_fault_is_found(env_id: str, settings: dict[str, Any], attack: str, said: str) -> None:
    found = tried(env_id, **settings)[attack].above()
    assert found and said in found[0].fault, found


@pytest.mark.parametrize(
    ("env_id", "settings"),
    [
        ("VRoom-v0", {}),
        ("VRoom-v0", {"reward": worlds.nearest}),
        ("VCrew-v0", {}),
        ("VDots-v0", {"answer": "point"}),
    ],
)
def test_a_sound_world_passes(env_id: str, settings: dict[str, Any]) -> None:
    for name, one in tried(env_id, **settings).items():
        assert not one.above(), (name, one.findings)
        assert one.unfit or one.findings


def test_a_cycle_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    subject = Subject("VCrew-v0", {"fault": "again"}, EFFORTS["brief"])
    (finding,) = LOOPS[0].run(subject)
    exec(finding.script, {})
    assert float(capsys.readouterr().out) == pytest.approx(finding.returns["train"], abs=1e-5)
