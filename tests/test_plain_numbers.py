"""Numbers are plain digits; what a message quotes is short."""

from __future__ import annotations

import pytest

from vgym.plain_numbers import brief, decimal, whole


def _short(text: str) -> str:
    return ascii(text)[:12]


NO_WHOLE = ["١٢", "1_0", "", " ", "²", "1.0", "0x10", "--1", "1\n", "9" * 41, "9" * 5000]
NO_DECIMAL = ["\u0660", "0_0", "nan", "inf", "1e999", "", "0,5", "९.५", "9" * 5000]


@pytest.mark.parametrize("text", NO_WHOLE, ids=_short)
def test_no_whole_numbers(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize("text", NO_DECIMAL, ids=_short)
def test_no_decimal_numbers(text: str) -> None:
    assert decimal(text) is None


def test_numbers() -> None:
    assert [whole(text) for text in ("0", "-12", "007", "9" * 40)] == [0, -12, 7, 10**40 - 1]
    assert [decimal(text) for text in ("0", ".5", "1e-3", "-2.")] == [0, 0.5, 1e-3, -2]


@pytest.mark.parametrize("length", [0, 1, 39, 40, 41, 5000])
def test_brief(length: int) -> None:
    text = "9" * length
    assert len(brief(text)) < 70
    assert brief(text) == repr(text) if length <= 40 else f"({length} characters)" in brief(text)
