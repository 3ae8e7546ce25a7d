"""How many registers a thread of each kernel takes, by NVIDIA's compiler; no card is needed.

pip install 'vgym[cuda12]' nvidia-cuda-nvcc-cu12; python tests/card_registers.py
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium
import numba
import numba.cuda.dispatcher
import nvidia.cuda_nvcc
import pytest
import torch
from card_bodies import arrays
from numba import cuda

import vgym  # noqa: F401
from vgym.card_kernels import CardKernel
from vgym.envs.navigation.render import drawing

CAPABILITY = (9, 0)
ASSEMBLER = Path(nvidia.cuda_nvcc.__path__[0]) / "bin/ptxas"


def registers(kernel: CardKernel, kinds: Any) -> str:
    """What the assembler says of a kernel whose launch has arguments of these types."""
    ptx, _ = cuda.compile_ptx(kernel.on_card.py_func, kinds, cc=CAPABILITY)
    # What is written is of the newest version that numba-cuda knows.
    ptx = re.sub(r"^\.version .*$", ".version 8.8", ptx, flags=re.M)
    with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
        file.write(ptx)
        file.flush()
        command = [str(ASSEMBLER), "-v", "-arch=sm_90", file.name, "-o", "/dev/null"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return "; ".join(re.findall(r"Used \d+ registers|\d+ bytes spill stores|\d+ bytes stack", said))


def main() -> None:
    # The card that functions are compiled for which a kernel calls.
    numba.cuda.dispatcher.get_current_device = lambda: SimpleNamespace(
        compute_capability=CAPABILITY
    )

    def tell(kernel: CardKernel, count: int, device: torch.device, *arguments: Any) -> None:
        kinds = numba.int64, numba.typeof(arrays(arguments))
        print(kernel.body.__name__, registers(kernel, kinds), flush=True)

    patched = pytest.MonkeyPatch()
    patched.setattr(CardKernel, "launch", tell)
    envs: Any = gymnasium.make_vec("VNav-v0", num_envs=2, image_size=64)
    envs.reset(seed=0)
    task, state = envs.unwrapped.task, envs.unwrapped.state

    views: list[Any] = []
    patched.setattr(drawing, "render_kernel", lambda *given: views.append(given))
    task.draw(state, torch.zeros(2, 64, 64, 3, dtype=torch.uint8))
    scenes, sheets, places, pictures, rows, _, _ = views[0]
    texels = torch.from_numpy(sheets.view("u1").reshape(-1, 5461, 4).copy())
    drawing.render_on_card(
        drawing.Scenes(*map(torch.from_numpy, scenes)),
        texels,
        drawing.Views(*map(torch.from_numpy, places)),
        torch.from_numpy(pictures),
        torch.from_numpy(rows),
        None,
        None,
    )


main()
