"""Every phrase denotes exactly its targets, as an independent reader of English understands it."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray
from oracles.phrase_resolver import Answer, NotEnglish, Thing, parse, resolve

import vgym  # noqa: F401  registers the ids
from vgym.core.atlas import COLOURS, load_atlas
from vgym.core.keys import episode_keys
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.referring.content_selection import KINDS
from vgym.envs.grounding.referring.lexicon import MAX_TOKENS, POSES
from vgym.envs.grounding.types import GroundingConfig, State

DIFFICULTIES = (0.0, 0.25, 0.5, 0.75, 1.0)
SIZES: tuple[Any, ...] = (64, 128, 256, (200, 320))
ANSWERS = ("box", "point", "boxes")
PER_CASE = 250


@lru_cache(maxsize=1)
def dictionary() -> dict[str, str]:
    atlas = load_atlas()
    return dict(zip(atlas.names, atlas.plurals, strict=True))


def keys(count: int, first: int = 0, split: int = 1) -> NDArray[np.uint64]:
    seeds = np.arange(first, first + count).astype(np.uint64)
    return episode_keys(np.uint64(split), seeds, np.zeros(count, np.int64))


@lru_cache(maxsize=64)
def scenes_of(
    difficulty: float, image_size: Any = 256, answer: str = "box", split: str = "train"
) -> SyntheticScenes:
    return SyntheticScenes(
        GroundingConfig(difficulty=difficulty, image_size=image_size, answer=answer, split=split)
    )


def things(state: State, row: int) -> list[Thing]:
    atlas, scene = load_atlas(), state.scene
    return [
        Thing(
            atlas.names[int(scene.sprite[row, i])],
            atlas.plurals[int(scene.sprite[row, i])],
            COLOURS[int(scene.colour[row, i])],
            POSES[int(scene.pose[row, i])],
            float(scene.size[row, i]),
            tuple(scene.boxes[row, i].tolist()),
        )
        for i in range(int(scene.count[row]))
    ]


def texts_of(scenes: SyntheticScenes, state: State) -> list[str]:
    return [scenes.vocabulary.decode(row) for row in state.tokens.numpy()]


def read(text: str, scenes: SyntheticScenes, state: State, row: int) -> Answer:
    height, width = scenes.config.size_hw
    return resolve(text, things(state, row), width, height, dictionary())


def target_boxes(state: State, row: int) -> set[tuple[float, ...]]:
    boxes = state.target_boxes[row][state.target_mask[row]]
    return {tuple(box) for box in boxes.tolist()}


def denoted_boxes(answer: Answer, state: State, row: int) -> set[tuple[float, ...]]:
    return {tuple(state.scene.boxes[row, i].tolist()) for i in answer.indices}


def _cases() -> Iterator[Any]:
    """All combinations; the quick ones are of one size for each of the others."""
    for number, case in enumerate(product(DIFFICULTIES, ANSWERS, ("train", "test"))):
        for other, size in enumerate(SIZES):
            quick = other == number % len(SIZES)
            yield pytest.param(*case, size, marks=() if quick else pytest.mark.slow)


@pytest.mark.parametrize(("difficulty", "answer", "split", "size"), list(_cases()))
def test_a_phrase_denotes_exactly_its_targets_and_nobody_could_doubt_it(
    difficulty: float, answer: str, split: str, size: Any
) -> None:
    scenes = scenes_of(difficulty, size, answer, split)
    state = scenes.reset(keys(PER_CASE, split=2))
    for row, text in enumerate(texts_of(scenes, state)):
        found = read(text, scenes, state, row)
        assert denoted_boxes(found, state, row) == target_boxes(state, row), text
        assert len(found.indices) == int(state.target_mask[row].sum()), text
        assert not found.doubts, (text, found.doubts)
        assert found.phrase.every == (answer == "boxes"), text
        assert answer == "boxes" or len(found.indices) == 1


@pytest.mark.parametrize("difficulty", [0.5, 0.75, 1.0])
def test_every_kind_of_phrase_is_said(difficulty: float) -> None:
    scenes = scenes_of(difficulty)
    texts = texts_of(scenes, scenes.reset(keys(3000)))
    count = collections.Counter(kind for text in texts for kind in parse(text, dictionary()).kinds)
    assert set(count) <= set(KINDS)
    for kind in KINDS:
        assert count[kind] >= 0.01 * len(texts), (kind, count)


def test_the_easiest_phrases_are_categories_only() -> None:
    for answer in ANSWERS:
        scenes = scenes_of(0.0, 256, answer)
        for text in texts_of(scenes, scenes.reset(keys(500))):
            assert parse(text, dictionary()).kinds == {"category"}, text


def test_many_asks_for_none_one_and_several() -> None:
    for difficulty in DIFFICULTIES:
        scenes = scenes_of(difficulty, 256, "boxes")
        state = scenes.reset(keys(1000))
        found = state.target_mask.sum(1)
        assert 0.06 < float((found == 0).float().mean()) < 0.2
        assert float((found >= 2).float().mean()) > (0.4 if difficulty else 0.15)
        texts = texts_of(scenes, state)
        count = collections.Counter(k for t in texts for k in parse(t, dictionary()).kinds)
        if difficulty >= 0.5:
            for kind in (
                "category",
                "colour",
                "pose",
                "location",
                "relation",
                "exclusion",
                "compound",
            ):
                assert count[kind] >= 0.01 * len(texts), (kind, count)


def test_phrases_are_varied() -> None:
    scenes = scenes_of(0.75)
    assert len(set(texts_of(scenes, scenes.reset(keys(5000))))) >= 2000


def test_phrases_are_whole_and_of_known_words() -> None:
    """A phrase that fills every token would have been cut, or could be by one more word."""
    for split in ("train", "test"):
        for answer in ("box", "boxes"):
            scenes = scenes_of(1.0, 256, answer, split)
            tokens = scenes.reset(keys(2000)).tokens.numpy()
            assert tokens.shape[1] == MAX_TOKENS
            assert tokens.max() < len(scenes.vocabulary)
            assert not (tokens == 1).any()
            lengths = (tokens != 0).sum(1)
            assert lengths.min() >= 2
            # Zeros only after the words.
            assert (np.cumsum(tokens == 0, axis=1)[np.arange(len(tokens)), lengths - 1] == 0).all()
            for row in tokens:
                text = scenes.vocabulary.decode(row)
                assert np.array_equal(scenes.vocabulary.encode(text, MAX_TOKENS), row)


def _mirrored(text: str) -> str:
    swap = {"left": "right", "right": "left", "leftmost": "rightmost", "rightmost": "leftmost"}
    words = text.replace(",", " ,").replace("?", " ?").split(" ")
    return " ".join(swap.get(w, w) for w in words).replace(" ,", ",").replace(" ?", "?")


def test_the_reader_tells_left_from_right() -> None:
    """So that the tests above can fail: mirrored words denote something else."""
    scenes = scenes_of(0.75)
    state = scenes.reset(keys(3000))
    tried = changed = 0
    for row, text in enumerate(texts_of(scenes, state)):
        other = _mirrored(text)
        # An extra "on the left" that one thing needs no more than its noun denotes nothing when
        # mirrored; a middle one stays the second from either side.
        if other == text:
            continue
        tried += 1
        found = read(other, scenes, state, row)
        changed += denoted_boxes(found, state, row) != target_boxes(state, row)
    assert tried > 800
    assert changed / tried > 0.9


def test_the_reader_sees_wrong_targets() -> None:
    """With two things exchanged, phrases denote the wrong one."""
    scenes = scenes_of(0.5)
    state = scenes.reset(keys(500))
    wrong = 0
    for row, text in enumerate(texts_of(scenes, state)):
        seen = things(state, row)
        height, width = scenes.config.size_hw
        mirrored = [
            Thing(
                t.name,
                t.plural,
                t.colour,
                t.pose,
                t.size,
                (width - t.box[2], height - t.box[3], width - t.box[0], height - t.box[1]),
            )
            for t in seen
        ]
        try:
            turned = resolve(text, mirrored, width, height, dictionary())
        except NotEnglish:
            continue
        plain = resolve(text, seen, width, height, dictionary())
        wrong += turned.indices != plain.indices
    assert wrong > 120


CUPS = {"cup": "cups", "dog": "dogs", "pair of jeans": "pairs of jeans"}
SHELF = [
    Thing("cup", "cups", "red", "upright", 30, (10, 10, 40, 40)),
    Thing("cup", "cups", "blue", "tilted left", 60, (200, 20, 260, 80)),
    Thing("cup", "cups", "red", "upside down", 20, (120, 250, 140, 270)),
    Thing("dog", "dogs", "natural", "upright", 40, (60, 240, 100, 280)),
]


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("the dog", {3}),
        ("all the cups", {0, 1, 2}),
        ("find every red cup", {0, 2}),
        ("the blue cup", {1}),
        ("can you find the largest cup?", {1}),
        ("the smallest red cup", {2}),
        ("the smaller of the two red cups", {2}),
        ("the little red cup", {2}),
        ("the cup that is upside down", {2}),
        ("the cup leaning to the left", {1}),
        ("the cup at the bottom", {2}),
        ("the cup in the upper left corner", {0}),
        ("the cup to the right of the dog, in the top right corner", {1}),
        ("the second cup from the left", {2}),
        ("the third cup from the top", {2}),
        ("the lowest cup", {2}),
        ("the cup nearest the dog", {2}),
        ("where is the cup farthest from the dog?", {1}),
        ("the cup that is not red", {1}),
        ("cups that are not", None),
        ("each cup which is not at the top", {2}),
        ("the cups above the dog", {0, 1}),
        ("the red cup that is not upright", {2}),
        ("the cup that is not red, above the dog", {1}),
        ("the cup above that is not red the dog", None),
        ("the cups that is red", None),
        ("every cups", None),
        ("all cup", None),
        ("the cup that are not red", None),
        ("where is the cup", None),
        ("the green", None),
        ("the cup above the", None),
        ("the second cup", None),
    ],
)
def test_the_reader_reads_english(text: str, indices: set[int] | None) -> None:
    if indices is None:
        with pytest.raises(NotEnglish):
            resolve(text, SHELF, 300, 300, CUPS)
    else:
        assert resolve(text, SHELF, 300, 300, CUPS).indices == indices


@pytest.mark.parametrize(
    "text",
    [
        "the cup",  # of three
        "the red cup",  # of two
        "the big cup",  # plain "big" is for two
        "the larger of the two cups",
        "the blue dog",  # natural colours may be called anything
        "the green cup",  # of none
    ],
)
def test_the_reader_doubts(text: str) -> None:
    assert resolve(text, SHELF, 300, 300, CUPS).doubts


@pytest.mark.parametrize("difficulty", [0.5, 1.0])
def test_what_is_asked_for_in_vain_is_not_there_under_another_name(difficulty: float) -> None:
    """No phrase that names nothing uses a word that a person might use for something shown."""
    envs = gymnasium.make_vec("VGroundMany-v0", num_envs=512, image_size=128, difficulty=difficulty)
    envs.reset(seed=0)
    batch = envs.unwrapped
    atlas = batch.task.source.atlas
    words = {}
    for index, name in enumerate(atlas.names):
        words[name], words[atlas.plurals[index]] = index, index
    checked = 0
    for row, phrase in enumerate(batch.instructions()):
        if bool(batch.state.target_mask[row].any()):
            continue
        head = min(
            (phrase.find(f" {word}"), -len(word), index)
            for word, index in words.items()
            if f" {word}" in phrase
        )[2]
        shown = batch.state.scene.sprite[row, : batch.state.scene.count[row]].tolist()
        kin = {atlas.names[i] for i in shown if i != head and atlas.kin[i]
               and atlas.kin[i] == atlas.kin[head]}  # fmt: skip
        assert not kin, (phrase, kin)
        checked += 1
    assert checked > 30
