"""Background crops."""

import numpy as np
import pytest
import torch

from vgym.core.raster import fill_backgrounds
from vgym.core.raster.backgrounds import fill_with_torch


def test_crops_equal_slices(make_pictures):
    rng = np.random.default_rng(0)
    bank = make_pictures(0, 3, 20, 30)
    images = make_pictures(1, 40, 11, 13)
    before = images.clone()
    rows = torch.from_numpy(rng.permutation(40)[:30])
    index = torch.from_numpy(rng.integers(0, 3, 30))
    corner = torch.from_numpy(rng.integers(0, (10, 18), (30, 2)))
    corner[0] = torch.tensor([9, 17])
    flip = torch.from_numpy(rng.random(30) < 0.5)
    gain = torch.from_numpy(rng.integers(0, 700, 30))
    gain[:10] = 256
    expected = before.clone()
    for i, row in enumerate(rows.tolist()):
        y, x = corner[i].tolist()
        crop = bank[index[i], y : y + 11, x : x + 13].double()
        crop = crop.flip(1) if flip[i] else crop
        bright = torch.floor(crop * gain[i].double() / 256 + 0.5)
        expected[row] = bright.clamp(max=255).to(torch.uint8)
    fill_backgrounds(images, bank, index, corner, flip, gain, rows)
    assert torch.equal(images, expected)
    columns = torch.stack([index, corner[:, 0], corner[:, 1], gain, rows], -1)
    fill_with_torch(before, bank, columns, flip)
    assert torch.equal(before, expected)


def test_bad_input_is_named(make_pictures):
    bank, images = make_pictures(0, 3, 20, 30), make_pictures(1, 1, 11, 13)
    good = [torch.tensor([0]), torch.tensor([[0, 0]]), torch.tensor([False]), torch.tensor([256])]
    for place, wrong, message in (
        (0, torch.tensor([3]), "index spans 3 to 3"),
        (1, torch.tensor([[10, 0]]), r"corner_yx\[:, 0\] spans 10"),
        (1, torch.tensor([[0, -1]]), r"corner_yx\[:, 1\] spans -1"),
        (3, torch.tensor([-1]), "gain spans -1"),
        (0, torch.tensor([0, 1]), "have shapes"),
    ):
        arguments = [*good]
        arguments[place] = wrong
        with pytest.raises(ValueError, match=message):
            fill_backgrounds(images, bank, *arguments)
    with pytest.raises(ValueError, match=r"float32"):
        fill_backgrounds(images.float(), bank, *good)
    with pytest.raises(ValueError, match="spans"):
        fill_backgrounds(bank, images, *[v.expand(3, *v.shape[1:]) for v in good])
