"""Scenes measured anew: boxes, hiding, sizes, poses, colours and keys, with Pillow as the judge."""

from __future__ import annotations

import colorsys
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from vgym.core import raster
from vgym.core import state as states
from vgym.core.atlas import COLOURS
from vgym.core.keys import episode_keys
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.referring.lexicon import POSES
from vgym.envs.grounding.task import GroundingTask
from vgym.envs.grounding.types import GroundingConfig, State

CELL, EXTENT = 100.0, 96.0  # the sheets' cells and the room that an object fills in them
SOLID = 32  # alpha from which a texel counts as the object


def keys(count: int, first: int = 0) -> NDArray[np.uint64]:
    seeds = np.arange(first, first + count).astype(np.uint64)
    return episode_keys(np.uint64(11), seeds, np.zeros(count, np.int64))


@lru_cache(maxsize=32)
def scenes_of(difficulty: float, image_size: Any = 256, answer: str = "box") -> SyntheticScenes:
    return SyntheticScenes(
        GroundingConfig(difficulty=difficulty, image_size=image_size, answer=answer)
    )


@lru_cache(maxsize=1)
def cells() -> list[Image.Image]:
    """Each class's picture, cut from the sheets by Pillow."""
    folder = resources.files("vgym.assets").joinpath("sprites")
    index = json.loads(folder.joinpath("sprites.json").read_text())
    sheets = []
    for name in index["sheets"]:
        with folder.joinpath(name).open("rb") as file, Image.open(file) as image:
            sheets.append(image.convert("RGBA"))
    cut = []
    for record in index["sprites"]:
        sheet, side = sheets[record["sheet"]], int(CELL)
        y, x = divmod(record["cell"], sheet.width // side)
        cut.append(sheet.crop((x * side, y * side, (x + 1) * side, (y + 1) * side)))
    return cut


@dataclass(frozen=True)
class Sprite:
    """An object as it is to be drawn."""

    number: int  # in the scene's list
    sprite: int
    size: float
    angle: float
    mirrored: bool
    x: float
    y: float
    box: tuple[float, float, float, float]

    def alpha(self, window: tuple[int, int, int, int], scale: int) -> NDArray[np.bool_]:
        """Where it is solid, over a window of the picture, ``scale`` samples a pixel each way."""
        x0, y0, x1, y1 = window
        shape = ((x1 - x0) * scale, (y1 - y0) * scale)
        per_pixel = EXTENT / self.size
        cosine, sine = math.cos(self.angle) * per_pixel, math.sin(self.angle) * per_pixel
        mirror = -1.0 if self.mirrored else 1.0
        # Texel = turned back (pixel - centre), mirrored in the sprite's own frame, plus the middle.
        a, b, d, e = mirror * cosine, mirror * sine, -sine, cosine
        dx, dy = x0 - self.x, y0 - self.y
        data = (
            *(a / scale, b / scale, a * dx + b * dy + CELL / 2),
            *(d / scale, e / scale, d * dx + e * dy + CELL / 2),
        )
        alpha = cells()[self.sprite].getchannel("A")
        drawn = alpha.transform(shape, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
        return np.asarray(drawn) >= SOLID


def sprites_of(state: State, row: int) -> list[Sprite]:
    """The objects of a scene, lowest first, with centres read from what is drawn."""
    scene, draws = state.scene, state.draws
    left = list(range(int(scene.count[row])))
    found = []
    for slot in range(int(draws.count[row])):
        if int(draws.kind[row, slot]) != raster.SPRITE:
            continue
        a, b, c, d, e, f = (draws.params[row, slot].double() / 65536).tolist()[:6]
        level = int(draws.level[row, slot])
        middle = CELL / 2 / 2**level - 0.5  # texel centres count from 0
        x, y = np.linalg.solve([[a, b], [d, e]], [middle - c, middle - f])
        x, y = x + 0.5, y + 0.5  # pixel centres do too
        size = EXTENT / 2**level / math.hypot(a, d)

        def unlike(
            i: int, x: float = x, y: float = y, size: float = size, slot: int = slot
        ) -> float:
            box = scene.boxes[row, i].tolist()
            away = math.hypot((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)
            away += 1e3 * abs(math.log(float(scene.size[row, i]) / size))  # of one class are many
            return away + 1e6 * (int(scene.sprite[row, i]) != int(draws.sprite[row, slot]))

        number = min(left, key=unlike)
        left.remove(number)
        found.append(
            Sprite(
                number,
                int(scene.sprite[row, number]),
                float(scene.size[row, number]),
                float(scene.angle[row, number]),
                bool(scene.mirrored[row, number]),
                x,
                y,
                tuple(scene.boxes[row, number].tolist()),
            )
        )
        # What is drawn has the size and the turn that the record says.
        pace = EXTENT / found[-1].size / 2**level
        assert math.isclose(math.hypot(a, d), pace, rel_tol=0.01)
        turned_by = math.atan2(-d, e) - found[-1].angle
        assert abs(math.remainder(turned_by, math.tau)) < 0.02
        assert (a * e - b * d < 0) == found[-1].mirrored
    assert not left, "an object is not drawn"
    return found


def window_around(box: tuple[float, ...], margin: int = 3) -> tuple[int, int, int, int]:
    return (
        *(math.floor(box[0]) - margin, math.floor(box[1]) - margin),
        *(math.ceil(box[2]) + margin, math.ceil(box[3]) + margin),
    )


CASES = [(0.0, 256), (0.25, 256), (0.5, 256), (1.0, 256), (0.75, 64), (0.75, (200, 320))]


@pytest.mark.parametrize(("difficulty", "size"), CASES)
def test_boxes_are_tight_around_what_is_drawn(difficulty: float, size: Any) -> None:
    scenes = scenes_of(difficulty, size)
    height, width = scenes.config.size_hw
    state = scenes.reset(keys(25))
    for row in range(25):
        for sprite in sprites_of(state, row):
            window = window_around(sprite.box)
            ys, xs = np.nonzero(sprite.alpha(window, 4))
            drawn = (
                *(window[0] + xs.min() / 4, window[1] + ys.min() / 4),
                *(window[0] + (xs.max() + 1) / 4, window[1] + (ys.max() + 1) / 4),
            )
            off = np.abs(np.subtract(drawn, sprite.box)).max()
            assert off <= 1.5, (off, sprite, drawn)
            x0, y0, x1, y1 = sprite.box
            assert x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height


@pytest.mark.parametrize(("difficulty", "size"), [*CASES[1:], (1.0, 128)])
def test_nothing_is_hidden_by_more_than_the_limit(difficulty: float, size: Any) -> None:
    scenes = scenes_of(difficulty, size)
    state = scenes.reset(keys(40, 500))
    fine = math.ceil(2 / scenes.style.scale)  # samples a pixel: two a unit of the canvas
    errors = []
    for row in range(40):
        drawn = sprites_of(state, row)
        for place, sprite in enumerate(drawn):
            window = window_around(sprite.box, 1)
            own = sprite.alpha(window, fine)
            over = np.zeros_like(own)
            for other in drawn[place + 1 :]:
                a, b = sprite.box, other.box
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                    over |= other.alpha(window, fine)
            hidden = (own & over).sum() / own.sum()
            recorded = float(state.scene.hidden[row, sprite.number])
            # The record goes by 64 points of the shape: within about a tenth of the truth.
            assert hidden <= min(scenes.knobs.hidden + 0.11, 0.5), (row, sprite)
            assert recorded <= scenes.knobs.hidden + 1e-6
            errors.append(abs(hidden - recorded))
    assert np.mean(errors) < 0.02
    assert np.quantile(errors, 0.99) < 0.08
    assert max(errors) < 0.15


def test_there_are_more_things_the_harder_it_is() -> None:
    means = []
    for difficulty in (0.0, 0.25, 0.5, 0.75, 1.0):
        scenes = scenes_of(difficulty)
        state = scenes.reset(keys(400))
        count = state.scene.count
        assert 2 <= int(count.min()) and int(count.max()) <= 40
        means.append(float(count.float().mean()))
        used = torch.arange(state.scene.size.shape[1]) < count[:, None]
        assert float(state.scene.size[used].min()) >= 18.0
    assert means == sorted(means) and means[-1] > 4 * means[0]


def test_poses_are_what_they_are_called() -> None:
    ranges = {
        "upright": (-10, 10),
        "tilted left": (-50, -20),
        "tilted right": (20, 50),
        "on its side": (80, 100),
        "upside down": (170, 190),
    }
    seen = set()
    for difficulty in (0.0, 0.5, 1.0):
        scenes = scenes_of(difficulty)
        scene = scenes.reset(keys(300)).scene
        for row in range(300):
            for i in range(int(scene.count[row])):
                pose = POSES[int(scene.pose[row, i])]
                if pose == "unclear":
                    continue
                seen.add(pose)
                degrees = math.degrees(float(scene.angle[row, i]))  # clockwise
                if pose == "on its side":
                    degrees = abs(degrees)
                low, high = ranges[pose]
                assert low <= degrees <= high, (pose, degrees)
    assert seen == set(ranges)


# Where on the circle of hues people place the six colours, in degrees.
HUES = {"red": 0, "yellow": 50, "green": 130, "blue": 220, "purple": 280, "pink": 330}


def test_colours_are_what_they_are_called() -> None:
    """The median pixel of a thing called red is nearest to red, of all six, in the picture."""
    scenes = scenes_of(0.5)
    state = scenes.reset(keys(60))
    images = torch.full((60, 256, 256, 3), 128, dtype=torch.uint8)
    rows = torch.arange(60)
    raster.draw(images, scenes.atlas.bank, state.draws, rows, rows)
    right = tried = 0
    for row in range(60):
        for sprite in sprites_of(state, row):
            name = COLOURS[int(state.scene.colour[row, sprite.number])]
            if name == "natural" or float(state.scene.hidden[row, sprite.number]) > 0.02:
                continue
            window = window_around(sprite.box, 0)
            x0, y0, x1, y1 = (max(0, v) for v in window)
            solid = sprite.alpha((x0, y0, min(x1, 256), min(y1, 256)), 1)
            pixels = images[row, y0:y1, x0:x1].numpy()[solid]
            r, g, b = np.median(pixels, axis=0) / 255
            hue = 360 * colorsys.rgb_to_hsv(r, g, b)[0]

            def away(other: str, hue: float = hue) -> float:
                return abs((hue - HUES[other] + 180) % 360 - 180)

            tried += 1
            right += min(HUES, key=away) == name
    assert tried > 100
    assert right / tried > 0.97


@pytest.mark.parametrize("answer", ["box", "boxes"])
def test_an_episode_is_a_function_of_its_key_alone(answer: str) -> None:
    scenes = scenes_of(0.75, 256, answer)
    given = keys(48)
    whole = states.flatten(scenes.reset(given))
    order = np.random.default_rng(5).permutation(48)
    shuffled = states.flatten(scenes.reset(given[order]))
    halves = [states.flatten(scenes.reset(part)) for part in (given[:17], given[17:])]
    alone = [states.flatten(scenes.reset(given[i : i + 1])) for i in (0, 13, 47)]
    for name, tensor in whole.items():
        assert torch.equal(tensor[torch.from_numpy(order)], shuffled[name]), name
        assert torch.equal(tensor, torch.cat([half[name] for half in halves])), name
        for i, one in zip((0, 13, 47), alone, strict=True):
            assert torch.equal(tensor[i : i + 1], one[name]), (name, i)
    # And keys matter.
    assert not torch.equal(whole["tokens"], states.flatten(scenes.reset(keys(48, 900)))["tokens"])


def test_every_number_is_finite() -> None:
    for difficulty, size in [*CASES, (1.0, 36)]:
        state = scenes_of(difficulty, size).reset(keys(200, 3000))
        for name, tensor in states.flatten(state).items():
            if tensor.is_floating_point():
                assert bool(torch.isfinite(tensor).all()), name
        assert bool((state.scene.count >= 1).all())


@pytest.mark.parametrize("answer", ["box", "boxes"])
def test_what_is_meant_is_among_the_candidates(answer: str) -> None:
    task = GroundingTask(answer=answer, image_size=64)
    state = task.reset(keys(40))
    found = task.candidates(state)
    assert found is not None
    assert (found.mask.sum(1) == state.scene.count).all()
    assert (found.target.sum(1) == state.target_mask.sum(1)).all()
    assert (found.target <= found.mask).all()
