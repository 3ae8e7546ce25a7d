"""What agents say to a page, and what nearing the goal is worth: no browser is needed."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgym.asset_files import asset
from vgym.data.capture.gate import is_local
from vgym.envs.gui.web.actions import (
    FORMS,
    KEYS,
    KINDS,
    WAIT,
    Action,
    action_space,
    decode,
    encode,
    parse,
    say,
    typeable,
)
from vgym.envs.gui.web.closeness import PlanStep, Progress, gaussian
from vgym.envs.gui.web.miniwob import MINIWOB, ORACLES, RELOADED
from vgym.envs.gui.web.page import _plan
from vgym.envs.gui.web.tasks import find_tasks, styled_images

SIZE = (210, 160)
TEXTS = ("one", "two words", 'with "quotes"')
inside = st.tuples(st.floats(0, 159.9), st.floats(0, 209.9))
actions = st.one_of(
    st.builds(lambda p: Action("click", *p), inside),
    st.builds(lambda p: Action("double_click", *p), inside),
    st.builds(lambda p, q: Action("drag", *p, *q), inside, inside),
    st.builds(lambda p, q: Action("scroll", *p, *q), inside, inside),
    st.builds(lambda t: Action("type", text=t), st.sampled_from(TEXTS)),
    st.builds(lambda k: Action("key", text=k), st.sampled_from(KEYS)),
    st.just(WAIT),
)


@given(actions, st.sampled_from(FORMS))
def test_what_is_encoded_is_decoded(action: Action, form: str) -> None:
    said = encode(form, action, SIZE, TEXTS)
    assert said in action_space(form, SIZE)
    heard = decode(form, said, SIZE, TEXTS)
    assert (heard.kind, heard.understood) == (action.kind, True)
    if action.kind in ("type", "key"):
        assert heard.text == action.text
    near = {"continuous": 0.01, "pixel": 1.01 if action.kind != "scroll" else 2.02, "text": 0.01}
    if action.points:
        assert abs(heard.x - action.x) <= near[form] and abs(heard.y - action.y) <= near[form]
    if action.kind in ("drag", "scroll"):
        assert abs(heard.x2 - action.x2) <= near[form] and abs(heard.y2 - action.y2) <= near[form]


@pytest.mark.parametrize("form", ["continuous", "pixel"])
def test_every_number_is_an_action(form: str) -> None:
    space = action_space(form, SIZE)
    space.seed(0)
    kinds = set()
    for _ in range(200):
        action = decode(form, space.sample(), SIZE, TEXTS)
        assert action.inside(SIZE) and action.understood
        kinds.add(action.kind)
    assert kinds == set(KINDS)
    corners = [space.low, space.high] if form == "continuous" else [space.nvec - 1, space.nvec * 0]
    for corner in corners:
        assert decode(form, corner, SIZE, TEXTS).inside(SIZE)


def test_a_text_that_is_not_quoted_is_said_in_words_alone() -> None:
    other = Action("type", text="three")
    said = encode("continuous", other, SIZE, TEXTS)
    assert decode("continuous", said, SIZE, TEXTS).kind == "wait"
    assert parse(say(other)) == other


@pytest.mark.parametrize(
    "number",
    [
        "1_0",
        "\u0661\u0662",
        "\uff11",
        "nan",
        "inf",
        "-infinity",
        "1e999",
        "1e6",
        "0x10",
        "1 0",
        "",
        "1" * 40,
    ],
)
def test_only_plain_decimal_numbers_are_numbers(number: str) -> None:
    assert not parse(f"click({number}, 12)").understood
    assert not parse(f"scroll(1, 2, 3, {number})").understood
    assert parse("drag(10, .5, 1e1, -2.)") == Action("drag", 10, 0.5, 10, -2)


def test_a_plan_of_other_things_than_numbers_ends_there() -> None:
    sound = {"kind": "click", "box": [1, 2, 3, 4.5], "to": [5, 6]}
    for wrong in ("\u0661", "1_0", "nan", True, None, 10**400):
        plan = [sound, {**sound, "box": [1, 2, 3, wrong]}, sound]
        assert [step.box for step in _plan(plan)] == [(1, 2, 3, 4.5)]
        assert len(_plan([sound, {**sound, "to": [wrong, 1]}])) == 1


@given(st.text(max_size=60))
def test_no_words_are_an_error(words: str) -> None:
    assert parse(words).kind in KINDS
    assert parse(say(Action("type", text=words))).text == words
    assert all(ord(c) >= 32 or c in "\n\t" for c in typeable(words))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("file:///pages/a.html", True),
        ("http://localhost/", True),
        ("http://localhost:8000/a", True),
        ("https://127.0.0.1:1/", True),
        ("http://[::1]:80/", True),
        ("data:text/html,x", True),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://localhost@example.org/", False),
        ("http://example.org/?file:///", False),
        ("file://server/share", False),
        ("ftp://localhost/", False),
        ("//localhost/", False),
    ],
)
def test_only_addresses_of_this_machine_are_local(url: str, local: bool) -> None:
    assert is_local(url) is local


def plan(*kinds: str) -> list[PlanStep]:
    return [PlanStep(kind, (10.0, 10.0, 30.0, 20.0)) for kind in kinds]


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "hover", "box": (1.0, 1.0, 9.0, 9.0)},
        {"kind": ""},
        {"kind": "Click", "box": (1.0, 1.0, 9.0, 9.0)},
        {"kind": "key", "text": "F13"},
        {"kind": "key"},
        {"kind": "click", "box": (1.0, 2.0, 3.0)},
        {"kind": "click", "box": (1.0, 2.0, float("nan"), 4.0)},
        {"kind": "drag", "box": (1.0, 1.0, 9.0, 9.0), "to": (float("inf"), 0.0)},
        {"kind": "scroll", "box": (1e308, 1e308, 1e308, 1e308)},
        {"kind": "type", "text": "x" * 30_001},
    ],
    ids=str,
)
def test_a_step_that_nobody_can_do_is_none(step: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kind|key|text|box"):
        PlanStep(**step)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_an_action_of_every_form(form: str, kind: str) -> None:
    placed = PlanStep(kind, (1.0, 1.0, 9.0, 9.0), text="Enter")
    bare = PlanStep(kind, text="Enter")
    for step in (placed, bare):
        answer = encode(form, step.action, SIZE, ["Enter"])
        assert decode(form, answer, SIZE, ["Enter"]).kind == step.action.kind
    pointing = kind in ("click", "double_click", "drag", "scroll")
    # What needs a place and has none yet is waited for, not done in a corner.
    assert placed.action.kind == kind and bare.action.kind == ("wait" if pointing else kind)


def test_the_plan_done_pays_one() -> None:
    progress = Progress(plan("click", "click", "click"), SIZE)
    right = plan("click")[0].action
    gains = [
        progress.gain(right, plan("click", "click"), False),
        progress.gain(right, plan("click"), False),
        progress.gain(right, [], True),
    ]
    assert gains == pytest.approx([1 / 3] * 3)


def test_no_loop_pays() -> None:
    progress = Progress(plan("click", "click"), SIZE)
    right, far = plan("click")[0].action, Action("click", 159.0, 209.0)
    paid = progress.gain(right, plan("click"), False)
    for _ in range(10):  # undone and done again
        paid += progress.gain(far, plan("click", "click"), False)
        paid += progress.gain(right, plan("click"), False)
    assert paid <= 0.5 + 0.45 + 1e-9


@given(
    st.lists(st.tuples(inside, st.integers(0, 6), st.booleans()), min_size=1, max_size=30),
    st.integers(0, 5),
)
def test_an_episode_pays_one_at_most(
    steps: list[tuple[tuple[float, float], int, bool]], n: int
) -> None:
    progress = Progress(plan(*["click"] * n), SIZE)
    gains = [
        progress.gain(Action("click", *point), plan(*["click"] * left), success)
        for point, left, success in steps
    ]
    assert all(0 <= gain <= 1 for gain in gains) and sum(gains) <= 1 + 1e-9
    assert n or not any(gains)


def test_nearer_pays_more_and_waiting_nothing() -> None:
    def first(action: Action) -> float:
        return Progress(plan("click"), SIZE).gain(action, plan("click"), False)

    towards = [first(Action("click", x, 15.0)) for x in (150.0, 90.0, 50.0, 20.0)]
    assert towards == sorted(towards) and towards[0] < 0.01 < 0.85 < towards[-1] < 1
    assert first(WAIT) == 0 == first(Action("double_click", 20.0, 15.0))


def test_a_box_without_area_is_felt() -> None:
    assert gaussian(5, 5, (5, 5, 5, 5), SIZE) == 1.0
    assert 0 < gaussian(20, 5, (5, 5, 5, 5), SIZE) < 1


def test_the_tasks_of_miniwob_are_the_packages() -> None:
    assert len(MINIWOB) == 125 and set(ORACLES) | RELOADED < set(MINIWOB)
    assert len(set(ORACLES)) == len(ORACLES)
    spec = importlib.util.find_spec("miniwob")
    assert spec is not None and spec.origin is not None, "pip install vgym[web]"
    # Read, not imported: importing it needs Selenium.
    source = Path(spec.origin).with_name("registration.py").read_text()
    registered = set(re.findall(r'id="miniwob/([a-z0-9-]+)-v1"', source))
    assert registered == set(MINIWOB)
    assert [task.name for task in find_tasks("all", None, False)] == list(MINIWOB)


def test_every_plan_is_listed_as_an_oracle() -> None:
    source = asset("flow_pages/miniwob_plans.js").read_text("utf-8")
    plans = source[source.index("const plans = {") :]
    assert set(re.findall(r"^    '([a-z0-9-]+)':", plans, re.M)) == set(ORACLES)


def test_the_images_of_linked_style_sheets_are_found(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "sheets").mkdir()
    styles = "b { background: url('x.png') } i { content: url(no.png) }"
    (folder / "sheets" / "a.css").write_text(styles)
    (folder / "sheets" / "x.png").write_bytes(b"")
    (folder / "y.png").write_bytes(b"")
    page = folder / "page.html"
    page.write_text(
        '<link rel="stylesheet" href="sheets/a.css"><link rel="stylesheet" href="gone.css">'
        '<style>p { content: url("y.png") }</style>'
    )
    assert styled_images(page) == tuple(
        sorted(file.as_uri() for file in (folder / "sheets" / "x.png", folder / "y.png"))
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("click-tset", "did you mean 'click-test'"),
        ([], "names no task"),
        (["flows", "click-test"], "several sizes"),
        ("http://example.org/", "another machine"),
    ],
)
def test_wrong_tasks_are_named(asked: Any, message: str) -> None:
    if "click-test" in str(asked) and "flows" in str(asked):
        pytest.importorskip("miniwob")
    with pytest.raises(ValueError, match=message):
        find_tasks(asked, None, False)
