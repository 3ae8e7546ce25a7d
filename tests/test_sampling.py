"""What is left for the slow tests: never a whole subject."""

from collections import Counter

import pytest
from rollouts import IDS
from sampling import one_in


def test_one_in_takes_every_value_of_every_axis() -> None:
    cases = one_in(3, [("a", 1), ("b", 2)], [True, False], range(5))
    assert len(cases) == 20
    assert all(len(case.values) == 4 for case in cases)
    quick = [case.values for case in cases if not case.marks]
    assert len(quick) == 7
    assert {v[0] for v in quick} == {"a", "b"} and {v[2] for v in quick} == {True, False}
    assert {v[3] for v in quick} == set(range(5))


def test_every_id_has_its_turn(request: pytest.FixtureRequest) -> None:
    """Counted over what was collected with this test, where that is the whole."""
    turns = Counter(
        item.callspec.params["env_id"]
        for item in request.session.items
        if hasattr(item, "callspec") and item.callspec.params.get("env_id") in IDS
    )
    if len(request.session.items) < 5000:
        pytest.skip("only a part of the tests is run")
    assert set(turns) == set(IDS) and min(turns.values()) >= 10, turns
