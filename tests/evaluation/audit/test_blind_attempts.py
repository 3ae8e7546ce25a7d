"""What is told between attempts is used to find the answer, if it tells."""

from collections.abc import Callable

from vgym.evaluation.audit.blind.attempts import by_attempts, many_constants, probing, several
from vgym.evaluation.audit.subject import Subject


def sparse(subject: Subject, attempts: int, expose: str = "end") -> Subject:
    subject.settings = {**subject.settings, "reward": "sparse", "expose": expose}
    return several(subject, attempts)


def test_a_place_follows_from_two_distances(tiles: Callable[[str], Subject]) -> None:
    subject = sparse(tiles("told"), 3, "truth")
    assert subject.earned(probing(subject)).mean > 0.9


def test_nothing_follows_where_nothing_is_told(tiles: Callable[[str], Subject]) -> None:
    for fault in ("", "told"):  # what is told at the end comes too late
        subject = sparse(tiles(fault), 3)
        assert subject.earned(probing(subject)).mean < 0.15  # one of twelve


def test_many_tries_are_worth_no_more_than_one(tiles: Callable[[str], Subject]) -> None:
    subject = sparse(tiles(""), 8)
    assert subject.earned(many_constants(subject)).mean < 0.15


def test_as_many_are_tried_as_there_are(tiles: Callable[[str], Subject]) -> None:
    found = next(iter(by_attempts(sparse(tiles(""), 2))))
    assert found.by == "the 2 best constants in turn"
