"""One turn after another: move the view or answer, over any source of large pictures."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.attempts import FAR
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit, Outcome, Picture, Task
from vgym.envs.zoom import viewer
from vgym.envs.zoom.metrics import SEARCH_FACTS, facts_of, metrics_of
from vgym.envs.zoom.moves import ANSWER, FORMS, MOVES, Move
from vgym.envs.zoom.oracle import solving_move
from vgym.envs.zoom.painting import Painter
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.speech import zoom_speech
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, Asked, LookConfig, State
from vgym.envs.zoom.viewing import look
from vgym.envs.zoom.windows import root_window, scale_of, strays, to_whole
from vgym.rewards import Score

S = TypeVar("S", bound=State)

_WIDEST_WHOLE = 2.0**20  # pixels a side
_FARTHEST = np.float32(1e6)  # of a view, in wholes: of a strip one pixel wide

ANSWERED_BY = {
    "box": "prediction_boxes",
    "point": "prediction_points",
    "choice": "choices_offered",
}


class LookTask(Task[S]):
    """Views of a large picture, moves between them, and one answer: what the ids of VZoom share."""

    config: LookConfig
    moved_by: ClassVar[tuple[str, ...]] = MOVES
    told = frozenset({"turns", "pixels_shown", "pixels_seen", "scanpath", "fixations"})
    traces = frozenset({"scanpath", "fixations"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.moves = FORMS[config.action](config.cells, len(self.moved_by))
        self.action_space = self.moves.space()
        self.source = self.opened()
        self.painter = Painter(self.source, config)
        self.vocabulary = self.source.vocabulary
        self.instruction_length = self.source.length
        self.sensors = MappingProxyType(
            {
                "view": spaces.Box(-_FARTHEST, _FARTHEST, (4,), np.float32),
                "budget": spaces.Box(0.0, 1.0, (2,), np.float32),
            }
        )
        self._by_step = self.reads("view_share_after")

    @abstractmethod
    def opened(self) -> ZoomSource:
        """Where pictures and questions come from."""

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-search"

    @property
    def stated(self) -> frozenset[str]:
        """The truth, the views, and the answer: a place, or one of several choices."""
        return super().stated | SEARCH_FACTS | {ANSWERED_BY[self.config.answer]}

    @property
    def text_instruction(self) -> bool:
        """Words for data sets, whose vocabulary is open; tokens otherwise, unless asked."""
        return (self.config.instruction or ("tokens" if self.source.closed else "text")) == "text"

    @property
    def summary(self) -> Any:
        """What was read of a data set, and what was left out and why; None without one."""
        return self.source.summary

    @property
    def records(self) -> Sequence[str] | None:
        """Those of data sets."""
        return self.source.records

    @property
    def pictures(self) -> dict[str, Picture]:
        """The current view, and the whole at the same size."""
        shape = (*self.picture_hw, 3)
        return {
            "image": Picture(shape, self.draw),
            "overview": Picture(shape, self.draw_overview),
        }

    def reset(self, keys: NDArray[np.uint64]) -> S:
        """New episodes, one for each key."""
        return states.to(self.begun(self.source.reset(keys)), self.device)

    def reset_records(self, records: NDArray[np.int64]) -> S:
        """New episodes about those records."""
        return states.to(self.begun(self.source.reset_records(records)), self.device)

    @abstractmethod
    def begun(self, asked: Asked) -> S:
        """The states in which episodes begin."""

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        return self.source.playable(records)

    def step(self, state: S, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Look somewhere else, or answer."""
        config, before = self.config, state.window
        said = self.moves.decode(action)
        read = torch.ones_like(state.answered) if unread is None else ~unread
        move, moves, failed = self.led(state, said, read)
        looked = look(state, move, moves, config)
        state.refused = state.refused | failed
        self._answer(state, said, read, before)
        state.steps = state.steps + 1
        facts = self.facts(state, before, looked * config.view_pixels)
        facts["format_ok"] = read
        foveated = config.observation == "foveated"
        return self.outcome(
            facts,
            terminated=state.answered,
            metrics=self.metrics(state),
            picture_changed=looked if foveated else (state.window != before).any(1),
            further_changed={"overview": looked} if foveated else None,
        )

    def led(self, state: S, move: Move, read: Tensor) -> tuple[Move, Tensor, Tensor]:
        """What moves of `MOVES` come to the same, the rows (B,) that do one of them, and those
        whose move there is not.

        Args:
            state: what further moves do is written to it.
            move: of `moved_by`. read: (B,) bool, whether there is one.
        """
        return move, read, torch.zeros_like(read)

    def facts(self, state: S, before: Tensor, spent: Tensor) -> Facts:
        """What happened, after a move, see `facts_of`."""
        return facts_of(state, before, spent, self.config)

    def metrics(self, state: S) -> dict[str, Tensor]:
        """How the episode stands, see `metrics_of`."""
        outlines = self.source.outlines
        if outlines is None:
            return metrics_of(state, self.config)
        found = torch.from_numpy(outlines).to(self.device)[state.question]
        return metrics_of(state, self.config, found)

    def pay(self, facts: Facts) -> Score:
        """Recipes that read no single move judge whole episodes: they are paid at the end."""
        score = super().pay(facts)
        if self._by_step:
            return score
        over = facts["episode_over"]
        return dataclasses.replace(
            score,
            value=torch.where(over, score.value, 0.0),
            terms={name: torch.where(over, term, 0.0) for name, term in score.terms.items()},
            flagged=score.flagged & over,
        )

    def draw(self, state: S, images: Tensor, rows: Tensor | None = None) -> None:
        """The current view."""
        self.painter.paint(state, state.window, images, rows)

    def draw_overview(self, state: S, images: Tensor, rows: Tensor | None = None) -> None:
        """The whole."""
        self.painter.paint(state, self._root(state), images, rows)

    def sense(self, state: S) -> dict[str, Tensor]:
        """Where the view lies in the whole, and what is left of turns and pixels."""
        config = self.config
        view = state.window / state.whole_hw.flip(1).repeat(1, 2)
        turns = 1 - state.steps / config.max_episode_steps
        pixels = 1 - state.looks * config.view_pixels / max(1, config.pixel_budget)
        return {
            "view": view.float().clamp(-float(_FARTHEST), float(_FARTHEST)),
            "budget": torch.stack((turns, pixels), 1).clamp(0, 1).float(),
        }

    def instructions(self, state: S, rows: list[int]) -> list[str]:
        """What is asked, in words."""
        return self.source.instructions(state, rows)

    def letterbox(self, state: S) -> Tensor:
        """From pixels of the whole to those of the current view."""
        scale = 1 / scale_of(state.window, self.config.size_hw)[:, None]
        return torch.cat((scale, scale, -state.window[:, :2] * scale), 1).float()

    def oracle(self, state: S) -> Tensor:
        """Zoom to the target until it is legible and can be named, then answer."""
        return solving_move(state, self.moves, self.config)

    def portrait(self, state: S) -> NDArray[np.uint8]:
        """The whole with the views drawn in it, beside the current view."""
        words = self.instructions(state, [0])[0]
        return viewer.portrait(self.painter, state, words, self.config)

    def speech(self) -> Speech:
        """Looks, and one answer."""
        return zoom_speech(self.moves, self.config, sizes=self.source.sizes)

    def limits(self, state: S) -> Iterator[Limit]:
        """Of the question, then of the views."""
        yield Limit("whole_hw", 1, _WIDEST_WHOLE)
        yield Limit("kind", 0, len(QUESTIONS) - 1)
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        yield Limit("target_boxes", -FAR, FAR)
        yield Limit("legible_px", 1e-3, FAR)
        yield Limit("choices", 0, MOST_CHOICES)
        yield Limit("right", 0, MOST_CHOICES - 1)
        for name in ("window", "before", "views", "points", "answer"):
            yield Limit(name, -FAR, FAR)
        kept = self.config.looks_kept
        yield Limit("can_undo", 0, kept)
        yield Limit("looks", 0, FAR)
        yield Limit("steps", 0, FAR)
        yield Limit("chosen", -1, MOST_CHOICES - 1)
        yield Limit("most_shown", 0, 1)
        yield Limit("found_at", -1, FAR)
        yield Limit("seen_share", 0, 1 + 1e-6)
        root = self._root(state)
        back = torch.arange(kept, device=self.device) < state.can_undo[:, None]
        for name, windows, there in (
            ("window", state.window[:, None], torch.ones_like(back[:, :1])),
            ("before", state.before, back),
        ):
            if bool((strays(windows, root[:, None]) & there).any()):
                raise ValueError(
                    f"state_dict[{name!r}] holds windows that are not of the picture's aspect, "
                    "narrower than there are, or beyond the whole"
                )
        yield from self.source.limits(state)

    def _root(self, state: S) -> Tensor:
        return root_window(state.whole_hw, self.config.size_hw)

    def _answer(self, state: S, move: Move, read: Tensor, window: Tensor) -> None:
        """Write down the answers of this turn, places in pixels of the whole."""
        given = (move.kind == ANSWER) & ~state.answered & read
        if self.config.answer == "point":
            place = to_whole(move.point.repeat(1, 2), window)
        else:
            place = to_whole(move.box, window)
        chosen = torch.where(state.choices > 0, move.number(MOST_CHOICES), -1)
        state.answer = torch.where(given[:, None], place, state.answer)
        state.chosen = torch.where(given, chosen, state.chosen)
        state.answered = state.answered | given
