"""No field of a loaded state, whatever it holds, ends the process: see docs/hardening.md."""

import subprocess
import sys
from pathlib import Path

import pytest
from rollouts import IDS

SCRIPT = Path(__file__).parents[1] / "hostile_states.py"


@pytest.mark.slow
def test_every_field_of_every_id_is_refused_or_played() -> None:
    ran = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]  # below 0 for a signal
    rows = [line for line in ran.stdout.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(IDS)
