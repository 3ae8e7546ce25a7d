"""`vgym chat probe` on the command line."""

from pathlib import Path

import pytest

from vgym import cli

MODEL = """
import numpy as np

class Sees:
    def say(self, messages):
        image = messages[0]["content"][0]["image"]
        ys, xs = np.nonzero(image[..., 1] < 100)
        x = round(500 * (xs.min() + xs.max() + 1) / image.shape[1])
        y = round(500 * (ys.min() + ys.max() + 1) / image.shape[0])
        return f'```json\\n[{{"box_2d": [{y - 9}, {x - 9}, {y + 9}, {x + 9}]}}]\\n```'

class Mute:
    pass
"""


def test_a_model_of_ones_own_is_probed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "seeing_models.py").write_text(MODEL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert cli.main(["chat", "probe", "--agent", "seeing_models:Sees"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["dialect gemini", "numbers: 0-1000, y first"]
    assert any("gemma-4" in line for line in told)
    assert cli.main(["chat", "probe", "--agent", "seeing_models:Mute"]) == 2
    assert "needs a method say(messages)" in capsys.readouterr().err


def test_a_file_is_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = tmp_path / "said.jsonl"
    said.write_text('{"answer": "(1, 2)"}\n', encoding="utf-8")
    assert cli.main(["chat", "probe", "--agent", f"scripted:{said}?dialect=json"]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "out of a file; ask a model" in line
