"""Which cases of a large product run by default, and which wait for `pytest -m slow`."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest

from vgym.registration import registered


def one_in(n: int, *axes: Iterable[Any]) -> list[Any]:
    """Every combination, for `pytest.mark.parametrize`: all but the first of every n marked slow.

    Args:
        n: sharing no factor with the length of any axis but the first, so that each of their
            values has its turn.
        axes: the values of one argument, or tuples of several arguments' values.
    """
    cases = []
    for k, combination in enumerate(product(*axes)):
        values = [v for part in combination for v in (part if isinstance(part, tuple) else (part,))]
        cases.append(pytest.param(*values, marks=pytest.mark.slow if k % n else ()))
    return cases


def siblings_that_wait(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Ids of one folder of `vgym.envs` are alike: of each test one of them runs by default, and of
    the forms of action that they take every other one.

    Which ones turns with the test and its other parameters, so that all have their turn.

    Args:
        items: as collected; siblings are told by their parameter ``env_id``, forms by ``form``.

    Returns:
        Those that are to be marked slow.
    """
    folder_of = {row.id: ".".join(row.task.split(".")[:3]) for row in registered()}
    alike: dict[tuple[str, str, str], list[pytest.Item]] = defaultdict(list)
    for item in items:
        spec = getattr(item, "callspec", None)
        env_id = spec.params.get("env_id") if spec else None
        if folder_of.get(env_id) and not item.get_closest_marker("slow"):
            test = item.nodeid.partition("[")[0]
            alike[test, spec.id.replace(env_id, ""), folder_of[env_id]].append(item)
    waiting = []
    forms: dict[str, list[pytest.Item]] = defaultdict(list)
    for (test, case, folder), ids in alike.items():
        turn = zlib.crc32(f"{test}{case}".encode()) % len(ids)
        waiting += ids[:turn] + ids[turn + 1 :]
        if "form" in ids[turn].callspec.params:  # type: ignore[attr-defined]
            forms[f"{test} {folder}"].append(ids[turn])
    for name, of_one in forms.items():
        if len(of_one) > 1:
            waiting += of_one[zlib.crc32(name.encode()) % 2 :: 2]
    return waiting
