"""Rewards on your own data: one call from lists or arrays to value, terms and a hint."""

from functools import partial

import torch
from torch import Tensor

from vgym.geometry.conventions import Convention, Kind
from vgym.rewards.facts import FACTS, MASKS, Facts, describe
from vgym.rewards.hidden import why_hidden
from vgym.rewards.hints import convention_hint
from vgym.rewards.inputs import (
    Members,
    as_lonlat,
    as_mask,
    as_members,
    as_size,
    irregular_rows,
)
from vgym.rewards.recipes import as_reward
from vgym.rewards.reward import CustomFunction, CustomReward, Hint, Reward, Score
from vgym.rewards.rows import read_numbers
from vgym.spelling import nearest

# Places on Earth: the facts whose float32 form has lost too much.
_PLACES = {name for name, fact in FACTS.items() if fact.dtype == "double"}


def score(
    reward: str | Reward | CustomFunction,
    *,
    prediction_boxes: object = None,
    prediction_points: object = None,
    target_boxes: object = None,
    prediction_mask: object = None,
    prediction_points_mask: object = None,
    target_mask: object = None,
    size_hw: object = None,
    convention: str | Convention = "pixels",
    target_convention: str | Convention = "pixels",
    **facts: object,
) -> Score:
    """What answers earn under a reward.

    Boxes and points are lists, arrays or tensors: one `[k]`, one a row `(B, k)`, or a set a row,
    `(B, M, k)` or a list of lists of any lengths, k being 4 for boxes and 2 for points. One target
    without a batch axis serves every row.

    A row of answers that is None, empty where rows are not sets, too short, or not finite numbers
    is an answer that could not be read: it earns the reward's floor, is flagged, and its
    `format_ok` is False. A target that cannot be read is an error.

    Args:
        reward: a recipe's name, a `Reward`, or a function of the facts (see `as_reward`).
        prediction_boxes: in the given convention.
        prediction_points: in the given convention.
        target_boxes: in `target_convention`: xyxy in pixels unless it is given, whatever
            `convention` the predictions are in.
        prediction_mask: `(B, M)` bool, the boxes that are present; not with lists of different
            lengths.
        prediction_points_mask: `(B, P)` bool, the points that are present; likewise.
        target_mask: `(B, K)` bool, the targets that are present; likewise.
        size_hw: (height, width) of the image in pixels, or one pair a row.
        convention: how the predictions are written, and they alone; see
            `vgym.geometry.conventions`.
        target_convention: how the targets are written, such as `"pixels/xywh"` for COCO's.
        **facts: further facts that the reward needs, `(B, ...)`, or one number for all rows.
            Places on Earth,
            `prediction_lonlat` and `target_lonlat`, are degrees, longitude first: one `[lon, lat]`
            or one a row `(B, 2)`; they are worked on in float64. `format_ok` is True unless
            given: numbers that could be read have been parsed.

    Returns:
        The score: `value` `(B,)`, or a scalar tensor for a single prediction `[k]` or
        `[lon, lat]` or for numbers alone, and `terms` alike. With `size_hw` its `hint` says where
        another convention would have scored well.

    Raises:
        ValueError: for anything that cannot be scored, naming the value and the fix.

    >>> box = [10, 10, 60, 40]
    >>> score("iou", prediction_boxes=box, target_boxes=[12, 8, 58, 44]).value
    tensor(0.7770)
    """
    chosen = as_reward(reward)
    declared = _declared("convention", convention)
    targets = _declared("target_convention", target_convention)
    _check_names(chosen, facts)
    _check_readable(
        facts
        | {
            "prediction_boxes": prediction_boxes,
            "prediction_points": prediction_points,
            "target_boxes": target_boxes,
            "prediction_mask": prediction_mask,
            "prediction_points_mask": prediction_points_mask,
            "target_mask": target_mask,
            "size_hw": size_hw,
        }
    )
    members = {
        name: as_members(name, given, width, answers=name != "target_boxes")
        for name, given, width in (
            ("prediction_boxes", prediction_boxes, 4),
            ("prediction_points", prediction_points, 2),
            ("target_boxes", target_boxes, 4),
        )
        if given is not None
    }
    masks = {
        "prediction_boxes": ("prediction_mask", prediction_mask),
        "prediction_points": ("prediction_points_mask", prediction_points_mask),
        "target_boxes": ("target_mask", target_mask),
    }
    predictions = [name for name in members if name != "target_boxes"]
    leading = members[predictions[0]] if predictions else next(iter(members.values()), None)
    further, one_place = _as_facts(facts)
    rows, like = _rows_of(leading, further)
    numbers_alone = not any(fact.dim() for fact in further.values())
    unbatched = one_place or numbers_alone if leading is None else leading.unbatched
    given_facts: dict[str, Tensor] = {}
    for name, one in members.items():
        values = _fit_rows(name, one, rows).to(like.device)
        given_facts[name] = values
        mask_name, mask = masks[name]
        if mask is not None and one.mask is not None:
            raise ValueError(
                f"{mask_name} with {name} of different lengths: they are the mask; leave it out"
            )
        if one.mask is not None:
            given_facts[mask_name] = one.mask.to(like.device)
        elif mask is not None:
            given_facts[mask_name] = as_mask(mask_name, mask, values)
    for name, (mask_name, mask) in masks.items():
        if mask is not None and name not in members:
            raise ValueError(f"{mask_name} was given without {name}")
    if size_hw is not None:
        given_facts["size_hw"] = as_size(size_hw, rows, like)
    if "target_boxes" in given_facts:
        given_facts["target_boxes"] = targets.to_pixels(
            given_facts["target_boxes"], given_facts.get("size_hw"), "box"
        )
    _check_targets(given_facts)
    _check_frames(declared, further)
    for name, fact in further.items():
        if fact.dim() == 0:
            fact = fact.expand(rows)
        if fact.shape[0] != rows:
            raise ValueError(f"{name} has {fact.shape[0]} rows where the others have {rows}")
        given_facts[name] = fact.to(like.device)
    unread = _unread(given_facts, rows, like)
    # What could be read was well formed, unless the caller says otherwise; the rest was not.
    stated = given_facts.get("format_ok", torch.ones_like(unread))
    given_facts["format_ok"] = torch.where(unread, torch.zeros_like(stated), stated)
    hinter = None
    if predictions and {"target_boxes", "size_hw"} <= given_facts.keys():
        hinter = partial(
            _hint,
            chosen,
            dict(given_facts),
            predictions[0],
            masks[predictions[0]][0],
            declared,
            unbatched,
        )
    size = given_facts.get("size_hw")
    for name in predictions:
        kind: Kind = "box" if name == "prediction_boxes" else "point"
        given_facts[name] = declared.to_pixels(given_facts[name], size, kind)
    result = chosen(given_facts)
    if not unbatched:
        return Score(result.value, result.terms, result.flagged, hinter)
    terms = {name: term[0] for name, term in result.terms.items()}
    return Score(result.value[0], terms, result.flagged[0], hinter)


def _hint(
    reward: Reward,
    facts: Facts,
    name: str,
    mask_name: str,
    declared: Convention,
    unbatched: bool,
) -> Hint:
    apart = {name, mask_name, "target_boxes", "target_mask", "size_hw"}
    further = {key: fact for key, fact in facts.items() if key not in apart}
    hints = convention_hint(
        facts[name],
        facts["target_boxes"],
        facts["size_hw"],
        declared,
        mask=facts.get(mask_name),
        target_mask=facts.get("target_mask"),
        reward=reward,
        facts=further,
    )
    return hints[0] if unbatched else hints


def _declared(name: str, given: str | Convention) -> Convention:
    convention = Convention.parse(given)
    if convention.boundary != "inclusive":
        raise ValueError(
            f"{name} {str(convention)!r}: rewards count all four edges of a box as inside; "
            "leave the boundary out"
        )
    return convention


def _check_names(reward: Reward, facts: dict[str, object]) -> None:
    if isinstance(reward, CustomReward):
        return
    needed = {name for form in reward.forms for name in form.needs}
    readable = needed | {MASKS[name] for name in needed & MASKS.keys()}
    for name in facts:
        if name not in readable:
            known = sorted((needed | FACTS.keys() | {"convention", "target_convention"}) - {name})
            near = nearest(name, known)
            guess = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(
                f"reward {reward.name!r} does not read {name!r}{guess} "
                f"It needs {', '.join(map(describe, sorted(needed)))}"
            )


def _check_targets(facts: Facts) -> None:
    """Truths are the caller's own: a broken one is an error, not a low score."""
    boxes = facts.get("target_boxes")
    if boxes is None:
        return
    sound = boxes.isfinite().all(-1) & (boxes[..., 2:] >= boxes[..., :2]).all(-1)
    if "target_mask" in facts:
        sound = sound | ~facts["target_mask"]
    if not bool(sound.all()):
        row, place = torch.nonzero(~sound)[0].tolist()
        raise ValueError(
            f"target_boxes[{row}][{place}] = {boxes[row, place].tolist()} is not a box: corners "
            "x0 <= x1, y0 <= y1, finite; of boxes written as x, y, width, height say "
            "target_convention='pixels/xywh'"
        )


def _unread(facts: Facts, rows: int, like: Tensor) -> Tensor:
    """`(B,)` bool: the rows of which an answer is not finite numbers, or was not given."""
    unread = torch.zeros(rows, dtype=torch.bool, device=like.device)
    for name, fact in facts.items():
        if name.startswith("prediction_") and fact.is_floating_point():
            present = facts.get(MASKS.get(name, ""))
            finite = fact.isfinite()
            if present is not None:
                finite = finite | ~present.reshape(*present.shape, *[1] * (fact.dim() - 2))
            unread = unread | ~finite.flatten(1).all(1) if fact.dim() > 1 else unread | ~finite
    return unread


def _check_frames(declared: Convention, further: Facts) -> None:
    """Only the plain predictions are converted: other places must be pixels already."""
    placed = [name for name in further if name in FACTS and FACTS[name].unit == "px"]
    if placed and declared != Convention():
        raise ValueError(
            f"convention {str(declared)!r} is for prediction_boxes and prediction_points; convert "
            f"{', '.join(placed)} to pixels and give everything in pixels"
        )


def _check_readable(given: dict[str, object]) -> None:
    for name, one in given.items():
        if why := why_hidden(one):
            raise ValueError(f"{name} {why}")


def _as_facts(facts: dict[str, object]) -> tuple[dict[str, Tensor], bool]:
    """The further facts as tensors `(B, ...)`, and whether the places were given as one
    `[lon, lat]`, which makes a row; one target place serves every row."""
    tensors = {
        name: as_lonlat(name, given) if name in _PLACES else _as_fact(name, given)
        for name, given in facts.items()
    }
    predicted = tensors.get("prediction_lonlat")
    single = predicted is not None and predicted.dim() == 1
    if predicted is not None and single:
        tensors["prediction_lonlat"] = predicted[None]
    target = tensors.get("target_lonlat")
    if target is not None and target.dim() == 1:
        rows = 1 if predicted is None or single else predicted.shape[0]
        tensors["target_lonlat"] = target.expand(rows, 2)
    return tensors, single


def _rows_of(leading: Members | None, facts: dict[str, Tensor]) -> tuple[int, Tensor]:
    """Number of rows, and a tensor whose type and device the others follow."""
    if leading is not None:
        return leading.values.shape[0], leading.values
    for fact in facts.values():
        if fact.dim():
            return fact.shape[0], fact
    for fact in facts.values():
        return 1, fact
    raise ValueError(
        "nothing to score: give prediction_boxes or prediction_points, or the facts that the "
        "reward needs"
    )


def _fit_rows(name: str, members: Members, rows: int) -> Tensor:
    if members.unbatched:
        return members.values.expand(rows, -1, -1)
    if members.values.shape[0] != rows:
        raise ValueError(
            f"{name} has {members.values.shape[0]} rows where the predictions have {rows}; "
            f"give one row each (several {name} of one row are a set: [[box, box]])"
        )
    return members.values


def _as_fact(name: str, given: object) -> Tensor:
    fact = FACTS.get(name)
    if fact is not None and fact.wrong is not None:  # the answer decides it, and may not say
        width = fact.sizes[-1]
        gaps: Tensor | list[Tensor] | None = None
        if len(fact.axes) == 1:
            gaps = read_numbers(given)
        elif width is not None and name.startswith("prediction_"):
            gaps = irregular_rows(name, given, width, answers=True)
        given = given if gaps is None else gaps
    try:
        tensor = torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(
            f"{name} = {given!r} is not a regular array of numbers; give a number, or an array "
            "(B, ...) with shorter rows padded and masked"
        ) from None
    # Kinds, counts and labels stay whole; what is measured is worked on as float32 at least.
    whole = fact is None or fact.whole
    if tensor.dtype in (torch.float16, torch.bfloat16) or not (
        whole or tensor.is_floating_point() or tensor.dtype == torch.bool
    ):
        tensor = tensor.to(torch.float32)
    return tensor
