"""An example answer: what each shared fact is where all is right, and where it alone is wrong.

All facts tell of one scene: a picture of 320x240 with one target box, a goal 8 m away, a true
place in Zurich. What the answer does not decide, such as the truth, has no wrong value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vgym.rewards.facts import DOUBLE

Number = bool | int | float
Nested = Number | Sequence["Nested"]


@dataclass(frozen=True)
class Example:
    """One row of a fact; `wrong` is None where the answer does not decide it."""

    right: Nested
    wrong: Nested | None = None


PICTURE_HW = (240.0, 320.0)
TARGET = (180.0, 70.0, 260.0, 110.0)
CLICK = (220.0, 90.0)
ELSEWHERE = (60.0, 190.0)
AWAY = (20.0, 170.0, 100.0, 210.0)
_ZURICH, _SYDNEY = (8.55, 47.37), (151.21, -33.87)
_TUBE = [TARGET] * 10
_YES, _NO = Example(True, False), Example(False, True)
_GRADE = Example(1.0, 0.0)

EXAMPLES: dict[str, Example] = {
    "prediction_boxes": Example([TARGET], [AWAY]),
    "prediction_points": Example([CLICK], [ELSEWHERE]),
    "target_boxes": Example([TARGET]),
    "size_hw": Example(PICTURE_HW),
    # Earth.
    "prediction_lonlat": Example(_ZURICH, _SYDNEY),
    "target_lonlat": Example(_ZURICH),
    "distance_m": Example(0.0, 2e7),
    "country_correct": _YES,
    "region_correct": _YES,
    "city_correct": _YES,
    "leaked_queries": Example(0.0, 1.0),
    "gold_in_results": _YES,
    "localizability": _GRADE,
    "visual_match": _GRADE,
    "cell_index": Example(0, 2),
    "cell_distances_m": Example([3e4, 1.5e5, 4e6]),
    "cell_distance_m": Example(10.0, 4e6),
    "nearest_cell_distance_m": Example(10.0),
    "field_distances_m": Example([0.0] * 4, [2e6] * 4),
    "answers_seen": Example(100_000),
    # Steps and turns.
    "success": _YES,
    "format_ok": _YES,
    "invalid_action": _NO,
    "steps": Example(20.0, 100.0),
    "max_steps": Example(100.0),
    # Navigation.
    "distance_before_m": Example(4.0),
    "distance_after_m": Example(0.0, 6.0),
    "best_distance_m": Example(4.0),
    "start_distance_m": Example(8.0),
    "path_length_m": Example(8.0, 24.0),
    "shortest_path_m": Example(8.0),
    "actions_executed": Example(3.0, 0.0),
    "trial_reward": Example(1.0, -0.2),
    "collisions": Example(0, 12),
    "newly_visible": _YES,
    "plan_correct": _YES,
    "plan_feasible": _YES,
    "plan_exact": _YES,
    "robots_correct": _YES,
    "robots_told_apart": _GRADE,
    "plan_progress": _GRADE,
    "plan_steps": Example(4.0, 8.0),
    "reference_steps": Example(4.0),
    "matching_steps": Example(4.0, 1.0),
    "matching_prefix": Example(4.0, 0.0),
    "matching_types": Example(4.0, 2.0),
    "trajectory_rmse": Example(0.0, 0.3),
    "trajectory_hausdorff": Example(0.0, 0.3),
    "trajectory_frechet": Example(0.0, 0.3),
    "trajectory_progress": _GRADE,
    "route_progress_percent": Example(1.0, 0.0),
    "outside_lanes": _NO,
    "speed_excess_mps": Example(0.0, 5.0),
    "collision_imminent": _NO,
    "comfort_violations": Example(0.0, 3.0),
    "off_centre": _NO,
    # Screens.
    "action_matches": _YES,
    "needs_point": Example(True),
    "needs_text": Example(False),
    "text_f1": _GRADE,
    "target_xy": Example(CLICK),
    "window_entropy": Example(0.5, 0.0),
    "answer_length": Example(60.0, 200.0),
    "group_boxes": Example([TARGET, (185.0, 72.0, 262.0, 112.0), (172.0, 66.0, 255.0, 108.0)]),
    "group_solved_share": Example(0.5),
    "group_solved_length": Example(80.0),
    "group_longest_length": Example(200.0),
    # Flows.
    "spoilt": _NO,
    "plan_done_before": Example(0.75),
    "plan_done_after": Example(1.0, 0.5),
    "best_done_before": Example(0.75),
    "best_done_after": Example(1.0, 0.75),
    # Zooming and leafing through pages.
    "zoom_only_score": _GRADE,
    "tool_calls": Example(1.0, 0.0),
    "last_call_failed": _NO,
    "group_tool_share": Example(0.2),
    "zoom_points": Example([CLICK], [ELSEWHERE]),
    "zoom_boxes": Example([(160.0, 50.0, 280.0, 130.0)], [(0.0, 120.0, 120.0, 240.0)]),
    "retrieved_pages": Example([3], [7]),
    "gold_pages": Example([3]),
    "selection_share": _GRADE,
    "format_grade": _GRADE,
    # Grounding.
    "answer_score": _GRADE,
    "prediction_scores": Example([1.0], [0.0]),
    "prediction_labels": Example([1], [2]),
    "target_labels": Example([1]),
    "target_points": Example([CLICK]),
    "target_count": Example(1.0),
    "target_salience": Example([1.0]),
    "target_uncertainty": Example([1.0]),
    "thought_points": Example([CLICK], [ELSEWHERE]),
    "look_boxes": Example([TARGET], [AWAY]),
    "item_format_ok": _GRADE,
    "not_repetitive": _YES,
    "logic_ok": _YES,
    "training_step": Example(0.0),
    "training_progress": Example(0.5),
    # Video.
    "prediction_span": Example((10.0, 20.0), (40.0, 50.0)),
    "target_span": Example((10.0, 20.0)),
    "prediction_spans": Example([(10.0, 20.0)], [(40.0, 50.0)]),
    "target_spans": Example([(10.0, 20.0)]),
    "prediction_frames": Example((2, 7), (8, 9)),
    "target_frames": Example((2, 7)),
    "prediction_tube": Example(_TUBE, [AWAY] * 10),
    "thought_tube": Example(_TUBE, [AWAY] * 10),
    "target_tube": Example(_TUBE),
    "zoom_answer_score": _GRADE,
    "zoom_answer_given": _YES,
    "claim_boxes": Example([TARGET], [AWAY]),
    "claim_labels": Example([1], [2]),
    "claim_times": Example([12.0], [40.0]),
    "keyframe_boxes": Example([TARGET]),
    "keyframe_labels": Example([1]),
    "keyframe_times": Example([12.0]),
    # Changes, edits, maps, puzzles.
    "prediction_changes": Example([(0, 1, 2), (3, 0, 1)], [(0, 1, 2), (4, 2, 0)]),
    "target_changes": Example([(0, 1, 2), (3, 0, 1)]),
    "edit_kind": Example(0),
    "box_before": Example((100.0, 70.0, 180.0, 110.0)),
    "box_after": Example(TARGET, (60.0, 70.0, 140.0, 110.0)),
    "asked_direction": Example((1.0, 0.0)),
    "asked_distance_px": Example(80.0),
    "turned_deg": Example((0.0, 0.0, 90.0), (0.0, 0.0, -90.0)),
    "asked_turn_deg": Example((0.0, 0.0, 90.0)),
    "asked_scale": Example(1.0),
    "map_difficulty": Example(1),
    "transfers": Example(1),
    "route_ends_ok": _YES,
    "segment_line_ok": Example([True, True], [False, True]),
    "segment_direct": Example([True, True], [False, True]),
    "segment_joins": Example([True, True], [False, True]),
    "predicted_order": Example([0, 1, 2, 3], [1, 0, 2, 3]),
    "target_order": Example([0, 1, 2, 3]),
    "task_kind": Example(2),
    "answer_value": Example(5.0, 8.0),
    "target_value": Example(5.0),
    "text_similarity": _GRADE,
}


def example_facts(names: Sequence[str], wrong: str | None = None) -> dict[str, Tensor]:
    """The example as facts of one row.

    Args:
        names: the facts wanted, all of them in `EXAMPLES`.
        wrong: the one among them that takes its wrong value.

    Returns:
        Tensors `(1, ...)`: bool, int64, float64 for places on Earth, else float32.

    Raises:
        ValueError: if the answer does not decide the fact that is to be wrong.

    >>> example_facts(["format_ok", "steps"], wrong="format_ok")
    {'format_ok': tensor([False]), 'steps': tensor([20.])}
    """
    facts = {}
    for name in names:
        value = EXAMPLES[name].wrong if name == wrong else EXAMPLES[name].right
        if value is None:
            raise ValueError(f"{name!r} is not the answer's to decide: it has no wrong value")
        facts[name] = torch.tensor([value], dtype=torch.float64 if name in DOUBLE else None)
    return facts
