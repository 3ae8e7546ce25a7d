"""Keyed randomness: every draw is a pure function of (key, stream, index).

A key is a 64-bit integer made from what identifies an episode: the task, the split, the seed and
the episode's number. A *stream* names the draw (``stream("size")``), an *index* counts within it.
No draw depends on another having been made, so episodes are the same in any order, in any batch,
in any process. The mixing function is the 64-bit finaliser of SplitMix64 (Steele, Lea and Flood,
"Fast splittable pseudorandom number generators", 2014), applied once for each word folded in.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from vgym.compiled import compiled

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / (1 << 53)


def stream(name: str) -> np.uint64:
    """The 64-bit number of a named draw or of any text; the same in every process.

    >>> len({int(stream(name)) for name in ("size", "colour", "size")})
    2
    """
    # A name may be of a file, and hold bytes that are no text: they are the same in every locale.
    plain = name.encode("utf-8", "surrogateescape")
    return np.uint64(int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "big"))


@compiled
def fold(key: np.uint64, word: np.uint64) -> np.uint64:
    """Mix one more 64-bit word into a key."""
    z = uint64(key ^ uint64(word * _GAMMA)) + _GAMMA
    z = (z ^ (z >> uint64(30))) * _MIX_A
    z = (z ^ (z >> uint64(27))) * _MIX_B
    return z ^ (z >> uint64(31))


def subkey(key: np.uint64, number: int) -> np.uint64:
    """The key of the thing with that number among those of a key.

    >>> bool(subkey(np.uint64(1), 2) != subkey(np.uint64(1), 3))
    True
    """
    return np.uint64(fold(key, np.uint64(number)))


@compiled
def bits(key: np.uint64, name: np.uint64, index: int) -> np.uint64:
    """64 uniform random bits for draw ``index`` of a stream."""
    return fold(fold(key, name), uint64(index))


@compiled
def uniform(key: np.uint64, name: np.uint64, index: int) -> float:
    """A float in [0, 1), of 53 bits."""
    return float(bits(key, name, index) >> uint64(11)) * _TO_UNIT


@compiled
def below(key: np.uint64, name: np.uint64, index: int, n: int) -> int:
    """An integer in [0, n); ``n`` must be positive. The bias is under n / 2**53."""
    return int(uniform(key, name, index) * n)


@compiled
def sample_each(keys: NDArray[np.uint64], name: np.uint64, n: int) -> NDArray[np.int64]:
    """An integer in [0, n) for each of the keys."""
    drawn = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        drawn[i] = below(keys[i], name, 0, n)
    return drawn


@compiled
def uniform_each(keys: NDArray[np.uint64], name: np.uint64) -> NDArray[np.float64]:
    """A float in [0, 1) for each of the keys."""
    drawn = np.empty(keys.shape[0])
    for i in range(keys.shape[0]):
        drawn[i] = uniform(keys[i], name, 0)
    return drawn


@compiled
def episode_keys(
    salt: np.uint64, seeds: NDArray[np.uint64], episodes: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """The key of each episode, from what the task is (``salt``), its seed and its number.

    Args:
        salt: ``stream`` of whatever tells tasks and splits apart.
        seeds: (k,) the seed each row was reset with.
        episodes: (k,) how many episodes the row has had since.
    """
    keys = np.empty(seeds.shape[0], np.uint64)
    for i in range(seeds.shape[0]):
        keys[i] = fold(fold(salt, seeds[i]), uint64(episodes[i]))
    return keys
