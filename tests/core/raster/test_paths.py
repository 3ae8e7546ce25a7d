"""The compiled path, the tensor path and the slow oracle draw the same bytes."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import raster as oracle
from sprite_lists import put_sprites

from vgym.core.raster import OUTLINE, SILHOUETTE, SPRITE, DrawList, SpriteBank, draw
from vgym.core.raster.torch_path import draw_with_torch


def both(pictures, bank, draws, budget=1 << 22):
    """The picture that both paths agree on."""
    compiled, tensors = pictures.clone(), pictures.clone()
    rows = torch.arange(pictures.shape[0])
    draw(compiled, bank, draws)
    draw_with_torch(tensors, bank, draws, rows, rows, budget)
    assert torch.equal(compiled, tensors)
    return compiled


@pytest.mark.parametrize("seed", range(12))
def test_both_paths_equal_the_oracle_on_tiny_pictures(
    seed, bank, sprites, make_draws, make_pictures
):
    height, width = 9 + seed % 4, 11 + seed % 3
    draws = make_draws(seed, 2, 10, (height, width))
    pictures = make_pictures(seed, 2, height, width)
    expected = pictures.numpy().copy()
    levels = [oracle.pyramid(s, bank.num_levels) for s in sprites]
    for row in range(2):
        oracle.draw_picture(expected[row], levels, draws, row)
    np.testing.assert_array_equal(both(pictures, bank, draws).numpy(), expected)
    assert (expected != pictures.numpy()).any()


@pytest.mark.parametrize(
    ("batch", "slots", "size_hw"),
    [(16, 40, (36, 36)), (1, 60, (200, 300)), (8, 24, (128, 128)), (3, 200, (40, 64))],
)
def test_paths_agree_on_crowded_pictures(batch, slots, size_hw, bank, make_draws, make_pictures):
    draws = make_draws(1, batch, slots, size_hw, reach=0.4)
    pictures = make_pictures(2, batch, *size_hw)
    assert not torch.equal(both(pictures, bank, draws, budget=1 << 18), pictures)


@settings(max_examples=60, deadline=None, database=None)
@given(
    seed=st.integers(0, 2**31),
    batch=st.integers(1, 3),
    slots=st.integers(0, 6),
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    reach=st.sampled_from([0.05, 0.5, 3.0]),
)
def test_paths_agree(seed, batch, slots, height, width, reach, bank, make_draws, make_pictures):
    draws = make_draws(seed, batch, slots, (height, width), reach)
    both(make_pictures(seed, batch, height, width), bank, draws, budget=500)


@settings(max_examples=60, deadline=None, database=None)
@given(data=st.data())
def test_paths_agree_on_any_numbers_within_range(data, bank, make_pictures):
    """Columns written by hand, not by the setters: wild maps, bounds and degenerate shapes."""
    kind = data.draw(st.sampled_from([SPRITE, SILHOUETTE, OUTLINE]))
    near = st.integers(-700, 6000)
    far = st.integers(-(2**31), 2**31 - 1) if kind != OUTLINE else near
    draws = DrawList.empty(1, 1)
    draws.kind[:] = kind
    draws.params[:] = torch.tensor(
        data.draw(st.lists(st.one_of(near, near, far), min_size=8, max_size=8)), dtype=torch.int32
    )
    draws.bounds[:] = torch.tensor(
        data.draw(st.lists(st.integers(-5, 30), min_size=4, max_size=4)), dtype=torch.int32
    )
    draws.sprite[:] = data.draw(st.integers(0, bank.num_sprites - 1))
    draws.level[:] = data.draw(st.integers(0, bank.num_levels - 1))
    draws.tint[:] = torch.tensor([9, 200, 90, 130], dtype=torch.uint8)
    both(make_pictures(3, 1, 20, 24), bank, draws)


def test_paths_agree_at_the_coordinate_limit(bank, make_pictures):
    draws = DrawList.empty(1, 2)
    far = torch.tensor([[-1e6, -1e6, 1e6, 1e6], [3, 2, 1e9, 1e9]])
    draws.put_outlines((0, slice(0, 2)), far, 16391.5, (255, 0, 0))
    draws.alpha[0, 1] = 100
    pictures = make_pictures(3, 1, 20, 24)
    assert not torch.equal(both(pictures, bank, draws), pictures)


def test_rows_choose_the_list_and_out_rows_the_picture(bank, make_draws, make_pictures):
    draws = make_draws(4, 5, 6, (20, 20))
    pictures = make_pictures(4, 4, 20, 20)
    expected = pictures.clone()
    rows, out_rows = torch.tensor([4, 1, 1]), torch.tensor([0, 3, 2])
    for row, out in zip(rows.tolist(), out_rows.tolist(), strict=True):
        one = DrawList.empty(1, 6)
        for column in fields(DrawList):
            getattr(one, column.name)[:] = getattr(draws, column.name)[row]
        picture = pictures[out : out + 1].clone()
        draw(picture, bank, one)
        expected[out] = picture[0]
    tensors = pictures.clone()
    draw(pictures, bank, draws, rows, out_rows)
    draw_with_torch(tensors, bank, draws, rows, out_rows)
    assert torch.equal(pictures, expected)
    assert torch.equal(tensors, expected)


def test_a_picture_is_the_same_alone_and_in_a_batch(bank, make_draws, make_pictures):
    draws = make_draws(6, 7, 9, (31, 33))
    pictures = make_pictures(6, 7, 31, 33)
    alone = pictures.clone()
    draw(pictures, bank, draws)
    for row in range(7):
        draw(alone, bank, draws, torch.tensor([row]))
    assert torch.equal(alone, pictures)


def test_threads_may_share_a_batch(bank, make_draws, make_pictures):
    draws = make_draws(7, 16, 20, (48, 48))
    pictures = make_pictures(7, 16, 48, 48)
    threaded = pictures.clone()
    draw(pictures, bank, draws)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda rows: draw(threaded, bank, draws, rows), torch.arange(16).split(4)))
    assert torch.equal(threaded, pictures)


def test_golden_picture():
    """The bytes of one scene, pinned: pictures must not change with machines or versions."""
    y, x = np.mgrid[:64, :96]
    under = np.stack([x * 2, y * 3, x + y], -1).astype(np.uint8)
    j, i = np.mgrid[:21, :30]
    shade = np.where((i - 15) ** 2 + 2 * (j - 10) ** 2 < 190, 255 - i, 0)
    sprite = np.stack([i * 8, j * 12, 255 - i * j // 3, shade], -1).astype(np.uint8)
    bank = SpriteBank.from_rgba([sprite, sprite[:5, :7]])
    draws = DrawList.empty(1, 24)
    for k in range(8):
        pose = dict(sprite=k % 2, size=7 + 3 * k, angle=0.7 * k - 2, flip=k > 3)
        x, y = 8 + 11 * k, 50 - 5 * k
        shadow = dict(xy=(x + 2.5, y + 2.5), alpha=120, silhouette=True, softness=1)
        put_sprites(draws, k, bank, (64, 96), **pose, **shadow)
        colour = (30 * k, 250 - 9 * k, 77, 36 * k)
        put_sprites(draws, 8 + k, bank, (64, 96), **pose, xy=(x, y), tint=colour)
    box = torch.tensor([10.25, 5.5, 30.75, 20.0])
    draws.put_outlines((0, 16), box, 1.5, (255, 0, 0))
    picture = both(torch.from_numpy(under)[None], bank, draws)
    digest = hashlib.sha256(picture.numpy().tobytes()).hexdigest()
    assert digest == "ec45fb2718cef2cccf108a71d6ca0e2500693b4c95ce9f4d2cec26a1a2c456d7"
