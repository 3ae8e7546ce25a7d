"""Numbers as options of a command line: each a ``type`` of argparse, in plain digits alone."""

from __future__ import annotations

from argparse import ArgumentTypeError

from vgym.plain_numbers import brief, decimal, whole

_MOST = 10**9
_SEEDS = 1 << 62  # leaves room to count on from the last


def count(text: str) -> int:
    """A whole number from 1 to a billion."""
    found = whole(text)
    if found is None or not 1 <= found <= _MOST:
        raise ArgumentTypeError(f"{brief(text)} is not a positive whole number up to {_MOST}")
    return found


def seed(text: str) -> int:
    """A whole number from 0 that leaves room to count on from."""
    found = whole(text)
    if found is None or not 0 <= found < _SEEDS:
        last = _SEEDS - 1
        raise ArgumentTypeError(f"{brief(text)} is not a seed: a whole number from 0 to {last}")
    return found


def integer(text: str) -> int:
    """A whole number; whose option it is says from where to where."""
    found = whole(text)
    if found is None:
        raise ArgumentTypeError(f"{brief(text)} is not a whole number of 1 to 40 plain digits")
    return found


def number(text: str) -> float:
    """A finite decimal number; whose option it is says from where to where."""
    found = decimal(text)
    if found is None:
        raise ArgumentTypeError(
            f"{brief(text)} is not a number in plain digits (20 at most, 20 after the point), "
            "such as 0.5"
        )
    return found


def width_and_height(text: str) -> tuple[int, int]:
    """Two whole numbers, such as ``1280x800``; whose option it is says from where to where."""
    width, times, height = text.partition("x")
    wide, high = whole(width), whole(height)
    if not times or wide is None or high is None:
        raise ArgumentTypeError(
            f"a size is WIDTHxHEIGHT in plain digits, such as 1280x800; got {brief(text)}"
        )
    return wide, high
