"""Vision-R1: precision and recall of GIoU under a Hungarian matching, thresholds by progress."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vgym.geometry.boxes import box_giou
from vgym.geometry.matching import match
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import matched, present_members
from vgym.rewards.stated import FORMAT

_LABELS = ("prediction_labels", "target_labels")

_ADVANCED_STEP = 1500


def _qualities(facts: Facts, labelled: bool) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """GIoU of the pairs `(B, M, K)`, which pairs are matched, and the numbers of valid predictions
    and of targets `(B,)`."""
    prediction, answered = present_members(facts, "prediction_boxes")
    target, wanted = present_members(facts, "target_boxes")
    answered = answered & (prediction[..., 2:] > prediction[..., :2]).all(-1)
    a, b = prediction[:, :, None], target[:, None]
    giou = box_giou(a, b)
    cost = (a.double() - b.double()).abs().sum(-1) - giou
    if labelled:
        cost = cost - (
            facts["prediction_labels"][:, :, None] == facts["target_labels"][:, None]
        ).to(cost.dtype)
    partner = match(cost, answered, wanted)
    chosen = matched(partner, target.shape[1])
    return giou, chosen, answered.sum(1), wanted.sum(1)


def _banded(quality: Tensor, low: Tensor | float, high: Tensor | float) -> Tensor:
    """0 below `low`, 1 above `high`, itself between."""
    kept = torch.where(quality > high, 1.0, quality)
    return torch.where(quality < low, 0.0, kept)


def _step(facts: Facts) -> Tensor:
    return facts["training_step"][:, None, None] >= _ADVANCED_STEP


def _recall(facts: Facts, labelled: bool, stepped: bool) -> Tensor:
    giou, chosen, predictions, targets = _qualities(facts, labelled)
    bar = torch.where(_step(facts), 0.75, 0.5) if stepped else 0.5
    found = torch.where(chosen, _banded(giou, bar, bar), 0.0).sum((1, 2))
    share = found / targets.clamp(min=1)
    if stepped:
        share = _banded(share, 0.5, 0.75)
    return torch.where(predictions > 0, share, (targets == 0).to(share.dtype))


def _precision(facts: Facts, labelled: bool, stepped: bool, surplus_costs: bool = False) -> Tensor:
    giou, chosen, predictions, targets = _qualities(facts, labelled)
    if stepped:
        advanced = _step(facts)
        quality = _banded(giou, torch.where(advanced, 0.75, 0.5), torch.where(advanced, 0.9, 0.75))
    else:
        quality = giou.clamp(0.0, 1.0)
    pairs = predictions if surplus_costs else torch.minimum(predictions, targets)
    mean = torch.where(chosen, quality, 0.0).sum((1, 2)) / pairs.clamp(min=1)
    return torch.where(predictions > 0, mean, (targets == 0).to(mean.dtype))


def _precision_of_all(facts: Facts, labelled: bool, stepped: bool) -> Tensor:
    """Precision over all predictions instead of the matched ones: `(B,)`."""
    return _precision(facts, labelled, stepped, surplus_costs=True)


@dataclass(frozen=True)
class _Measure:
    """A measure with its settings; unlike a partial it still equals itself after pickling."""

    function: Callable[..., Tensor]
    labelled: bool  # labels help to match
    stepped: bool  # thresholds rise with the training step

    def __call__(self, facts: Facts) -> Tensor:
        return self.function(facts, labelled=self.labelled, stepped=self.stepped)


def dual_format(facts: Facts) -> Tensor:
    """Format, and one less format where there is nothing to find: `(B,)`."""
    kept = number(facts, "format_ok").clamp(0.0, 1.0)
    _, wanted = present_members(facts, "target_boxes")
    return torch.where(wanted.any(1), kept, 1 - kept)


_RECALL = "sum over pairs of GIoU, 0 below 0.5 and 1 above it, over the number of targets"
_RECALL_STEPPED = (
    "sum over pairs of GIoU, 0 below and 1 above 0.5 (from step 1500 0.75), over the number of "
    "targets; that 0 below 0.5 and 1 above 0.75"
)
_PRECISION = "mean GIoU of the matched pairs, cut to [0, 1]"
_PRECISION_STEPPED = (
    "mean over matched pairs of GIoU, 0 below 0.5 and 1 above 0.75, from step 1500 0.75 and 0.9"
)
_DUAL = Term(
    "format",
    dual_format,
    ("format_ok", "target_boxes"),
    "format_ok, or 1 - format_ok where there is nothing to find",
)


def _form(name: str, labelled: bool, stepped: bool, of_all: bool = False) -> Form:
    """Precision, recall and format, with labels or without, in training or not.

    Args:
        name: of the form.
        labelled: labels help to match.
        stepped: thresholds rise with the training step.
        of_all: the sound one: precision over all boxes, and the format as it is.
    """
    precise, over = (_precision_of_all, "; over all boxes") if of_all else (_precision, "")
    needs = (*BOXES, *(_LABELS if labelled else ()), *(("training_step",) if stepped else ()))
    texts = (_PRECISION_STEPPED, _RECALL_STEPPED) if stepped else (_PRECISION, _RECALL)
    precision = Term("precision", _Measure(precise, labelled, stepped), needs, texts[0] + over)
    recall = Term("recall", _Measure(_recall, labelled, stepped), needs, texts[1])
    return Form(name, ((1.0, precision), (1.0, recall), (1.0, FORMAT if of_all else _DUAL)))


_VISION_R1 = Reward(
    name="vision-r1",
    forms=(
        _form("labelled boxes in training", labelled=True, stepped=True),
        _form("boxes in training", labelled=False, stepped=True),
        _form("labelled boxes", labelled=True, stepped=False),
        _form("boxes", labelled=False, stepped=False),
    ),
    source="Vision-R1, arXiv 2503.18013; code jefferyZhan/Griffon @9866875e7d18, visionr1_qwen.py",
    doc="Detection: precision and recall of GIoU under a Hungarian matching by pixel L1, label "
    "and GIoU; thresholds rise with `training_step` where it is given (the shipped script does "
    "not give it). Inverted boxes are dropped.",
    range=(0.0, 3.0),
    failure_modes=(
        "surplus boxes cost nothing: precision counts the matched pairs alone",
        "well-formed text is punished where there is nothing to find",
        "a wrong label costs nothing",
        "a repeat can be matched with a further target that overlaps",
    ),
)
_VISION_R1_SOUND = sound(
    _VISION_R1,
    forms=(
        _form("boxes in training", labelled=False, stepped=True, of_all=True),
        _form("boxes", labelled=False, stepped=False, of_all=True),
    ),
    doc="`vision-r1` whose precision counts every box, and whose format is never turned round.",
    failure_modes=(
        "labels are not read",
        "a repeat can be matched with a further target that overlaps",
    ),
)

register(_VISION_R1, _VISION_R1_SOUND, subject="grounding")
