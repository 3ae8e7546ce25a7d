"""What is a key, and what is said of rows without one or with another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgym.data.errors import RecordProblem
from vgym.data.record_keys import KeyedRows, as_key


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (0, 0),
        (-0.0, 0),
        (7.0, 7),
        ("7", 7),
        ("-7", -7),
        ("007", "007"),
        ("+7", "+7"),
        ("7.0", "7.0"),
        (" 7", " 7"),
        ("-", "-"),
        ("\u0667", "\u0667"),  # a seven, not in ASCII
        ("9" * 5000, "9" * 5000),
        (2**70, 2**70),
    ],
)
def test_keys(value: object, key: object) -> None:
    found = as_key(value)
    assert found == key and type(found) is type(key)


@pytest.mark.parametrize(
    "value", [None, True, False, 0.5, float("nan"), float("inf"), 2.0**53, 1e300, "", [], {}, b"7"]
)
def test_no_keys(value: object) -> None:
    assert as_key(value) is None


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_every_spelling_of_a_number_is_one_key(number: int) -> None:
    assert as_key(number) == as_key(float(number)) == as_key(str(number)) == number


def test_what_is_referred_to_is_found_or_refused() -> None:
    rows = KeyedRows(
        [{"id": 1}, {"id": 2, "a": 1}, {"id": 2.0, "a": 2}, {"id": "2"}, {}], "category"
    )
    assert rows.find({"category_id": "1"}, "category_id") == 0
    assert set(rows.faults) == {1, 2, 3, 4}
    for value, words in [
        (2, r"category_id 2 is that of categories\[1\], categories\[2\] and 1 more"),
        (3, "category_id 3 is not among the categories"),
        (None, "category_id is None; it must be a whole number or a text"),
        ("x" * 9999, r"category_id 'x.*\.\.\..*x' is not among"),
    ]:
        with pytest.raises(RecordProblem, match=words) as caught:
            rows.find({"category_id": value}, "category_id")
        assert len(str(caught.value)) < 200
    with pytest.raises(RecordProblem, match="its image is missing"):
        rows.find({}, "image_id", "its image")


def test_rows_nested_too_deeply_to_compare_are_not_equal() -> None:
    deep: list[object] = []
    other: list[object] = []
    for _ in range(200_000):
        deep, other = [deep], [other]
    rows = KeyedRows([{"id": 1, "x": deep}, {"id": 1, "x": other}], "image")
    assert rows.repeats == {} and set(rows.faults) == {0, 1}
