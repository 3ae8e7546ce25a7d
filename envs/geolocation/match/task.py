"""VGeoMatch: where in the large picture lies the small one?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.place_source import SourcedPlaceTask
from vgym.core.speech import Speech
from vgym.core.task import Facts, Picture
from vgym.envs.geolocation.match import viewer
from vgym.envs.geolocation.match.source import MatchSource
from vgym.envs.geolocation.match.speech import match_speech
from vgym.envs.geolocation.match.types import (
    RECALL_PX,
    SOURCES,
    TOLERANCE,
    MatchConfig,
    State,
)
from vgym.registration import named


class MatchTask(SourcedPlaceTask[State]):
    """## Description
    The overview shows a tile of ground from above, north up. The image shows a part of it: turned,
    larger or smaller, in other colours as of another season or sensor, on the world map also under
    another sun or painted in another layer. Point at the place of the overview where the image's
    middle lies. A crop has something in it, and looks like no other part of its tile.

    ## Action Space
    A point of the overview. The form is `action`:

    | form | numbers | space |
    | --- | --- | --- |
    | `continuous` | fractions of width and height | `Box(0, 1, (2,))` |
    | `symmetric` | the same over [-1, 1] | `Box(-1, 1, (2,))` |
    | `grid` | cells of `grid` x `grid`, row by row | `Discrete` |
    | `pixel` | pixels of the overview as shown | `MultiDiscrete` |

    ## Observation Space
    A `Dict` of `image` (the crop) and `overview` (the tile), both `Box(0, 255, (H, W, 3), uint8)`,
    and `instruction`, int32 tokens (padded with 0); with `instruction="bag"` which words occur,
    with "text" `Text`. The instruction says the same in every episode.

    ## Rewards
    `dense` by default: half for a hit, and closeness, which pays from anywhere; in [0, 1], 1 at the
    truth alone. Any recipe for points, by name, or a callable of the facts: `prediction_points`,
    `target_boxes`, `size_hw`, `prediction_lonlat`, `target_lonlat`, `distance_m`, `format_ok`. With
    `attempts` above 1 the last answer alone is paid; the earlier ones are drawn into the overview.

    ## Starting State
    A function of (source, split, difficulty, shape of the picture, seed, number of the episode). At
    difficulty 0 the crop is two fifths of the tile's side, as it stands there. At 0.5 it is 0.25 to
    0.32 of it, turned by up to 90 degrees, half in other colours, its sun up to 90 degrees aside,
    and every other time in the other layer; at 1 it is 0.16 to 0.26, turned anyhow, in other
    colours, its sun anywhere, and always in the other layer. `source="earth"`: coasts and mountains
    between 60 S and 60 N at 1,000 to 1,560 km a tile, in the layers "day" and "relief".
    `source="aerial"`: the land about Itaipu by Landsat, 30 m a pixel of the picture, and two
    forests of NEON's, 0.1 m; tiles of 640 to 1,000 of its pixels. Splits share no place: on the map
    crops' middles lie in squares of a degree that are one split's alone, by cells of HEALPix level
    3 (the rest of a tile may be another's); of pictures whole tiles do.

    ## Episode End
    Terminates with the last of `attempts` answers; with answer number `max_episode_steps`, if that
    is lower, which is then the last. Never truncates.

    ## Arguments
    `image_size=256`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="earth"`
    (`"aerial"`), `instruction`, `action="continuous"`, `device="cpu"`, `max_episode_steps`,
    `attempts=1`, `expose="end"`, `grid=None` (16 cells a side).

    ## Metrics
    `success` and `hit` (within 5 % of the tile's width and of its height of the truth, <=),
    `distance_px` (pixels of the overview as shown), `distance_m` (metres on the ground: along the
    great circle on the world map, on WGS84 of pictures), `metres_per_px` (of the overview at the
    truth, downwards), `recall_at_1px`, `recall_at_5px`, `recall_at_10px`, `recall_at_25px`
    (`distance_px` <= so many; times `metres_per_px` for their metres), and `reward_flagged`. An
    answer that was not read is the overview's diagonal away. With the end of the episode
    `info["view"]` is scale x, scale y, offset x, offset y from pixels of the map or the picture to
    those of the overview.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "geo-match"
    answered_in: ClassVar[str] = "overview"
    traces = frozenset({"view"})
    view_told = False  # where on the map the overview lies is to be seen
    config_class: ClassVar[type[Config]] = MatchConfig
    config: MatchConfig
    source: MatchSource

    def open_source(self) -> MatchSource:
        """The world map, or pictures from above."""
        found: MatchSource = named(SOURCES[self.config.source], "source")(self.config)
        return found

    @property
    def smallest_target(self) -> float:
        """Each is as large as any other."""
        return 2 * TOLERANCE

    @property
    def stated(self) -> frozenset[str]:
        """Also where on Earth the answer and the truth lie."""
        return super().stated | {"prediction_lonlat", "target_lonlat", "distance_m"}

    @property
    def pictures(self) -> dict[str, Picture]:
        """The crop, and the tile at the same size."""
        shape = (*self.picture_hw, 3)
        return {
            "image": Picture(shape, self.draw),
            "overview": Picture(shape, self.draw_answered),
        }

    def speech(self) -> Speech:
        """Both pictures, of which the tile is answered in."""
        return match_speech(self.form)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The crop."""
        every = torch.arange(len(images), device=images.device) if rows is None else rows
        self.source.draw_crops(state, images, every)

    def facts(self, state: State, given: Tensor, unread: Tensor | None) -> Facts:
        """Also where on Earth."""
        facts = super().facts(state, given, unread)
        answer = self._on_earth(state, facts["prediction_points"][:, 0])
        truth = self.source.lonlat(state.picture, state.crop[:, :2])
        return facts | {
            "prediction_lonlat": answer,
            "target_lonlat": truth,
            "distance_m": self.source.distance_m(answer, truth),
        }

    def judge(self, state: State, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """A hit, and how far off in pixels and metres."""
        right, metrics = super().judge(state, facts)
        height, width = self.config.size_hw
        truth = facts["target_lonlat"]
        one_down = state.crop[:, :2].clone()
        one_down[:, 1] += state.tile[:, 3] / height
        pixel = self.source.distance_m(truth, self.source.lonlat(state.picture, one_down))
        away = metrics["distance_px"]
        metres = facts["distance_m"]
        metres = torch.where(metres.isnan(), float(np.hypot(width, height)) * pixel, metres)
        return right, metrics | {
            "distance_m": metres,
            "metres_per_px": pixel,
            "view": self.letterbox(state),
            **{f"recall_at_{n}px": away <= n for n in RECALL_PX},
        }

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The overview with truth and answer, and the crop beside it."""
        shown = torch.zeros(1, *self.picture_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(state, shown)
        return viewer.beside(super().portrait(state), shown[0].cpu().numpy())

    def _on_earth(self, state: State, xy: Tensor) -> Tensor:
        """(B, 2) lonlat of points (B, 2) of the overview as shown."""
        size = torch.tensor(self.config.size_hw[::-1], dtype=torch.float64, device=xy.device)
        off = (xy.double() / size - 0.5) * state.tile[:, 2:]
        off = torch.stack((off[:, 0] * state.stretch, off[:, 1]), 1)
        return self.source.lonlat(state.picture, state.tile[:, :2] + off)
