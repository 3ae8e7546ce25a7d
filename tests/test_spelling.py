"""What errors suggest: the nearest names, whatever their capitals and joints."""

import pytest

from vgym.spelling import nearest


@pytest.mark.parametrize(
    ("word", "names", "found"),
    [
        ("NEXT_STEP", ["SameStep", "NextStep", "Disabled"], ["NextStep"]),
        ("IOU", ["giou", "iou", "gaussian"], ["iou"]),
        ("gui g2", ["gui-g1", "gui-g2"], ["gui-g2"]),
        ("vground-V0", ["VGround-v0", "VMaze-v0"], ["VGround-v0"]),
        ("zzz", ["apple"], []),
        (3, [1, 2, 30], ["30"]),
        ("", ["a"], []),
        ("---", ["a", "--"], ["--"]),
        ("a" * 10**6, ["b" * 70, "a" * 81], []),
    ],
)
def test_the_nearest(word: object, names: list[object], found: list[str]) -> None:
    assert nearest(word, names) == found


def test_several_the_nearest_first() -> None:
    assert nearest("giou", ["iou", "giou", "gaussian"], 2, 0.0) == ["giou", "iou"]
    assert nearest("A-b", ["a_b", "ab", "c"], 2) == ["a_b", "ab"]
