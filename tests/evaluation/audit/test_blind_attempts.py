"""What is told between attempts is used to find the answer, if it tells."""

from collections.abc import Callable

from vgym.evaluation.audit.blind.attempts import many_constants, probing, several
from vgym.evaluation.audit.subject import Subject


def sparse(subject: Subject, attempts: int) -> Subject:
    subject.settings = {**subject.settings, "reward": "sparse"}
    return several(subject, attempts)


def test_a_place_follows_from_two_distances(tiles: Callable[[str], Subject]) -> None:
    subject = sparse(tiles("told"), 3)
    assert subject.earned(probing(subject)).mean > 0.9


def test_nothing_follows_where_nothing_is_told(tiles: Callable[[str], Subject]) -> None:
    subject = sparse(tiles(""), 3)
    assert subject.earned(probing(subject)).mean < 0.15  # three tries of at most one in twelve


def test_many_constants_are_not_the_same(tiles: Callable[[str], Subject]) -> None:
    subject = sparse(tiles(""), 8)
    once = sparse(tiles(""), 1)
    assert subject.earned(many_constants(subject)).success.mean() > 2 * (
        once.earned(many_constants(once)).success.mean()
    )
