"""Every example in a docstring of the package gives what it says."""

import doctest
import importlib
import pkgutil
from importlib.util import find_spec
from pathlib import Path

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


def _shows_examples(name: str) -> bool:
    spec = find_spec(name)
    return spec is not None and ">>>" in Path(str(spec.origin)).read_text(encoding="utf-8")


EXAMPLES = [name for name in ("vgym", *MODULES) if _shows_examples(name)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_every_module_can_be_imported() -> None:
    for name in MODULES:
        if name in NEEDS and find_spec(NEEDS[name].partition(".")[0]) is None:
            continue
        importlib.import_module(name)


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    count = 0
    for name in ("registration", "core.text", "core.letterbox", "geometry.boxes"):
        tests = finder.find(importlib.import_module(f"vgym.{name}"))
        count += sum(bool(test.examples) for test in tests)
    assert count >= 5 and len(MODULES) > 40
