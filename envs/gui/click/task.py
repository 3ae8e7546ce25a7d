"""VGui: one screen, one instruction, one click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from torch import Tensor

from vgym.core.config import Config
from vgym.core.place_source import PlaceSource, SourcedPlaceTask
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit
from vgym.envs.gui.click.made_pages import MadePages
from vgym.envs.gui.click.shown_pages import ShownPages
from vgym.envs.gui.click.speech import click_speech
from vgym.envs.gui.click.types import GuiConfig, State
from vgym.envs.gui.click.views import PART_HW
from vgym.envs.gui.referring.expressions import LEVELS
from vgym.envs.gui.synthetic.pages import SMALLEST_TARGET

SMALLEST_CAPTURED = 8.0  # pixels of the shorter side of a control that `vgym capture` takes


class GuiTask(SourcedPlaceTask[State]):
    """## Description
    The picture is a screen, the instruction means one control on it: click there. Sources:

    | `source` | screens |
    | --- | --- |
    | `"screens"` | captured in a browser: admin templates, mail, shops, editors, phones, ... |
    | `"synthetic"` | drawn: windows, menus, forms, tables, dialogs, phones; 8 to 200 controls |
    | a path | what `vgym capture` wrote, ScreenSpot, v2, Pro, a JSONL (see docs/data.md) |

    Captured and drawn screens are asked about at four levels, each meaning one control alone:
    literal ("click Create report"), functional ("see the notifications"), relational ("click the
    bell just to the right of the moon"), appearance ("click the green button with a plus").

    ## Action Space
    A point, or a box with `answer="box"`: `Box(0, 1)` of 2 or 4, fractions of the picture. `action`
    says otherwise: `symmetric` over [-1, 1], `grid` cells, `pixel`s. A grid has as many cells as
    put one's middle into every control, 160 a side at 1280x800, unless `grid` says how many; boxes
    need more than there can be, and are refused without it.

    ## Observation Space
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`, int32 tokens
    (padded with 0); with `instruction="bag"` which words occur, with "text", and for data sets,
    `Text`. A screen is scaled down, never enlarged, and padded to `image_size`. A drawn one is a
    window of 0.6 to 0.8 of the picture's sides, anywhere in it. A captured one lies elsewhere each
    time and in part beyond the picture, like a window that is dragged about, and of
    a large one no more than 1280x800 pixels show at once. Where it lies is to be seen:
    `info["view"]` says so when the episode has ended; of a data set at its reset.

    ## Rewards
    `dense` by default: half for the hit, half for closeness to the middle as a Gaussian of the
    control's size, for progress over the screen's middle, and a little for nearness; in [0, 1], 1
    at the truth alone. `gui-g2`, `gui-g1`, `gui-rcpo`, `infigui-g1`, `se-gui`, `gui-r1`, `ui-r1`,
    `ssl` and the others by name, or a callable of the facts: `prediction_points` or
    `prediction_boxes`, `target_boxes`, `size_hw`, `format_ok`. With `attempts` above 1 the last
    answer alone is paid, and is the one that solves: the earlier ones are drafts, drawn into the
    picture, of which nothing else is told.

    ## Starting State
    A function of (source, split, difficulty, pages, image_size, seed, number of the episode).
    `pages` and `image_size` are of synthetic screens alone: those are laid out for their size, as
    windows are, so that letters stay legible. Captured ones ask the same at every size. The `test`
    screens are of pages, layouts, themes and words that `train` lacks; captured ones are of another
    template, and `val` asks about those of `train` in words that `train` never has. Of captured
    screens a higher difficulty takes fuller ones of smaller controls, of which each sort is asked
    for as often as it stands there, if words can name it; synthetic ones have more and smaller.
    Of a data set the records of one box are used, and those drawn from whose targets suit the
    difficulty; benchmarks play all.

    ## Episode End
    Terminates with the last of `attempts` answers; with answer number `max_episode_steps`, if that
    is lower, which is then the last. Never truncates.

    ## Arguments
    `image_size=(800, 1280)`, `reward="dense"`, `difficulty=0.5`, `split="train"`,
    `source="screens"`, `instruction`, `action="continuous"`, `device="cpu"`, `max_episode_steps`,
    `answer="point"`, `attempts=1`, `expose="end"` (`"truth"`: infos judge every answer, not the
    last alone), `grid=None`, `pages=256` (synthetic ones), `convention` (how a data set writes its
    boxes, see docs/data.md).

    ## Metrics
    `success` and `hit` (the point, or the box's middle, is in the control), `distance_px` to its
    middle, `distance_rel` (that over the picture's diagonal), `target_share` (of the picture, by
    which tables tell small, medium and large), `reward_flagged`; with boxes `iou`, `giou`,
    `acc_at_50`, which is then `success`. Beside them `info["view"]` and `info["convention_hint"]`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "gui"
    config_class: ClassVar[type[Config]] = GuiConfig
    config: GuiConfig
    traces = frozenset({"view"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._compares = self.reads("group_boxes")
        self.view_told = self.records is not None  # of a data set nothing is moved

    def open_source(self) -> PlaceSource[State]:
        """Pages that are drawn, or pictures of screens."""
        made = self.config.source == "synthetic"
        return MadePages(self.config) if made else ShownPages(self.config)

    def speech(self) -> Speech:
        """Wording by kind of answer."""
        return click_speech(self.form)

    def limits(self, state: State) -> Iterator[Limit]:
        """Also of the levels of queries."""
        yield from super().limits(state)
        yield Limit("level", -1, len(LEVELS) - 1)

    @property
    def smallest_target(self) -> float:
        """Of controls as small as they are drawn or captured, and of no less than a pixel."""
        height, width = self.config.size_hw
        if self.config.source == "synthetic":
            return SMALLEST_TARGET / max(height, width)
        scale = min(1.0, height / PART_HW[0], width / PART_HW[1])
        return max(1.0, SMALLEST_CAPTURED * scale) / max(height, width)

    @property
    def stated(self) -> frozenset[str]:
        """As of every place; of boxes also what others answered to the same question."""
        group = {"group_boxes", "group_mask"} if self.config.answer == "box" else set()
        return super().stated | group

    def facts(self, state: State, given: Tensor, unread: Tensor | None) -> Facts:
        """As of every place; for rewards that compare answers, also those to the same question.

        Rows of the same query are each other's group: reset them with equal seeds for rewards
        that compare answers, such as `gui-rcpo`.
        """
        facts = super().facts(state, given, unread)
        if self.config.answer == "box" and self._compares:
            same = (state.page[:, None] == state.page) & (state.query[:, None] == state.query)
            same &= (state.letterbox[:, None] == state.letterbox).all(-1)
            facts["group_boxes"] = state.answer[:, 0].expand(len(same), -1, -1)
            facts["group_mask"] = same & state.answer_mask[:, 0]
        return facts

    def judge(self, state: State, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """As of every place; how far off as a share of the picture, how large the target is, and
        where the screen lies, unless that has been told."""
        solved, metrics = super().judge(state, facts)
        target = facts["target_boxes"][:, 0]
        height, width = facts["size_hw"].unbind(-1)
        metrics["distance_rel"] = metrics["distance_px"] / (height**2 + width**2).sqrt()
        metrics["target_share"] = (target[:, 2:] - target[:, :2]).prod(-1) / (height * width)
        if not self.view_told:
            metrics["view"] = state.letterbox
        return solved, metrics
