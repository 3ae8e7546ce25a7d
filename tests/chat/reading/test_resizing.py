"""Policies give the sizes that their sources give, and their fixed points stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.chat.reading.resizing import policies, policy

# Ran from the formulas of the sources named in the table of policies; (width, height).
SIZES = {
    (1280, 800): [
        ("qwen2-vl-defaults", 1260, 784),
        ("qwen2.5-vl", 1288, 812),
        ("qwen3-vl", 1280, 800),
        ("ui-tars", 1288, 812),
        ("holo1.5", 1288, 812),
        ("glm-v", 1288, 812),
        ("gemma-4", 1008, 624),
    ],
    (3840, 2160): [
        ("qwen2-vl-defaults", 1316, 728),
        ("qwen2.5-vl", 3836, 2156),
        ("qwen3-vl", 3840, 2176),
        ("ui-tars", 3836, 2156),
        ("holo1.5", 2548, 1428),
        ("glm-v", 3220, 1792),
        ("gemma-4", 1056, 576),
    ],
    (64, 64): [
        ("qwen2-vl-defaults", 56, 56),
        ("qwen2.5-vl", 56, 56),
        ("qwen3-vl", 64, 64),
        ("ui-tars", 280, 280),
        ("holo1.5", 56, 56),
        ("glm-v", 84, 84),
        ("gemma-4", 768, 768),
    ],
}
KNOWN = [name for name in policies() if name != "unknown"]


def test_one_picture_has_many_sizes() -> None:
    for (width, height), rows in SIZES.items():
        for name, wide, high in rows:
            assert policy(name).resized((height, width)) == (high, wide), name


def test_a_thin_picture_keeps_a_width() -> None:
    small = policy("qwen2.5-vl")
    assert min(small.resized((639, 31))) >= 28


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 9000), st.integers(1, 9000), st.sampled_from(KNOWN))
def test_fixed_points_are_kept(height: int, width: int, name: str) -> None:
    one = policy(name)
    try:
        size = one.fixed_point((height, width))
    except ValueError as error:
        # A side of few multiples may be rounded down by a third: the server then refuses that.
        assert "longer than 200 to 1" in str(error)
        assert max(height, width) > 125 * min(height, width)
        return
    assert one.resized(size) == size and min(size) >= 1
    if one.factor > 1:
        assert not any(side % one.factor for side in size)


def test_an_unknown_policy_names_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'qwen2.5-vl'.*gemma-4"):
        policy("qwen25-vl")
