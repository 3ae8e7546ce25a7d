"""Sprite banks, their placement and what a placed sprite looks like."""

import numpy as np
import pytest
import torch
from oracles import raster as oracle
from sprite_lists import put_sprites

from vgym.core.raster import DrawList, SpriteBank, draw


def levels_of(bank, s):
    """Texels (h, w, 4) of each level of a sprite, with the ring around."""
    for level in range(bank.num_levels):
        h, w = bank.size_hw[s, level].tolist()
        start = int(bank.offset[s, level]) - (w + 2) - 1
        yield bank.texels[start : start + (h + 2) * (w + 2)].reshape(h + 2, w + 2, 4).numpy()


def painted(picture_hw, bank, xy, size, angle=0.0, flip=False, sprite=0, **colour):
    """A black picture with one sprite on it."""
    images = torch.zeros((1, *picture_hw, 3), dtype=torch.uint8)
    draws = DrawList.empty(1, 1)
    pose = dict(sprite=sprite, xy=xy, size=size, angle=angle, flip=flip)
    put_sprites(draws, 0, bank, picture_hw, **pose, **colour)
    draw(images, bank, draws)
    return images[0].numpy()


@pytest.fixture(scope="module")
def opaque():
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 256, (12, 12, 4), dtype=np.uint8)
    picture[..., 3] = 255
    return picture


def test_bank_equals_the_oracle(sprites, bank):
    for s, picture in enumerate(sprites):
        expected = oracle.pyramid(picture, bank.num_levels)
        for ringed, level in zip(levels_of(bank, s), expected, strict=True):
            np.testing.assert_array_equal(ringed[1:-1, 1:-1], np.array(level))
            ringed = ringed.copy()
            ringed[1:-1, 1:-1] = 0
            assert not ringed.any()


def test_an_array_of_sprites_equals_a_list():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (5, 13, 10, 4), dtype=np.uint8)
    whole, listed = SpriteBank.from_rgba(pictures), SpriteBank.from_rgba(list(pictures))
    assert torch.equal(whole.texels, listed.texels)
    assert torch.equal(whole.offset, listed.offset)


@pytest.mark.parametrize("turn", [-5, -1, 0, 1, 2, 3, 4, 10])
@pytest.mark.parametrize("flip", [False, True])
def test_natural_size_reproduces_the_texels(opaque, turn, flip):
    bank = SpriteBank.from_rgba(opaque[None])
    out = painted((30, 40), bank, (20, 11), 12, turn * np.pi / 2, flip)
    expected = opaque[:, ::-1] if flip else opaque
    # Clockwise quarter turns are np.rot90's backwards.
    expected = np.rot90(expected, -turn)
    np.testing.assert_array_equal(out[5:17, 14:26], expected[..., :3])
    out[5:17, 14:26] = 0
    assert not out.any()


def test_half_size_is_the_box_mean(opaque):
    bank = SpriteBank.from_rgba(opaque[None])
    out = painted((10, 10), bank, (5, 5), 6)
    mean = opaque[..., :3].reshape(6, 2, 6, 2, 3).mean((1, 3))
    np.testing.assert_allclose(out[2:8, 2:8], mean, atol=0.5)


def test_rotation_and_scale_match_float_supersampling():
    """A smooth sprite drawn anywhere looks within 2 grey levels like its analytic picture."""
    side = 64
    y, x = (np.mgrid[:side, :side] + 0.5) / side - 0.5
    blob = np.exp(-((x - 0.1) ** 2 / 0.025 + (y + 0.05) ** 2 / 0.015))
    sprite = np.full((side, side, 4), 255, np.uint8)
    sprite[..., 3] = np.round(255 * blob)
    bank = SpriteBank.from_rgba(sprite[None])
    rng = np.random.default_rng(8)
    for _ in range(20):
        centre, size = rng.uniform(30, 50, 2), rng.uniform(36, 64)
        angle, flip = rng.uniform(-9, 9), bool(rng.random() < 0.5)
        out = painted((80, 80), bank, tuple(centre), size, angle, flip)
        fine = (np.arange(80 * 4) + 0.5) / 4
        dx, dy = fine[None, :] - centre[0], fine[:, None] - centre[1]
        lx = (np.cos(angle) * dx + np.sin(angle) * dy) / size * (-1 if flip else 1)
        ly = (-np.sin(angle) * dx + np.cos(angle) * dy) / size
        value = np.exp(-((lx - 0.1) ** 2 / 0.025 + (ly + 0.05) ** 2 / 0.015))
        value[(abs(lx) > 0.5) | (abs(ly) > 0.5)] = 0
        expected = 255 * value.reshape(80, 4, 80, 4).mean((1, 3))
        assert np.abs(out[..., 0] - expected).max() < 2


def test_tint_and_silhouette(opaque):
    bank = SpriteBank.from_rgba(opaque[None])
    plain = painted((12, 12), bank, (6, 6), 12).astype(float)
    red = painted((12, 12), bank, (6, 6), 12, tint=(200, 0, 100, 255))
    luma = plain @ [77, 150, 29] / 256
    np.testing.assert_allclose(red[..., 0], 200 * (125 + luma * 130 / 255) / 255, atol=1)
    np.testing.assert_allclose(red[..., 2], 100 * (125 + luma * 130 / 255) / 255, atol=1)
    assert not red[..., 1].any()
    half = painted((12, 12), bank, (6, 6), 12, tint=(200, 0, 100, 128))
    np.testing.assert_allclose(half, (plain * 127 + red * 128.0) / 255, atol=1)
    flat = painted((12, 12), bank, (6, 6), 12, tint=(7, 80, 9, 3), silhouette=True)
    assert (flat == (7, 80, 9)).all()


def test_no_level_is_magnified_and_none_shrinks_by_more_than_two(bank):
    for s in range(bank.num_sprites):
        draws = DrawList.empty(500, 1)
        put_sprites(draws, 0, bank, (16, 16), sprite=s, xy=(8, 8), size=np.linspace(0.3, 60, 500))
        level, pace = draws.level[:, 0], draws.params[:, 0, 0] / 65536
        first, last = level == 0, level == bank.num_levels - 1
        assert (pace[~first] >= 1 - 1e-4).all()
        assert (pace[~last] < 2 + 1e-4).all()


def test_bounds_stay_within_the_picture(bank):
    """Whatever is asked for: far off, tiny, huge or not a number, which is not drawn."""
    rng = np.random.default_rng(12)
    n = 2000
    wild = dict(
        sprite=rng.integers(0, bank.num_sprites, n),
        xy=rng.uniform(-300, 500, (n, 2)),
        size=np.exp(rng.uniform(-3, 7, n)),
        angle=rng.uniform(-50, 50, n),
        flip=rng.random(n) < 0.5,
    )
    wild["size"][:4] = [np.nan, np.inf, -1, 1e9]
    wild["xy"][4:8] = [[np.nan, 3], [3, np.inf], [1e9, 3], [3, -1e9]]
    wild["angle"][8:10] = [np.nan, np.inf]
    draws = DrawList.empty(n, 1)
    put_sprites(draws, 0, bank, (200, 300), **wild)
    x0, y0, x1, y1 = draws.bounds[:, 0].unbind(-1)
    seen = (x1 > x0) & (y1 > y0)
    assert not seen[:10].any()
    assert 0.2 < seen.double().mean() < 0.9
    assert (x0 >= 0).all() and (x1 <= 300).all() and (y0 >= 0).all() and (y1 <= 200).all()


def test_bounds_hold_the_whole_sprite(opaque, sprites):
    """Drawing with the bounds opened to the whole picture changes nothing."""
    rng = np.random.default_rng(2)
    batch = 600
    bank = SpriteBank.from_rgba([*sprites, opaque, opaque[:9, :7]])
    for softness in range(4):
        draws = DrawList.empty(batch, 1)
        put_sprites(
            draws,
            0,
            bank,
            (40, 40),
            sprite=rng.integers(0, bank.num_sprites, batch),
            xy=rng.uniform(0, 40, (batch, 2)),
            size=rng.uniform(1, 40, batch),
            angle=rng.uniform(-3, 3, batch) * (rng.random(batch) < 0.7),
            flip=rng.random(batch) < 0.5,
            tint=(255, 255, 255, 0),
            silhouette=True,
            softness=softness,
        )
        tight = torch.zeros((batch, 40, 40, 3), dtype=torch.uint8)
        wide = tight.clone()
        draw(tight, bank, draws)
        draws.bounds[:] = torch.tensor([0, 0, 40, 40], dtype=torch.int32)
        draw(wide, bank, draws)
        assert torch.equal(tight, wide)


@pytest.mark.parametrize(
    ("sprites", "message"),
    [
        ([], "no sprites"),
        ([np.zeros((4, 4, 3), np.uint8)], r"sprite 0 is uint8 \(4, 4, 3\)"),
        ([np.zeros((4, 4, 4), np.float32)], "sprite 0 is float32"),
        ([np.zeros((2, 2, 4), np.uint8), np.zeros((0, 4, 4), np.uint8)], "sprite 1"),
    ],
)
def test_bad_sprites_are_named(sprites, message):
    with pytest.raises(ValueError, match=message):
        SpriteBank.from_rgba(sprites)
