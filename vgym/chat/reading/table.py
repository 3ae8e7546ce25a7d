"""The table of dialects: a row for each way in which models write places.

Numbers are x first unless the order says otherwise. A new model is a row here.
"""

from __future__ import annotations

from dataclasses import replace

from vgym.chat.reading.dialect import Dialect, Form, Order
from vgym.chat.reading.frames import (
    BINS_1024,
    CELLS_32,
    FINE_PIXELS,
    OF_999,
    PERCENT,
    PIXELS,
    THOUSAND_BINS,
    THOUSAND_CLIPPED,
    THOUSANDTHS,
    THREE_DECIMALS,
    THREE_DIGITS,
    TWO_DECIMALS,
    Frame,
)
from vgym.chat.reading.resizing import ResizePolicy, policy
from vgym.spelling import nearest

_JSON_LABEL = ', "label": "$text"'
_Forms = tuple[Form | None, Form | None]  # of a box and of a point


def _keys(box: str, point: str, fenced: bool = True, y_first: bool = False) -> _Forms:
    """JSON objects, a list of several; fenced as models of that kind write them."""
    corners = "$y0, $x0, $y1, $x1" if y_first else "$x0, $y0, $x1, $y1"
    items = (f'{{"{box}": [{corners}]$label}}', f'{{"{point}": [$x, $y]$label}}')
    if y_first:
        items = (items[0], f'{{"{point}": [$y, $x]$label}}')
    if not fenced:
        return Form(items[0], "", ", ", "[$items]"), Form(items[1], "", ", ", "[$items]")
    several = "```json\n[\n  $items\n]\n```"
    box_form, point_form = (
        Form(f"```json\n[{item}]\n```", item, ",\n  ", several) for item in items
    )
    return box_form, point_form


def _brackets(opening: str, box: str, point: str | None, closing: str, listed: bool) -> _Forms:
    """Numbers in brackets between tags: of several in one pair of tags, or in a pair each."""
    one, item, several = f"$label{opening}%s{closing}", "%s", f"$label{opening}$items{closing}"
    made = [
        None
        if inner is None
        else Form(one % inner, item % inner if listed else "", ", " if listed else "\n", several)
        if listed
        else Form(one % inner)
        for inner in (box, point)
    ]
    return made[0], made[1]


def _action(call: str) -> _Forms:
    """Points alone, each in the call of a click."""
    return None, Form(f"Action: {call}", call, "\n\n", "Action: $items")


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


_QWEN2_TAGS = _brackets("<|box_start|>", "($x0,$y0),($x1,$y1)", "($x,$y)", "<|box_end|>", False)
_QWEN2_LABEL = "<|object_ref_start|>$text<|object_ref_end|>"
_PLAIN_PAIR = Form("($x, $y)", between="\n")
_SCREENSPOT_PRO = "likaixin2000/ScreenSpot-Pro-GUI-Grounding, models/"


def _row(
    name: str,
    models: str,
    frame: Frame,
    syntax: str,
    forms: _Forms,
    source: str,
    *,
    order: Order = "xyxy",
    resize: str = "none",
    label: str = "",
    tools: str = "hermes",
) -> Dialect:
    return Dialect(name, frame, order, syntax, *forms, label, tools, policy(resize), models, source)


_TABLE = (
    _row(
        "json",
        "any that follows instructions",
        FINE_PIXELS,
        "keys",
        _keys("box", "point", fenced=False),
        "vgym",
        label=_JSON_LABEL,
    ),
    _row(
        "answer",
        "any that was trained with answer tags",
        FINE_PIXELS,
        "brackets",
        _brackets("<answer>", "[$x0, $y0, $x1, $y1]", "[$x, $y]", "</answer>", True),
        "vgym",
    ),
    _row(
        "qwen2-vl",
        "Qwen2-VL; OS-Atlas 7B",
        THOUSANDTHS,
        "brackets",
        _QWEN2_TAGS,
        "QwenLM/Qwen2-VL, README",
        label=_QWEN2_LABEL,
    ),
    _row(
        "qwen2.5-vl",
        "Qwen2.5-VL and what is trained from it",
        PIXELS,
        "keys",
        _keys("bbox_2d", "point_2d"),
        "QwenLM/Qwen2.5-VL, cookbooks/spatial_understanding.ipynb, cookbooks/computer_use.ipynb",
        resize="qwen2.5-vl",
        label=_JSON_LABEL,
    ),
    _row(
        "qwen3-vl",
        "Qwen3-VL",
        THOUSANDTHS,
        "keys",
        _keys("bbox_2d", "point_2d"),
        "QwenLM/Qwen3-VL, cookbooks/2d_grounding.ipynb",
        resize="qwen3-vl",
        label=_JSON_LABEL,
    ),
    _row(
        "gemini",
        "Gemini 2.0 and later",
        THOUSANDTHS,
        "keys",
        _keys("box_2d", "point", y_first=True),
        "ai.google.dev, gemini-api/docs/image-understanding",
        order="yxyx",
        label=_JSON_LABEL,
    ),
    _row(
        "gemini-computer",
        "Gemini 2.5 Computer Use",
        THOUSANDTHS,
        "names",
        (None, Form('{"x": $x, "y": $y}', between=", ", several="[$items]")),
        "inspect_ai 0.3.285, google computer use",
        tools="json",
    ),
    _row(
        "gemma-4",
        "Gemma 4",
        THOUSANDTHS,
        "keys",
        _keys("box_2d", "point", y_first=True),
        "transformers 5.24, models/gemma4",
        order="yxyx",
        resize="gemma-4",
        label=_JSON_LABEL,
    ),
    _row(
        "molmo",
        "Molmo",
        PERCENT,
        "point tags",
        (
            None,
            Form(
                '<point x="$x" y="$y" alt="$label">$label</point>',
                'x$n="$x" y$n="$y"',
                " ",
                '<points $items alt="$label">$label</points>',
            ),
        ),
        "allenai/Molmo-7B-D-0924, model card",
        label="$text",
    ),
    _row(
        "molmo2",
        "Molmo2",
        THOUSANDTHS,
        "point tags",
        (
            None,
            Form(
                '<points coords="1 1 $x $y">$label</points>',
                "$n $x $y",
                " ",
                '<points coords="1 $items">$label</points>',
            ),
        ),
        "allenai/Molmo2-8B, model card",
        label="$text",
    ),
    _row(
        "paligemma",
        "PaliGemma, PaliGemma 2",
        BINS_1024,
        "locations, words last",
        (Form("<loc$y0><loc$x0><loc$y1><loc$x1>$label", between=" ; "), None),
        "google-research/big_vision, configs/proj/paligemma/README.md",
        order="yxyx",
        label=" $text",
    ),
    _row(
        "florence-2",
        "Florence-2",
        THOUSAND_BINS,
        "locations, words first",
        (Form("$label<loc_$x0><loc_$y0><loc_$x1><loc_$y1>", between=""), None),
        "transformers 5.24, processing_florence2.py",
        label="$text",
    ),
    _row(
        "kosmos-2",
        "Kosmos-2",
        CELLS_32,
        "patches",
        (
            Form(
                "$label<object><patch_index_$cell0><patch_index_$cell1></object>",
            ),
            None,
        ),
        "transformers 5.24, processing_kosmos2.py",
        label="<phrase>$text</phrase>",
    ),
    _row(
        "ui-tars",
        "UI-TARS 1.0, Doubao 1.5 UI-TARS",
        THOUSANDTHS,
        "brackets",
        (
            Form("<bbox>$x0 $y0 $x1 $y1</bbox>"),
            _action("click(start_box='($x,$y)')")[1],
        ),
        "ui-tars 0.5.1, action_parser.py (its parser evaluates text; ours does not)",
        tools="ui-tars",
    ),
    _row(
        "ui-tars-1.5",
        "UI-TARS 1.5 7B",
        PIXELS,
        "brackets",
        _action("click(start_box='<|box_start|>($x,$y)<|box_end|>')"),
        "ui-tars 0.5.1, action_parser.py; bytedance/UI-TARS, README_coordinates.md",
        resize="ui-tars",
        tools="ui-tars-1.5",
    ),
    _row(
        "seed",
        "Seed 1.5-VL and later, UI-TARS 2",
        THOUSANDTHS,
        "brackets",
        (Form("<bbox>$x0 $y0 $x1 $y1</bbox>"), Form("<point>$x $y</point>")),
        "ui-tars 0.5.1, action_parser.py",
        tools="seed",
    ),
    _row(
        "glm-4.1v",
        "GLM-4.1V",
        THOUSANDTHS,
        "brackets",
        _brackets("<|begin_of_box|>", "[$x0, $y0, $x1, $y1]", "[$x, $y]", "<|end_of_box|>", True),
        "zai-org/GLM-V, README and gui-agent",
        resize="glm-v",
        tools="glm",
    ),
    _row(
        "glm-4.5v",
        "GLM-4.5V, GLM-4.6V",
        THOUSAND_CLIPPED,
        "brackets",
        _brackets("<|begin_of_box|>", "[$x0, $y0, $x1, $y1]", "[$x, $y]", "<|end_of_box|>", True),
        "zai-org/GLM-V, README and gui-agent/glm-45v",
        resize="glm-v",
        tools="glm",
    ),
    _row(
        "internvl",
        "InternVL 2, 2.5 and 3",
        THOUSANDTHS,
        "brackets",
        _brackets("<box>", "[[$x0, $y0, $x1, $y1]]", "[[$x, $y]]", "</box>", False),
        "OpenGVLab/InternVL, docs of grounding",
        label="<ref>$text</ref>",
    ),
    _row(
        "cogvlm",
        "CogVLM, CogAgent",
        THREE_DIGITS,
        "brackets",
        (Form("[[$x0,$y0,$x1,$y1]]"), Form("[[$x,$y]]")),
        "zai-org/CogVLM, README",
    ),
    _row(
        "deepseek-vl2",
        "DeepSeek-VL2",
        OF_999,
        "brackets",
        _brackets("<|det|>[", "[$x0, $y0, $x1, $y1]", None, "]<|/det|>", True),
        "huggingface.co, AskUI/PTA-1, discussion 2, by its authors",
        label="<|ref|>$text<|/ref|>",
    ),
    _row(
        "shikra",
        "Shikra",
        THREE_DECIMALS,
        "brackets",
        (Form("[$x0,$y0,$x1,$y1]"), Form("[$x,$y]")),
        "arXiv 2306.15195",
    ),
    _row(
        "ferret",
        "Ferret",
        THOUSANDTHS,
        "brackets",
        (Form("[$x0, $y0, $x1, $y1]"), Form("[$x, $y]")),
        "apple/ml-ferret, README",
    ),
    _row(
        "showui",
        "ShowUI, SeeClick",
        TWO_DECIMALS,
        "brackets",
        (None, Form("[$x, $y]")),
        f"{_SCREENSPOT_PRO}seeclick.py",
    ),
    _row(
        "uground",
        "UGround-V1 (Qwen2-VL), Aria-UI",
        THOUSANDTHS,
        "brackets",
        (None, _PLAIN_PAIR),
        f"{_SCREENSPOT_PRO}uground_v1.py",
    ),
    _row(
        "os-atlas-4b",
        "OS-Atlas 4B",
        THOUSANDTHS,
        "brackets",
        (Form("[[$x0, $y0, $x1, $y1]]"), Form("[[$x, $y]]")),
        f"{_SCREENSPOT_PRO}osatlas4b.py",
    ),
    _row(
        "gta1",
        "GTA1",
        PIXELS,
        "brackets",
        (None, _PLAIN_PAIR),
        "Yan98/GTA1, README",
        resize="qwen2.5-vl",
    ),
    _row(
        "holo1.5",
        "Holo1.5",
        PIXELS,
        "brackets",
        (None, Form("Click($x, $y)")),
        f"{_SCREENSPOT_PRO}holo1_5.py",
        resize="holo1.5",
        tools="python",
    ),
    _row(
        "holo2",
        "Holo2",
        THOUSANDTHS,
        "brackets",
        (None, Form("Click($x, $y)")),
        f"{_SCREENSPOT_PRO}holo1_5.py",
        tools="python",
    ),
    _row(
        "kimi-vl",
        "Kimi-VL",
        THREE_DECIMALS,
        "named calls",
        (None, Form("pyautogui.click(x=$x, y=$y)")),
        f"{_SCREENSPOT_PRO}kimivl.py",
        tools="pyautogui",
    ),
    _row(
        "opencua",
        "OpenCUA",
        PIXELS,
        "named calls",
        (None, Form("pyautogui.click(x=$x, y=$y)")),
        f"{_SCREENSPOT_PRO}opencua.py",
        resize="qwen2.5-vl",
        tools="pyautogui",
    ),
    _row(
        "mimo-vl",
        "MiMo-VL",
        PIXELS,
        "keys",
        _keys("bbox_2d", "point_2d"),
        "by third parties; its authors name no size",
        resize="unknown",
        label=_JSON_LABEL,
    ),
    _row(
        "isaac",
        "Isaac (Perceptron)",
        THOUSANDTHS,
        "brackets",
        (
            Form("<point_box$label> ($x0,$y0) ($x1,$y1) </point_box>"),
            Form("<point$label> ($x,$y) </point>"),
        ),
        "perceptron 0.4.0",
        label=' mention="$text"',
    ),
    _row(
        "moondream",
        "Moondream",
        THREE_DECIMALS,
        "names",
        (
            Form(
                '{"objects": [{"x_min": $x0, "y_min": $y0, "x_max": $x1, "y_max": $y1}]}',
                '{"x_min": $x0, "y_min": $y0, "x_max": $x1, "y_max": $y1}',
                ", ",
                '{"objects": [$items]}',
            ),
            Form(
                '{"points": [{"x": $x, "y": $y}]}',
                '{"x": $x, "y": $y}',
                ", ",
                '{"points": [$items]}',
            ),
        ),
        "moondream 2.6.1",
    ),
    _row(
        "openai",
        "GPT 5.4 and later",
        PIXELS,
        "keys",
        _keys("box", "point", fenced=False),
        'inspect_ai 0.3.285; pictures sent with detail "original"',
        resize="openai",
        label=_JSON_LABEL,
        tools="json",
    ),
    _row(
        "openai-computer",
        "OpenAI's computer tool",
        PIXELS,
        "names",
        (None, Form('{"type": "click", "x": $x, "y": $y}', between=", ", several="[$items]")),
        'inspect_ai 0.3.285; screenshots sent with detail "original"',
        resize="openai",
        tools="json",
    ),
    _row(
        "anthropic",
        "Claude",
        PIXELS,
        "keys",
        _keys("box", "coordinate", fenced=False),
        "platform.claude.com, docs/build-with-claude/vision-coordinates; inspect_ai 0.3.285",
        resize="anthropic",
        label=_JSON_LABEL,
        tools="json",
    ),
)
_BY_NAME = {each.name: each for each in _TABLE}
