"""Agents that click on screens: what they find on drawn pictures, and how often that is right."""

from __future__ import annotations

import sys
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.baselines.agents import AGENTS, DEFAULT_AGENTS, make_agent, plays
from vgym.baselines.controls import (
    BUTTON,
    COLOURS,
    FIELD,
    ICON,
    TEXT,
    Controls,
    find_controls,
)
from vgym.baselines.ocr_agent import answer
from vgym.baselines.picking_controls import pick
from vgym.baselines.saliency_agent import locate_control
from vgym.baselines.screen_reading import Text, find_words, plain
from vgym.baselines.screen_words import Request, read_request

GREEN_BOX, GREY_BOX = (40, 300, 140, 334), (180, 300, 280, 334)
FIELD_BOX, ICON_BOX = (40, 120, 300, 152), (600, 20, 616, 36)
LINK = (400, 200, "Export everything")


def drawn() -> NDArray[np.uint8]:
    """A screen with two buttons, a field, an icon and a link."""
    image = Image.new("RGB", (1280, 800), (245, 246, 250))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(15)
    draw.rounded_rectangle(GREEN_BOX, 5, fill=(30, 150, 70))
    draw.text((70, 308), "Save", (255, 255, 255), font)
    draw.rounded_rectangle(GREY_BOX, 5, fill=(210, 212, 218))
    draw.text((205, 308), "Cancel", (20, 20, 20), font)
    draw.rectangle(FIELD_BOX, fill=(255, 255, 255), outline=(150, 150, 160))
    draw.text((50, 127), "Name", (110, 110, 110), font)
    draw.ellipse(ICON_BOX, outline=(30, 30, 30), width=2)
    draw.text(LINK[:2], LINK[2], (20, 20, 20), font)
    return np.asarray(image)


def at(controls: Controls, box: tuple[int, ...], kind: int) -> bool:
    """Whether a control of a kind lies within 4 pixels of a box."""
    near = np.abs(controls.boxes - np.array(box)).max(1) <= 4
    return bool((near & (controls.kinds == kind)).any())


def test_buttons_fields_icons_and_text_are_told_apart() -> None:
    controls = find_controls(drawn())
    assert at(controls, GREEN_BOX, BUTTON) and at(controls, GREY_BOX, BUTTON)
    assert at(controls, FIELD_BOX, FIELD)
    assert at(controls, ICON_BOX, ICON)
    font = ImageFont.load_default(15)
    left, top, right, bottom = ImageDraw.Draw(Image.new("RGB", (9, 9))).textbbox(
        LINK[:2], LINK[2], font
    )
    assert at(controls, (int(left), int(top), int(right), int(bottom)), TEXT)


def test_colours_are_shares_of_the_box() -> None:
    controls = find_controls(drawn())
    near = np.abs(controls.boxes - np.array(GREEN_BOX)).max(1) <= 4
    green = controls.coloured[near, list(COLOURS).index("green")]
    assert 0.6 < green.max() <= 1
    assert controls.coloured[near, list(COLOURS).index("red")].max() == 0


def test_a_plain_picture_has_no_controls_and_answers_are_its_middle() -> None:
    blank = np.full((120, 200, 3), 90, np.uint8)
    controls = find_controls(blank)
    assert len(controls) == 0 and controls.coloured.shape == (0, len(COLOURS))
    assert pick(controls, Request()) is None
    np.testing.assert_allclose(locate_control(blank, Request()), [[0.25, 0.25, 0.75, 0.75]])
    np.testing.assert_allclose(answer([], controls, Request(text="Save")), [50, 30, 150, 90])


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3), (17, 33)])
def test_pictures_of_any_size_are_looked_at(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    box = locate_control(noise, Request(colour="red"))
    assert box.shape == (1, 4) and (box >= 0).all() and (box <= 1).all()


@pytest.mark.parametrize(
    ("words", "box"),
    [
        ("click the green button", GREEN_BOX),
        ("click the field just above the bell", FIELD_BOX),
        ("click the moon", ICON_BOX),
        ("click Export everything", (*LINK[:2], 520, 220)),
    ],
)
def test_saliency_picks_by_colour_kind_and_size(words: str, box: tuple[int, ...]) -> None:
    found = locate_control(drawn(), read_request(words))[0] * [1280, 800, 1280, 800]
    assert inside(found, box)


def inside(found: Any, box: tuple[int, ...]) -> bool:
    x, y = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("click Create report", Request(text="Create report")),
        ("tick Show hidden files", Request(text="Show hidden files")),
        ("open the Display tab", Request(text="Display", kind="tab")),
        ("flip the Night light switch", Request(text="Night light", kind="switch")),
        ("click the row just above “Total”", Request(kind="row", side="above", neighbour="Total")),
        ("click the blue link", Request(kind="link", colour="blue")),
    ],
)
def test_instructions_are_understood(words: str, expected: Request) -> None:
    assert read_request(words) == expected


def test_what_icons_mean_is_known_and_the_rest_is_taken_by_its_words() -> None:
    assert read_request("see the notifications").sayings[0] == "notifications"
    assert read_request("click the button with a magnifying glass").sayings[0] == "search"
    assert read_request("feed the hippopotamus").sayings == ("feed", "hippopotamus")
    beside = read_request("click the bell just to the right of the moon")
    assert (beside.kind, beside.side, beside.neighbour) == ("icon", "right", "")
    assert "dark" in beside.neighbour_sayings


# What an engine would read of a screen: a menu in one run, a heading and a link that say the same,
# and a row of several runs.
READ = [
    Text((10, 10, 170, 24), "File Edit View Help"),
    Text((200, 60, 320, 90), "Reports"),
    Text((10, 100, 70, 114), "Reports"),
    Text((10, 130, 80, 144), "Report1ng"),
    Text((200, 200, 300, 214), "Winter boots"),
    Text((400, 200, 440, 214), "46.66"),
    Text((200, 240, 300, 254), "Winter coat"),
]


def test_words_are_found_alone_among_others_and_in_parts() -> None:
    assert find_words(READ, "reports")[0].box == READ[2].box
    view = find_words(READ, "View")[0].box
    assert 85 < (view[0] + view[2]) / 2 < 125  # "View" is letters 9 to 12 of 16
    row = find_words(READ, "Winter boots 46.66")[0]
    assert row.box == READ[4].box and row.sure > 0.8
    assert find_words(READ, "Reporting")[0].box == READ[3].box
    assert find_words(READ, "zebra") == [] and find_words(READ, "…") == []
    assert find_words([], "File") == []
    assert plain("Hello, 10!") == "heiioio"


def test_what_is_beside_words_is_clicked() -> None:
    image = drawn()
    texts = [Text((70, 308, 105, 326), "Save"), Text((205, 308, 255, 326), "Cancel")]
    controls = find_controls(image)
    right = answer(texts, controls, read_request("click the button just to the right of “Save”"))
    assert inside(right, GREY_BOX)
    left = answer(texts, controls, read_request("click the button just to the left of “Cancel”"))
    assert inside(left, GREEN_BOX)
    above = answer(texts, controls, read_request("click the field just above “Save”"))
    assert inside(above, FIELD_BOX)
    assert inside(answer(texts, controls, read_request("cancel it")), GREY_BOX)
    assert inside(answer(texts, controls, read_request("save")), GREEN_BOX)
    assert inside(answer(texts, controls, read_request("click the sun")), ICON_BOX)


def test_agents_with_extras_are_played_only_when_named() -> None:
    assert "ocr" in AGENTS and AGENTS["ocr"].extra == "ocr"
    assert "ocr" not in DEFAULT_AGENTS and "saliency" in DEFAULT_AGENTS
    assert plays("ocr", "VGui-v0") and not plays("ocr", "VGround-v0")
    assert plays("centre", "VGui-v0") and plays("saliency", "VGui-v0")
    assert not plays("frontier", "VGui-v0")


def test_a_missing_engine_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from vgym.baselines.screen_reading import _engine

    _engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(ImportError, match=r"pip install .*\[ocr\]"):
        make_agent("ocr")
    _engine.cache_clear()


def played(name: str, episodes: int, **settings: Any) -> Any:
    """Success of an agent, (episodes,)."""
    envs = gymnasium.make_vec("VGui-v0", num_envs=episodes, **settings)
    observation, _ = envs.reset(seed=5)
    agent = make_agent(name)
    agent.reset(0)
    _, _, _, _, info = envs.step(agent.act(observation, envs.unwrapped.instructions(), envs))
    envs.close()
    return np.asarray(info["success"])


@pytest.mark.parametrize("name", ["centre", "saliency"])
@pytest.mark.parametrize("kind", ["point", "box"])
def test_points_and_boxes_are_spoken(name: str, kind: str) -> None:
    shape = played(name, 4, source="synthetic", image_size=(200, 320), answer=kind).shape
    assert shape == (4,)


@pytest.mark.slow
def test_who_reads_the_screen_beats_chance() -> None:
    pytest.importorskip("rapidocr_onnxruntime", reason="needs pip install vgym[ocr]")
    settings = {"source": "synthetic", "image_size": (600, 960)}
    assert played("ocr", 8, **settings).mean() >= played("random", 8, **settings).mean() + 0.3
