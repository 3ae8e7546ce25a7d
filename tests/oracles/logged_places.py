"""What an answer that is a place came to, from the numbers answered and the boxes asked for."""

import numpy as np
from oracles import boxes
from recorded import Step
from scipy.optimize import linear_sum_assignment


def facts(task, walk: list[Step]) -> list[dict]:
    """Of the form `continuous`: fractions of width and height."""
    height, width = task.config.size_hw
    told = []
    for step in walk:
        action = np.asarray(step.action, np.float32)
        point, many = action.shape[1:] == (2,), action.ndim == 3
        corners = action[..., :4] if many else action[:, None]
        pixels = corners * np.array([width, height] * (1 if point else 2), np.float32)
        if not point:
            a, b = pixels[..., :2], pixels[..., 2:]
            pixels = np.concatenate([np.minimum(a, b), np.maximum(a, b)], -1)
        said = action[..., 4] > 0.5 if many else np.ones(pixels.shape[:2], bool)
        targets, wanted = step.before["target_boxes"], step.before["target_mask"]
        right = [
            _solves(pixels[i][said[i]].tolist(), targets[i][wanted[i]].tolist())
            for i in range(len(action))
        ]
        fact = {
            "prediction_points" if point else "prediction_boxes": pixels,
            "target_boxes": targets,
            "size_hw": np.array([[height, width]] * len(action), np.float32),
            "format_ok": np.ones(len(action), bool),
            "success": np.array(right) & step.over,  # of several answers the last counts
        }
        if many:
            fact |= {"prediction_mask": said, "target_mask": wanted}
        if "group_boxes" in task.stated:
            question = np.stack([step.before["page"], step.before["query"]], 1)
            fact["group_boxes"] = np.stack([pixels[:, 0]] * len(action))
            fact["group_mask"] = (question[:, None] == question).all(-1)
        told.append(fact)
    return told


def _solves(answers: list[list[float]], targets: list[list[float]]) -> bool:
    """A point inside; or every box matched one to one at IoU 0.5, and none besides."""
    if answers and len(answers[0]) == 2:
        (x, y), (x0, y0, x1, y1) = answers[0], targets[0]
        return x0 <= x <= x1 and y0 <= y <= y1
    if len(answers) != len(targets):
        return False
    good = np.zeros((len(answers), len(targets)), bool)
    good[:] = [[boxes.iou(a, t) >= 0.5 for t in targets] for a in answers] or good
    rows, columns = linear_sum_assignment(~good)
    return bool(good[rows, columns].all())
