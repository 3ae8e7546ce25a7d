"""Instructions as words and as tokens: a closed vocabulary, fixed length, 0 is padding."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

PAD = 0
UNKNOWN = 1
# What our own instructions are written in; Gymnasium's own default has no space in it.
CHARSET = "".join(map(chr, range(32, 127))) + "éèêëàâäçîïôöûüñ’‘“”–—…°"  # noqa: RUF001
MAX_TEXT = 1000
_NO_LETTERS = ("Cc", "Cs", "Cn", "Co")  # controls, halves of pairs, numbers without a character
_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


class OpenText(spaces.Text):
    """Text in any script, up to a length: words of data sets and pages are people's own.

    Args:
        max_length: in characters. Samples are of `CHARSET`.
    """

    def __init__(self, max_length: int, *, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(max_length, min_length=0, charset=CHARSET, seed=seed)

    def contains(self, x: Any) -> bool:
        """Whether it is text of an allowed length, whatever its letters."""
        return isinstance(x, str) and len(x) <= self.max_length

    def character_index(self, char: str) -> np.int32:
        """The number of a letter, by which Gymnasium puts text into memory that processes share;
        a letter outside `CHARSET` comes out of it as a question mark."""
        return super().character_index(char if char in self.character_set else "?")


def legible(text: str) -> str:
    """Words of anybody's as instructions hold them: letters of every script, composed (NFC).

    White space of any kind is one space; controls, lone surrogates and marks that turn the
    direction of writing are left out; what is beyond `MAX_TEXT` characters is cut off.

    >>> legible("кнопка\tn\u0303andu\u0301\u202e ")
    'кнопка ñandú'
    """
    # Cut off before: to bring a long run of marks in order takes the square of its length.
    composed = unicodedata.normalize("NFC", " ".join(text.split())[: 4 * MAX_TEXT])
    kept = "".join(
        " " if c.isspace() else c
        for c in composed
        if c.isspace() or (c not in _DIRECTIONS and unicodedata.category(c) not in _NO_LETTERS)
    )
    return " ".join(kept.split())[:MAX_TEXT].rstrip()


class Vocabulary:
    """Words and punctuation marks by number. Number 0 pads, number 1 stands for unknown words.

    >>> v = Vocabulary(["the", "red", "teapot", "?"])
    >>> v.encode("the red teapot?", length=6)
    array([2, 3, 4, 5, 0, 0], dtype=int32)
    >>> v.decode(v.encode("the blue teapot", length=6))
    'the <unknown> teapot'
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = ("", "<unknown>", *dict.fromkeys(words))
        self._index = {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, word: str) -> int:
        return self._index[word]

    def encode(self, text: str, length: int) -> NDArray[np.int32]:
        """Tokens of a text, cut or padded to ``length``: (length,) int32."""
        tokens = np.zeros(length, np.int32)
        numbers = [self._index.get(word, UNKNOWN) for word in split_words(text)[:length]]
        tokens[: len(numbers)] = numbers
        return tokens

    def decode(self, tokens: Sequence[int] | NDArray[np.integer]) -> str:
        """The text of a row of tokens; punctuation closes up to the word before it."""
        text = ""
        for token in tokens:
            if token == PAD:
                break
            word = self.words[int(token)]
            text += word if not text or word in ",.?!" else f" {word}"
        return text


def bag(tokens: Tensor, size: int) -> Tensor:
    """Which words occur: (B, size) uint8, 0 or 1, of tokens (B, length); padding is no word.

    >>> bag(torch.tensor([[3, 2, 3, 0]]), size=5)
    tensor([[0, 0, 1, 1, 0]], dtype=torch.uint8)
    """
    occurs = torch.zeros(len(tokens), size, dtype=torch.uint8, device=tokens.device)
    occurs.scatter_(1, tokens.long(), 1)
    occurs[:, PAD] = 0
    return occurs


def split_words(text: str) -> list[str]:
    """Lower-case words; the marks , . ? ! and “ ” are words of their own. Linear in the length."""
    for mark in ",.?!“”":
        text = text.replace(mark, f" {mark} ")
    return text.lower().split()


def wrapped(text: str, room: float, length: Callable[[str], float]) -> list[str]:
    """Text broken between words into lines no longer than ``room``, where single words fit.

    Args:
        text: any white space divides words. room: in the unit of ``length``.
        length: of a line, such as a font's ``getlength``.

    >>> wrapped("click the green button", 10, len)
    ['click the', 'green', 'button']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
