"""Options and settings of the whole test run."""

import os

import pytest

# Every worker process of pytest-xdist would otherwise start a thread for each core.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/envs/golden.json anew instead of comparing with it",
    )
