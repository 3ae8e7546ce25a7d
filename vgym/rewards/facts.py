"""What a task states about an answer: the named tensors that rewards read.

Facts are a mapping from name to a tensor whose leading axis is the batch. `SHAPES` lists the names
that several tasks share; a task may add its own. A mask is True where a padded member is present;
without a mask all members are. One box or point is a set of one.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Facts = Mapping[str, Tensor]

SHAPES: dict[str, str] = {
    "prediction_boxes": "(B, M, 4)",
    "prediction_mask": "(B, M)",
    "prediction_points": "(B, P, 2)",
    "prediction_points_mask": "(B, P)",
    "target_boxes": "(B, K, 4)",
    "target_mask": "(B, K)",
    "size_hw": "(B, 2)",
    # Earth: degrees, longitude first, float64.
    "prediction_lonlat": "(B, 2) degrees, longitude first, float64",
    "target_lonlat": "(B, 2) degrees, longitude first, float64",
    "distance_m": "(B,) metres from the answer to the truth",
    "country_correct": "(B,) bool: the country is right",
    "region_correct": "(B,) bool: the province or state is right",
    "city_correct": "(B,) bool: the city is right",
    "leaked_queries": "(B,) distinct search queries that name the answer or a guessed place",
    "gold_in_results": "(B,) bool: a search result names the true city",
    "localizability": "(B,) in [0, 1]: how well the reasoning pins the place down, from a judge",
    "visual_match": "(B,) in [0, 1]: share of the true visual clues that the reasoning names",
    "cell_index": "(B,) int: the chosen cell",
    "cell_distances_m": "(B, C) metres from the truth to every cell's centroid",
    "cell_distance_m": "(B,) metres from the truth to the chosen cell's centroid",
    "nearest_cell_distance_m": "(B,) metres from the truth to the nearest cell's centroid",
    "field_distances_m": "(B, 4) metres: country, region, city, coordinates",
    "field_answered": "(B, 4) bool: the field was given and could be placed",
    "answers_seen": "(B,) int: answers given before this one, for a curriculum",
    # Every task with steps or turns.
    "success": "(B,) bool: the episode is solved, in this step",
    "format_ok": "(B,) bool: the whole answer or turn is well formed",
    "invalid_action": "(B,) bool: the action does not exist, nothing was done",
    "steps": "(B,) steps taken, this one included",
    "max_steps": "(B,) the step limit",
    # Navigation: metres along the shortest walkable path unless said otherwise.
    "distance_before_m": "(B,) metres to the goal before this step",
    "distance_after_m": "(B,) metres to the goal after this step",
    "best_distance_m": "(B,) least metres to the goal in this episode, before this step",
    "start_distance_m": "(B,) metres to the goal at the start",
    "path_length_m": "(B,) metres walked",
    "shortest_path_m": "(B,) metres of the shortest path from start to goal",
    "actions_executed": "(B,) actions of this turn that the world carried out",
    "trial_reward": "(B,) what the paradigm's own protocol pays for the step",
    "collisions": "(B,) how often the robot ran into something in this episode",
    "newly_visible": "(B,) bool: the goal came into sight in this step",
    "plan_correct": "(B,) bool: the plan can be carried out and reaches the goal",
    "plan_feasible": "(B,) bool: likewise, whatever its length",
    "plan_exact": "(B,) bool: the plan is the reference plan",
    "robots_correct": "(B,) bool: the set of robots is the reference's",
    "robots_told_apart": "(B,) in [0, 1]: share of the needed robots that are sent less the share "
    "of the others that are",
    "plan_progress": "(B,) in [0, 1]: share of the plan's jobs that get done before it fails",
    "plan_steps": "(B,) steps of the plan",
    "reference_steps": "(B,) steps of the reference plan, at least 1",
    "matching_steps": "(B,) steps that equal the reference's at the same place",
    "matching_prefix": "(B,) steps before the first that differs from the reference",
    "matching_types": "(B,) steps whose type of action is the reference's at the same place",
    "trajectory_rmse": "(B,) a point, as a share of the image's diagonal",
    "trajectory_hausdorff": "(B,) as a share of the image's diagonal",
    "trajectory_frechet": "(B,) discrete, as a share of the image's diagonal",
    "trajectory_progress": "(B,) in [0, 1]: 1 less the discrete Frechet distance over that of "
    "points in the picture's middle",
    "route_progress_percent": "(B,) percent of the route completed in this step, at least 0",
    "outside_lanes": "(B,) bool",
    "speed_excess_mps": "(B,) metres a second above the limit; below it 0 or negative",
    "collision_imminent": "(B,) bool: a time-to-collision violation is in force",
    "comfort_violations": "(B,) how many of the six comfort limits are broken",
    "off_centre": "(B,) bool: away from the lane's centre for too long",
    # Screens: what an action is, what the answers of a group are.
    "action_matches": "(B,) bool: the type of action is the true one",
    "needs_point": "(B,) bool: the true action is aimed at a place, as a click is",
    "needs_text": "(B,) bool: the true action has a text, as typing and scrolling have",
    "text_f1": "(B,) in [0, 1]: F1 of the words of the action's text against the true ones",
    "target_xy": "(B, 2) pixels: the true click, where the truth is a point",
    "window_entropy": "(B,) in [0, 1]: grey-level entropy of the screen's window under the click, "
    "as a share of the largest of all windows",
    "answer_length": "(B,) tokens of the answer",
    "group_boxes": "(B, G, 4) xyxy, pixels: of all answers to the row's question, its own too",
    "group_mask": "(B, G)",
    "group_solved_share": "(B,) share of the answers to the row's question that earn all there is",
    "group_solved_length": "(B,) mean tokens of those answers",
    "group_longest_length": "(B,) most tokens of the answers to the row's question",
    # Flows: several steps on screens, whose shortest plan is known at every state.
    "spoilt": "(B,) bool: the goal cannot be reached any more",
    "plan_done_before": "(B,) in [-1, 1]: share of the shortest plan that was done before this "
    "step; below 0 where more was left than at the start",
    "plan_done_after": "(B,) in [-1, 1]: likewise, after this step; -1 where the goal cannot be "
    "reached any more",
    "best_done_before": "(B,) in [0, 1]: most of the shortest plan ever done, before this step",
    "best_done_after": "(B,) in [0, 1]: likewise, after this step",
    # Zooming and leafing through pages.
    "zoom_only_score": "(B,) in [0, 1]: how right a frozen model answers from the zoom alone",
    "tool_calls": "(B,) visual calls, such as zooms, that returned an image",
    "last_call_failed": "(B,) bool: the last visual call was an error",
    "group_tool_share": "(B,) share of the answers to the row's question with a visual call",
    "zoom_points": "(B, Z, 2) pixels: where was zoomed in, in order",
    "zoom_points_mask": "(B, Z)",
    "zoom_boxes": "(B, Z, 4) pixels of the whole image: what was zoomed in on, in order",
    "zoom_boxes_mask": "(B, Z)",
    "retrieved_pages": "(B, R) int: pages by number, in order of retrieval",
    "retrieved_mask": "(B, R)",
    "gold_pages": "(B, D) int: the pages that hold the answer",
    "gold_mask": "(B, D)",
    "selection_share": "(B,) share of the selections that took the first gold page of the "
    "ranking, or its first page where it holds none",
    "format_grade": "(B,) 1 well formed, 0.5 all but the answer is there, else 0",
    # Grounding: what a text says beside its boxes.
    "answer_score": "(B,) in [0, 1]: how right the final answer is",
    "prediction_scores": "(B, M) the confidence stated for each predicted box",
    "prediction_labels": "(B, M) int: category or name of each predicted box",
    "target_labels": "(B, K) int: category or name of each target",
    "target_points": "(B, Q, 2) pixels: a point in each target",
    "target_count": "(B,) the number that a counting question asks for",
    "target_salience": "(B, K) at least 0: how much each target matters",
    "target_uncertainty": "(B, K) at least 0: how easily each target is missed",
    "thought_points": "(B, T, 2) pixels: points named in the reasoning",
    "thought_points_mask": "(B, T)",
    "look_boxes": "(B, L, 4) xyxy, pixels: regions looked at closely",
    "look_mask": "(B, L)",
    "item_format_ok": "(B,) in [0, 1]: share of the listed items that are well formed",
    "not_repetitive": "(B,) bool: at most one sentence is said twice",
    "logic_ok": "(B,) bool: the answer follows from the reasoning alone",
    "training_step": "(B,) optimiser steps done",
    "training_progress": "(B,) in [0, 1]: share of the training done",
    # Video. Spans are (start, end) in seconds unless said otherwise.
    "prediction_span": "(B, 2) start and end",
    "target_span": "(B, 2) start and end",
    "prediction_spans": "(B, I, 2) start and end",
    "prediction_spans_mask": "(B, I)",
    "target_spans": "(B, J, 2) start and end",
    "target_spans_mask": "(B, J)",
    "prediction_frames": "(B, 2) int: first and last frame, both included",
    "target_frames": "(B, 2) int: first and last frame, both included",
    "prediction_tube": "(B, F, 4) xyxy, pixels: a box in each frame of the video",
    "prediction_tube_mask": "(B, F) frames in which a box was given",
    "thought_tube": "(B, F, 4) xyxy, pixels: likewise, while still reasoning",
    "thought_tube_mask": "(B, F) frames in which a box was given",
    "target_tube": "(B, F, 4) xyxy, pixels: the truth",
    "zoom_answer_score": "(B,) in [0, 1]: how right the answer from the zoomed span is",
    "zoom_answer_given": "(B,) bool: that answer is not empty",
    "claim_boxes": "(B, N, 4) xyxy, pixels: boxes named in the reasoning, with a time",
    "claim_labels": "(B, N) int: name of each claimed box's object",
    "claim_times": "(B, N) seconds: when it is said to be there",
    "claim_mask": "(B, N)",
    "keyframe_boxes": "(B, Y, 4) xyxy, pixels: true boxes at known times",
    "keyframe_labels": "(B, Y) int: name of each one's object",
    "keyframe_times": "(B, Y) seconds",
    "keyframe_mask": "(B, Y)",
    # Changes, edits, maps, puzzles.
    "prediction_changes": "(B, U, 3) int: object, attribute, new value",
    "prediction_changes_mask": "(B, U)",
    "target_changes": "(B, V, 3) int: object, attribute, new value",
    "target_changes_mask": "(B, V)",
    "edit_kind": "(B,) int: 0 move, 1 rotate, 2 resize",
    "box_before": "(B, 4) xyxy, pixels: the object before the edit; empty if not found",
    "box_after": "(B, 4) xyxy, pixels: the object after the edit; empty if not found",
    "asked_direction": "(B, 2) -1, 0 or 1: right and down are 1",
    "asked_distance_px": "(B,) pixels: how far the object should move",
    "turned_deg": "(B, 3) degrees turned about each axis, signed",
    "asked_turn_deg": "(B, 3) likewise; one axis is not 0",
    "asked_scale": "(B,) new size over old size, above 0",
    "map_difficulty": "(B,) int: 0 easy, 1 middle, 2 hard",
    "transfers": "(B,) int: transfers of the reference route",
    "route_ends_ok": "(B,) bool: first departure and last arrival are those asked for",
    "segment_line_ok": "(B, S) bool: the segment's line exists",
    "segment_direct": "(B, S) bool: that line serves both stations asked for",
    "segment_joins": "(B, S) bool: the segment ends where the next one departs",
    "segment_mask": "(B, S)",
    "predicted_order": "(B, W) int: the answer at each place; one place for a single choice",
    "target_order": "(B, X) int: the truth at each place",
    "task_kind": "(B,) int: 0 match, 1 chart, 2 grounding, 3 open-ended",
    "answer_value": "(B,) the number answered",
    "target_value": "(B,) the number asked for",
    "text_similarity": "(B,) in [0, 1]: of the answer and a reference text",
}
MASKS: dict[str, str] = {
    "prediction_boxes": "prediction_mask",
    "prediction_points": "prediction_points_mask",
    "target_boxes": "target_mask",
    "field_distances_m": "field_answered",
    "group_boxes": "group_mask",
    "zoom_points": "zoom_points_mask",
    "zoom_boxes": "zoom_boxes_mask",
    "retrieved_pages": "retrieved_mask",
    "gold_pages": "gold_mask",
    "prediction_scores": "prediction_mask",
    "prediction_labels": "prediction_mask",
    "target_labels": "target_mask",
    "target_salience": "target_mask",
    "target_uncertainty": "target_mask",
    "thought_points": "thought_points_mask",
    "look_boxes": "look_mask",
    "prediction_spans": "prediction_spans_mask",
    "target_spans": "target_spans_mask",
    "prediction_tube": "prediction_tube_mask",
    "thought_tube": "thought_tube_mask",
    "claim_boxes": "claim_mask",
    "claim_labels": "claim_mask",
    "claim_times": "claim_mask",
    "keyframe_boxes": "keyframe_mask",
    "keyframe_labels": "keyframe_mask",
    "keyframe_times": "keyframe_mask",
    "prediction_changes": "prediction_changes_mask",
    "target_changes": "target_changes_mask",
    "segment_line_ok": "segment_mask",
    "segment_direct": "segment_mask",
    "segment_joins": "segment_mask",
}
# Held to a floating type.
COORDINATES = ("prediction_boxes", "prediction_points", "target_boxes")
# Facts whose float32 form has lost too much: 1.7 m of a longitude.
DOUBLE = ("prediction_lonlat", "target_lonlat")


def number(facts: Facts, name: str) -> Tensor:
    """A fact as numbers to reckon with: bools as 0 and 1, integers as float32."""
    fact = facts[name]
    return fact if fact.is_floating_point() else fact.to(torch.float32)


def describe(name: str) -> str:
    """A fact's name with its shape where it is a shared one.

    >>> describe("size_hw")
    'size_hw (B, 2)'
    """
    return f"{name} {SHAPES[name]}" if name in SHAPES else name


def check(facts: Facts, needed: Sequence[str]) -> None:
    """Hold the needed facts and their masks to `SHAPES` and to one number of rows.

    Raises:
        ValueError: naming the fact, what it is and what it must be.
    """
    rows = facts[needed[0]].shape[:1] if needed else ()
    lengths: dict[str, tuple[str, int]] = {}
    for name in needed:
        fact = facts[name]
        if fact.shape[:1] != rows:
            raise ValueError(
                f"fact {name!r} has shape {tuple(fact.shape)} where {needed[0]!r} has "
                f"{tuple(rows)} rows; all facts share the batch axis"
            )
        if SHAPES.get(name, "").startswith("(B,)") and fact.dim() != 1:
            raise ValueError(
                f"fact {name!r} has shape {tuple(fact.shape)}; it must be one number a row, "
                f"shape {tuple(rows)}"
            )
        if name in DOUBLE and fact.dtype != torch.float64:
            raise ValueError(
                f"fact {name!r} is {fact.dtype}, which resolves metres only; "
                "work in torch.float64 throughout"
            )
        axes = _axes(name)
        if any(
            len(axes) != fact.dim() or (axis.isdigit() and int(axis) != length)
            for axis, length in zip(axes, fact.shape, strict=False)
        ):
            raise ValueError(
                f"fact {name!r} has shape {tuple(fact.shape)}; it must be {SHAPES[name]}"
            )
        for axis, length in zip(axes[1:], fact.shape[1:], strict=False):
            first, expected = lengths.setdefault(axis, (name, length))
            if length != expected and not axis.isdigit():
                raise ValueError(
                    f"fact {name!r} has shape {tuple(fact.shape)} where {first!r} has {expected} "
                    f"along {axis}; they are {SHAPES[name]} and {SHAPES[first]}"
                )
        if name not in MASKS:
            continue
        if name in COORDINATES and not fact.is_floating_point():
            raise ValueError(f"fact {name!r} is {fact.dtype}; it must be a floating type")
        mask = facts.get(MASKS[name])
        if mask is not None and (mask.shape != fact.shape[:2] or mask.dtype != torch.bool):
            raise ValueError(
                f"fact {MASKS[name]!r} is {mask.dtype} of shape {tuple(mask.shape)}; "
                f"it must be bool of shape {tuple(fact.shape[:2])}, as {name!r}"
            )


def _axes(name: str) -> list[str]:
    """The axes of a shared fact as its shape writes them, such as `["B", "M", "4"]`; else none."""
    written = SHAPES.get(name, "()")
    return [axis for axis in written[1 : written.index(")")].replace(" ", "").split(",") if axis]
