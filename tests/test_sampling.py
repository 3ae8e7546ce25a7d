"""How the tests themselves are shared out."""

import os
from types import SimpleNamespace
from typing import Any

import pytest
from rollouts import FORM_CASES
from sampling import siblings_that_wait


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process: nothing to share")
def test_tests_of_a_file_are_of_one_worker(request: pytest.FixtureRequest) -> None:
    """pytest-xdist reads the group from the id's end; without one each test goes anywhere."""
    assert request.node.nodeid.endswith("@tests/test_sampling.py")


def runs(test: str) -> list[tuple[str, str]]:
    """Of a test of every form of every id, the cases that run by default."""

    def item(env_id: str, form: str) -> Any:
        spec = SimpleNamespace(params={"env_id": env_id, "form": form}, id=f"{env_id}-{form}")
        return SimpleNamespace(nodeid=test, callspec=spec, get_closest_marker={}.get)

    items = [item(*case) for case in FORM_CASES]
    waiting = [id(each) for each in siblings_that_wait(items)]
    assert len(set(waiting)) == len(waiting)
    return [case for case, each in zip(FORM_CASES, items, strict=True) if id(each) not in waiting]


def test_every_form_of_every_id_has_its_turn() -> None:
    chosen = [runs(f"test_{number}") for number in range(300)]
    assert {case for cases in chosen for case in cases} == set(FORM_CASES)
    assert all(5 <= len(cases) <= len(FORM_CASES) / 3 for cases in chosen)
    assert runs("test_0") == chosen[0]
