"""Slow references for the published grounding rewards: one sample at a time, plain Python, written
from the formulas.

A sample maps a fact's name to numbers and lists that hold the present members alone.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise, permutations
from typing import Any

from oracles.boxes import giou, iou, iou_half_inclusive, iou_inclusive

Sample = dict[str, Any]
Box = list[float]


def assign(cost: list[list[float]]) -> list[tuple[int, int]]:
    """Cheapest one-to-one pairs of rows and columns, by trying all."""
    rows, columns = len(cost), len(cost[0]) if cost else 0
    if rows == 0 or columns == 0:
        return []
    if rows > columns:
        turned = [[cost[r][c] for r in range(rows)] for c in range(columns)]
        return [(r, c) for c, r in assign(turned)]
    best = min(
        permutations(range(columns), rows),
        key=lambda chosen: sum(cost[r][c] for r, c in enumerate(chosen)),
    )
    return list(enumerate(best))


def cut(x: float) -> float:
    return min(1.0, max(0.0, float(x)))


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def centre(b: Box) -> list[float]:
    return [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]


def inside(p: list[float], b: Box) -> bool:
    return b[0] <= p[0] <= b[2] and b[1] <= p[1] <= b[3]


def first_iou(s: Sample, rule: Callable[[Box, Box], float] = iou) -> float:
    if not s["prediction_boxes"] or not s["target_boxes"]:
        return 0.0
    return rule(s["prediction_boxes"][0], s["target_boxes"][0])


def vlm_r1(s: Sample) -> float:
    return first_iou(s, iou_half_inclusive) + s["format_ok"]


def vlm_r1_sound(s: Sample) -> float:
    return first_iou(s) * s["format_ok"]


def perception_r1(s: Sample) -> float:
    return first_iou(s) ** 2


def coco_ap(predictions: list[Box], targets: list[Box]) -> float:
    """One category, all scores equal, as COCOeval accumulates."""
    total = 0.0
    for step in range(10):
        threshold = 0.5 + 0.05 * step
        free = set(range(len(targets)))
        hits = []
        for p in predictions[:100]:
            fitting = [t for t in free if iou(p, targets[t]) >= threshold - 1e-12]
            best = max(fitting, key=lambda t: iou(p, targets[t]), default=None)
            hits.append(best is not None)
            free.discard(best)
        recall, precision, true = [], [], 0
        for shown, hit in enumerate(hits, 1):
            true += hit
            recall.append(true / len(targets))
            precision.append(true / shown)
        for place in range(len(precision) - 1, 0, -1):
            precision[place - 1] = max(precision[place - 1], precision[place])
        for r in range(101):
            place = bisect_left(recall, r * 0.01)
            total += precision[place] / 101 if place < len(precision) else 0.0
    return total / 10


def vlm_r1_odlength(s: Sample) -> float:
    predictions, targets = s["prediction_boxes"], s["target_boxes"]
    if not predictions and not targets:
        return 1.0
    if not predictions or not targets:
        return 0.0
    of_prediction = s.get("prediction_labels", [0] * len(predictions))
    of_target = s.get("target_labels", [0] * len(targets))
    each = [
        coco_ap(
            [b for b, name in zip(predictions, of_prediction, strict=True) if name == category],
            [b for b, name in zip(targets, of_target, strict=True) if name == category],
        )
        for category in set(of_target)
    ]
    return mean(each) * min(1.0, len(targets) / len(predictions))


def _visual_rft(s: Sample) -> tuple[list[float], list[float], int]:
    kept: list[tuple[Box, float]] = []
    for box, score in zip(s["prediction_boxes"], s["prediction_scores"], strict=True):
        if all(box != other for other, _ in kept):
            kept.append((box, score))
    kept.sort(key=lambda one: -one[1])
    free = list(s["target_boxes"])
    quality = []
    for box, _ in kept:
        best = max(free, key=lambda t: iou(box, t), default=None)
        if best is not None and iou(box, best) > 0.5:
            quality.append(iou(box, best))
            free.remove(best)
        else:
            quality.append(0.0)
    return quality, [score for _, score in kept], len(s["target_boxes"])


def visual_rft(s: Sample) -> float:
    quality, scores, targets = _visual_rft(s)
    r_iou = sum(quality) / max(targets, len(quality)) if targets else 0.0
    r_conf = cut(mean([c if q else 1 - c for q, c in zip(quality, scores, strict=True)]))
    return r_iou + r_conf + s["format_ok"]


def visual_rft_sound(s: Sample) -> float:
    quality, scores, targets = _visual_rft(s)
    if not quality and not targets:
        return 2.0 * s["format_ok"]
    r_iou = sum(quality) / max(targets, len(quality))
    r_conf = cut(mean([cut(c) if q else -cut(c) for q, c in zip(quality, scores, strict=True)]))
    return (r_iou + r_conf) * s["format_ok"]


def _band(q: float, low: float, high: float) -> float:
    return 0.0 if q < low else 1.0 if q > high else q


def _vision_r1(s: Sample, surplus_costs: bool) -> tuple[float, float]:
    boxes, targets = s["prediction_boxes"], s["target_boxes"]
    names = s.get("prediction_labels", [0] * len(boxes))
    kept = [i for i, b in enumerate(boxes) if b[2] > b[0] and b[3] > b[1]]
    if not kept:
        return (0.0, 0.0) if targets else (1.0, 1.0)
    if not targets:
        return 0.0, 0.0
    of_target = s.get("target_labels", [1] * len(targets))
    cost = [
        [
            sum(abs(x - y) for x, y in zip(boxes[i], t, strict=True))
            - (names[i] == of_target[k])
            - giou(boxes[i], t)
            for k, t in enumerate(targets)
        ]
        for i in kept
    ]
    quality = [giou(boxes[kept[i]], targets[k]) for i, k in assign(cost)]
    if "training_step" in s:
        late = s["training_step"] >= 1500
        bar, low, high = (0.75, 0.75, 0.9) if late else (0.5, 0.5, 0.75)
        recall = _band(sum(_band(q, bar, bar) for q in quality) / len(targets), 0.5, 0.75)
        gained = [_band(q, low, high) for q in quality]
    else:
        recall = sum(_band(q, 0.5, 0.5) for q in quality) / len(targets)
        gained = [cut(q) for q in quality]
    return sum(gained) / (len(kept) if surplus_costs else len(gained)), recall


def vision_r1(s: Sample) -> float:
    form = s["format_ok"] if s["target_boxes"] else 1 - s["format_ok"]
    return sum(_vision_r1(s, surplus_costs=False)) + form


def vision_r1_sound(s: Sample) -> float:
    without = {name: fact for name, fact in s.items() if not name.endswith("labels")}
    return sum(_vision_r1(without, surplus_costs=True)) * s["format_ok"]


def seg_zero(s: Sample) -> float:
    value = s["format_ok"] + s["item_format_ok"]
    if not s["prediction_boxes"]:
        return float(value)
    box = s["prediction_boxes"][0]
    if s["target_boxes"]:
        target = s["target_boxes"][0]
        value += iou(box, target) > 0 and iou_inclusive(box, target) > 0.5
        value += sum(abs(x - y) for x, y in zip(box, target, strict=True)) / 4 < 10
    points, true = s["prediction_points"][:2], s["target_points"][:2]
    if len(points) == 2 and len(true) == 2 and all(inside(p, box) for p in points):
        pairings = [
            (math.dist(points[0], true[i]) + math.dist(points[1], true[1 - i])) / 2 for i in (0, 1)
        ]
        value += min(pairings) < 100
    return float(value)


def visionreasoner(s: Sample) -> float:
    def pair(i: int, k: int) -> float:
        box, target = s["prediction_boxes"][i], s["target_boxes"][k]
        point, true = s["prediction_points"][i], s["target_points"][k]
        return (
            (iou_inclusive(box, target) > 0.5)
            + (sum(abs(x - y) for x, y in zip(box, target, strict=True)) / 4 < 10)
            + (math.dist(point, true) < 30 and inside(point, box))
        )

    n, m = len(s["prediction_boxes"]), len(s["target_boxes"])
    gain = [[pair(i, k) for k in range(m)] for i in range(n)]
    total = sum(gain[i][k] for i, k in assign([[3 - g for g in row] for row in gain]))
    return total / max(n, m, 1) + s["format_ok"] + 2 * s["item_format_ok"] + s["not_repetitive"]


def _surds(s: Sample, located: Callable[[Box, Box], bool]) -> float:
    found = dict(zip(s["prediction_labels"], s["prediction_boxes"], strict=True))
    hits = [
        float(name in found and located(found[name], target))
        for name, target in zip(s["target_labels"], s["target_boxes"], strict=True)
    ]
    return mean(hits) + s["format_ok"] + s["answer_score"] + s["logic_ok"]


def _centred(box: Box, target: Box, sized: Box) -> bool:
    near = 1.0
    for axis in (0, 1):
        half = (sized[axis + 2] - sized[axis]) / 2
        if half <= 0:
            return False
        near *= 1 - min(1.0, abs(centre(box)[axis] - centre(target)[axis]) / half)
    return 2 * math.sqrt(near) - 1 > 0.5


def surds(s: Sample) -> float:
    return _surds(s, lambda b, t: iou(b, t) > 0.5)


def surds_centre(s: Sample) -> float:
    return _surds(s, lambda b, t: _centred(b, t, b))


def surds_centre_sound(s: Sample) -> float:
    def near(b: Box, t: Box) -> bool:
        sizes = [(b[i + 2] - b[i], t[i + 2] - t[i]) for i in (0, 1)]
        return _centred(b, t, t) and all(x < 2 * y and y < 2 * x for x, y in sizes)

    stated = s["answer_score"] + s["logic_ok"]
    located = _surds(s, near) - s["format_ok"] - stated
    targets, boxes = len(s["target_boxes"]), len(s["prediction_boxes"])
    return (located * targets / max(targets, boxes, 1) + stated) * s["format_ok"]


def treevgr(s: Sample) -> float:
    boxes = [b for b in s["prediction_boxes"] if b[2] > b[0] and b[3] > b[1]]
    targets = s["target_boxes"]
    recall = mean([max((iou(b, t) for b in boxes), default=0.0) for t in targets])
    precision = mean([max((iou(b, t) for t in targets), default=0.0) for b in boxes])
    return s["answer_score"] + s["format_ok"] + (recall + precision) / 2


def _distinct(boxes: list[Box], targets: list[Box]) -> list[Callable[[Box], float]]:
    """What each box earns with a target: its IoU, but nothing for a repeat that is not exact."""
    return [
        (lambda t, b=b, again=b in boxes[:i]: iou(b, t) if not again or b == t else 0.0)
        for i, b in enumerate(boxes)
    ]


def treevgr_sound(s: Sample) -> float:
    boxes, targets = s["prediction_boxes"], s["target_boxes"]
    if not boxes and not targets:
        return float(s["answer_score"] + 1) * s["format_ok"]
    earns = _distinct(boxes, targets)
    pairs = assign([[-earn(t) for t in targets] for earn in earns])
    total = sum(earns[i](targets[k]) for i, k in pairs)
    dual = (total / max(len(targets), 1) + total / max(len(boxes), 1)) / 2
    return (s["answer_score"] + dual) * s["format_ok"]


def grip(s: Sample) -> float:
    boxes, targets, salience = s["prediction_boxes"], s["target_boxes"], s["target_salience"]
    if not boxes and not targets:
        return 1.0
    if not boxes or not targets:
        return 0.0
    if sum(salience) == 0:
        salience = [1.0] * len(targets)
    weights = [w / sum(salience) for w in salience]
    earns = _distinct(boxes, targets)
    cost = [[-earn(t) * w for t, w in zip(targets, weights, strict=True)] for earn in earns]
    pairs = assign(cost)
    recall = -sum(cost[i][k] for i, k in pairs)
    return (recall + sum(earns[i](targets[k]) for i, k in pairs) / len(boxes)) / 2


def patchcue(s: Sample) -> float:
    def patches(b: Box) -> set[tuple[int, int]]:
        x0, y0, x1, y1 = (math.floor(v / 28) for v in b)
        return {(r, c) for r in range(y0, y1 + 1) for c in range(x0, x1 + 1)}

    def f1(a: Box, b: Box) -> float:
        mine, theirs = patches(a), patches(b)
        true = len(mine & theirs)
        both = 2 * true + len(mine - theirs) + len(theirs - mine)
        return 2 * true / both if both else 0.0

    boxes, targets = s["prediction_boxes"], s["target_boxes"]
    stated = s["answer_score"] + s["format_ok"]
    if not boxes and not targets:
        return float(stated + 1)
    if len(boxes) > len(targets) or not boxes:
        return float(stated)
    pairs = assign([[1 - f1(b, t) for t in targets] for b in boxes])
    return stated + sum(f1(boxes[i], targets[k]) >= 0.5 for i, k in pairs) / len(targets)


def grit(s: Sample) -> float:
    value = s["answer_score"] + s["format_ok"] + 0.5 * bool(s["prediction_boxes"])
    if "target_count" in s:
        value += len(s["prediction_boxes"]) == s["target_count"]
    return float(value)


def grit_sound(s: Sample) -> float:
    boxes, targets = s["prediction_boxes"], s["target_boxes"]
    earns = _distinct(boxes, targets)
    pairs = assign([[-float(earn(t) >= 0.5) for t in targets] for earn in earns])
    found = sum(earns[i](targets[k]) >= 0.5 for i, k in pairs)
    near = 2 * found / (len(boxes) + len(targets)) if boxes or targets else 1.0
    value = s["answer_score"] + 0.5 * near
    if "target_count" in s and len(boxes) == len(targets):
        value += any(
            all(
                iou(boxes[i], t) >= 0.5 and (boxes[i] not in boxes[:i] or boxes[i] == t)
                for i, t in zip(order, targets, strict=True)
            )
            for order in permutations(range(len(boxes)))
        )
    return float(value) * s["format_ok"]


def _vigorl_hit(s: Sample) -> bool:
    points, targets = s["prediction_points"], s["target_boxes"]
    return bool(points and targets) and inside(points[0], targets[0])


def vigorl(s: Sample) -> float:
    form = s["format_ok"] * bool(s.get("thought_points", True))
    return 0.5 * _vigorl_hit(s) + 0.5 * form


def vigorl_sound(s: Sample) -> float:
    hit, named = _vigorl_hit(s), s.get("thought_points")
    if named is None:
        return float(hit) * s["format_ok"]
    last = any(inside(named[-1], t) for t in s["target_boxes"]) if named else False
    return (0.5 * hit + 0.5 * last) * s["format_ok"]


def _dip(s: Sample, allowed: float) -> float:
    boxes, targets, regions = s["prediction_boxes"], s["target_boxes"], s["look_boxes"]
    weights = list(s["target_uncertainty"])
    if sum(weights) == 0:
        weights = [1.0] * len(targets)
    weights = [w / sum(weights) for w in weights]
    seen = [any(inside(centre(t), r) for r in regions) for t in targets]
    covered = sum(w for w, there in zip(weights, seen, strict=True) if there) if targets else 1.0
    area = sum(max(0, r[2] - r[0]) * max(0, r[3] - r[1]) for r in regions)
    if area > 0:
        covered *= min(1.0, allowed / area)
    accuracy = 1.0
    if boxes or targets:
        earns = [[earn(t) >= 0.5 for t in targets] for earn in _distinct(boxes, targets)]
        gain = [[hit * (w + 1e-6) for hit, w in zip(row, weights, strict=True)] for row in earns]
        pairs = [(i, k) for i, k in assign([[-g for g in row] for row in gain]) if gain[i][k]]
        recall = sum(weights[k] for _, k in pairs)
        accuracy = (recall + len(pairs) / max(len(boxes), 1)) / 2
    return 0.3 * covered + 0.5 * accuracy


def dip_r1(s: Sample) -> float:
    half = 0.5 * s["size_hw"][0] * s["size_hw"][1]
    return 0.2 * s["format_ok"] + _dip(s, half)


def dip_r1_sound(s: Sample) -> float:
    targets = s["target_boxes"]
    close = 4 * sum(max(0, t[2] - t[0]) * max(0, t[3] - t[1]) for t in targets)
    half = 0.5 * s["size_hw"][0] * s["size_hw"][1]
    return _dip(s, close if targets else half) * s["format_ok"]


def _stvg(s: Sample, over_union: bool) -> float:
    (a, b), (c, d) = s["prediction_frames"], s["target_frames"]
    mine, true = set(range(a, b + 1)), set(range(c, d + 1))
    height, width = s["size_hw"]

    def frame(tube: dict[int, Box], i: int) -> float:
        if i not in tube:
            return -5.0
        off = [
            abs(x - y) / side
            for x, y, side in zip(
                tube[i], s["target_tube"][i], (width, height, width, height), strict=True
            )
        ]
        return giou(tube[i], s["target_tube"][i]) - min(4.0, sum(off))

    def place(tube: dict[int, Box]) -> float:
        if over_union:
            return mean([frame(tube, i) if i in mine & true else -5.0 for i in mine | true])
        return mean([frame(tube, i) for i in mine & true])

    complete = bool(mine) and set(s["prediction_tube"]) == set(s["thought_tube"]) == mine
    time = len(mine & true) / len(mine | true) if mine and true else 0.0
    draft, final = place(s["thought_tube"]), place(s["prediction_tube"])
    return complete + time + draft + final + 0.5 * max(final - draft, 0)


def stvg_o1(s: Sample) -> float:
    return s["format_ok"] + _stvg(s, over_union=False)


def stvg_o1_sound(s: Sample) -> float:
    return _stvg(s, over_union=True) if s["format_ok"] else -10.0


def _visioncoach(s: Sample, over_all: bool) -> float:
    (a, b), (c, d) = s["prediction_span"], s["target_span"]
    time = max(0.0, min(b, d) - max(a, c)) / (max(b, d) - min(a, c)) if b >= a else 0.0
    keys = list(zip(s["keyframe_times"], s["keyframe_labels"], s["keyframe_boxes"], strict=True))
    progress = s["training_progress"]
    sigma = 4 * (1 - progress) if progress < 0.75 else 1.0
    near, in_span, places, timed = [], [], [], 0
    for t, name, box in zip(s["claim_times"], s["claim_labels"], s["claim_boxes"], strict=True):
        in_span.append(float(c <= t <= d))
        away = min((abs(t - k[0]) for k in keys), default=None)
        near.append(0.0 if away is None else math.exp(-(away**2) / (2 * sigma**2)))
        if away is None or away > 1.0:
            continue
        timed += 1
        places.append(
            mean([iou(box, k[2]) for k in keys if abs(t - k[0]) == away and k[1] == name])
        )
    place = sum(places) / max(1, len(in_span) if over_all else timed)
    return s["answer_score"] + time + first_iou(s) + mean(near) + mean(in_span) + place


def visioncoach(s: Sample) -> float:
    return _visioncoach(s, over_all=False) + s["format_ok"]


def visioncoach_sound(s: Sample) -> float:
    return _visioncoach(s, over_all=True) * s["format_ok"]


def _zoom_zero(s: Sample, empty: float) -> float:
    ends = sorted(x for span in s["prediction_spans"] + s["target_spans"] for x in span)
    shared = either = 0.0
    for low, high in pairwise(ends):
        covered = [
            any(a <= low and high <= b for a, b in s[name])
            for name in ("prediction_spans", "target_spans")
        ]
        shared += (high - low) * all(covered)
        either += (high - low) * any(covered)
    time = shared / either if either else 0.0
    zoom = s["zoom_answer_score"] if s["zoom_answer_given"] else empty
    return (s["answer_score"] + zoom) / 2 + time


def zoom_zero(s: Sample) -> float:
    return (_zoom_zero(s, 1.0) + s["format_ok"]) / 3


def zoom_zero_sound(s: Sample) -> float:
    return _zoom_zero(s, 0.0) / 2 * s["format_ok"]


def star_r1(s: Sample) -> float:
    def pay(p: list[int], t: list[int]) -> float:
        if p[0] != t[0]:
            return 0.0
        if p[1] != t[1]:
            return 0.5
        return 5.0 if p[2] == t[2] else 1.5

    given, wanted = s["prediction_changes"], s["target_changes"]
    pays = [[pay(p, t) for t in wanted] for p in given]
    paid = [pays[i][k] for i, k in assign([[-x for x in row] for row in pays])]
    wrong = len(given) - sum(x > 0 for x in paid)
    return sum(paid) - wrong - max(0, len(wanted) - len(given)) + s["format_ok"]


def _lost(s: Sample) -> bool:
    boxes = (s["box_before"], s["box_after"])
    return any(b[2] <= b[0] or b[3] <= b[1] for b in boxes)


def _moved(s: Sample) -> float:
    before, after = s["box_before"], s["box_after"]
    if _lost(s):
        return 0.0
    offset = [centre(after)[i] - centre(before)[i] for i in (0, 1)]
    distance = math.hypot(*offset)
    for axis, way in enumerate(s["asked_direction"]):
        if way and distance:
            dead = 0.1 * (before[axis + 2] - before[axis] + after[axis + 2] - after[axis])
            u = math.copysign(max(abs(offset[axis]) - dead, 0.0), offset[axis]) / distance
            return abs(u) if u * way > 0.01 else 0.0
    return 0.0


def _moved_as_asked(s: Sample) -> float:
    before, after, asked = s["box_before"], s["box_after"], s["asked_distance_px"]
    if _lost(s):
        return 0.0
    goal = [c + asked * way for c, way in zip(centre(before), s["asked_direction"], strict=True)]
    return max(0.0, 1 - math.dist(centre(after), goal) / asked)


def _turned_as_asked(s: Sample) -> float:
    turn, asked = s["turned_deg"], s["asked_turn_deg"]
    size = max(abs(a) for a in asked)
    ways = (asked, [-a for a in asked]) if size == 180 else (asked,)
    return max(0.0, 1 - min(math.dist(turn, way) for way in ways) / size)


def _resized_as_asked(s: Sample) -> float:
    if _lost(s):
        return 0.0
    a, b, r = s["box_before"], s["box_after"], math.log(s["asked_scale"])
    grown = [math.log((b[i + 2] - b[i]) / (a[i + 2] - a[i])) for i in (0, 1)]
    return max(0.0, 1 - math.dist(grown, (r, r)) / math.hypot(r, r))


def _turned(s: Sample) -> float:
    measured, asked = s["turned_deg"], s["asked_turn_deg"]
    axis = max(range(3), key=lambda i: abs(measured[i]))
    wanted = max(range(3), key=lambda i: abs(asked[i]))
    if abs(measured[axis]) < 10:
        return 0.0
    same_way = abs(asked[wanted]) == 180 or measured[axis] * asked[wanted] > 0
    near = max(0.0, 1 - abs(abs(measured[axis]) - abs(asked[wanted])) / 180)
    return ((axis == wanted) + same_way * near) / 3


def _resized(s: Sample) -> float:
    if _lost(s):
        return 0.0
    a, b, r = s["box_before"], s["box_after"], s["asked_scale"]
    ratios = [(b[i + 2] - b[i]) / (a[i + 2] - a[i]) for i in (0, 1)]
    if r < 1:
        ratios, r = [1 / x for x in ratios], 1 / r
    return 1 - sum(abs(x - r) for x in ratios) / (2 * r)


def talk2move(s: Sample) -> float:
    if "edit_kind" in s:
        return (_moved, _turned, _resized)[s["edit_kind"]](s)
    if "asked_direction" in s:
        return _moved(s)
    return _turned(s) if "turned_deg" in s else _resized(s)


def talk2move_sound(s: Sample) -> float:
    if "edit_kind" in s:
        return (_moved_as_asked, _turned_as_asked, _resized_as_asked)[s["edit_kind"]](s)
    if "asked_direction" in s:
        return _moved_as_asked(s)
    return _turned_as_asked(s) if "turned_deg" in s else _resized_as_asked(s)


def _rewardmap(s: Sample, free: int) -> float:
    weight = (1.0, 1.2, 1.5)[s["map_difficulty"]]
    if "segment_line_ok" not in s:
        return weight * 10 * s["answer_score"]
    transfers = s["transfers"]
    weight += 0.5 if transfers >= 1 else 0.0
    detail = 2 if s["route_ends_ok"] else 0
    segments = zip(s["segment_line_ok"], s["segment_direct"], s["segment_joins"], strict=True)
    for i, (exists, direct, joins) in enumerate(segments, 1):
        if not s["route_ends_ok"]:
            break
        if i > transfers + free:
            detail -= 5
        if exists:
            detail += 4 if transfers == 0 and direct else 3
        if joins and i <= transfers:
            detail += 1
    return weight * (10 * s["answer_score"] + 0.5 * min(detail, 10))


def rewardmap(s: Sample) -> float:
    return _rewardmap(s, 0)


def rewardmap_sound(s: Sample) -> float:
    return _rewardmap(s, 1)


def ssl4rl(s: Sample) -> float:
    pairs = zip(s["predicted_order"], s["target_order"], strict=False)
    return sum(p == t for p, t in pairs) / len(s["target_order"])


def ssl4rl_sound(s: Sample) -> float:
    order = s["predicted_order"]
    return ssl4rl(s) if len(set(order)) == len(order) else 0.0


def mixed(s: Sample) -> float:
    if s["task_kind"] == 0:
        return float(s["answer_score"])
    if s["task_kind"] == 1:
        return float(abs(s["answer_value"] - s["target_value"]) <= 0.05 * abs(s["target_value"]))
    return first_iou(s) if s["task_kind"] == 2 else float(s["text_similarity"])
