"""Synthetic wholes: words have one reading, boxes are where things are, scales agree."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.atlas import COLOURS, load_atlas
from vgym.envs.zoom.sources.scenes.ground_painting import paint_ground
from vgym.envs.zoom.sources.scenes.grounds import WORDS
from vgym.envs.zoom.sources.scenes.knobs import COUNT, FORMS, Knobs
from vgym.envs.zoom.sources.scenes.layout import FENCE_COLOURS, Cast, Layout, ground_at, lay_out
from vgym.envs.zoom.sources.scenes.source import Scenes
from vgym.envs.zoom.sources.scenes.things import Crowd, all_things
from vgym.envs.zoom.sources.scenes.wording import sign_words
from vgym.envs.zoom.types import Asked, ZoomConfig

KEYS = np.arange(1, 41, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


@cache
def played(answer: str, split: str, difficulty: float) -> tuple[Scenes, Asked]:
    source = Scenes(ZoomConfig(answer=answer, split=split, difficulty=difficulty))
    return source, source.reset(KEYS)


@compiled
def _whole(key: np.uint64, cast: Cast, knobs: Knobs) -> tuple[Layout, Crowd]:
    layout = lay_out(key, cast, knobs)
    return layout, all_things(layout, cast, knobs)


def whole(source: Scenes, asked: Asked, row: int) -> tuple[Layout, Crowd]:
    layout, crowd = _whole(asked.picture.numpy().view(np.uint64)[row], source.cast, source.knobs)
    # Python's integers have no sign of their own: kernels are to see the key as it was.
    cells = layout.cells._replace(key=np.uint64(layout.cells.key))
    return layout._replace(cells=cells), crowd


class Reader:
    """Reads a question and finds what it means, by the words and the drawn truth alone."""

    def __init__(self, source: Scenes, layout: Layout, crowd: Crowd) -> None:
        self.source, self.layout, self.crowd = source, layout, crowd
        self.names = load_atlas().names

    def called(self, words: str) -> NDArray[np.int64]:
        """The things that "red teapot" names."""
        colour, _, noun = words.partition(" ")
        if colour not in COLOURS[1:]:
            colour, noun = "", words
        sprite = self.crowd.sprite
        if noun == "sign":
            of = sprite >= len(self.names)
        elif noun in self.names:
            of = sprite == self.names.index(noun)
        else:
            of = sprite == load_atlas().plurals.index(noun)
        if colour:
            of = of & (self.crowd.colour == COLOURS.index(colour))
        found: NDArray[np.int64] = np.flatnonzero(of)
        return found

    def landmark(self, noun: str) -> NDArray[np.float64]:
        number = self.layout.landmark.tolist().index(self.names.index(noun))
        box: NDArray[np.float64] = self.layout.cells.blocked[number]
        return box

    def meant(self, words: str) -> list[int]:
        """What "the red teapot nearest to the windmill" may mean, each of them."""
        crowd = self.crowd
        for fence in (" inside the ", " within the "):
            if fence in words and words.endswith(" fence"):
                noun, colour = words.removesuffix(" fence").split(fence)
                number = self.layout.fence_colour.tolist().index(FENCE_COLOURS.index(colour))
                found = self.called(noun)
                return list(found[crowd.fence[found] == number])
        for nearest in (" nearest to the ", " closest to the "):
            if nearest in words:
                noun, landmark = words.split(nearest)
                found, box = self.called(noun), self.landmark(landmark)
                middle = (box[:2] + box[2:]) / 2
                away = np.hypot(*(crowd.xy[found] - middle).T)
                return list(found[away == away.min()])
        for side, axis, sign in (
            *(("to the left of", 0, -1), ("left of", 0, -1)),
            *(("to the right of", 0, 1), ("right of", 0, 1)),
            *(("above", 1, -1), ("below", 1, 1)),
        ):
            if f" just {side} the " in words:
                noun, landmark = words.split(f" just {side} the ")
                found, box = self.called(noun), self.landmark(landmark)
                away = crowd.xy[found] - (box[:2] + box[2:]) / 2
                size = (box[2:] - box[:2]).max()
                edge = 0.5 * (box[axis + 2] - box[axis])
                across = 0.5 * (box[3 - axis] - box[1 - axis]) + 0.1 * size
                beyond = sign * away[:, axis] - edge
                near = (beyond > -0.1 * size) & (beyond < 0.9 * size)
                return list(found[near & (abs(away[:, 1 - axis]) < across)])
        for word in WORDS:
            if words.endswith(f" on the {word}"):
                found = self.called(words.removesuffix(f" on the {word}"))
                ground = WORDS.index(word) - self.source.textures.first_word
                cast, texture = self.source.cast, self.layout.texture
                lies = [
                    texture[ground_at(self.layout, cast, x, y, 0.0)] for x, y in crowd.xy[found]
                ]
                return list(found[np.array(lies, np.int64) == ground])
        first, _, noun = words.partition(" ")
        if first in ("smallest", "largest", "biggest"):
            found = self.called(noun)
            size = crowd.size[found]
            return list(found[[size.argmin() if first == "smallest" else size.argmax()]])
        return list(self.called(words))


CASES = [("train", 0.0), ("train", 0.5), ("test", 0.5), ("train", 1.0)]


@pytest.mark.parametrize(("split", "difficulty"), CASES)
def test_a_place_is_the_only_one_that_its_words_mean(split: str, difficulty: float) -> None:
    source, asked = played("box", split, difficulty)
    for row, text in enumerate(source.instructions(asked, list(range(len(KEYS))))):
        layout, crowd = whole(source, asked, row)
        words = text.removesuffix("?")[text.index("the ") + 4 :]
        meant = Reader(source, layout, crowd).meant(words)
        assert len(meant) == 1, text
        assert np.array_equal(crowd.box[meant[0]], asked.target_boxes[row, 0].numpy()), text


@pytest.mark.parametrize(("split", "difficulty"), CASES)
def test_a_choice_is_true_of_what_its_words_mean(split: str, difficulty: float) -> None:
    source, asked = played("choice", split, difficulty)
    forms = []
    for row, text in enumerate(source.instructions(asked, list(range(len(KEYS))))):
        layout, crowd = whole(source, asked, row)
        reader = Reader(source, layout, crowd)
        question, _, said = text.partition("? ")
        options = [each.split(" ", 1)[1] for each in said.split(", ")]
        assert len(set(options)) == 6
        right = options[int(asked.right[row])]
        forms.append(int(asked.question[row]))
        if forms[-1] == COUNT:
            words = question.removeprefix("how many ").replace(" are ", " ")
            number = len(reader.meant(words))
            assert "none one two three four five".split()[number] == right
            continue
        meant = reader.meant(question[question.index(" the ") + 5 :])
        assert len(meant) == 1, text
        if "colour" in question:
            assert COLOURS[crowd.colour[meant[0]]] == right
        else:
            signs = sign_words()[split == "test"]
            assert signs[crowd.sprite[meant[0]] - len(load_atlas().names)] == right
        assert np.array_equal(crowd.box[meant[0]], asked.target_boxes[row, 0].numpy()), text
    assert {FORMS[form] for form in forms} == {"colour", "count", "sign"}


def test_things_are_within_cells_and_clear_of_one_another() -> None:
    source, asked = played("box", "train", 1.0)
    layout, crowd = whole(source, asked, 0)
    assert 2000 <= len(crowd.kind) <= 6000
    boxes = crowd.box
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= (layout.width, layout.height)).all()
    for box in boxes[:: len(boxes) // 60]:
        over = (boxes[:, :2] < box[2:]).all(1) & (box[:2] < boxes[:, 2:]).all(1)
        assert over.sum() == 1


def test_a_target_is_painted_where_its_box_is() -> None:
    source, asked = played("box", "train", 0.5)
    shown = 96.0
    for row in range(12):
        box = asked.target_boxes[row, 0].numpy()
        scale = shown / (box[2:] - box[:2]).max()
        corner = (box[:2] + box[2:]) / 2 - 112 / scale
        window = np.concatenate([corner, corner + 224 / scale])
        image = np.zeros((1, 224, 224, 3), np.uint8)
        source.paint(asked, np.array([row]), window[None], image)
        layout, _ = whole(source, asked, row)
        bare = np.zeros((224, 224, 3), np.uint8)
        x, y = corner
        paint_ground(layout, source.cast, source.textures, x, y, scale, bare)
        differs = (image[0].astype(int) - bare != 0).any(2)
        x0, y0, x1, y1 = (np.tile(box[:2], 2) - np.tile(corner, 2)) * scale + np.concatenate(
            [np.zeros(2), (box[2:] - box[:2]) * scale]
        )
        # Within the box and a margin that other things do not reach; the shadow is right and below.
        top, left = differs[:, int(x0) : int(x1)].any(1), differs[int(y0) : int(y1)].any(0)
        assert abs(np.argmax(left[int(x0) - 3 :]) - 3) <= 2
        assert abs(np.argmax(top[int(y0) - 3 :]) - 3) <= 2
        assert top[int(y1) - 2] and left[int(x1) - 2]


@pytest.mark.parametrize("scale", [1.0, 0.23, 0.06, 0.02])
def test_scales_agree(scale: float) -> None:
    source, asked = played("box", "train", 0.5)
    rows = np.arange(4)
    corner = np.array([[1000.0, 900.0]] * 4)
    windows = np.concatenate([corner, corner + 112 / scale], 1)
    small, large = np.zeros((4, 112, 112, 3), np.uint8), np.zeros((4, 448, 448, 3), np.uint8)
    source.paint(asked, rows, windows, small)
    source.paint(asked, rows, windows, large)
    shrunk = large.reshape(4, 112, 4, 112, 4, 3).mean((2, 4))
    assert abs(shrunk - small).mean() < 5
    assert abs(shrunk.mean((1, 2)) - small.mean((1, 2))).max() < 2.5


def test_splits_share_neither_classes_nor_grounds_nor_signs() -> None:
    train, test = (Scenes(ZoomConfig(split=split)) for split in ("train", "test"))
    assert not set(train.cast.pool.tolist()) & set(test.cast.pool.tolist())
    assert train.textures.first_word + len(train.textures.offset) <= test.textures.first_word
    assert not set(sign_words()[0]) & set(sign_words()[1])
    assert min(train.cast.signs, test.cast.signs) >= 6
