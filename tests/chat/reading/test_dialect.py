"""Every dialect reads what it writes, to its own rounding, and nothing that a model says raises."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from vgym.chat import Call, Dialect, Reading, dialect, dialects
from vgym.chat.reading.calls import TOOL_FORMS

# That which names no size is read as a server of Qwen's would send its pictures.
ROWS = [dialect(n, resize="qwen2.5-vl" if n == "mimo-vl" else None) for n in dialects()]
SIDE = st.integers(28, 4000)
FRACTION = st.floats(0, 1)


def rounding(row: Dialect, size_hw: tuple[int, int]) -> NDArray[np.float64]:
    """By how much a written coordinate may miss, pixels (x, y): a step where numbers are cut off at
    the top or rounded down, else half of one."""
    shown = row.shown_size(size_hw)
    step = np.array([1 / (row.frame.units or side) for side in (shown[1], shown[0])])
    cut_off = row.frame.units and row.frame.top < row.frame.units
    steps = (1.0 if cut_off else 0.5) * row.frame.step
    misses: NDArray[np.float64] = steps * step * np.array(size_hw)[::-1] + 1e-6
    return misses


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=8, deadline=None)
@given(
    size_hw=st.tuples(SIDE, SIDE),
    corners=st.lists(st.tuples(FRACTION, FRACTION, FRACTION, FRACTION), min_size=1, max_size=5),
)
def test_what_is_written_is_read(
    row: Dialect, size_hw: tuple[int, int], corners: list[tuple[float, ...]]
) -> None:
    numbers = np.array(corners)
    boxes = np.concatenate(
        (np.minimum(numbers[:, :2], numbers[:, 2:]), np.maximum(numbers[:, :2], numbers[:, 2:])), 1
    ) * np.tile(size_hw[::-1], 2)
    misses = rounding(row, size_hw)
    points = boxes[:, :2]
    if row.box is not None:
        read = row.read(row.write(boxes[0], size_hw=size_hw), size_hw=size_hw)
        assert read.error == ""
        assert (np.abs(read.boxes - boxes[:1]) <= np.tile(misses, 2)).all()
        several = row.read(
            row.write(boxes, size_hw=size_hw, label="a cup"), size_hw=size_hw, ask="boxes"
        )
        assert (np.abs(several.boxes - boxes) <= np.tile(misses, 2)).all()
        assert set(several.labels) <= {"a cup", ""}
    read = row.read(row.write(points[0], size_hw=size_hw), size_hw=size_hw, ask="point")
    assert (np.abs(read.points - points[:1]) <= misses).all()
    read = row.read(row.write(points, size_hw=size_hw), size_hw=size_hw, ask="points")
    assert read.points.shape == points.shape
    assert (np.abs(read.points - points) <= misses).all()


def test_the_last_answer_counts_and_the_first_of_it() -> None:
    row = dialect("qwen3-vl")
    text = (
        '<think>{"bbox_2d": [1, 1, 2, 2]}</think>[{"bbox_2d": [3, 3, 4, 4]}] no, wait:\n'
        '```json\n[{"bbox_2d": [5, 6, 7, 8], "label": "a"}, {"label": "b", "bbox_2d": [9, 9, 9, 9]}'
        "]\n```"
    )
    assert_allclose(row.read(text, size_hw=(1000, 1000)).boxes, [[5, 6, 7, 8]])
    several = row.read(text, size_hw=(1000, 1000), ask="boxes")
    assert_allclose(several.boxes, [[5, 6, 7, 8], [9, 9, 9, 9]])
    assert several.labels == ("a", "b")
    assert_allclose(row.read(text, size_hw=(1000, 1000), ask="point").points, [[6, 7]])


@pytest.mark.parametrize(
    ("text", "ask", "why"),
    [
        ("", "box", "empty"),
        ("<think>[1, 2, 3, 4]", "box", "thoughts"),
        ('{"point_2d": [1, 2]}', "box", "a point, where a box"),
        ("I do not know.", "box", "no box in the text"),
        ('{"bbox_2d": [1, 2, 3', "box", "no box"),
        ('{"bbox_2d": [NaN, 2, 3, 4]}', "box", "no box"),
        ('{"bbox_2d": [Infinity, 2, 3, 4]}', "box", "no box"),
        ('{"bbox_2d": [1_0, 2, 3, 4]}', "box", "no box"),
        ('{"bbox_2d": [\u0661, \u0662, \u0663, \u0664]}', "box", "no box"),
        ('{"bbox_2d": [99999999, 2, 3, 4]}', "box", "beyond all pictures"),
        ('{"bbox_2d": [' + ", ".join("1" * 400) + "]}", "box", "no box"),
        ("x" * 10_000_000, "box", "more than 100000"),
        ("click", "calls", "no call"),
        ('<tool_call>{"name": "click", "arguments": {"x": NaN}}</tool_call>', "calls", "no call"),
        ('<tool_call>{"name": "click", "arguments": {"x": 1e999}}</tool_call>', "calls", "no call"),
        ('<think><tool_call>{"name": "click"}</tool_call>', "calls", "no call"),
    ],
    ids=range(16),
)
def test_what_is_no_answer_says_why(text: str, ask: str, why: str) -> None:
    said: Any = ask  # one of the words of `Ask`, from a table of texts
    read = dialect("qwen2.5-vl").read(text, size_hw=(480, 640), ask=said)
    assert not read.ok and why in read.error and len(read.error) < 250
    assert not len(read.boxes) and not len(read.points) and not read.calls


def test_marks_that_are_not_seen() -> None:
    row = dialect("qwen3-vl")
    text = '\u200f{"bbox_2d": [\u202a1\u202c, 2,\0 3, 4], "label": "\ud800\u05d0"}\ufeff'
    read = row.read(text, size_hw=(1000, 1000))
    assert_allclose(read.boxes, [[1, 2, 3, 4]])
    read.text.encode()
    read.labels[0].encode()


CALLS = [
    Call("click", {"point": [10, 20]}),
    Call("zoom", {"box": [1, 2, 30, 40]}),
    Call("type", {"text": 'it\'s "so" (10, 20), 5'}),
    Call("scroll", {"point": [5, 6], "direction": "down"}),
    Call("wait"),
]


@pytest.mark.parametrize("form", TOOL_FORMS)
def test_calls_are_read_as_they_are_written(form: str) -> None:
    row = replace(dialect("qwen3-vl"), tools=form)
    for call in CALLS:
        read = row.read(f"I act.\n{row.write_call(call)}", size_hw=(9, 9), ask="calls")
        assert [(one.name, dict(one.arguments)) for one in read.calls] == [
            (call.name, dict(call.arguments))
        ]


NATIVE_CLICKS = [
    '{"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [10, 20]}}',
    '{"action": "left_click", "coordinate": [10, 20]}',
    '{"type": "click", "x": 10, "y": 20, "button": "left"}',
    '{"actions": [{"type": "click", "x": 10, "y": 20}]}',
    '{"function": {"name": "click", "arguments": "{\\"x\\": 10, \\"y\\": 20}"}}',
    "Thought: a click.\nAction: click(start_box='<|box_start|>(10,20)<|box_end|>')",
    "Action: click(point='<point>10 20</point>')",
    "<|begin_of_box|>left_click(start_box='[10,20]', element_info='x')<|end_of_box|>",
    "Action: click(start_box='(5, 10, 15, 30)')",
    "```python\npyautogui.click(x=10, y=20)\n```",
    "Click(10, 20)",
    '<seed:tool_call><function name="click"><parameter name="point"><point>10 20</point>'
    "</parameter></function></seed:tool_call>",
    "<seed:tool_call_never_used_1><function_never_used_1=click><parameter_never_used_1=point>"
    "10 20</parameter_never_used_1></function_never_used_1></seed:tool_call_never_used_1>",
    "<tool_call>click\n<arg_key>point</arg_key>\n<arg_value>[10, 20]</arg_value>\n</tool_call>",
]


@pytest.mark.parametrize("text", NATIVE_CLICKS, ids=range(len(NATIVE_CLICKS)))
def test_clicks_as_models_write_them(text: str) -> None:
    (call,) = dialect("ui-tars").read(text, size_hw=(9, 9), ask="calls").calls
    point: Any = call.arguments["point"]
    assert call.name in ("click", "Click") and list(point) == [10, 20]


def test_calls_in_order() -> None:
    row = dialect("qwen2.5-vl")
    text = "".join(
        row.write_call(call)
        for call in row.read(
            '<tool_call>{"name": "zoom", "arguments": {"box": [1, 2, 3, 4]}}</tool_call> and '
            '<tool_call>{"name": "answer", "arguments": "{\\"text\\": \\"x\\"}"}',
            size_hw=(10, 10),
            ask="calls",
        ).calls
    )
    again = row.read(text, size_hw=(10, 10), ask="calls").calls
    assert [(call.name, dict(call.arguments)) for call in again] == [
        ("zoom", {"box": [1, 2, 3, 4]}),
        ("answer", {"text": "x"}),
    ]


PIECES = st.sampled_from(
    [
        *("[", "]", "(", ")", "{", "}", '"', "'", ",", ":", "1", "-2.5", " ", "\n", "<", ">", "\\"),
        *('"bbox_2d": [1, 2, 3, 4]', '"point_2d": [', '"label": "', "```json", "<think>"),
        *(
            "click(",
            "<loc0001>",
            '<points coords="1 1 2 3',
            "<function=a>",
            "<parameter=b>",
            "=",
            ";",
        ),
        *("</think>", "<answer>", "<tool_call>", "</tool_call>", '{"name": "a", "arguments": {'),
        *(
            "Action:",
            "Thought:",
            "x=1, y=2",
            "click(",
            "<loc0001>",
            '<points coords="1 1 2 3',
            "<function=a>",
            "<point>",
            "\ud800",
            "\0",
            "\u0663",
            "1e999",
            "NaN",
        ),
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(PIECES, max_size=40).map("".join),
    name=st.sampled_from(dialects()),
    ask=st.sampled_from(["box", "point", "boxes", "points", "text", "calls"]),
)
def test_nothing_raises(text: str, name: str, ask: str) -> None:
    row = ROWS[dialects().index(name)]
    said: Any = ask  # drawn from the words of `Ask`
    read = row.read(text, size_hw=(300, 400), ask=said)
    assert isinstance(read, Reading)
    assert np.isfinite(read.boxes).all() and np.isfinite(read.points).all()
    assert read.boxes.shape[1:] == (4,) and read.points.shape[1:] == (2,)
    if ask in ("box", "point") and read.ok:
        assert len(read.points) == 1 and len(read.boxes) <= 1


def test_mistakes_of_a_caller() -> None:
    with pytest.raises(ValueError, match=r"unknown dialect 'qwen2.5vl'; did you mean 'qwen2.5-vl'"):
        dialect("qwen2.5vl")
    with pytest.raises(ValueError, match="is unknown, and the dialect is in pixels"):
        dialect("qwen2.5-vl", resize="unknown").read("[1, 2, 3, 4]", size_hw=(10, 10))
    with pytest.raises(ValueError, match="takes no such limit"):
        dialect("json", max_pixels=1000)
    with pytest.raises(ValueError, match="finite"):
        dialect("json").write([1, 2, 3], size_hw=(10, 10))
    with pytest.raises(ValueError, match="'molmo' has points alone; write the box's centre"):
        dialect("molmo").write([1, 2, 3, 4], size_hw=(10, 10))
    misspelt: Any = "boxs"
    with pytest.raises(ValueError, match="ask is 'boxs'"):
        dialect("json").read("", size_hw=(10, 10), ask=misspelt)
    with pytest.raises(ValueError, match="above 0"):
        dialect("json").read("", size_hw=(0, 10))
