"""Kernels of the card, as far as they can be tried without one: by numba's simulator, and compiled
where numba-cuda is installed with NVIDIA's compiler."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from vgym.card_kernels import CardKernel

TESTS = Path(__file__).parent


@CardKernel
def _doubled(i, values):
    values[i] *= 2


def test_the_simulator_draws_the_same_pictures() -> None:
    environment = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "PYTHONPATH": f"{TESTS}"}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] += os.pathsep + os.environ["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, str(TESTS / "card_simulation.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    levels, labels, depths, things = map(int, done.stdout.split())
    assert levels <= 1 and labels == depths == 0 and things > 2


@pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is not None, reason="numba-cuda is installed here"
)
def test_without_numba_cuda_it_is_said_how_to_install_it() -> None:
    with pytest.raises(ImportError, match=r"pip install 'vgym\[cuda\]'"):
        _doubled.on_card  # noqa: B018


def test_no_threads_are_no_launch() -> None:
    _doubled.launch(0, torch.device("cuda"), torch.zeros(0))  # would ask for a card otherwise
