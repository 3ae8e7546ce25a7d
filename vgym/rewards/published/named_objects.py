"""SURDS: spatial questions whose answers say where each named object is."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre, box_iou
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES
from vgym.rewards.recipes import register, sound, variant
from vgym.rewards.reward import Reward
from vgym.rewards.sets import present, present_members
from vgym.rewards.stated import ANSWER, FORMAT, stated


def _by_name(facts: Facts) -> tuple[Tensor, Tensor, Tensor]:
    """For each target `(B, K)` the last prediction of its name, `(B, K, 4)`, whether there is one,
    and the number of targets `(B,)`."""
    prediction, answered = present_members(facts, "prediction_boxes")
    _, wanted = present_members(facts, "target_boxes")
    same = facts["prediction_labels"][:, None] == facts["target_labels"][:, :, None]
    same = same & answered[:, None] & wanted[:, :, None]  # (B, K, M)
    count = wanted.sum(1)
    if prediction.shape[1] == 0:
        return torch.zeros_like(facts["target_boxes"]), torch.zeros_like(wanted), count
    places = torch.arange(1, prediction.shape[1] + 1, device=same.device)
    last = (same * places).argmax(-1)
    rows = torch.arange(len(last), device=last.device)[:, None]
    return prediction[rows, last], same.any(-1), count


def _share(correct: Tensor, count: Tensor, like: Tensor) -> Tensor:
    return correct.sum(1).to(like.dtype) / count.clamp(min=1)


def located_by_iou(facts: Facts) -> Tensor:
    """Share of the targets whose last prediction of that name has IoU above 0.5: `(B,)`."""
    box, found, count = _by_name(facts)
    return _share(found & (box_iou(box, facts["target_boxes"]) > 0.5), count, box)


def _centred(box: Tensor, target: Tensor, size_of: Tensor) -> Tensor:
    """Whether `2 cent - 1 > 0.5` with `cent = sqrt((1 - dx)(1 - dy))`, dx and dy the centres'
    distance over half the size of `size_of`, cut to 1."""
    half = (size_of[..., 2:] - size_of[..., :2]) / 2
    offset = (box_centre(box) - box_centre(target)).abs() / torch.where(half > 0, half, 1.0)
    near = 1 - torch.where(half > 0, offset.clamp(max=1.0), 1.0)
    return 2 * near.prod(-1).sqrt() - 1 > 0.5


def located_by_own_size(facts: Facts) -> Tensor:
    """Share of the targets whose centre is near, measured by the predicted size: `(B,)`."""
    box, found, count = _by_name(facts)
    return _share(found & _centred(box, facts["target_boxes"], box), count, box)


def located_by_true_size(facts: Facts) -> Tensor:
    """Share of the targets whose centre is near, measured by the true size, with sides less than
    twice and more than half as long: `(B,)`. Each box more than there are targets counts as one
    that was missed."""
    box, found, count = _by_name(facts)
    target = facts["target_boxes"]
    size, true = box[..., 2:] - box[..., :2], target[..., 2:] - target[..., :2]
    alike = ((size < 2 * true) & (true < 2 * size)).all(-1)
    named = present(facts, "prediction_boxes").sum(1)
    right = found & alike & _centred(box, target, target)
    return _share(right, torch.maximum(count, named), box)


_LOCATED_BY_IOU = Term(
    "located",
    located_by_iou,
    (*BOXES, "prediction_labels", "target_labels"),
    "share of the named objects whose box has IoU > 0.5; 0 if no object is asked for",
)
_SURDS = Reward(
    name="surds",
    forms=(
        Form(
            "named boxes",
            (
                (1.0, FORMAT),
                (1.0, _LOCATED_BY_IOU),
                (1.0, ANSWER),
                (1.0, stated("logic", "logic_ok")),
            ),
        ),
    ),
    source="SURDS (Drive-MLLM); code XiandaGuo/Drive-MLLM 7895f99d8157, training/grpo/grpo.py",
    doc="Spatial questions: format, where the named objects are, the answer, and whether it "
    "follows from the reasoning.",
    range=(0.0, 4.0),
    failure_modes=(
        "a name listed twice: the last box counts",
        "a box for a name that was not asked for costs nothing",
    ),
)
_LOCATED_BY_OWN_SIZE = Term(
    "located",
    located_by_own_size,
    (*BOXES, "prediction_labels", "target_labels"),
    "share of the named objects with sqrt((1 - dx)(1 - dy)) > 0.75, dx and dy the centres' "
    "distance over half the predicted size; 0 if no object is asked for",
)
_SURDS_CENTRE = variant(
    _SURDS,
    _LOCATED_BY_OWN_SIZE,
    name="surds-centre",
    failure_modes=(
        "a box around the whole picture counts as centred on most objects",
        "a name listed twice: the last box counts",
        "a box for a name that was not asked for costs nothing",
    ),
)
_LOCATED_BY_TRUE_SIZE = Term(
    "located",
    located_by_true_size,
    (*BOXES, "prediction_labels", "target_labels"),
    "share of the named objects, or of the boxes if they are more, with sqrt((1 - dx)(1 - dy)) > "
    "0.75, dx and dy the centres' distance over half the true size, and sides less than twice and "
    "more than half as long; 0 if no object is asked for",
)
_SURDS_CENTRE_SOUND = sound(
    _SURDS_CENTRE,
    _LOCATED_BY_TRUE_SIZE,
    failure_modes=("a name listed twice: the last box counts",),
)

register(_SURDS, _SURDS_CENTRE, _SURDS_CENTRE_SOUND, subject="grounding")
