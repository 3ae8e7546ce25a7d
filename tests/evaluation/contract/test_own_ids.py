"""Every id of ours that is a task keeps every promise."""

import pytest
from evaluation.contract.paid_so_far import PAID
from rollouts import small

from vgym.evaluation import contract
from vgym.evaluation.audit import Subject, brief
from vgym.evaluation.contract import PROMISES, Candidate, check, held
from vgym.registration import registered, row_of

IDS = [row.id for row in registered() if row.task]
QUICK = ("VGroundPoint-v0", "VNavPoint-v0")


def settings(env_id: str) -> dict[str, int]:
    """Quick to make; how many rooms a place has is the difficulty's to say."""
    made = {name: value for name, value in small(env_id).items() if name != "rooms"}
    return {**made, "image_size": 64}


SLOW = [promise for promise in PROMISES if promise.__name__ in ("processes", "oracle", "audit")]


@pytest.mark.parametrize("env_id", QUICK)
@pytest.mark.parametrize("promise", [p for p in PROMISES if p not in SLOW])
def test_two_of_them(env_id: str, promise: object) -> None:
    finding = held(promise, Candidate(env_id, settings(env_id)))  # type: ignore[arg-type]
    assert finding.kept, finding.problems


@pytest.mark.slow
@pytest.mark.parametrize("env_id", IDS)
def test_every_one(env_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = {"audit"}  # see below
    if row_of(env_id).native and env_id not in QUICK:
        apart.add("processes")  # all in one by tests/envs/test_golden.py
    rest = tuple(promise for promise in PROMISES if promise.__name__ not in apart)
    monkeypatch.setattr(contract, "PROMISES", rest)
    findings = list(check(env_id, **settings(env_id)))
    broken = {f.name: f.problems for f in findings if not f.kept}
    if env_id == "VNavTeam-v0":  # its own tests ask 9 in 10 of its oracle
        (said,) = broken.pop("oracle", ("the oracle solves 16 of 16",))
        assert int(said.split()[3]) >= 15, said
    assert broken == {}
    assert len(findings) >= len(rest) - 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("env_id", "form"),
    [
        (env_id, form)
        for env_id in ("VGeo-v0", "VGeoPhoto-v0")
        for form in ("cell", "scores", "text")
    ],
)
def test_answers_of_places_in_other_forms(env_id: str, form: str) -> None:
    """Cells and words can say the truth too, and pay no blind answer."""
    made = {"image_size": 64, "action": form, "max_episode_steps": 1}
    for promise in (p for p in PROMISES if p.__name__ in ("oracle", "audit")):
        finding = held(promise, Candidate(env_id, made))
        assert finding.kept, finding.problems


@pytest.mark.slow
@pytest.mark.parametrize("env_id", IDS)
def test_what_is_paid_without_the_task(env_id: str) -> None:
    """Nothing but what is known, and no more than it was; what is mended is known no longer."""
    above = {
        tried.attack.name: max(found.share.mean if found.share else 1 for found in tried.above())
        for tried in brief(Subject(env_id, settings(env_id)))
        if tried.above()
    }
    known = {attack: most for (id, attack), (most, _) in PAID.items() if id == env_id}
    assert set(above) == set(known)
    assert {attack for attack, share in above.items() if share > known[attack]} == set()
