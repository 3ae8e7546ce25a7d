"""Every example in a docstring of the package gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

import vgym

MODULES = sorted(
    m.name for m in pkgutil.walk_packages(vgym.__path__, "vgym.", onerror=lambda name: None)
)

# Modules that are of no use without a package of an extra.
NEEDS = {
    "vgym.baselines.rllib_module": "ray.rllib",
    "vgym.core.wrappers.sb3_vec_env": "stable_baselines3",
    "vgym.integrations.gem": "gem",
    "vgym.integrations.inspect_ai": "inspect_ai",
    "vgym.integrations.openenv": "openenv",
    "vgym.integrations.openrlhf": "openrlhf",
    "vgym.integrations.skyrl_gym": "skyrl_gym",
    "vgym.integrations.verifiers": "verifiers",
}


@pytest.mark.parametrize("name", ["vgym", *MODULES])
def test_examples(name: str) -> None:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    count = 0
    for name in ("registration", "core.text", "core.letterbox", "geometry.boxes"):
        tests = finder.find(importlib.import_module(f"vgym.{name}"))
        count += sum(bool(test.examples) for test in tests)
    assert count >= 5 and len(MODULES) > 40
