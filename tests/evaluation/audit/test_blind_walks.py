"""Boards that can be done without looking are done so, by the attack that is made for it."""

from collections.abc import Callable, Iterable

import pytest

from vgym.evaluation.audit.blind.programs import PROGRAMS
from vgym.evaluation.audit.blind.walking import WALKING
from vgym.evaluation.audit.subject import Effort, Subject

Boards = Callable[[str], Subject]
ATTACKS = {attack.name: attack for attack in (*PROGRAMS, *WALKING)}
FINDS = {
    "words": "open loop",
    "sensor": "sensors without the picture",
    "info": "reward and info between steps",
}


def quick_first(names: Iterable[str]) -> list[object]:
    """What imitates takes seconds."""
    imitates = {*FINDS.values()} - {"open loop"}
    return [
        pytest.param(name, marks=pytest.mark.slow) if FINDS.get(name, name) in imitates else name
        for name in names
    ]


@pytest.mark.parametrize("fault", quick_first(FINDS))
def test_the_fault_is_found(boards: Boards, fault: str) -> None:
    finding, *_ = ATTACKS[FINDS[fault]].run(boards(fault))
    assert finding.above(0.25)


def test_a_hill_that_info_tells_is_climbed(boards: Boards) -> None:
    on_distance, on_reward = ATTACKS["hill climbing"].run(boards("info"))
    assert "distance" in on_distance.by
    assert on_distance.above(0.25)
    assert not on_reward.above(0.1)


@pytest.mark.parametrize("name", quick_first(ATTACKS))
def test_a_sound_walk_passes(boards: Boards, name: str) -> None:
    for finding in ATTACKS[name].run(boards("")):
        assert not finding.above(0.1)


def test_who_forgets_is_paid_where_nothing_has_to_be_remembered(boards: Boards) -> None:
    (finding,) = ATTACKS["no memory"].run(boards("words"))
    assert finding.above(0.9)
    assert ATTACKS["no memory"].unfit(boards("")) == ""
    assert ATTACKS["no memory"].unfit(Subject("VRoom-v0")) == "an episode has no trials"


def test_a_team_is_imitated_by_what_each_is_paid() -> None:
    """Before the first step, too, there is a number for each of its robots."""
    effort = Effort("brief", judged=8, chosen=8, fitted=16, walked=1.0)
    found = ATTACKS["reward and info between steps"].run(Subject("VCrew-v0", {}, effort))
    assert [bool(finding.shares) for finding in found] == [True, True]
