"""Answers that a recipe should not pay, as facts: those that know nothing of the truth, and those
that spoil the truth or add to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vgym.evaluation.audit.recipes.scenes import HEIGHT, ROWS, WIDTH, Scene
from vgym.geometry.boxes import box_centre
from vgym.geometry.sphere import destination
from vgym.rewards.facts import MASKS

Answer = dict[str, Tensor]
UNEARNED, UNSPOILT = 0.25, 0.99
_CORNERS = torch.tensor([0.0, 0.0, WIDTH, HEIGHT])


@dataclass(frozen=True)
class Cheat:
    """A way of answering, the same in every scene.

    Attributes:
        name: in words.
        reads: facts that it is about: it is tried on the forms that read one of them.
        answer: the facts that it changes: of an answer in good form that is wrong, or, of one that
            `spoils`, of the right answer. A list of such, of which the best for the agent counts.
        spoils: it is the truth with something that must cost. A recipe falls for it if it earns as
            much as the truth; any other if it earns more than a quarter of it over the floor.
        most: the share that is still no finding, where it is another.
        against: what the truth is compared with in place of the right answer.
    """

    name: str
    reads: tuple[str, ...]
    answer: Callable[[Scene], Answer | list[Answer]] = field(repr=False)
    spoils: bool = False
    most: float | None = None
    against: Callable[[Scene], Answer] | None = field(default=None, repr=False)

    @property
    def limit(self) -> float:
        """The largest share that is no finding."""
        return self.most if self.most is not None else UNSPOILT if self.spoils else UNEARNED


def _fixed(values: Tensor) -> Tensor:
    """The same members in every row: `(B, M, k)` from `(M, k)`."""
    return values.expand(ROWS, *values.shape).contiguous()


def _boxes(boxes: Tensor) -> Answer:
    """Boxes, all sure, and of the label that is asked for."""
    count = boxes.shape[1]
    return {
        "prediction_boxes": boxes,
        "prediction_labels": torch.ones(ROWS, count, dtype=torch.int64),
        "prediction_scores": torch.ones(ROWS, count),
        "prediction_points": box_centre(boxes),
    }


def _points(points: Tensor) -> Answer:
    """Points, and a dot at each where boxes are read too."""
    return _boxes(torch.cat((points - 0.5, points + 0.5), -1))


def _tiles(across: int) -> Tensor:
    """(across^2, 4) boxes that cover the picture."""
    steps = torch.arange(across) / across
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    low = torch.stack((x, y), -1).reshape(-1, 2) * torch.tensor([WIDTH, HEIGHT])
    return torch.cat((low, low + torch.tensor([WIDTH, HEIGHT]) / across), -1)


def _alone(scene: Scene) -> Answer:
    return {}


def _filler(scene: Scene) -> Answer:
    """Points, looks and zooms all over the picture."""
    boxes = _fixed(_tiles(4))
    boxes = boxes[:, torch.randperm(16, generator=scene.draws)]
    filled = dict.fromkeys(("look_boxes", "zoom_boxes"), boxes)
    filled |= dict.fromkeys(("thought_points", "zoom_points"), box_centre(boxes))
    return {**filled, "tool_calls": torch.ones(ROWS, dtype=torch.int64)}


def _nothing(scene: Scene) -> Answer:
    masks = {MASKS[name]: name for name in _SETS if name in scene.wrong}
    nothing = {
        mask: torch.zeros(scene.wrong[name].shape[:2]).bool() for mask, name in masks.items()
    }
    return nothing | {"zoom_answer_given": torch.zeros(ROWS, dtype=torch.bool)}


def _constants(scene: Scene) -> list[Answer]:
    spots = box_centre(_tiles(6))
    half = torch.tensor([WIDTH, HEIGHT]) / 12
    middle = torch.tensor([[WIDTH, HEIGHT]]) / 2
    return [
        _boxes(_fixed(torch.cat((spot - half, spot + half), -1)[None]))
        for spot in (*middle, *spots)
    ]


def _grids(scene: Scene) -> list[Answer]:
    return [_boxes(_fixed(_tiles(across))) for across in (2, 3, 4, 6)]


def _misses(scene: Scene) -> Answer:
    """Points of which none hits, no three on a line."""
    points = scene.uniform_points(16)
    target = scene.box
    inside = ((points >= target[..., :2]) & (points <= target[..., 2:])).all(-1, keepdim=True)
    return _points(torch.where(inside, points + 2 * WIDTH, points))


def _sweep(scene: Scene) -> Answer:
    """A line across the picture, every point a little off it."""
    along = torch.linspace(0.03, 0.97, 24)[:, None] * torch.tensor([WIDTH, HEIGHT])
    return _points(_fixed(along) + torch.randn(ROWS, 24, 2, generator=scene.draws))


def _whole(scene: Scene) -> Answer:
    return _boxes(_fixed(_CORNERS[None]))


def _over_all(scene: Scene) -> Answer:
    return _boxes(_fixed((_CORNERS + torch.tensor([-1.0, -1.0, 1.0, 1.0]) * 30 * WIDTH)[None]))


def _unsure(scene: Scene) -> Answer:
    return {"prediction_scores": torch.zeros(ROWS, 1)}


def _grown(scene: Scene, by: float) -> Answer:
    box, centre = scene.box, box_centre(scene.box)
    half = (box[..., 2:] - box[..., :2]) / 2 * by
    return _boxes(torch.cat((centre - half, centre + half), -1))


def _dot(scene: Scene) -> Answer:
    """A pixel in the middle of the truth, or where the votes of the group are most."""
    corner = box_centre(scene.box).floor()
    return {"prediction_boxes": torch.cat((corner, corner + 1), -1)}


def _inverted(scene: Scene) -> Answer:
    return {"prediction_boxes": scene.right["prediction_boxes"].roll(2, -1)}


def _beside_a_wrong_one(scene: Scene, times: int) -> Answer:
    right, wrong = scene.right["prediction_boxes"], scene.wrong["prediction_boxes"]
    return _boxes(torch.cat((wrong, right.expand(-1, times, -1)), 1))


def _flood(scene: Scene) -> Answer:
    """The truth last, after many others."""
    return _boxes(torch.cat((scene.uniform_boxes(12), scene.right["prediction_boxes"]), 1))


def _two_things(scene: Scene) -> Answer:
    """Two things almost in one place."""
    box = scene.box
    size = (box[..., 2:] - box[..., :2]).repeat(1, 1, 2)
    labels = torch.tensor([1, 2]).expand(ROWS, 2).contiguous()
    boxes = torch.cat((box - 0.08 * size, box + 0.08 * size), 1)
    return {"target_boxes": boxes, "target_labels": labels, "target_points": box_centre(boxes)}


def _both(scene: Scene) -> Answer:
    two = _two_things(scene)
    return two | _boxes(two["target_boxes"]) | {"prediction_labels": two["target_labels"]}


def _surest(scene: Scene, first: float) -> Answer:
    flood = _boxes(torch.cat((scene.right["prediction_boxes"], scene.uniform_boxes(3)), 1))
    scores = torch.ones(ROWS, 4)
    scores[:, 0] = first
    return flood | {"prediction_scores": scores}


def _zooms(scene: Scene) -> Answer:
    where = _filler(scene)
    return {name: where[name] for name in ("zoom_points", "zoom_boxes")}


def _unread_zoom(scene: Scene) -> Answer:
    no = torch.zeros(ROWS, dtype=torch.bool)
    return {"zoom_answer_given": no, "zoom_answer_score": torch.zeros(ROWS)}


def _one_frame(scene: Scene) -> Answer:
    shown = torch.zeros(ROWS, 10, dtype=torch.bool)
    shown[:, 4] = True
    frames = torch.full((ROWS, 2), 4)
    masks = dict.fromkeys(("prediction_tube_mask", "thought_tube_mask"), shown)
    return {"prediction_frames": frames, **masks}


def _farther(scene: Scene) -> Answer:
    before, after = scene.right["box_before"], scene.right["box_after"]
    return {"box_after": before + 4 * (after - before)}


def _untouched(scene: Scene) -> Answer:
    still: Answer = {"turned_deg": torch.zeros(ROWS, 3)}
    if "box_before" in scene.right:
        still["box_after"] = scene.right["box_before"]
    return still


def _country(scene: Scene) -> Answer:
    """The country alone, nothing else said."""
    answered = torch.zeros(ROWS, 4, dtype=torch.bool)
    answered[:, 0] = True
    return {
        "country_correct": torch.ones(ROWS, dtype=torch.bool),
        "field_answered": answered,
        "field_distances_m": torch.zeros(ROWS, 4),
        "answers_seen": torch.zeros(ROWS, dtype=torch.int64),
    }


def _safe_place(scene: Scene) -> Answer:
    """500 km off, as the middle of a country is."""
    metres = torch.full((ROWS,), 5e5, dtype=torch.float64)
    found: Answer = {"distance_m": metres.float()}
    if "target_lonlat" in scene.right:
        east = torch.full_like(metres, 90.0)
        found["prediction_lonlat"] = destination(scene.right["target_lonlat"], east, metres)
    return found


def _beyond_the_pole(scene: Scene) -> Answer:
    lonlat = scene.right["target_lonlat"]
    return {"prediction_lonlat": torch.stack((lonlat[:, 0] - 180, 180 - lonlat[:, 1]), -1)}


def _one_value(scene: Scene) -> Answer:
    return {"predicted_order": torch.ones(ROWS, 4, dtype=torch.int64)}


def _collapse(scene: Scene) -> Answer:
    boxes = scene.wrong["prediction_boxes"]
    return {"group_boxes": boxes.expand(-1, 16, -1).contiguous()}


_SETS = (
    "prediction_boxes",
    "prediction_points",
    "claim_boxes",
    "thought_points",
    "field_distances_m",
)
_BOXES, _POINTS, _PLACES = (
    ("prediction_boxes",),
    ("prediction_points",),
    ("prediction_boxes", "prediction_points"),
)
_AIDS = ("thought_points", "look_boxes", "zoom_points", "zoom_boxes", "tool_calls")

CHEATS = (
    Cheat("good form and nothing right", ("format_ok", "format_grade"), _alone),
    Cheat("a textured place and nothing right", ("window_entropy",), _alone),
    Cheat("fillers all over the picture and nothing right", (*_AIDS, "localizability"), _filler),
    Cheat("nothing said", (*_SETS, "zoom_answer_given"), _nothing),
    Cheat("the best fixed answer", _PLACES, _constants),
    Cheat("the whole picture", _BOXES, _whole),
    Cheat("a box over everything", _BOXES, _over_all),
    Cheat("a grid", _PLACES, _grids),
    Cheat("sixteen points that all miss", _POINTS, _misses),
    Cheat("a line of points, each a little off it", _POINTS, _sweep),
    Cheat("wrong without confidence", ("prediction_scores",), _unsure),
    Cheat("the country alone", ("country_correct", "field_distances_m"), _country),
    Cheat("a safe place 500 km off", ("distance_m", "prediction_lonlat"), _safe_place),
    Cheat("one value everywhere", ("predicted_order",), _one_value, most=0.2),
    Cheat("nothing done", ("box_after", "turned_deg"), _untouched),
    Cheat("a group that agrees on a wrong box", ("group_boxes",), _collapse),
    Cheat("a dot in the middle", _BOXES, _dot, spoils=True),
    Cheat("twice as large", _BOXES, lambda s: _grown(s, 2.0), spoils=True),
    Cheat("inverted corners", _BOXES, _inverted, spoils=True),
    Cheat(
        "a wrong box beside eight times the right one",
        _BOXES,
        lambda s: _beside_a_wrong_one(s, 8),
        spoils=True,
        most=1.01,
        against=lambda s: _beside_a_wrong_one(s, 1),
    ),
    Cheat("the right box after twelve others", _BOXES, _flood, spoils=True),
    Cheat("one box for two things", ("target_boxes",), _two_things, True, 1.01, _both),
    Cheat(
        "a confidence beyond 1",
        ("prediction_scores",),
        lambda s: _surest(s, 1e3),
        spoils=True,
        most=1.01,
        against=lambda s: _surest(s, 1.0),
    ),
    Cheat("zooms all over the picture", ("zoom_points", "zoom_boxes", "tool_calls"), _zooms, True),
    Cheat("an empty answer after zooming", ("zoom_answer_given",), _unread_zoom, spoils=True),
    Cheat("one frame of many", ("prediction_frames",), _one_frame, spoils=True, most=0.8),
    Cheat("four times as far", ("asked_direction",), _farther, spoils=True),
    Cheat("a latitude beyond the pole", ("prediction_lonlat",), _beyond_the_pole, spoils=True),
)
