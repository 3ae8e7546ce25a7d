"""One browser for the tests of a module."""

from collections.abc import Iterator

import pytest

from vgym.envs.gui.web.browser import acquire, release


@pytest.fixture(scope="module")
def one_browser() -> Iterator[None]:
    """Held open between tests: most of a test's time is a browser's start."""
    held = acquire(False)
    yield
    release(held)
