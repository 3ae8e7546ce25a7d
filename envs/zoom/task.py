"""VZoom: find the small thing in a picture far larger than any view of it."""

from __future__ import annotations

from typing import ClassVar

from vgym.core.config import Config
from vgym.envs.zoom.looking import LookTask
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources import open_source
from vgym.envs.zoom.types import Asked, State, ZoomConfig
from vgym.envs.zoom.viewing import first_view


class ZoomTask(LookTask[State]):
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
    A function of (source, split, difficulty, answer, seed, number of the episode), and of
    `image_size` where that decides what the first view hides. The whole is in view. Splits share no
    region of a picture.

    ## Episode End
    Terminates with the answer. Truncates after `max_episode_steps` turns. A turn without an answer
    that could be read, or a look for which no pixels are left, changes nothing and takes a turn.

    ## Arguments
    `image_size=224`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="scenes"`
    (another that ships, or the path of a data set), `instruction`, `action="continuous"`
    (`"cells"`), `device="cpu"`, `max_episode_steps=6`, `expose="end"`, `answer="box"` (`"point"`,
    `"choice"`), `grid=None` (16 `cells` a side), `pixels=None` (of all views together; by default
    one view a turn), `observation="crops"` (`"foveated"`), `layer=None` (of the Earth: `"day"`,
    `"relief"`, `"night"`, `"political"`), `labels=False` (names on the Earth and the sky),
    `convention=None` (how a file of yours writes its boxes).

    ## Metrics
    `success` (IoU of 0.5, a point in the box, or the right choice), `turns`, `pixels_shown`,
    `pixels_seen` (share of the whole in views of native resolution or better), `target_seen`
    (half of it was in a view other than the first), `target_legible` (likewise, large enough to be
    told from others), `search_length` (looks until then; all turns where it never was), `scanpath`
    (the latest 64 views in order, fractions of the whole, zeros after the last), `fixations`
    (likewise, the points that were looked at), `reward_flagged`; of places `hit` and `distance_px`
    (pixels of the whole), of boxes `iou`, and `oriented_iou` where a data set has oriented ones, as
    DOTA: the answer's overlap with those, which only targets that stand upright let reach 1. At
    every step `success`, `turns`, `pixels_shown`, `pixels_seen`, `scanpath`, `fixations` and
    `reward_flagged`; the others at the episode's end, or at every step with `expose="truth"`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "zoom"
    config_class: ClassVar[type[Config]] = ZoomConfig
    config: ZoomConfig

    def opened(self) -> ZoomSource:
        """The source that the settings name."""
        return open_source(self.config)

    def begun(self, asked: Asked) -> State:
        """The whole is in view, nothing was looked at."""
        return first_view(asked, self.config)
