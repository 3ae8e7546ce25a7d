"""One run where much is against it: no asserts, every warning an error, no UTF-8, odd paths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from documents.scratch import furnish
from PIL import Image

import vgym
from vgym import cli

# Under -O nothing may hang on an assert, so this script has none either.
SCRIPT = """
import sys
import gymnasium, numpy
import vgym
from vgym import cli


def refused(kind, make):
    try:
        make()
    except kind as error:
        return print("refused", type(error).__name__)
    sys.exit(f"not refused: {kind}")


codes = [cli.main(words.split("|")) for words in sys.argv[1:]]
env = gymnasium.make("VGroundPoint-v0", image_size=64)
env.reset(seed=0)
refused(gymnasium.error.InvalidAction, lambda: env.step(numpy.full(2, numpy.nan, numpy.float32)))
refused(gymnasium.error.InvalidAction, lambda: env.step([0.5, 2.0]))
refused(ValueError, lambda: gymnasium.make("VNav-v0", reward="gui-g3"))
refused(ValueError, lambda: vgym.rewards.score("iou", prediction_boxes=3))
refused(vgym.data.DataError, lambda: vgym.data.open_image("\\u043a.png"))
print(codes, __debug__, sys.getfilesystemencoding(), sys.stdout.encoding)
print(vgym.__file__)
"""
COMMANDS = [
    "bench|--envs|VGroundPoint-v0|--agents|random,oracle|--episodes|3|--image-size|64|--out|Büro",
    "bench|--envs|VGroundPoint-v0|--agents|oracle|--source|Ü.jsonl|--out|of mine|--image-size|64",
    "compare|Büro|Büro|--agents|random,oracle",
    "show|VGroundPoint-v0|--source|Ü.jsonl|--image-size|64|--out|ein Bild ü.png",
    "score-screenspot|out.json|--data|screenspot",
    "rewards|--for|VNav-v0",
    "rewards|show|giou|--out|für giou.png",
]


@pytest.mark.slow
def test_it_runs_as_ever_in_hard_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "Prüf stand"
    (here / "site packages").mkdir(parents=True)
    furnish(here)
    (here / "site packages" / "vgym").symlink_to(Path(vgym.__file__).parent)
    Image.fromarray(np.full((60, 90, 3), 99, np.uint8)).save(here / "Ü.png")
    record = {"image": "Ü.png", "expression": "кнопка", "boxes": [[9, 9, 30, 30]]}
    (here / "Ü.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-O", "-W", "error", "-P", "-c", SCRIPT, *COMMANDS],
        cwd=here,
        env=kept
        | {
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONPATH": str(here / "site packages"),
        },
        capture_output=True,
        timeout=300,
    )
    said = done.stdout.decode("utf-8", "backslashreplace")
    assert done.returncode == 0, said + done.stderr.decode("utf-8", "backslashreplace")
    *_, summary, place = said.splitlines()
    assert summary.startswith(f"{[0] * len(COMMANDS)} False ascii ")
    assert place == str(here / "site packages" / "vgym" / "__init__.py")
    assert "\\u043a" in said and "-1.000 " in said and "Büro/report.html" in said
    assert {"ein Bild ü.png", "für giou.png"} <= set(os.listdir(here))
    # The same episodes as where nothing is against it.
    monkeypatch.chdir(here)
    words = COMMANDS[0].replace("Büro", "plain").split("|")
    assert cli.main(words) == 0
    hard, plain = ((here / out / "episodes.jsonl").read_bytes() for out in ("Büro", "plain"))
    assert hard == plain
