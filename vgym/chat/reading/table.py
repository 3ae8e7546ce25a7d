"""The table of dialects: a row for each way in which models write places.

Numbers are x first unless the order says otherwise. A new model is a row here.
"""

from __future__ import annotations

from dataclasses import replace

from vgym.chat.reading.dialect import Dialect, Form, Order
from vgym.chat.reading.frames import FINE_PIXELS, PIXELS, THOUSANDTHS, Frame
from vgym.chat.reading.resizing import ResizePolicy, policy
from vgym.spelling import nearest

_JSON_LABEL = ', "label": "$text"'


def _listed(item: str) -> Form:
    """JSON objects, in a fenced list as models of this kind write them."""
    return Form(f"```json\n[{item}]\n```", item, ",\n  ", "```json\n[\n  $items\n]\n```")


def _keyed(box: str, point: str) -> tuple[Form, Form]:
    return (
        _listed(f'{{"{box}": [$x0, $y0, $x1, $y1]$label}}'),
        _listed(f'{{"{point}": [$x, $y]$label}}'),
    )


def _row(
    name: str,
    frame: Frame,
    order: Order,
    syntax: str,
    forms: tuple[Form | None, Form | None],
    resize: str,
    models: str,
    source: str,
    label: str = _JSON_LABEL,
    tools: str = "hermes",
) -> Dialect:
    return Dialect(name, frame, order, syntax, *forms, label, tools, policy(resize), models, source)


def dialects() -> tuple[str, ...]:
    """The names of the dialects.

    >>> "qwen2.5-vl" in dialects()
    True
    """
    return tuple(_BY_NAME)


def dialect(
    name: str,
    *,
    resize: str | None = None,
    min_pixels: int | None = None,
    max_pixels: int | None = None,
) -> Dialect:
    """The dialect of this name.

    Args:
        name: one of `dialects`.
        resize: another resize policy's name, for a server that was started with one.
        min_pixels: the least area that the server leaves alone, if it was started with another.
        max_pixels: the largest.

    Raises:
        ValueError: for an unknown name, or limits that the policy does not have.

    >>> dialect("gemini").write([12, 8, 58, 44], size_hw=(800, 1280))
    '```json\\n[{"box_2d": [10, 9, 55, 45]}]\\n```'
    >>> dialect("qwen2.5-vl").read('{"bbox_2d": [0, 0, 644, 406]}', size_hw=(800, 1280)).boxes
    array([[  0.,   0., 640., 400.]])
    """
    found = _BY_NAME.get(name)
    if found is None:
        near = nearest(name, _BY_NAME)
        guess = f"; did you mean {near[0]!r}?" if near else ";"
        raise ValueError(f"unknown dialect {name!r}{guess} valid are {', '.join(_BY_NAME)}")
    if resize is not None:
        found = replace(found, resize=policy(resize))
    limits = {"min_pixels": min_pixels, "max_pixels": max_pixels}
    given = {key: value for key, value in limits.items() if value is not None}
    return replace(found, resize=_limited(found.resize, given)) if given else found


def _limited(policy: ResizePolicy, limits: dict[str, int]) -> ResizePolicy:
    for key, value in limits.items():
        if not getattr(policy, key) or value < 1:
            raise ValueError(f"{key}={value}: resize policy {policy.name!r} takes no such limit")
    changed = replace(
        policy,
        min_pixels=limits.get("min_pixels", policy.min_pixels),
        max_pixels=limits.get("max_pixels", policy.max_pixels),
    )
    if changed.min_pixels > changed.max_pixels:
        raise ValueError(f"min_pixels={changed.min_pixels} is above {changed.max_pixels}")
    return changed


_TABLE = (
    _row(
        "json",
        FINE_PIXELS,
        "xyxy",
        "keyed",
        (
            Form('{"box": [$x0, $y0, $x1, $y1]$label}', between=", ", several="[$items]"),
            Form('{"point": [$x, $y]$label}', between=", ", several="[$items]"),
        ),
        "none",
        "any that follows instructions",
        "ours",
    ),
    _row(
        "answer",
        FINE_PIXELS,
        "xyxy",
        "written",
        (
            Form(
                "<answer>[$x0, $y0, $x1, $y1]</answer>",
                "[$x0, $y0, $x1, $y1]",
                ", ",
                "<answer>[$items]</answer>",
            ),
            Form("<answer>[$x, $y]</answer>", "[$x, $y]", ", ", "<answer>[$items]</answer>"),
        ),
        "none",
        "any that was trained with answer tags",
        "ours",
        label="",
    ),
    _row(
        "qwen2.5-vl",
        PIXELS,
        "xyxy",
        "keyed",
        _keyed("bbox_2d", "point_2d"),
        "qwen2.5-vl",
        "Qwen2.5-VL",
        "QwenLM/Qwen2.5-VL, cookbooks/spatial_understanding.ipynb",
    ),
    _row(
        "qwen3-vl",
        THOUSANDTHS,
        "xyxy",
        "keyed",
        _keyed("bbox_2d", "point_2d"),
        "qwen3-vl",
        "Qwen3-VL",
        "QwenLM/Qwen3-VL, cookbooks/2d_grounding.ipynb",
    ),
    _row(
        "gemini",
        THOUSANDTHS,
        "yxyx",
        "keyed",
        (
            _listed('{"box_2d": [$y0, $x0, $y1, $x1]$label}'),
            _listed('{"point": [$y, $x]$label}'),
        ),
        "none",
        "Gemini 2.0 and later",
        "ai.google.dev, gemini-api/docs/image-understanding",
    ),
    _row(
        "openai",
        PIXELS,
        "xyxy",
        "keyed",
        (
            Form('{"box": [$x0, $y0, $x1, $y1]$label}', between=", ", several="[$items]"),
            Form('{"point": [$x, $y]$label}', between=", ", several="[$items]"),
        ),
        "openai",
        "GPT 5.4 and later",
        "inspect_ai 0.3.285, model/_providers/openai_computer_use.py",
    ),
)
_BY_NAME = {each.name: each for each in _TABLE}
