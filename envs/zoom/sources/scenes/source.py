"""The source of synthetic wholes: keys in, questions out, and any window painted on demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.core.keys import fold
from vgym.core.task import Limit
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.scenes.asking import Question, ask
from vgym.envs.zoom.sources.scenes.denoting import Scene
from vgym.envs.zoom.sources.scenes.grounds import load_textures
from vgym.envs.zoom.sources.scenes.knobs import (
    BESIDE,
    COLOUR,
    COUNT,
    FENCE,
    FORMS,
    NEAREST,
    SIGN,
    Knobs,
    knobs_at,
)
from vgym.envs.zoom.sources.scenes.layout import Cast, lay_out
from vgym.envs.zoom.sources.scenes.painting import paint_windows
from vgym.envs.zoom.sources.scenes.sprites import load_sprites
from vgym.envs.zoom.sources.scenes.things import all_things
from vgym.envs.zoom.sources.scenes.wording import (
    CHOICE_TOKENS,
    PLACE_TOKENS,
    Lexicon,
    load_lexicon,
    realise,
    sign_words,
)
from vgym.envs.zoom.types import QUESTIONS, Asked, ZoomConfig, nothing_asked

# Shorter side, as shown, from which a person tells a thing from others, and reads a sign.
LEGIBLE_PX, READABLE_PX = 14.0, 16.0
# What is asked for has at most so much of that in the overview.
_SEEN_AT_MOST = 0.4
_ATTEMPTS = 16  # wholes, until there is a way to say what is asked for

_LOCATE, _RELATION, _ATTRIBUTE, _COUNT, _READ = range(len(QUESTIONS))


class Rows(NamedTuple):
    """The arrays that a batch of questions is written into; see `Asked`."""

    picture: NDArray[np.int64]
    whole_hw: NDArray[np.float64]
    question: NDArray[np.int64]
    kind: NDArray[np.int64]
    tokens: NDArray[np.int32]
    target_boxes: NDArray[np.float64]
    legible_px: NDArray[np.float32]
    choices: NDArray[np.int64]
    right: NDArray[np.int64]


class Scenes(ZoomSource):
    """Wholes of 4,096 to 16,384 pixels a side, of 200 to 5,000 things and more scenery.

    A whole is its key and costs no memory. Splits differ in keys; those of test also in classes,
    grounds and signs. `question` is the number of the form in `FORMS`.
    """

    threaded = True

    def __init__(self, config: ZoomConfig) -> None:
        test = config.split == "test"
        self.lexicon, self.vocabulary = load_lexicon()
        choice = config.answer == "choice"
        self.length = CHOICE_TOKENS if choice else PLACE_TOKENS
        self.size_hw = config.size_hw
        self.knobs: Knobs = knobs_at(config.difficulty, config.size_hw, choice)
        self.cast, self.look = load_sprites(test)
        self.textures = load_textures(test)
        self.first_sign = len(sign_words()[0]) if test else 0

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """The episodes of the keys (k,)."""
        asked = Asked(**nothing_asked(len(keys), self.length))
        height, width = self.size_hw
        _ask_all(
            keys,
            self.cast,
            self.knobs,
            self.lexicon,
            self.textures.first_word,
            self.first_sign,
            float(height),
            float(width),
            Rows(
                asked.picture.numpy(),
                asked.whole_hw.numpy(),
                asked.question.numpy(),
                asked.kind.numpy(),
                asked.tokens.numpy(),
                asked.target_boxes.numpy(),
                asked.legible_px.numpy(),
                asked.choices.numpy(),
                asked.right.numpy(),
            ),
        )
        return asked

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """Paint windows of the wholes: things as sharp as their pictures, however close."""
        keys = asked.picture.numpy()[rows].view(np.uint64)
        paint_windows(keys, self.cast, self.knobs, self.textures, self.look, windows, images)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The questions of the given rows."""
        return [self.vocabulary.decode(row) for row in asked.tokens[rows].cpu().numpy()]

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Any key is of a whole."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(FORMS) - 1)


@compiled
def _ask_all(
    keys: NDArray[np.uint64],
    cast: Cast,
    knobs: Knobs,
    lexicon: Lexicon,
    first_ground: int,
    first_sign: int,
    shown_h: float,
    shown_w: float,
    rows: Rows,
) -> None:
    """Make a whole for each key and ask something about it."""
    for b in range(keys.shape[0]):
        for attempt in range(_ATTEMPTS):
            key = keys[b] if attempt == 0 else fold(keys[b], np.uint64(attempt))
            layout = lay_out(key, cast, knobs)
            scene = Scene(layout, cast, all_things(layout, cast, knobs))
            scale = min(shown_h / layout.height, shown_w / layout.width)
            question = ask(keys[b], knobs.weights, _SEEN_AT_MOST * LEGIBLE_PX / scale, scene)
            rows.picture[b] = np.int64(key)
            rows.whole_hw[b, 0], rows.whole_hw[b, 1] = layout.height, layout.width
            if question.form >= 0:
                _write(question, scene, min(shown_h, shown_w), rows, b)
                realise(
                    keys[b], lexicon, question, layout, first_ground, first_sign, rows.tokens[b]
                )
                break


@compiled
def _write(question: Question, scene: Scene, shown: float, rows: Rows, b: int) -> None:
    """All of a question but its words."""
    form, target = question.form, question.target
    rows.question[b], rows.right[b] = form, question.right
    rows.choices[b] = 6 if form == COLOUR or form == COUNT or form == SIGN else 0
    how = question.query.how
    kind = _RELATION if how == NEAREST or how == BESIDE or how == FENCE else _LOCATE
    if form == COLOUR:
        kind = _ATTRIBUTE
    elif form == COUNT:
        kind = _COUNT
    elif form == SIGN:
        kind = _READ
    rows.kind[b] = kind
    legible = READABLE_PX if form == SIGN else LEGIBLE_PX
    if form == COUNT:
        box = scene.layout.fence_box[target]
        legible *= _sides_a_thing(scene, target)
    else:
        box = scene.crowd.box[target]
    copy_into(rows.target_boxes[b, 0], box)
    # What is shown is no larger than the picture.
    rows.legible_px[b] = min(legible, 0.8 * shown)


@compiled
def _sides_a_thing(scene: Scene, fence: int) -> float:
    """How many times as long as its slimmest thing a fence is."""
    box, crowd = scene.layout.fence_box[fence], scene.crowd
    slimmest = box[2] - box[0]
    for i in range(crowd.fenced, len(crowd.fence)):
        if crowd.fence[i] == fence:
            slimmest = min(slimmest, crowd.short[i])
    return float((box[2] - box[0]) / slimmest)
