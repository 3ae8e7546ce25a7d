"""Terms for points: whether and how centrally a predicted point hits the target's box, edges
included."""

from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.gaussians import gaussian_point
from vgym.geometry.points import point_in_box
from vgym.rewards.facts import Facts
from vgym.rewards.form import PairTerm, Term
from vgym.rewards.sets import all_matched, pair_up


def hit(prediction: Tensor, target: Tensor) -> Tensor:
    """1 where the point is in the box, else 0: `(...)` float."""
    return point_in_box(prediction, target, "inclusive").to(prediction.dtype)


def centre_hit(prediction: Tensor, target: Tensor) -> Tensor:
    """1 where the predicted centre is in the target, edges included: `(...)` float."""
    return hit(box_centre(prediction), target)


def all_hit(facts: Facts) -> Tensor:
    """1 where points and target boxes match one to one, each point in its own box: `(B,)`."""
    pairs = pair_up(facts, "prediction_points")
    return all_matched(pairs, hit(pairs.prediction, pairs.target))


HIT = PairTerm("hit", hit, "prediction_points", "1 if the point is in the target's box, else 0")
CENTRE_HIT = PairTerm(
    "hit", centre_hit, "prediction_boxes", "1 if the predicted centre is in the target, else 0"
)
POINT_GAUSSIAN = PairTerm(
    "point", gaussian_point, "prediction_points", "the target's Gaussian, alpha 0.5, at the point"
)
ALL_HIT = Term(
    "hit",
    all_hit,
    ("prediction_points", "target_boxes"),
    "1 if points and boxes match one to one, each point in its own box, else 0",
)
