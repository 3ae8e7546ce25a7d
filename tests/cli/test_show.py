"""`vgym show` shows what `gymnasium.make` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from PIL import Image

from vgym.cli import main
from vgym.registration import registered


def _same(id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The instruction, after comparing it and the picture with those of `make`."""
    settings = {} if not words else {"source": words[1]}
    env: Any = gymnasium.make(id, render_mode="rgb_array", **settings)
    _, info = env.reset(seed=3)
    out = tmp_path / "x.png"
    assert main(["show", id, "--seed", "3", "--out", str(out), *words]) == 0
    assert f"{id} seed 3: {info['instruction']}\n" in capsys.readouterr().out
    assert np.array_equal(np.asarray(Image.open(out)), env.render())
    env.close()
    return str(info["instruction"])


def test_screens_are_the_captured_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = _same("VGui-v0", tmp_path, capsys)
    assert plain == _same("VGui-v0", tmp_path, capsys, "--source", "screens")
    assert plain != _same("VGui-v0", tmp_path, capsys, "--source", "synthetic")


@pytest.mark.slow
@pytest.mark.parametrize("id", [row.id for row in registered() if row.native])
def test_every_id(id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _same(id, tmp_path, capsys)


def test_a_record_is_shown_by_number_and_by_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env: Any = gymnasium.make("VGround-v0", source="photos", render_mode="rgb_array")
    _, info = env.reset(seed=0, options={"record": 3})
    place, out = env.unwrapped.task.records[3], tmp_path / "x.png"
    words = ["show", "VGround-v0", "--source", "photos", "--out", str(out), "--record"]
    for given in ("3", place):
        assert main([*words, given]) == 0
        assert f"VGround-v0 record {place}: {info['instruction']}\n" in capsys.readouterr().out
        assert np.array_equal(np.asarray(Image.open(out)), env.render())
    for given in ("9999", "photos.jsonl:9999", "-1"):
        assert main([*words[:-1], f"--record={given}"]) == 2
        assert f"no record '{given}': there are 0 to " in capsys.readouterr().err
    assert main(["show", "VGround-v0", "--record", "0"]) == 2
    assert "--record is for sources with records" in capsys.readouterr().err
