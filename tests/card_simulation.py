"""Run by `test_card_kernels` with NUMBA_ENABLE_CUDASIM=1: pictures by numba's simulator of CUDA, in
which every thread is one of Python's, against those of the CPU."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from card_bodies import arrays

from vgym.card_kernels import CardKernel
from vgym.envs.navigation.render import render, stack_worlds
from vgym.envs.navigation.render.cuda_path import render_on_card

_BLOCK = 32


def _simulated(kernel: CardKernel, count: int, device: torch.device, *arguments: Any) -> None:
    kernel.on_card[-(-count // _BLOCK), _BLOCK](count, arrays(arguments))


def main() -> None:
    pytest.MonkeyPatch().setattr(CardKernel, "launch", _simulated)
    path = Path(__file__).parent / "envs/navigation/test_render.py"
    spec = importlib.util.spec_from_file_location("pictures_of_worlds", path)
    assert spec and spec.loader
    known = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = known
    spec.loader.exec_module(known)
    worlds = [known.world(seed, 30, 2) for seed in range(2)]
    views = known.somewhere(worlds, 4, 3, movers=2, toggles=2)
    views.scene[3] = 9  # which is not there
    one, other = known.pictures(views, 13, 11), known.pictures(views, 13, 11)
    scenes, rows = stack_worlds(worlds), torch.arange(4)
    render(scenes, known.TEXELS, views, one[0], depth=one[1], labels=one[2])
    render_on_card(scenes, known.TEXELS, views, other[0], rows, other[1], other[2])
    # What compiled functions give back to Python is rounded to float32 a step later.
    levels, labels = (one[0].int() - other[0].int()).abs(), one[2] != other[2]
    near = torch.isclose(one[1], other[1], rtol=1e-5, atol=0)
    things = len(torch.unique(one[2]))
    print(int(levels.max()), int(labels.sum()), int((~near).sum()), things)


main()
