"""Text as draw slots."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont

from vgym.core.raster import DrawList, SpriteBank, draw, load_glyphs


@pytest.mark.parametrize("size", [9, 12, 20])
def test_each_character_looks_as_pillow_draws_it(size):
    glyphs = load_glyphs(None, size)
    font = ImageFont.load_default(size)
    for character in "AgQj@.|_":
        expected = Image.new("RGB", (40, 40))
        ImageDraw.Draw(expected).text((5, 4), character, fill=(250, 130, 9), font=font)
        images = torch.zeros((1, 40, 40, 3), dtype=torch.uint8)
        draws = DrawList.empty(1, 4)
        assert glyphs.put_text(draws, 0, 0, character, (5, 4), (250, 130, 9)) == 1
        draw(images, glyphs.bank, draws)
        difference = np.abs(images[0].numpy().astype(int) - np.asarray(expected))
        assert difference.max() <= 1
        assert images.any()


def test_characters_advance_and_blanks_take_no_slot():
    glyphs = load_glyphs(None, 12)
    slots = glyphs.layout("a b", (3, 4))
    assert slots.sprite.tolist() == [ord("a") - 32, ord("b") - 32]
    width, height = glyphs.text_size("a ")
    alone = glyphs.layout("b", (3 + width, 4))
    assert slots.bounds[1].tolist() == alone.bounds[0].tolist()
    assert height == glyphs.line_height
    assert glyphs.layout("", (0, 0)).sprite.shape == (0,)


def test_glyphs_in_a_joined_bank(bank):
    glyphs = load_glyphs(None, 12)
    joined = SpriteBank.concatenate([bank, glyphs.bank])
    pictures = torch.zeros((2, 20, 60, 3), dtype=torch.uint8)
    draws = DrawList.empty(1, 10)
    glyphs.put_text(draws, 0, 2, "Hello", (1, 2), (255, 255, 255))
    draw(pictures, glyphs.bank, draws, torch.tensor([0]))
    glyphs.put_text(draws, 0, 2, "Hello", (1, 2), (255, 255, 255), first_sprite=bank.num_sprites)
    draw(pictures, joined, draws, torch.tensor([0]), torch.tensor([1]))
    assert torch.equal(pictures[0], pictures[1])
    assert pictures.any()


def test_glyphs_are_rendered_once():
    assert load_glyphs(None, 12) is load_glyphs(None, 12)


def test_bad_input_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"no-such\.ttf"):
        load_glyphs(tmp_path / "no-such.ttf", 12)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(ValueError, match=r"broken\.ttf"):
        load_glyphs(tmp_path / "broken.ttf", 12)
    with pytest.raises(ValueError, match="size is 0"):
        load_glyphs(None, 0)
    glyphs = load_glyphs(None, 12)
    with pytest.raises(ValueError, match="é"):
        glyphs.layout("café", (0, 0))
    with pytest.raises(ValueError, match="slots up to 5"):
        glyphs.put_text(DrawList.empty(1, 4), 0, 0, "Hello", (0, 0), (0, 0, 0))
    with pytest.raises(ValueError, match="99999"):
        glyphs.layout("a", (99999, 0))
