"""A target that can be told from distractors is told; one that cannot is not."""

from collections.abc import Callable

import pytest
import torch

from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.leaks import LEAKS, features_of
from vgym.evaluation.audit.subject import Effort, Subject

Tiles = Callable[[str], Subject]
TOLD, DETECTOR = LEAKS


def told(subject: Subject) -> dict[str, Finding]:
    return {finding.by.split()[-1]: finding for finding in TOLD.run(subject)}


def test_nothing_tells_the_target_of_a_sound_world(tiles: Tiles) -> None:
    for finding in told(tiles("")).values():
        for share in finding.shares.values():
            assert abs(share.mean) <= 3 * share.error  # 0 is an area of one half
        assert not finding.above(0.1)


@pytest.mark.parametrize(
    ("fault", "by"),
    [("first", "order"), ("large", "size"), ("repeated", "repeats"), ("long", "length")],
)
def test_what_tells_the_target_is_named(tiles: Tiles, fault: str, by: str) -> None:
    found = told(tiles(fault))
    assert found[by].above(0.25)
    assert not found["position"].above(0.1)


def test_a_detector_without_words_earns_by_what_looks_like_a_target(tiles: Tiles) -> None:
    guess, likely = DETECTOR.run(tiles("large"))
    assert guess.shares["train"].mean < 0.2
    assert likely.shares["train"].mean > 0.9
    assert max(f.shares["train"].mean for f in DETECTOR.run(tiles(""))) < 0.2


def test_pictures_that_show_nothing_spoil_no_others(tiles: Tiles) -> None:
    subject = tiles("")
    task, state = subject.task(), subject.start("train", 8)
    found = task.candidates(state)
    assert found is not None
    empty = found._replace(mask=found.mask & (torch.arange(8) > 0)[:, None])
    for name, numbers in features_of(task, state, empty).items():
        assert torch.isfinite(numbers).all() and not numbers[0].any(), name


def test_nothing_is_said_of_a_few_pictures() -> None:
    """Five of them are told apart by any number."""
    effort = Effort("brief", judged=3, chosen=8, fitted=16)
    assert not told(Subject("VTiles-v0", {"fault": "large"}, effort))


def test_more_are_looked_at_where_few_show_a_target() -> None:
    effort = Effort("brief", judged=16, chosen=8, fitted=16)
    found = told(Subject("VTiles-v0", {"fault": "large"}, effort))
    assert {share.episodes for share in found["size"].shares.values()} == {8 * 16}
