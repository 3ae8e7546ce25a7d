"""Pictures put into rows are those rows, and nothing else changes."""

import numpy as np
import pytest
import torch

from vgym.core.row_pictures import put_pictures


@pytest.mark.parametrize("kept", [slice(None), slice(3, 7)], ids=["whole", "a part of the width"])
def test_rows_hold_what_was_put_and_the_others_are_as_they_were(kept: slice) -> None:
    images = torch.full((6, 4, 10, 3), 7, dtype=torch.uint8)[:, :, kept]
    pictures = torch.arange(2 * 4 * images.shape[2] * 3).view(2, 4, -1, 3).to(torch.uint8)
    put_pictures(images, torch.tensor([4, 1]), pictures)
    assert torch.equal(images[[4, 1]], pictures)
    assert (images[[0, 2, 3, 5]] == 7).all()
    put_pictures(images, torch.tensor([0]), np.zeros((1, *images.shape[1:]), np.uint8))
    assert not images[0].any() and torch.equal(images[4], pictures[0])


def test_nothing_is_put_into_no_rows() -> None:
    images = torch.full((2, 3, 3, 3), 9, dtype=torch.uint8)
    put_pictures(images, torch.empty(0, dtype=torch.int64), np.empty((0, 3, 3, 3), np.uint8))
    assert (images == 9).all()
