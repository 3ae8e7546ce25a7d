"""Keyed randomness: fixed for ever, uniform, and independent of order."""

import numpy as np
import pytest
from numba import njit

from vgym.core.keys import below, bits, episode_keys, fold, stream, uniform

MASK = (1 << 64) - 1


def _fold(key: int, word: int) -> int:
    """SplitMix64's finaliser in plain Python integers."""
    gamma = 0x9E3779B97F4A7C15
    z = ((key ^ (word * gamma & MASK)) + gamma) & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


@njit
def _draws(key: np.uint64, name: np.uint64, count: int) -> tuple[np.ndarray, np.ndarray]:
    whole, shares = np.empty(count, np.uint64), np.empty(count, np.float64)
    for i in range(count):
        whole[i] = bits(key, name, i)
        shares[i] = uniform(key, name, i)
    return whole, shares


@njit
def _below(key: np.uint64, name: np.uint64, count: int, n: int) -> np.ndarray:
    return np.array([below(key, name, i, n) for i in range(count)])


@njit
def _folded(key: np.uint64, word: np.uint64) -> np.uint64:
    return fold(key, word)


def test_folding_is_splitmix64() -> None:
    # The first outputs of SplitMix64 seeded with 0, as its authors' splitmix64.c prints them.
    assert _fold(0, 0) == 0xE220A8397B1DCDAF
    assert _fold(0x9E3779B97F4A7C15, 0) == 0x6E789E6AA1B965F4
    rng = np.random.default_rng(0)
    for key, word in rng.integers(0, 1 << 64, (200, 2), dtype=np.uint64):
        assert int(_folded(key, word)) == _fold(int(key), int(word))


def test_draws_are_the_same_for_ever() -> None:
    name = stream("size")
    assert int(name) == 0x2D3433E77D096A3A
    whole, shares = _draws(np.uint64(7), name, 5)
    for i, (value, share) in enumerate(zip(whole, shares, strict=True)):
        want = _fold(_fold(7, int(name)), i)
        assert int(value) == want
        assert share == (want >> 11) / (1 << 53)


def test_uniform_is_uniform() -> None:
    _, shares = _draws(np.uint64(3), stream("x"), 100_000)
    assert (shares >= 0).all() and (shares < 1).all()
    counts = np.histogram(shares, 100, (0, 1))[0]
    # Chi-squared with 99 degrees of freedom: 149 is the 0.1 % point.
    assert ((counts - 1000) ** 2 / 1000).sum() < 149
    assert abs(np.corrcoef(shares[:-1], shares[1:])[0, 1]) < 0.02


def test_neighbouring_keys_streams_and_indices_are_unrelated() -> None:
    by_key = np.array([_draws(np.uint64(k), stream("x"), 1)[1][0] for k in range(20_000)])
    by_name = np.array([_draws(np.uint64(0), np.uint64(n), 1)[1][0] for n in range(20_000)])
    for shares in (by_key, by_name):
        assert len(np.unique(shares)) == len(shares)
        assert abs(shares.mean() - 0.5) < 0.01
        assert abs(np.corrcoef(shares[:-1], shares[1:])[0, 1]) < 0.03


@pytest.mark.parametrize("n", [1, 2, 7, 1000])
def test_below_stays_below(n: int) -> None:
    values = _below(np.uint64(1), stream("x"), 20_000, n)
    assert values.min() == 0 and values.max() == n - 1


def test_episode_keys_depend_on_everything_and_on_nothing_else() -> None:
    salt = stream("task")
    seeds, episodes = np.meshgrid(np.arange(50, dtype=np.uint64), np.arange(40))
    seeds, episodes = seeds.ravel(), episodes.ravel().astype(np.int64)
    keys = episode_keys(salt, seeds, episodes)
    assert len(np.unique(keys)) == 2000
    other = episode_keys(stream("another"), seeds, episodes)
    assert not np.intersect1d(keys, other).size
    order = np.random.default_rng(0).permutation(2000)
    np.testing.assert_array_equal(episode_keys(salt, seeds[order], episodes[order]), keys[order])
    want = _fold(_fold(int(salt), int(seeds[77])), int(episodes[77]))
    assert int(keys[77]) == want


def test_streams_do_not_collide() -> None:
    names = [f"{word}{i}" for word in ("size", "colour", "x", "") for i in range(1000)]
    assert len({int(stream(name)) for name in names}) == len(names)


def test_a_name_is_the_same_in_every_locale() -> None:
    """One without UTF-8 hands out the bytes of a file's name one by one."""
    assert stream("Ü.jsonl") == stream("\udcc3\udc9c.jsonl") != stream("U.jsonl")
