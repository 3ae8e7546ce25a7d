"""Vocabulary, tokens, and the words that instructions may hold."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vgym.core.text import (
    CHARSET,
    MAX_TEXT,
    PAD,
    UNKNOWN,
    OpenText,
    Vocabulary,
    bag,
    legible,
    split_words,
)

WORDS = ["the", "red", "teapot", "left", "of", ",", "?", "."]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(WORDS)


def test_numbers(vocabulary: Vocabulary) -> None:
    assert (PAD, UNKNOWN) == (0, 1)
    assert [vocabulary[word] for word in WORDS] == list(range(2, 10))
    assert len(vocabulary) == len(WORDS) + 2
    assert len(Vocabulary(["a", "b", "a"])) == 4


@given(st.lists(st.sampled_from(WORDS[:5]), max_size=8))
def test_there_and_back(words: list[str]) -> None:
    vocabulary = Vocabulary(WORDS)
    text = " ".join(words)
    tokens = vocabulary.encode(text, 8)
    assert tokens.dtype == np.int32 and tokens.shape == (8,)
    assert vocabulary.decode(tokens) == text
    assert (tokens[len(words) :] == PAD).all() and (tokens[: len(words)] > UNKNOWN).all()


def test_punctuation_and_case(vocabulary: Vocabulary) -> None:
    assert split_words("The red, teapot?!") == ["the", "red", ",", "teapot", "?", "!"]
    assert vocabulary.decode(vocabulary.encode("the red teapot, left?", 9)) == (
        "the red teapot, left?"
    )


def test_what_is_too_long_is_cut_and_what_is_unknown_is_marked(vocabulary: Vocabulary) -> None:
    assert vocabulary.encode("the red teapot", 2).tolist() == [2, 3]
    assert vocabulary.encode("the blue teapot", 4).tolist() == [2, UNKNOWN, 4, PAD]
    assert vocabulary.encode("", 3).tolist() == [PAD] * 3
    assert vocabulary.decode([PAD, 2]) == ""


@given(st.text(max_size=300))
def test_any_text_is_encoded(text: str) -> None:
    tokens = Vocabulary(WORDS).encode(text, 12)
    assert (tokens >= 0).all() and (tokens < len(WORDS) + 2).all()


def test_text_is_in_any_script() -> None:
    space = OpenText(MAX_TEXT)
    for text in (
        "the naïve café's “blue” mug — 20° left",
        "кнопка",
        "右上の赤いボタン",
        "🟦 ذهب",
        "",
    ):
        assert text in space and legible(text) == text
    assert "a" * MAX_TEXT in space and "a" * (MAX_TEXT + 1) not in space
    assert 5 not in space and None not in space
    assert len(set(CHARSET)) == len(CHARSET)
    space.seed(0)
    assert all(set(space.sample()) <= set(CHARSET) for _ in range(20))
    assert pickle.loads(pickle.dumps(space)) == space


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("n\u0303andu\u0301", "ñandú"),
        (" the\u00a0red\n\tmug\u2003", "the red mug"),
        ("a\x00b\x1bc\ud800d\udc00", "abcd"),
        ("\u202egum\u202c the \u2066red\u2069", "gum the red"),
        (
            "\u0645\u06cc\u200c\u062e",
            "\u0645\u06cc\u200c\u062e",
        ),  # the joiner that Persian words are written with
        ("\u0958" * MAX_TEXT, "\u0915\u093c" * (MAX_TEXT // 2)),
    ],
)
def test_words_of_anybody_become_legible(given: str, read: str) -> None:
    assert legible(given) == read


@given(st.text(max_size=MAX_TEXT))
def test_whatever_is_legible_stays_so_and_is_in_the_space(text: str) -> None:
    once = legible(text)
    assert legible(once) == once and once in OpenText(MAX_TEXT)
    once.encode()


def test_a_bag_says_which_words_occur_and_how_often_matters_not() -> None:
    tokens = torch.tensor([[2, 4, 2, 0, 0], [0, 0, 0, 0, 0], [1, 3, 3, 3, 4]], dtype=torch.int32)
    expected = [[0, 0, 1, 0, 1], [0, 0, 0, 0, 0], [0, 1, 0, 1, 1]]
    found = bag(tokens, size=5)
    assert found.dtype == torch.uint8 and found.tolist() == expected
