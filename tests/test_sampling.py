"""How the tests themselves are shared out."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process: nothing to share")
def test_tests_of_a_file_are_of_one_worker(request: pytest.FixtureRequest) -> None:
    """pytest-xdist reads the group from the id's end; without one each test goes anywhere."""
    assert request.node.nodeid.endswith("@tests/test_sampling.py")
