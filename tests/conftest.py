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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser is left out, aloud, where there is none."""
    from vgym.data.capture.chromium import find_chromium

    driven = [item for item in items if item.get_closest_marker("web")]
    if driven and find_chromium() is None:
        for item in driven:
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt install chromium"))
