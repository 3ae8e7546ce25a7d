"""Published rewards for one action on a screen, a click or another: GUI-R1 and UI-R1.

A form `click` pays what the formula pays where every true action is a click, and so is every
answer that could be read; it needs no word of the other kinds.
"""

import torch
from torch import Tensor

from vgym.geometry.points import point_in_box
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.pointing import hit
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.sets import all_matched, first_member, pair_up, present
from vgym.rewards.stated import ACTION, FORMAT

# GUI-R1, pixels and F1.
_NEAR_PX, _ENOUGH_F1 = 140.0, 0.5


def strictly_inside(facts: Facts) -> Tensor:
    """1 where the click is in the box, edges excluded: `(B,)`."""
    pairs = pair_up(facts, "prediction_points")
    inside = point_in_box(pairs.prediction, pairs.target, "strict")
    return all_matched(pairs, inside.to(pairs.prediction.dtype))


def r1_accuracy_box(facts: Facts) -> Tensor:
    """GUI-R1: the right action, its click strictly inside the box, its text at F1 0.5: `(B,)`."""
    return _r1_accuracy(facts, strictly_inside(facts))


def r1_accuracy_point(facts: Facts) -> Tensor:
    """As `r1_accuracy_box`, the click nearer than 140 px to the true one: `(B,)`."""
    xy, given = first_member(facts, "prediction_points")
    near = (xy - facts["target_xy"]).square().sum(-1) < _NEAR_PX**2
    return _r1_accuracy(facts, (near & given).to(xy.dtype))


def _r1_accuracy(facts: Facts, place: Tensor) -> Tensor:
    text = (facts["text_f1"] >= _ENOUGH_F1).to(place.dtype)
    further = torch.where(number(facts, "needs_text") > 0, text, 1.0)
    needed = torch.where(number(facts, "needs_point") > 0, place, further)
    return number(facts, "action_matches") * needed


_R1_FACTS = ("action_matches", "needs_point", "needs_text", "text_f1")
_R1_ACCURACY_BOX = Term(
    "accuracy",
    r1_accuracy_box,
    ("prediction_points", "target_boxes", *_R1_FACTS),
    "1 if the action is right and, if it is a click, strictly inside the box; if it has a text, "
    "its F1 is at least 0.5",
)
_R1_ACCURACY_POINT = Term(
    "accuracy",
    r1_accuracy_point,
    ("prediction_points", "target_xy", *_R1_FACTS),
    "1 if the action is right and, if it is a click, less than 140 px off; if it has a text, its "
    "F1 is at least 0.5",
)
_STRICTLY_INSIDE = Term(
    "accuracy",
    strictly_inside,
    ("prediction_points", "target_boxes"),
    "1 if the click is strictly inside the box",
)
_GUI_R1 = Reward(
    name="gui-r1",
    forms=(
        Form("points and boxes", ((0.8, _R1_ACCURACY_BOX), (0.2, FORMAT))),
        Form("points and points", ((0.8, _R1_ACCURACY_POINT), (0.2, FORMAT))),
        Form("click", ((0.8, _STRICTLY_INSIDE), (0.2, FORMAT))),
    ),
    source="GUI-R1, arXiv 2504.10458; code ritzz-ai/GUI-R1 at d43eea2, r1gui.py",
    doc="The right action with the right place or text, and the format.",
    failure_modes=(
        "no slope",
        "140 px is a disc of its own size at every resolution",
        "the code calls a text of one word right if it is part of the true one: state that as "
        "text_f1 = 1 to reproduce it; then one letter is enough",
        "a click on the edge of the box is a miss",
    ),
)


def whole_pixel_hit(facts: Facts) -> Tensor:
    """1 where the click, cut to whole pixels, is in the box: `(B,)`."""
    pairs = pair_up(facts, "prediction_points")
    return all_matched(pairs, hit(pairs.prediction.trunc(), pairs.target))


def clicked(facts: Facts) -> Tensor:
    """1 where there is a click, 0 where none could be read: `(B,)`."""
    return present(facts, "prediction_points").any(1).to(facts["prediction_points"].dtype)


def ui_r1_place(facts: Facts) -> Tensor:
    """UI-R1: the right action, its click cut to whole pixels in the box if it is one: `(B,)`."""
    needed = torch.where(number(facts, "needs_point") > 0, whole_pixel_hit(facts), 1.0)
    return number(facts, "action_matches") * needed


def length_bonus(facts: Facts) -> Tensor:
    """UI-R1-E's pay for short right answers: `(B,)` in [-1, 1].

    With `L_b = p L_r + (1 - p) L_max` and `l = L / L_b - 1`: `max(0.5 - 0.5 l, 0.1)` for an answer
    that earns all there is, else `min(0.9 l - 0.1, -0.1)`.
    """
    solved = number(facts, "group_solved_share")
    budget = solved * number(facts, "group_solved_length")
    budget = budget + (1 - solved) * number(facts, "group_longest_length")
    excess = number(facts, "answer_length") / budget - 1
    earned = number(facts, "action_matches") + ui_r1_place(facts) + number(facts, "format_ok")
    right, wrong = (0.5 - 0.5 * excess).clamp(min=0.1), (0.9 * excess - 0.1).clamp(max=-0.1)
    return torch.where(earned == 3, right, wrong)


_UI_R1_FACTS = ("prediction_points", "target_boxes", "action_matches", "needs_point")
_UI_R1_PLACE = Term(
    "place",
    ui_r1_place,
    _UI_R1_FACTS,
    "1 if the action is right and, if it is a click, it is in the box, edges included, once cut "
    "to whole pixels",
)
_CLICKED = Term(
    "action", clicked, ("prediction_points",), "1 if there is a click, which is the right action"
)
_WHOLE_PIXEL_HIT = Term(
    "place",
    whole_pixel_hit,
    ("prediction_points", "target_boxes"),
    "1 if the click is in the box, edges included, once cut to whole pixels",
)
_UI_R1 = Reward(
    name="ui-r1",
    forms=(
        Form("points", ((1.0, ACTION), (1.0, _UI_R1_PLACE), (1.0, FORMAT))),
        Form("click", ((1.0, _CLICKED), (1.0, _WHOLE_PIXEL_HIT), (1.0, FORMAT))),
    ),
    source="UI-R1, arXiv 2503.21620; code lll6gg/UI-R1 at 2fe9bf0, grpo_json_action_coord.py",
    doc="The right action, the right place, the format: one each.",
    range=(0.0, 3.0),
    failure_modes=("no slope", "any right action that is not a click is paid twice"),
)
_LENGTH_BONUS = Term(
    "length",
    length_bonus,
    (
        *_UI_R1_FACTS,
        "format_ok",
        "answer_length",
        "group_solved_share",
        "group_solved_length",
        "group_longest_length",
    ),
    "l = length / budget - 1, the budget between the mean length of the group's right answers and "
    "the longest: max(0.5 - 0.5 l, 0.1) if all else is earned, else min(0.9 l - 0.1, -0.1)",
    range=(-1.0, 1.0),
)
_UI_R1_E = Reward(
    name="ui-r1-e",
    forms=(
        Form(
            "points",
            (
                (1.0, ACTION),
                (1.0, _UI_R1_PLACE),
                (1.0, FORMAT),
                (1.0, _LENGTH_BONUS),
            ),
        ),
    ),
    source="UI-R1, arXiv 2503.21620; code lll6gg/UI-R1 at 2fe9bf0, DAST_grpo_trainer.py",
    doc="ui-r1 with pay for right answers that are short and wrong ones that are long.",
    range=(-1.0, 4.0),
    failure_modes=(
        "no slope",
        "any right action that is not a click is paid twice",
        "a long wrong answer earns more than a short one",
        "depends on the other answers of the group",
    ),
)

register(_GUI_R1, _UI_R1, _UI_R1_E, subject="screens")
