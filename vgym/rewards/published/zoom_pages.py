"""Published rewards for finding, reading and answering from pages: VRAG-RL and UniDoc-RL."""

import math

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import pair_up, present, soft_f1
from vgym.rewards.stated import ANSWER, FORMAT, stated


def ndcg(facts: Facts) -> Tensor:
    """VRAG-RL's nDCG of the pages retrieved: `(B,)`.

    `sum rel_i / log2(i + 1)` over the order of retrieval, i from 1, over that of as many ones as
    there are gold pages. A gold page retrieved twice counts twice.

    Returns:
        At least 0; at most 1 if no page is retrieved twice; 0 without gold pages.

    >>> ndcg({"retrieved_pages": torch.tensor([[9, 4]]), "gold_pages": torch.tensor([[4]])})
    tensor([0.6309])
    """
    return _ndcg(facts, _relevant(facts))


def ndcg_sound(facts: Facts) -> Tensor:
    """`ndcg` in which a page counts only when first retrieved: `(B,)` in [0, 1]."""
    pages, there = facts["retrieved_pages"], present(facts, "retrieved_pages")
    same = (pages[:, :, None] == pages[:, None]) & there[:, None]
    return _ndcg(facts, _relevant(facts) & ~same.tril(-1).any(2))


def _relevant(facts: Facts) -> Tensor:
    same = facts["retrieved_pages"][:, :, None] == facts["gold_pages"][:, None]
    return (same & present(facts, "gold_pages")[:, None]).any(2) & present(facts, "retrieved_pages")


def _ndcg(facts: Facts, relevant: Tensor) -> Tensor:
    place = present(facts, "retrieved_pages").cumsum(1)
    found = torch.where(relevant, _discount(place), 0.0).sum(1)
    gold = present(facts, "gold_pages")
    best = torch.where(gold, _discount(gold.cumsum(1)), 0.0).sum(1)
    return found / torch.where(best > 0, best, 1.0)


def _discount(place: Tensor) -> Tensor:
    return 1 / (place + 1).to(torch.float32).log2()


_PAGES = ("retrieved_pages", "gold_pages")
_NDCG = Term(
    "ndcg",
    ndcg,
    _PAGES,
    "sum of rel_i / log2(i + 1) over the retrieved pages / the same for all gold pages first",
    range=(0.0, math.inf),
)
_NDCG_SOUND = Term(
    "ndcg", ndcg_sound, _PAGES, "as in vrag, a page counting only when first retrieved"
)
_TWICE = "a gold page retrieved twice counts twice, up to more than 1; their search never does so"
_UNGRADED = "nothing at all is paid without the format, early training's groups among them"
_JUDGED = "a judge can be talked round by long or hedging answers"
_VRAG = Reward(
    name="vrag",
    forms=(
        Form(
            "answer",
            ((0.7, ANSWER), (0.1, FORMAT), (0.2, _NDCG)),
            gates=(stated("well_formed", "format_ok"),),
        ),
    ),
    source="VRAG-RL; code Alibaba-NLP/VRAG, verl reward_manager/rm.py",
    doc="The answer as judged by a model, the format (an answer and a search), and how early the "
    "right pages were found.",
    range=(0.0, math.inf),
    space="pages by number",
    failure_modes=(_TWICE, _UNGRADED, _JUDGED),
)
_VRAG_SOUND = sound(
    _VRAG,
    forms=(Form("answer", ((0.8, ANSWER), (0.2, _NDCG_SOUND)), gates=(FORMAT,)),),
    range=(0.0, 1.0),
    failure_modes=(_UNGRADED, _JUDGED),
)


def region_f1(facts: Facts) -> Tensor:
    """UniDoc-RL's F1 of the regions read on a page, at IoU 0.5: `(B,)`.

    A target is found if any region has IoU of at least 0.5 with it; recall is found / targets and
    precision found / regions, which exceeds 1 where one region finds several targets.

    Returns:
        At least 0, up to 2; 1 if both sets are empty, 0 if only one is.
    """
    regions, targets = facts["prediction_boxes"], facts["target_boxes"]
    read, wanted = present(facts, "prediction_boxes"), present(facts, "target_boxes")
    near = (box_iou(regions[:, :, None], targets[:, None]) >= 0.5) & read[:, :, None]
    found = (near.any(1) & wanted).sum(1).to(regions.dtype)
    predictions, truths = (mask.sum(1).to(regions.dtype) for mask in (read, wanted))
    recall, precision = found / truths.clamp(min=1), found / predictions.clamp(min=1)
    f1 = 2 * precision * recall / (precision + recall + 1e-8)
    return torch.where((predictions == 0) & (truths == 0), 1.0, f1)


def region_f1_sound(facts: Facts) -> Tensor:
    """`region_f1` with regions and targets matched one to one: `(B,)` in [0, 1]."""
    pairs = pair_up(facts, "prediction_boxes")
    near = (box_iou(pairs.prediction, pairs.target) >= 0.5).to(pairs.prediction.dtype)
    return soft_f1(pairs, [near], [1.0])[0]


def graded(terms: dict[str, Tensor]) -> Tensor:
    """All for good format, the search alone without an answer, nothing else."""
    grade = terms["format"]
    search = 0.1 * (terms["ndcg"] + terms["rerank"] + terms["region"] + grade)
    return torch.where(
        grade > 0.5, 0.6 * terms["answer"] + search, torch.where(grade > 0, search, 0.0)
    )


def graded_sound(terms: dict[str, Tensor]) -> Tensor:
    """`graded`, in which the grade pays nothing of its own."""
    search = 0.1 * (terms["ndcg"] + terms["rerank"] + terms["region"])
    return torch.where(terms["format"] > 0.5, 0.7 * terms["answer"], 0.0) + torch.where(
        terms["format"] > 0, search, 0.0
    )


_REGION_F1 = Term(
    "region",
    region_f1,
    ("prediction_boxes", "target_boxes"),
    "F1 of the regions read at IoU 0.5, one region counting for each target it meets",
    range=(0.0, 2.0),
)
_UNIDOC = Reward(
    name="unidoc",
    forms=(
        Form(
            "answer and boxes",
            (
                (1.0, ANSWER),
                (1.0, _NDCG),
                (1.0, _REGION_F1),
                (1.0, stated("rerank", "selection_share")),
                (1.0, stated("format", "format_grade")),
            ),
        ),
    ),
    source="UniDoc-RL; code deepglint/UniDoc-RL, reward_manager/rm.py and reward_score/vrag.py; "
    "nDCG as meant (the code seems to compare single characters and so to pay 0 for it), regions "
    "of one page a row",
    doc="The answer as judged by a model, the pages found, the pages chosen, the regions read on "
    "one, and the format.",
    range=(0.0, math.inf),
    combination=graded,
    combination_text="0.6 answer + 0.1 (ndcg + rerank + region + format), the answer left out if "
    "format <= 0.5; 0 if format = 0",
    failure_modes=(
        "one region that meets several targets makes precision exceed 1: F1 4/3 for two",
        _TWICE,
        _UNGRADED,
        _JUDGED,
    ),
)
_REGION_F1_SOUND = Term(
    "region",
    region_f1_sound,
    ("prediction_boxes", "target_boxes"),
    "F1 of the regions read at IoU 0.5, matched one to one",
)
_UNIDOC_SOUND = sound(
    _UNIDOC,
    _NDCG_SOUND,
    _REGION_F1_SOUND,
    range=(0.0, 1.0),
    combination=graded_sound,
    combination_text="0.7 answer + 0.1 (ndcg + rerank + region), the answer left out if format <= "
    "0.5; 0 if format = 0",
    failure_modes=(_UNGRADED, _JUDGED),
)

register(_VRAG, _VRAG_SOUND, _UNIDOC, _UNIDOC_SOUND, subject="zoom and pages")
