"""Every example in a docstring of the package gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

import vgym

MODULES = sorted(
    m.name for m in pkgutil.walk_packages(vgym.__path__, "vgym.", onerror=lambda name: None)
)


@pytest.mark.parametrize("name", ["vgym", *MODULES])
def test_examples(name: str) -> None:
    if name == "vgym.core.wrappers.sb3_vec_env":
        pytest.importorskip("stable_baselines3")
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    count = 0
    for name in ("registration", "core.text", "core.letterbox", "geometry.boxes"):
        tests = finder.find(importlib.import_module(f"vgym.{name}"))
        count += sum(bool(test.examples) for test in tests)
    assert count >= 5 and len(MODULES) > 40
