"""VZoom: find the small thing in a picture far larger than any view of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.attempts import FAR
from vgym.core.config import Config
from vgym.core.task import Facts, Limit, Outcome, Picture, Task
from vgym.envs.zoom import viewer
from vgym.envs.zoom.metrics import SEARCH_FACTS, facts_of, metrics_of
from vgym.envs.zoom.moves import ANSWER, FORMS, Move
from vgym.envs.zoom.oracle import solving_move
from vgym.envs.zoom.painting import Painter
from vgym.envs.zoom.sources import open_source
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, State, ZoomConfig
from vgym.envs.zoom.viewing import first_view, look
from vgym.envs.zoom.windows import root_window, scale_of, strays, to_whole
from vgym.rewards import Score

_WIDEST_WHOLE = 2.0**20  # pixels a side
_FARTHEST = np.float32(1e6)  # of a view, in wholes: of a strip one pixel wide

ANSWERED_BY = {
    "box": "prediction_boxes",
    "point": "prediction_points",
    "choice": "choices_offered",
}


class ZoomTask(Task[State]):
    """## Description
    A picture far larger than any view of it, and a question about something small in it, which
    shows in no picture of the whole. Look closer, as often as turns and pixels allow, then answer.
    A view is a window of the whole, of the picture's own aspect, always shown at `image_size`.

    ## Action Space
    Six moves: `zoom` to a box (grown to the aspect), `about` a point (twice as large), `pan` (a
    point becomes the middle), `out` (twice as wide), `undo` (the view before), `answer`. Places are
    fractions of the current view. `action="continuous"`: `Box(0, 1, (5,))`, the move (of six equal
    parts of [0, 1]) and two corners, of which a point is the first; `"cells"`:
    `MultiDiscrete([6, g, g, g, g])`, the move and the first and last cell of a box in a grid of
    `grid` cells a side, both included; a point is the first one's middle. A choice is the first
    corner's x, in six equal parts. Windows are at least 8 pixels of the whole wide, and stay
    within the first.

    ## Observation Space
    A `Dict` of `image` (the current view) and `overview` (the whole, grey beyond its edges), both
    `Box(0, 255, (H, W, 3), uint8)`, `view` (the corners of the window as fractions of the whole,
    float32; they may pass 0 and 1), `budget` (turns and pixels left, as shares) and `instruction`.
    With `observation="foveated"` both pictures are sharp where was looked at last (the point, or
    the middle of the box or window) and blur from there as an eye's do (Geisler and Perry, 1998),
    as if they were 30 degrees wide; `pan` in the whole is then a saccade.

    ## Rewards
    `dense` by default, at most 1 an episode: 0.4 for how far the view was zoomed in on the target,
    paid back and forth at fair odds, so that views that were chosen without looking earn nothing on
    average; 0.6 for the answer, as `dense` pays places, or a choice less what guessing earns; less
    0.1 for all pixels of the budget. Recipes of whole episodes (`sparse`, `iou`, `geovis`,
    `deepeyes`, `vigorl-zoom` and their `-sound` siblings) are paid at the end.

    ## Starting State
    A function of (source, split, difficulty, answer, seed, number of the episode). The whole is in
    view. Splits share no region of a picture.

    ## Episode End
    Terminates with the answer. Truncates after `max_episode_steps` turns. A turn without an answer
    that could be read, or a look for which no pixels are left, changes nothing and takes a turn.

    ## Arguments
    `image_size=224`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="scenes"`
    (another that ships, or the path of a data set), `instruction`, `action="continuous"`
    (`"cells"`), `device="cpu"`, `max_episode_steps=6`, `expose="end"`, `answer="box"` (`"point"`,
    `"choice"`), `grid=16`, `pixels=None` (of all views together; by default one view a turn),
    `observation="crops"` (`"foveated"`), `layer="day"`, `labels=False`, `convention=None` (how a
    file of yours writes its boxes).

    ## Metrics
    `success` (IoU of 0.5, a point in the box, or the right choice), `turns`, `pixels_shown`,
    `pixels_seen` (share of the whole in views of native resolution or better), `target_seen`
    (half of it was in a view other than the first), `target_legible` (likewise, large enough to be
    told from others), `search_length` (looks until then; all turns where it never was), `scanpath`
    (the views in order, fractions of the whole, zeros after the last), `fixations` (likewise, the
    points that were looked at), `reward_flagged`; of places `hit` and `distance_px` (pixels of the
    whole), of boxes `iou`. At every step `success`, `turns`, `pixels_shown`, `pixels_seen`,
    `scanpath`, `fixations` and `reward_flagged`; the others at the episode's end, or at every step
    with `expose="truth"`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "zoom"
    config_class: ClassVar[type[Config]] = ZoomConfig
    config: ZoomConfig
    told = frozenset({"turns", "pixels_shown", "pixels_seen", "scanpath", "fixations"})
    traces = frozenset({"scanpath", "fixations"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.moves = FORMS[config.action](config.grid)
        self.action_space = self.moves.space()
        self.source = open_source(config)
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

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(first_view(self.source.reset(keys), self.config), self.device)

    def reset_records(self, records: NDArray[np.int64]) -> State:
        """New episodes about those records."""
        asked = self.source.reset_records(records)
        return states.to(first_view(asked, self.config), self.device)

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        return self.source.playable(records)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Look somewhere else, or answer."""
        config, before = self.config, state.window
        move = self.moves.decode(action)
        looked = look(state, move, unread, config)
        self._answer(state, move, unread, before)
        state.steps = state.steps + 1
        facts = facts_of(state, before, looked * config.view_pixels, config)
        read = torch.ones_like(looked)
        facts["format_ok"] = read if unread is None else ~unread
        foveated = config.observation == "foveated"
        return self.outcome(
            facts,
            terminated=state.answered,
            metrics=metrics_of(state, config),
            picture_changed=looked if foveated else (state.window != before).any(1),
            further_changed={"overview": looked} if foveated else None,
        )

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

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The current view."""
        self.painter.paint(state, state.window, images, rows)

    def draw_overview(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The whole."""
        self.painter.paint(state, self._root(state), images, rows)

    def sense(self, state: State) -> dict[str, Tensor]:
        """Where the view lies in the whole, and what is left of turns and pixels."""
        config = self.config
        view = state.window / state.whole_hw.flip(1).repeat(1, 2)
        turns = 1 - state.steps / config.max_episode_steps
        pixels = 1 - state.looks * config.view_pixels / max(1, config.pixel_budget)
        return {
            "view": view.float().clamp(-float(_FARTHEST), float(_FARTHEST)),
            "budget": torch.stack((turns, pixels), 1).clamp(0, 1).float(),
        }

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """What is asked, in words."""
        return self.source.instructions(state, rows)

    def letterbox(self, state: State) -> Tensor:
        """From pixels of the whole to those of the current view."""
        scale = 1 / scale_of(state.window, self.config.size_hw)[:, None]
        return torch.cat((scale, scale, -state.window[:, :2] * scale), 1).float()

    def oracle(self, state: State) -> Tensor:
        """Zoom to the target until it is legible and can be named, then answer."""
        return solving_move(state, self.moves, self.config)

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The whole with the views drawn in it, beside the current view."""
        words = self.instructions(state, [0])[0]
        return viewer.portrait(self.painter, state, words, self.config)

    def limits(self, state: State) -> Iterator[Limit]:
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

    def _root(self, state: State) -> Tensor:
        return root_window(state.whole_hw, self.config.size_hw)

    def _answer(self, state: State, move: Move, unread: Tensor | None, window: Tensor) -> None:
        """Write down the answers of this turn, places in pixels of the whole."""
        given = (move.kind == ANSWER) & ~state.answered
        if unread is not None:
            given = given & ~unread
        if self.config.answer == "point":
            place = to_whole(move.point.repeat(1, 2), window)
        else:
            place = to_whole(move.box, window)
        chosen = torch.where(state.choices > 0, move.choice, -1)
        state.answer = torch.where(given[:, None], place, state.answer)
        state.chosen = torch.where(given, chosen, state.chosen)
        state.answered = state.answered | given
