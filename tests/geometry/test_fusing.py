"""Fused kernels agree with the plain ones, and say what they need."""

import shutil

import pytest
import torch

from vgym.geometry import boxes, gaussians
from vgym.geometry.fusing import fused


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")
@pytest.mark.filterwarnings("ignore")  # what the compiler itself warns of is not ours
@pytest.mark.parametrize("kernel", [boxes.box_iou, boxes.box_giou, gaussians.bhattacharyya])
def test_fused_is_plain(kernel) -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.rand(500, 4, generator=generator).cumsum(-1) for _ in range(2))
    torch.testing.assert_close(fused(kernel)(a, b), kernel(a, b), rtol=0, atol=1e-6)
    assert fused(kernel) is fused(kernel)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")
@pytest.mark.filterwarnings("ignore")
def test_halves_are_fused_too() -> None:
    tenth, whole = torch.tensor([[0, 0, 9, 10], [0, 0, 10, 10]]).bfloat16()
    found = fused(boxes.box_iou)(tenth, whole)
    assert found.dtype == torch.float32 and found.item() == pytest.approx(0.9, abs=1e-6)


def test_a_compiler_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match=r"needs a C\+\+ compiler"):
        fused(boxes.box_iou)
