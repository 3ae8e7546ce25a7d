"""Slow references for the navigation recipes: one step or episode at a time, in plain Python."""

from typing import Any

Row = dict[str, Any]


def habitat(row: Row) -> float:
    value = -0.01
    value += row["distance_before_m"] - row["distance_after_m"]
    if row["success"]:
        value += 2.5
    return value


def spl(row: Row) -> float:
    if not row["success"]:
        return 0.0
    if row["shortest_path_m"] == 0:
        return 1.0
    return row["shortest_path_m"] / max(row["shortest_path_m"], row["path_length_m"])


def soft_spl(row: Row) -> float:
    if row["shortest_path_m"] == 0:
        return 1.0 if row["distance_after_m"] == 0 else 0.0
    share = max(0.0, 1 - row["distance_after_m"] / row["shortest_path_m"])
    return share * row["shortest_path_m"] / max(row["shortest_path_m"], row["path_length_m"])


def dense_walk(row: Row) -> float:
    start, nearest = row["start_distance_m"], row["best_distance_m"]
    value, done = 0.0, max(0.0, 1 - nearest / start)
    if row["distance_after_m"] < nearest:
        value += 0.4 * ((1 - row["distance_after_m"] / start) - done)
        done = 1 - row["distance_after_m"] / start
    if row["episode_over"] or row["success"]:
        value += 0.2 * done**2 - 0.4 * done
    walked = row["path_length_m"] + 0.5 * row["collisions"]
    return value + 0.8 * spl({**row, "path_length_m": walked})


def eb_nav(row: Row) -> float:
    return float(row["success"])


def vagen_nav(row: Row) -> float:
    value = 0.0
    if row["format_ok"] and row["actions_executed"] >= 1:
        value += 0.01
    if row["success"]:
        value += 1.0
    return value


def vagen_nav_sound(row: Row) -> float:
    value = 1.0 if row["success"] else 0.0
    if not row["format_ok"] or row["actions_executed"] == 0:
        value -= 0.01
    return value


def seenav(row: Row) -> float:
    if row["invalid_action"]:
        return -1.0
    nearer = row["distance_after_m"] < row["distance_before_m"] - 0.01
    return float(row["success"]) + (0.5 if nearer or row["newly_visible"] else 0.0)


def seenav_sound(row: Row) -> float:
    if row["invalid_action"]:
        return -1.0
    gained = max(0.0, row["best_distance_m"] - row["distance_after_m"])
    return float(row["success"]) + 0.5 * min(1.0, gained / row["start_distance_m"])


def minigrid(row: Row) -> float:
    return 1 - 0.9 * (row["steps"] / row["max_steps"]) if row["success"] else 0.0


def miniworld(row: Row) -> float:
    return 1 - 0.2 * (row["steps"] / row["max_steps"]) if row["success"] else 0.0


def viki(row: Row) -> float:
    return 0.9 * row["plan_correct"] + 0.1 * row["format_ok"]


def viki_2(row: Row) -> float:
    value = 0.1 if row["robots_correct"] else 0.0
    steps, reference = row["plan_steps"], row["reference_steps"]
    if row["plan_feasible"] and (steps == 0 or reference / steps >= 0.99):
        value += 0.9
    return value


def viki_2_partial(row: Row) -> float:
    value = 0.1 if row["robots_correct"] else 0.0
    if row["plan_exact"]:
        return value + 0.9
    steps, reference = row["plan_steps"], row["reference_steps"]
    longer, shorter = max(steps, reference), min(steps, reference)
    return value + 0.9 * (
        0.4 * row["matching_steps"] / longer
        + 0.3 * row["matching_prefix"] / reference
        + 0.2 * row["matching_types"] / reference
        + 0.1 * shorter / longer
    )


def viki_trajectory(row: Row) -> float:
    names = ("trajectory_rmse", "trajectory_hausdorff", "trajectory_frechet")
    mean = sum(min(1.0, row[name]) for name in names) / 3
    return 0.9 * (1 - mean) + (0.1 if row["format_ok"] else 0.0)


def viki_trajectory_sound(row: Row) -> float:
    if not row["format_ok"]:
        return 0.0
    return (viki_trajectory(row) - 0.1) * row["trajectory_progress"]


def carl(row: Row) -> float:
    if row["outside_lanes"]:
        return 0.0
    value = row["route_progress_percent"]
    if row["speed_excess_mps"] > 0:
        value *= max(0.0, 1 - row["speed_excess_mps"] / 2.23)
    if row["collision_imminent"]:
        value *= 0.5
    value *= 1 - 0.5 * row["comfort_violations"] / 6
    return value * 0.5 if row["off_centre"] else value
