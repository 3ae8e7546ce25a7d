"""The contract that every environment keeps, held to anybody's task.

Each promise is a function of a :class:`Candidate` that yields what is wrong, in words; its
docstring is the promise. ``vgym check ID`` prints what :func:`check` finds.
"""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from vgym.evaluation.contract.candidate import Candidate
from vgym.evaluation.contract.episodes import rows_alone, saving, seeds, silence
from vgym.evaluation.contract.facts import facts
from vgym.evaluation.contract.keywords import keywords
from vgym.evaluation.contract.loops import checker
from vgym.evaluation.contract.outcomes import outcomes
from vgym.evaluation.contract.paid import audit
from vgym.evaluation.contract.pictures import pixels, up_to_date
from vgym.evaluation.contract.playing import oracle
from vgym.evaluation.contract.processes import processes
from vgym.evaluation.contract.words import words

Promise = Callable[[Candidate], Iterator[str]]

TOLD = 4  # things said about a broken promise, at most

PROMISES: tuple[Promise, ...] = (
    outcomes,
    facts,
    words,
    pixels,
    up_to_date,
    seeds,
    saving,
    silence,
    keywords,
    rows_alone,
    checker,
    processes,
    oracle,
    audit,
)
# Of these one must be a Gymnasium environment alone.
_ALONE = (rows_alone, checker)


@dataclass(frozen=True)
class Finding:
    """What came of one promise.

    Attributes:
        name: of the promise, one word.
        promise: what is promised, in a sentence.
        problems: what is wrong; none where it is kept.
    """

    name: str
    promise: str
    problems: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check(env_id: str, **settings: Any) -> Iterator[Finding]:
    """Hold an id of `vgym.register` to every promise, one after another.

    Args:
        env_id: a registered id of a `Task`.
        **settings: keywords that it is made with.

    Raises:
        ValueError: an unknown id, one whose world is another program, or settings that it refuses.

    >>> next(check("VGroundPoint-v0", image_size=48)).kept
    True
    """
    candidate = Candidate(env_id, settings)
    candidate.batch(1).close()  # what cannot be made cannot be checked
    for promise in PROMISES:
        if candidate.alone or promise not in _ALONE:
            yield held(promise, candidate)


def held(promise: Promise, candidate: Candidate) -> Finding:
    """What comes of one promise; what a task raises is a problem too."""
    problems: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            problems += islice(promise(candidate), TOLD)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            problems.append(f"{type(error).__name__} at {place}: {error}"[:500])
    text = " ".join((promise.__doc__ or "").split("\n\n")[0].split())
    return Finding(promise.__name__, text.removesuffix("."), tuple(problems))
