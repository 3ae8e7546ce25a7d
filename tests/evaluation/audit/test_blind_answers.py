"""Learners that see nothing find worlds that words alone solve, and nothing in a sound one."""

from collections.abc import Callable

import pytest

from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.blind.answering import ANSWERING
from vgym.evaluation.audit.subject import Subject

Tiles = Callable[[str], Subject]
BY_NAME = {attack.name: attack for attack in ANSWERING}

IN_VIEW = "the nearest instruction in view"


def found(subject: Subject, name: str) -> Finding:
    (finding,) = BY_NAME[name].run(subject)
    return finding


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != IN_VIEW])
def test_words_earn_nothing_where_the_picture_is_needed(tiles: Tiles, name: str) -> None:
    for share in found(tiles(""), name).shares.values():
        assert share.mean - 2 * share.error < 0.1  # one of twelve at best


def test_places_that_follow_from_words_are_found(tiles: Tiles) -> None:
    subject = tiles("words")
    for name in ("the nearest instruction", "a model of words"):
        finding = found(subject, name)
        assert finding.above(0.25)
        assert set(finding.shares) == {"train", "val", "test"}
        assert min(share.mean for share in finding.shares.values()) > 0.4


def test_a_set_that_can_be_learnt_by_heart_is_found(tiles: Tiles) -> None:
    subject = tiles("memory")
    assert found(subject, "the same words").above(0.25)
    assert found(subject, "the nearest instruction").shares["train"].mean > 0.9
    assert not found(subject, "the best constant").above(0.25)


def test_what_lies_elsewhere_each_time_is_found_by_the_view(tiles: Tiles) -> None:
    subject = tiles("moved")
    assert not found(subject, "the nearest instruction").above(0.25)
    assert found(subject, IN_VIEW).above(0.25)
    unfit = BY_NAME[IN_VIEW].unfit
    assert unfit(tiles("words")) and not unfit(subject)
