"""Where in a model's text the answer is: never its thoughts, never an exception, in linear time."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.chat.reading.places import MAX_TEXT_CHARACTERS, Unparsable, place_in_text

ANSWERS: dict[str, tuple[list[float], str] | list[float]] = {
    # thoughts
    "Thought: not (100, 200).\nAction: click(start_box='(512,430)')": [512, 430],
    "Thought: not (100, 200). Action: click(start_box='(512,430)')": [512, 430],
    "**Thought:** (1, 2)\n\n**Action:** [512, 430]": [512, 430],
    "Reflection: (1, 2)\nThought: (3, 4)\nAction: click(point='<point>512 430</point>')": [
        512,
        430,
    ],
    "Thought: (1, 2)\nAction: (3, 4)\nThought: (5, 6)\nAction: (512, 430)": [512, 430],
    "Action: (512, 430)\nThought: as I said at (1, 2)": [512, 430],
    "Reasoning: (1, 2)\nFinal Answer: [512, 430]": [512, 430],
    "THOUGHT: (1, 2)\nACTION: [512, 430]": [512, 430],
    'Thought: (1, 2)\n<tool_call>{"arguments": {"coordinate": [512, 430]}}</tool_call>': [512, 430],
    '{"thought": "at (1, 2)", "action": "click", "coordinate": [512, 430]}': [512, 430],
    '{"Reasoning": "a \\"quoted\\" (1, 2)", "point": [512, 430]}': [512, 430],
    '{"action": "click", "point": [512, 430], "reason": "not (1, 2)"}': [512, 430],
    "<think>(1, 2)</think> [512, 430]": [512, 430],
    "the prompt opened it (1, 2)</think> [512, 430]": [512, 430],
    "<thinking>(1, 2)</thinking><answer>[512, 430]</answer>": [512, 430],
    "<think>(1, 2)</think> [512, 430] <think>(3, 4)": [512, 430],
    "<THINK>(1, 2)</THINK>[512, 430]": [512, 430],
    "\u25c1think\u25b7(1, 2)\u25c1/think\u25b7[512, 430]": [512, 430],
    "<analysis>(1, 2)</analysis>[512, 430]": [512, 430],
    "<seed:think>(1, 2)</seed:think>[512, 430]": [512, 430],
    "[THINK](1, 2)[/THINK][512, 430]": [512, 430],
    "Thought\uff1a (1, 2)\nAction\uff1aclick(512, 430)": [512, 430],
    "Thought 1: (1, 2)\nAction 1: [512, 430]": [512, 430],
    "Thoughts: (1, 2)\nActions: [512, 430]": [512, 430],
    "<answer>[512, 430]": [512, 430],
    "(1, 2) <|begin_of_box|>[[512, 430]]<|end_of_box|> (3, 4)": [512, 430],
    # places
    "<bbox>637 964 637 964</bbox>": [637, 964, 637, 964],
    "<bbox>637, 964, 640, 970</bbox>": [637, 964, 640, 970],
    "<box>[[637, 964, 640, 970]]</box>": [637, 964, 640, 970],
    "<BBOX>637 964 640 970</BBOX>": [637, 964, 640, 970],
    "<box>(637,964),(640,970)</box>": [637, 964, 640, 970],
    "click(start_box='<bbox>637 964 640 970</bbox>')": [637, 964, 640, 970],
    "From (1, 2) I go to <point>512 430</point>.": [512, 430],
    "[[10, 20], [30, 40]]": [10, 20, 30, 40],
    "[[10,20],[30,40]]": [10, 20, 30, 40],
    "((10, 20), (30, 40))": [10, 20, 30, 40],
    "[(10, 20), (30, 40)]": [10, 20, 30, 40],
    "[[10, 20]]": [10, 20],
    "[[10, 20], [30, 40], [50, 60]]": [10, 20],
    "[[10.5, 20], [30, 40.25]]": [10.5, 20, 30, 40.25],
    "512 430": [512, 430],
    "10 20 30 40": [10, 20, 30, 40],
    "[-3, 4]": [-3, 4],
    "[120, 50]": [120, 50],
    "120, 50": [120, 50],
    " 0.3,0.25 ": [0.3, 0.25],
    "100, 40, 140, 60": [100, 40, 140, 60],
    "[[100,40,140,60]]": [100, 40, 140, 60],
    "<ref>bell</ref><box>[[100, 40, 140, 60]]</box>": [100, 40, 140, 60],
    "<|box_start|>(100,40),(140,60)<|box_end|>": [100, 40, 140, 60],
    "click(start_box='<|box_start|>(120,50)<|box_end|>')": [120, 50],
    '[{"bbox_2d": [100, 40, 140, 60], "label": "2 of (3, 4)"}]': [100, 40, 140, 60],
    '{"point_2d": [120.5, 50], "label": "x"}': [120.5, 50],
    '{"action":"left_click","coordinate":[120,50]}': [120, 50],
    "click(point='<point>120 50</point>')": [120, 50],
    "[[10, 20], [300, 400]]": [10, 20, 300, 400],
    "<think>not (1, 2)</think><answer>(120, 50)</answer>": [120, 50],
    "<answer>(1, 2)</answer> no: <answer>(120, 50)</answer> as (7, 8)": [120, 50],
    # names say their order
    '{"x": 12, "y": 34}': ([12, 34], "xy"),
    "click(x=12, y=34).": ([12, 34], "xy"),
    "It is at x=12, y=0.25.": ([12, 0.25], "xy"),
    '{"x": 10, "y": 20, "width": 30, "height": 40}': ([10, 20, 30, 40], "xywh"),
    "x=10, y=20, w=30, h=40": ([10, 20, 30, 40], "xywh"),
    '{"x1": 10, "y1": 20, "x2": 30, "y2": 40}': ([10, 20, 30, 40], "xyxy"),
    '{"xmin": 10, "ymin": 20, "xmax": 30, "ymax": 40}': ([10, 20, 30, 40], "xyxy"),
    '{"left": 10, "top": 20, "right": 30, "bottom": 40}': ([10, 20, 30, 40], "xyxy"),
    '{"x": 120, "y": 50}': ([120, 50], "xy"),
    '<point x="30.5" y="25.0" alt="bell">bell</point>': ([30.5, 25], "xy"),
    "pyautogui.click(x=0.3, y=.25)": ([0.3, 0.25], "xy"),
    "It is at x=3, y=0.25.": ([3, 0.25], "xy"),
}


@pytest.mark.parametrize("text", ANSWERS, ids=lambda text: text[:50])
def test_what_is_answered(text: str) -> None:
    expected = ANSWERS[text]
    numbers, order = expected if isinstance(expected, tuple) else (expected, "")
    assert place_in_text(text) == (numbers, order)


@pytest.mark.parametrize(
    "text",
    [
        "<think>the button is at (100, 200)",
        "<think>(1, 2)</think>",
        "<think>(1, 2)</think><think>(3, 4)",
        "<thinking>so [1, 2]",
        "Thought: the button is at (100, 200)",
        "Thought: (1, 2)\nAction: wait()",
        "Thought: (1, 2)\nAction:",
        '{"thought": "it is at (1, 2)',
        '{"thought": "it is at (1, 2)"}',
        "<answer></answer> (1, 2)",
        "__import__('os').abort()",
        "<answer>[__import__('os').abort(), 2]</answer>",
        "(1,234, 567)",
        "[1, 2, 3]",
        "[\u0663, \u0664]",
        "[1_0, 2]",
        "[nan, 2]",
        "[1e3, 2]",
        "[99999999, 5]",
        "x=1, y=2e5",
        "I cannot see it.",
        "click 120",
        "[1, 2, 3, 4, 5]",
        "[NaN, 5]",
        "[1e3, 5]",
        "[12345678901234567890, 5]",
        "x=1, y=12345678901234567890",
        "a" * 100_001,
        "12",
        "10 20 30",
        "",
    ],
)
def test_what_is_no_answer(text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        place_in_text(text)
    assert len(str(caught.value)) < 200


def test_every_beginning_of_an_answer() -> None:
    """Cut off anywhere, a thought is never taken for the answer."""
    for whole in (
        "<think>at (100, 200), or [3, 4]</think>\n<answer>[512, 430]</answer>",
        "Thought: at (100, 200), or [3, 4]\nAction: click(start_box='(512,430)')",
        '{"thought": "at (100, 200)", "coordinate": [512, 430]}',
    ):
        for end in range(len(whole)):
            try:
                found = place_in_text(whole[:end])
            except Unparsable:
                continue
            assert found.numbers == [512, 430]


UNITS = [
    *("[", "(1", "[1, ", "x=1 ", "1,", " ", "\n", "\n#", "*", "-", ".", "0", "<", "1 1 1 ", "\\"),
    *("<think>", "</think>", "\u25c1think\u25b7", "<answer>", "<tool_call>", "<|begin_of_box|>"),
    *("Thought:", "\nThought:", "Action:", "<bbox>", "<bbox>1 ", "<point>1 1 1 1 "),
    *('"thought":"', '"thought":"\\', "'thought':'", '"thought":"a" ', '"reason" : "\\\\'),
    *('"x": 1, "y": 1, "width": 1,', "x1=1, y1=1, x2=", "left=1, top=1, ", "x_min=1,"),
    *("[1,2],", "(1,2) ", "[[1,2],", "[1,2],[3,4],["),
]


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    """A hundred thousand characters in far less than what a quadratic pattern takes (seconds)."""
    for text in (unit * (MAX_TEXT_CHARACTERS // len(unit)), "<answer>" + unit * 10_000):
        start = time.process_time()
        try:
            place_in_text(text[:MAX_TEXT_CHARACTERS])
        except Unparsable:
            pass
        assert time.process_time() - start < 1.5


def test_a_text_that_is_too_long() -> None:
    with pytest.raises(Unparsable, match="text of 100001 characters, more than 100000"):
        place_in_text("a" * (MAX_TEXT_CHARACTERS + 1))


PIECES = st.sampled_from(
    [*UNITS, "</answer>", "]", ")", "}", "{", ",", "1", "2.5", "y=2", "</bbox>", '"', "\x00"]
)


@settings(deadline=None, max_examples=400)
@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_a_place_or_none(text: str) -> None:
    try:
        found = place_in_text(text)
    except Unparsable:
        return
    assert len(found.numbers) in (2, 4) and all(map(math.isfinite, found.numbers))
    assert place_in_text(str(found.numbers)).numbers == found.numbers


@settings(deadline=None)
@given(st.text(st.characters(codec=None, categories=["Cs", "Cc", "Cf", "Nd", "Lo"]), max_size=50))
def test_any_characters(text: str) -> None:
    try:
        place_in_text(text)
    except Unparsable as reason:
        str(reason).encode()
