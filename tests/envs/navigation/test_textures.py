"""The sheets of textures that ship, and the mip levels made of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vgym.asset_files import asset
from vgym.assets import build_textures
from vgym.envs.navigation.render import texture_bank
from vgym.envs.navigation.render.texture_bank import LEVEL_SIZE, LEVEL_START, load_textures, pyramid
from vgym.envs.navigation.render.textures import CUTOUTS, FACES, NAMES, NUMBER, SIZE, TILES

SPLITS = ("train", "test")
# Written out: these are multiplied by a tint.
PALE = """plain paint plaster stripes flowers dots fabric check carpet loop_carpet leather plastic
metal rug wicker tiles small_tiles""".split()


def picture(split: str, name: str) -> NDArray[np.float64]:
    return load_textures(split).level(0)[NUMBER[name]].astype(np.float64)


def test_no_name_is_twice_and_levels_lie_end_to_end() -> None:
    assert len(set(TILES) | set(FACES) | set(CUTOUTS)) == len(NAMES) == len(NUMBER)
    assert LEVEL_SIZE == (64, 32, 16, 8, 4, 2, 1)
    assert LEVEL_START == (0, 4096, 5120, 5376, 5440, 5456, 5460, 5461)


@pytest.mark.parametrize("split", SPLITS)
def test_every_name_has_its_cell_of_the_sheet(split: str) -> None:
    bank = load_textures(split)
    assert bank.texels.shape == (len(NAMES), 5461, 4)
    assert bank.texels.dtype == np.uint8
    with asset(f"textures/{split}.webp").open("rb") as file, Image.open(file) as image:
        sheet = np.asarray(image.convert("RGBA"))
    for number in range(len(NAMES)):
        row, column = divmod(number, 12)
        cell = sheet[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64]
        read = bank.texels[number, :4096].reshape(64, 64, 4)
        seen = cell[..., 3] > 0
        assert np.array_equal(read[..., 3], cell[..., 3])
        assert np.array_equal(read[seen], cell[seen])
        assert cell[seen].std() > 0.5, f"{NAMES[number]} is empty"


def test_validation_looks_like_training() -> None:
    assert load_textures("val") is load_textures("train")
    assert load_textures("test") is not load_textures("train")
    with pytest.raises(ValueError, match=r"'dev'.*train"):
        load_textures("dev")
    with pytest.raises(ValueError, match="read-only"):
        load_textures("train").texels[0, 0, 0] = 1


@pytest.mark.parametrize("split", SPLITS)
def test_only_cutouts_have_holes_and_they_stand_on_the_floor(split: str) -> None:
    for name in NAMES:
        alpha = picture(split, name)[..., 3]
        if name in CUTOUTS:
            solid = alpha >= 128
            assert solid[-1].any(), f"{name} floats"
            assert 0.08 < solid.mean() < 0.9, name
            spread = max(np.ptp(np.flatnonzero(solid.any(axis=axis))) for axis in (0, 1))
            assert spread >= 0.7 * SIZE, f"{name} is small"
        else:
            assert (alpha == 255).all(), name


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", PALE)
def test_what_is_tinted_is_pale_and_grey(split: str, name: str) -> None:
    rgb = picture(split, name)[..., :3]
    assert np.ptp(rgb, axis=-1).max() <= 1
    assert 222 <= rgb.mean() <= 243


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", TILES)
def test_tiles_join_without_a_seam(split: str, name: str) -> None:
    rgb = picture(split, name)[..., :3]
    for axis in (0, 1):
        # Mean step between neighbouring rows: the one across the border against all others.
        steps = np.abs(np.roll(rgb, -1, axis) - rgb).mean(axis=(1 - axis, 2))
        inside, seam = steps[:-1], steps[-1]
        assert seam <= max(inside.max() * 1.1, inside.mean() * 1.6 + 1), (name, axis)


def test_a_seam_would_be_found() -> None:
    ramp = np.linspace(0, 255, 64)[:, None] * np.ones((64, 64))
    steps = np.abs(np.roll(ramp, -1, 0) - ramp).mean(axis=1)
    assert steps[-1] > max(steps[:-1].max() * 1.1, steps[:-1].mean() * 1.6 + 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_test_split_looks_different(name: str) -> None:
    train, test = picture("train", name), picture("test", name)
    # Two even or fine-grained surfaces differ by little wherever they are compared.
    least = 1.0 if name in PALE else 8.0
    assert np.abs(train - test).mean() >= least, name


def test_levels_are_means_in_linear_light() -> None:
    for split in SPLITS:
        bank = load_textures(split)
        for name in ("chequered", "bookshelf", "oak"):
            finest = bank.level(0)[NUMBER[name]].astype(np.float64)[..., :3]
            for level, size in enumerate(LEVEL_SIZE):
                blocks = finest.reshape(size, SIZE // size, size, SIZE // size, 3)
                expected = np.sqrt((blocks**2).mean(axis=(1, 3)))
                got = bank.level(level)[NUMBER[name]][..., :3]
                assert np.abs(got - expected).max() <= 0.51, (name, level)


def test_a_hole_darkens_no_colour() -> None:
    cell = np.zeros((1, 64, 64, 4), np.uint8)
    cell[0, 40:, 10:50] = (200, 100, 50, 255)
    levels = pyramid(cell)[0]
    assert np.abs(levels[:, :3].astype(int) - (200, 100, 50)).max() <= 1
    assert levels[-1, 3] == round(255 * 24 * 40 / 4096)


def test_a_sheet_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texture_bank, "COLUMNS", 11)
    texture_bank._load_sheet.cache_clear()
    with pytest.raises(ValueError, match=r"textures/train\.webp is 768x576"):
        load_textures("train")
    texture_bank._load_sheet.cache_clear()


@pytest.mark.parametrize("name", ["oak", "door", "fern", "ball"])
def test_the_build_script_draws_what_ships(name: str) -> None:
    drawn = build_textures.cell(name, test=True).astype(int)
    shipped = picture("test", name)
    seen = drawn[..., 3] > 0
    assert np.abs(drawn - shipped)[seen].max() <= 2  # versions of the libraries may round otherwise
