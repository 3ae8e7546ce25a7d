"""Four bytes at once are what plain sums of them are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_pixels import mixed, plainly_mixed


@compiled
def mixed_at(
    picture: NDArray[np.uint8], given: NDArray[np.int64], found: NDArray[np.uint8], at: int
) -> None:
    upper, lower = np.uint64(given[0]), np.uint64(given[1])
    mixed(picture, upper, lower, given[2], given[3], found, np.uint64(at))


@settings(deadline=None)
@given(
    st.binary(min_size=7, max_size=40),
    st.tuples(*[st.integers(0, 255)] * 2),
    st.tuples(*[st.integers(0, 33)] * 3),
)
def test_four_bytes_are_what_plain_sums_are(
    content: bytes, shares: tuple[int, int], places: tuple[int, int, int]
) -> None:
    picture = np.frombuffer(content, np.uint8).copy()
    upper, lower = (place % (len(picture) - 6) for place in places[:2])
    found = np.full((2, 40), 9, np.uint8)
    mixed_at(picture, np.array([upper, lower, *shares]), found[0], places[2])
    plainly_mixed(picture, upper, lower, *shares, found[1], places[2])
    np.testing.assert_array_equal(found[0], found[1])


def test_a_share_of_nothing_is_a_pixel_itself_and_between_two_lies_their_mean() -> None:
    picture = np.arange(0, 240, 10).astype(np.uint8)
    found = np.zeros(4, np.uint8)
    mixed_at(picture, np.array([3, 12, 0, 0]), found, 0)
    assert found.tolist() == [30, 40, 50, 60]
    mixed_at(picture, np.array([3, 12, 128, 128]), found, 0)
    assert found.tolist() == [90, 100, 110, 120]
