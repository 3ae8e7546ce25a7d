"""The lowest versions that are tried are those that are allowed."""

import tomllib
from pathlib import Path

import pytest

import vgym

ROOT = Path(vgym.__file__).resolve().parents[1]
if not (ROOT / "pyproject.toml").exists():
    pytest.skip("the installed package has no repository around it", allow_module_level=True)

# No build of its floor for Linux without CUDA is to be had.
NOT_TRIED = {"torch"}


def test_the_constraints_are_the_floors() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    floors = dict(each.split(">=") for each in project["dependencies"])
    lines = (ROOT / "constraints-lowest.txt").read_text("utf-8").splitlines()
    tried = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert tried.keys() == floors.keys()
    for name, floor in floors.items():
        if name not in NOT_TRIED:
            assert f"{tried[name]}.".startswith(f"{floor}."), name
