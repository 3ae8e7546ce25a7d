"""What VZoom pays those who do not look: with an answer at once, by zooming at random, or by heart.

    python -m vgym.baselines.zoom_blind --json                all sources
    python -m vgym.baselines.zoom_blind --json earth:choice   one, beside the others

No view is painted: these agents know the words and what was true of training questions.
`at once` answers what earned most on training episodes, of places in three sizes or of choices: the
best for all, or for the words of the question. `at random` zooms to random boxes for the whole
budget, then answers the middle. `by heart` knows the answers of 3,000 training questions: it takes
the one whose words are most alike, zooms to where that was, and answers it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import commit, one_thread
from vgym.baselines.training_episodes import keys_of
from vgym.core import state as states
from vgym.core.config import SPLITS
from vgym.core.keys import episode_keys
from vgym.core.task import load_task
from vgym.core.text import split_words
from vgym.envs.zoom.moves import ANSWER, ZOOM
from vgym.envs.zoom.types import MOST_CHOICES
from vgym.envs.zoom.windows import to_view
from vgym.evaluation.metrics import estimate_mean
from vgym.registration import ZOOM_SOURCES, row_of

RESULT = Path(__file__).parent / "results" / "zoom_blind.json"
ANSWERS = ("box", "choice")
EPISODES, LEARNT, KNOWN = 400, 512, 3000
OFTEN = 12  # training episodes of a word from which on what it earned counts
SIDES = (0.02, 0.1, 0.4)  # of the whole, of boxes that are tried at once
_OPTION = re.compile(rf"(?:^|, )[1-{MOST_CHOICES}] (.*?)(?=, [1-{MOST_CHOICES}] |$)")


@dataclass(frozen=True)
class Played:
    """Episodes, and the words of each."""

    task: Any
    state: Any
    words: list[str]

    @classmethod
    def begun(cls, task: Any, keys: NDArray[np.uint64]) -> Played:
        """Those of the keys (k,)."""
        state = task.reset(keys)
        return cls(task, state, task.instructions(state, list(range(len(keys)))))

    def returns(self, policy: Callable[[Any, int], Tensor]) -> NDArray[np.float64]:
        """(k,) what a policy earns. It is given the state and how many turns are left."""
        task, state = self.task, states.copied(self.state)
        total, over = torch.zeros(len(self.words)).double(), torch.zeros(len(self.words)).bool()
        for left in range(task.config.max_episode_steps, 0, -1):
            outcome = task.step(state, policy(state, left))
            total += torch.where(over, 0.0, outcome.reward.double())
            over |= outcome.terminated
            if over.all():
                break
        return total.numpy()

    def truth(self, state: Any, left: int) -> Tensor:
        """The solving actions."""
        return torch.as_tensor(self.task.oracle(state))

    def said(self, kind: int, box: Tensor, choice: Tensor) -> Tensor:
        """Actions: a move with a box (k, 4), fractions of the view, or an answer.

        Args:
            choice: (k,) what is answered where choices are offered.
        """
        kinds = torch.full((len(box),), kind)
        if kind == ANSWER and self.task.config.answer == "choice":
            return torch.as_tensor(self.task.moves.choosing(kinds, choice))
        return torch.as_tensor(self.task.moves.at_box(kinds, box.double(), cover=kind == ZOOM))


def at_once(learnt: Played, played: Played) -> NDArray[np.float64]:
    """(k,) of the constant that was best on training episodes, for all or by words."""
    values = np.stack([learnt.returns(_constant(learnt, one)) for one in _constants(learnt)], 1)
    words = [set(split_words(text)) for text in learnt.words]
    count = {word: sum(word in each for each in words) for word in set().union(*words)}
    worth = {
        word: values[[word in each for each in words]].mean(0)
        for word, often in count.items()
        if often >= OFTEN
    }
    whole = values.mean(0)
    best = np.array(
        [
            np.mean([worth.get(word, whole) for word in set(split_words(text))], 0).argmax()
            for text in played.words
        ]
    )
    paid = np.stack([played.returns(_constant(played, one)) for one in _constants(played)], 1)
    rows = np.arange(len(best))
    by_words, by_all = paid[rows, best], paid[:, whole.argmax()]
    return by_words if by_words.mean() > by_all.mean() else by_all


def at_random(played: Played) -> NDArray[np.float64]:
    """(k,) of random boxes for all turns but the last, then the middle."""
    draws = np.random.default_rng(3)

    def act(state: Any, left: int) -> Tensor:
        count = len(played.words)
        choice = torch.from_numpy(draws.integers(0, MOST_CHOICES, count))
        if left == 1:
            return played.said(ANSWER, torch.tensor([[0.25, 0.25, 0.75, 0.75]] * count), choice)
        corner = np.sort(draws.random((count, 2, 2)), 1).reshape(count, 4)
        return played.said(ZOOM, torch.from_numpy(corner), choice)

    return played.returns(act)


def by_heart(known: Played, played: Played) -> NDArray[np.float64]:
    """(k,) of what the most similar known question was answered, after a zoom to it."""
    like = _most_similar(known.words, played.words)
    truth = known.state.target_boxes[like, 0]
    size = known.state.whole_hw[like].flip(1).repeat(1, 2)
    here = truth / size * played.state.whole_hw.flip(1).repeat(1, 2)
    draws = np.random.default_rng(4)
    choice = torch.from_numpy(draws.integers(0, MOST_CHOICES, len(like)))
    if played.task.config.answer == "choice":
        for row, number in enumerate(like):
            options = _options(known.words[number])
            answer = options[int(known.state.right[number])] if options else ""
            mine = _options(played.words[row])
            if answer in mine:
                choice[row] = mine.index(answer)

    def act(state: Any, left: int) -> Tensor:
        if left == played.task.config.max_episode_steps:
            wide = (here[:, 2:] - here[:, :2]).amax(1, keepdim=True).clamp(min=8)
            room = torch.cat((here[:, :2] - wide, here[:, 2:] + wide), 1)
            return played.said(ZOOM, to_view(room, state.window).clamp(0, 1), choice)
        return played.said(ANSWER, to_view(here, state.window).clamp(0, 1), choice)

    return played.returns(act)


def measured(source: str, answer: str) -> dict[str, Any]:
    """Returns with their 95 % intervals by split: of the truth, and of those who do not look."""
    found: dict[str, Any] = {"episodes": EPISODES, "known": KNOWN, "commit": commit()}
    tasks = {
        split: load_task(
            row_of("VZoom-v0").task, {"source": source, "answer": answer, "split": split}
        )
        for split in SPLITS
    }
    known = Played.begun(tasks["train"], keys_of(tasks["train"], KNOWN))
    learnt = Played.begun(tasks["train"], keys_of(tasks["train"], LEARNT))
    for split, task in tasks.items():
        seeds = np.arange(EPISODES, dtype=np.uint64)
        played = Played.begun(task, episode_keys(task.salt, seeds, np.zeros(EPISODES, np.int64)))
        paid = {
            "truth": played.returns(played.truth),
            "at once": at_once(learnt, played),
            "at random": at_random(played),
            "by heart": by_heart(known, played),
        }
        found[split] = {name: _interval(each) for name, each in paid.items()}
    return found


def _constants(played: Played) -> list[Any]:
    if played.task.config.answer == "choice":
        return list(range(MOST_CHOICES))
    middles = np.linspace(0.1, 0.9, 5)
    return [
        np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2]).clip(0, 1)
        for side in SIDES
        for y in middles
        for x in middles
    ]


def _constant(played: Played, what: Any) -> Callable[[Any, int], Tensor]:
    """Answers that at once: a box, fractions of the whole, or a number."""

    def act(state: Any, left: int) -> Tensor:
        size = state.whole_hw.flip(1).repeat(1, 2)
        choice = torch.full((len(size),), what if isinstance(what, int) else 0)
        box = torch.zeros(len(size), 4) if isinstance(what, int) else torch.from_numpy(what) * size
        return played.said(ANSWER, to_view(box.double(), state.window).clamp(0, 1), choice)

    return act


def _most_similar(known: list[str], asked: list[str]) -> NDArray[np.int64]:
    """(k,) which known text shares most words with each, rare words counting more."""
    words = sorted({word for text in known for word in split_words(text)})
    number = {word: i for i, word in enumerate(words)}

    def counted(texts: list[str]) -> sparse.csr_array:
        pairs = [
            (row, number[word])
            for row, text in enumerate(texts)
            for word in set(split_words(text))
            if word in number
        ]
        rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
        return sparse.csr_array(
            (np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(words))
        )

    before, now = counted(known), counted(asked)
    rare = np.log(len(known) / np.maximum(np.asarray(before.sum(0)).reshape(-1), 1))
    weighed = before * rare[None]
    norm = np.sqrt(np.asarray(weighed.power(2).sum(1)).reshape(-1, 1)) + 1e-9
    likeness = (sparse.csr_array(weighed / norm) @ (now * rare[None]).T).toarray()
    best: NDArray[np.int64] = likeness.argmax(0)
    return best


def _options(text: str) -> list[str]:
    _, mark, offered = text.partition("? ")
    return _OPTION.findall(offered) if mark else []


def _interval(values: NDArray[np.float64]) -> list[float]:
    estimate = estimate_mean(values)
    return [round(v, 4) for v in (estimate.mean, estimate.low, estimate.high)]


def main() -> None:
    """Measure and print; with ``--json`` keep."""
    rows = [f"{source}:{answer}" for source in ZOOM_SOURCES for answer in ANSWERS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(rows)}; all by default")
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    options = parser.parse_args()
    one_thread()
    for row in options.rows or rows:
        if row not in rows:
            parser.error(f"no row {row!r}; there are {', '.join(rows)}")
        found = measured(*row.split(":"))
        for split in SPLITS:
            print(row, split, found[split], flush=True)
        if options.json:
            kept = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
            RESULT.write_text(json.dumps({**kept, row: found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
