"""What environments of one configuration share: pictures, texts, pools of places.

Making a source decodes pictures, encodes questions, computes distance fields. Environments of one
configuration read the same things, so each source is built once a process and handed to all of
them. Whoever is handed one must not write to it.

Some sources grow while they are used: pools of worlds, banks of pictures. They write under a
:class:`SourceLock`, and what they have written is found only once it is whole, by one last write:
readers need no lock then, and a child that was forked in between goes on from what is whole. What
writes under such a lock asks for no other source, and tells :func:`make_room` what it has added.

Measuring a source walks through all that it holds. Each is measured once, when it is made; all of
them are measured anew only where what has been added since could break the bound.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch

T = TypeVar("T")

MOST_BYTES = 2**30  # of sources that may be kept; the least recently asked for go first
_DEEPEST = 8  # how far into a source its arrays are looked for


@dataclass
class _Shelf:
    """The sources kept, and a lock for each that is being built."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    size: dict[Hashable, int] = field(default_factory=dict)  # of each, when it was measured last
    added: int = 0  # bytes since then, to whichever of them
    building: dict[Hashable, threading.Lock] = field(default_factory=dict)


_shelf = _Shelf()


class SourceLock:
    """A reentrant lock that is open in a forked child, whoever held it in the parent."""

    _every: ClassVar[weakref.WeakSet[SourceLock]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.open()
        self._every.add(self)

    def open(self) -> None:
        """Forget who holds it."""
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _after_fork() -> None:
    """A forked child has the sources, and locks that no thread of its own will ever release."""
    global _shelf
    _shelf = _Shelf(kept=_shelf.kept, size=_shelf.size, added=_shelf.added)
    for lock in SourceLock._every:
        lock.open()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def shared(key: Hashable, build: Callable[[], T]) -> T:
    """The source of that key: the one kept, or a new one.

    Args:
        key: everything that the source depends on, such as its class, the split and the size.
        build: makes it. Called once, whatever number of threads ask; may ask for further sources.

    >>> shared(("example", 1), lambda: [1]) is shared(("example", 1), lambda: [2])
    True
    """
    shelf = _shelf
    with shelf.lock:
        if key in shelf.kept:
            shelf.kept.move_to_end(key)
            found: T = shelf.kept[key]
            return found
        building = shelf.building.setdefault(key, threading.Lock())
    with building:
        with shelf.lock:
            if key in shelf.kept:  # another thread was first
                found = shelf.kept[key]
                return found
        made = build()
        size = bytes_of(made)
        with shelf.lock:
            shelf.kept[key] = made
            shelf.size[key] = size
            shelf.building.pop(key, None)
            _make_room(shelf)
    return made


def forget() -> None:
    """Let all sources go; those that environments hold live on with them."""
    with _shelf.lock:
        _shelf.kept.clear()
        _shelf.size.clear()
        _shelf.added = 0


def make_room(added: int) -> None:
    """Hold the bound on memory anew: to be called by a source that has grown.

    Args:
        added: the bytes that it has added, or more.
    """
    with _shelf.lock:
        _shelf.added += added
        _make_room(_shelf)


def _make_room(shelf: _Shelf) -> None:
    """Drop the least recently asked for until the rest fit; the newest always stays."""
    if sum(shelf.size.values()) + shelf.added <= MOST_BYTES:
        return
    shelf.size = {key: bytes_of(source) for key, source in shelf.kept.items()}
    shelf.added = 0
    total = sum(shelf.size.values())
    for key in list(shelf.kept)[:-1]:
        if total <= MOST_BYTES:
            return
        total -= shelf.size.pop(key)
        del shelf.kept[key]


def bytes_of(thing: Any) -> int:
    """Bytes of the arrays and tensors within an object, memory that they share counted once.

    >>> bytes_of({"a": np.zeros(10, np.uint8), "b": [np.zeros(2, np.float64)]})
    26
    """
    seen: set[int] = set()
    held: dict[int, int] = {}  # by address
    level = [thing]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for one in level:
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, np.ndarray):
                address = one.__array_interface__["data"][0]
                held[address] = max(held.get(address, 0), one.nbytes)
            elif isinstance(one, torch.Tensor):
                held[one.data_ptr()] = max(held.get(one.data_ptr(), 0), one.nbytes)
            elif isinstance(getattr(one, "nbytes", None), int):  # it knows best
                held[id(one)] = one.nbytes
            elif isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list | tuple):
                below.extend(one)
            elif hasattr(one, "__dict__") and not isinstance(one, type):
                below.extend(vars(one).values())
        level = below
    return sum(held.values())
