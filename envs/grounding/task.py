"""The grounding task: a picture, a phrase, and the box, point or boxes of what it names."""

from __future__ import annotations

from typing import ClassVar

import torch

from vgym.core.config import Config
from vgym.core.place_source import PlaceSource, SourcedPlaceTask
from vgym.core.speech import Speech
from vgym.core.task import Candidates
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.photographs import load_photographs
from vgym.envs.grounding.speech import grounding_speech
from vgym.envs.grounding.types import GroundingConfig, State


class GroundingTask(SourcedPlaceTask[State]):
    """## Description
    The picture shows sprites on a real background, or is a photograph. The phrase names one thing
    in it (VGroundMany: all of a kind, or none): by category, colour, size, pose, place, relation,
    order, comparison or exclusion. Say where it is. The box to find is that of the whole object,
    hidden parts included. A phrase always denotes exactly its target, with a margin.

    ## Action Space
    `VGround`: a box, two corners in any order. `VGroundPoint`: a point. `VGroundMany`: up to
    `max_boxes` boxes, each with a number that says if it counts. The form is `action`:

    | form | numbers | space for a box, a point, boxes |
    | --- | --- | --- |
    | `continuous` | fractions of width and height | `Box(0, 1)` of 4, 2, `(max_boxes, 5)` |
    | `symmetric` | the same over [-1, 1] | `Box(-1, 1)` |
    | `grid` | cells of `grid` x `grid`, row by row | `MultiDiscrete`; `Discrete` for a point |
    | `pixel` | pixels of the shown picture | `MultiDiscrete` |

    A box of two cells cannot reach IoU 0.5 with every small object: with the usual 16 cells a side
    the best answers solve about nine in ten at difficulty 0.5.

    ## Observation Space
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`, int32 tokens
    (padded with 0); with `instruction="bag"` which words occur, with "text", and for data sets,
    `Text`. Gymnasium's `vectorization_mode="async"` loses `Text` in shared memory: pass it
    `vector_kwargs={"shared_memory": False}`, or use the native batch.

    ## Rewards
    `dense` by default: overlap, closeness as Gaussians, progress over an answer blind to the
    phrase, and a little for nearness from anywhere; in [0, 1], 1 at the truth alone. Any recipe of
    `vgym.rewards` by name, or a callable of the facts: `prediction_boxes` or `prediction_points`,
    `target_boxes`, `size_hw`, `format_ok`; for several boxes also `prediction_mask` and
    `target_mask`. With `attempts` above 1 the last answer alone is paid, and is the one that
    solves: the earlier ones are drafts, drawn into the picture, of which nothing else is told.

    ## Starting State
    A function of (source, split, difficulty, max_boxes, shape of the picture, seed, number of the
    episode): pictures of one shape show the same and ask the same, however many pixels they have
    (`max_boxes` is VGroundMany's alone). Any object may be meant with the same chance, whatever it
    looks like and however many share its class, about three at difficulty 0.5: there the noun alone
    is right in about a third of the episodes, the picture alone in one of twelve. Things are at
    least 7 % of the picture wide, 18 pixels of 256: at 64 pixels difficulties up to 0.3 are as
    clear to a person.

    ## Episode End
    Terminates with the last of `attempts` answers; with answer number `max_episode_steps`, if that
    is lower, which is then the last. Never truncates.

    ## Arguments
    `image_size=256`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="synthetic"`,
    `instruction`, `action="continuous"`, `device="cpu"`, `max_episode_steps`, `attempts=1`,
    `expose="end"` (`"truth"`: infos judge every answer, not the last alone), `max_boxes=8`,
    `grid=None` (16 cells a side), `convention` (how a file writes its boxes, see docs/data.md).

    ## Metrics
    All: `success` (IoU of at least 0.5; the point in the box; all boxes matched and none extra) and
    `reward_flagged` (a number was not finite and the floor was paid). `VGround`: `iou`, `giou`,
    `acc_at_50`, `hit`, `distance_px`. `VGroundPoint`: `hit`, `distance_px`. `VGroundMany`:
    `precision`, `recall`, `f1` at IoU 0.5. Beside them `info["view"]`, scale x, scale y, offset x,
    offset y from original to shown pixels, and `info["convention_hint"]`, the convention in which
    an answer near nothing would have scored, such as `0.99 as fraction/yxyx`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "grounding"
    config_class: ClassVar[type[Config]] = GroundingConfig
    config: GroundingConfig

    def open_source(self) -> PlaceSource[State]:
        """Scenes that are drawn, or photographs."""
        if self.config.source == "synthetic":
            return SyntheticScenes(self.config)
        return load_photographs(self.config)

    def speech(self) -> Speech:
        """Wording by kind of answer."""
        return grounding_speech(self.form)

    def candidates(self, state: State) -> Candidates | None:
        """The objects of a scene that is drawn; of photographs not all that they show is known."""
        if self.config.source != "synthetic":
            return None
        scene = state.scene
        slots = torch.arange(scene.boxes.shape[1], device=scene.boxes.device)
        same = (scene.boxes[:, :, None] == state.target_boxes[:, None]).all(-1)
        return Candidates(
            boxes=scene.boxes,
            mask=slots < scene.count[:, None],
            target=(same & state.target_mask[:, None]).any(-1),
            kinds={"class": scene.sprite, "colour": scene.colour, "pose": scene.pose},
            marks={
                "tint": (scene.colour > 0).float(),
                "pose": (scene.pose > 0).float(),
                "angle": scene.angle,
                "mirrored": scene.mirrored.float(),
                "hidden": scene.hidden,
            },
        )
