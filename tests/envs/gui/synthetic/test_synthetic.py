"""Made screens: the same by key, boxes that show what they say, letters that can be read."""

import pickle
import subprocess
import sys
from dataclasses import replace
from hashlib import blake2b
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vgym.core.keys import stream, subkey
from vgym.envs.gui.elements import Page
from vgym.envs.gui.synthetic import make_page
from vgym.envs.gui.synthetic.words import LISTS, tools, words
from vgym.envs.gui.toolkit.canvas import Canvas, Control
from vgym.envs.gui.toolkit.characters import FONTS
from vgym.envs.gui.toolkit.glyphs import SIZES, face_numbered
from vgym.envs.gui.toolkit.painter import paint
from vgym.envs.gui.toolkit.program import (
    CLIP,
    FILL,
    KIND,
    RGB,
    RGB_END,
    TEXT,
    X0,
    X1,
    Y0,
    Y1,
    P,
    Program,
    Q,
)

Commands = NDArray[np.int32]
SIZES_HW = ((400, 640), (800, 1280), (915, 412), (224, 224))
LARGE = SIZES_HW[1:3]


def key(number: int) -> np.uint64:
    return subkey(stream("test pages"), number)


class Drawn:
    """A page with the commands of each control: what `make_page` returns, and how it came to be."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, number: int, size_hw: tuple[int, int],
        difficulty: float, split: str = "train",
    ) -> None:  # fmt: skip
        kept: list[Canvas] = []
        original = Canvas.program

        def program(canvas: Canvas) -> Program:
            kept.append(canvas)
            return original(canvas)

        with monkeypatch.context() as patch:
            patch.setattr(Canvas, "program", program)
            self.program, self.page = make_page(key(number), size_hw, difficulty, split)
        self.controls: list[Control] = kept[0].controls

    def painted(self, commands: Commands) -> NDArray[np.uint8]:
        whole = np.array([[0, 0, self.page.size_hw[1], self.page.size_hw[0]]], np.int32)
        clips = np.concatenate([self.program.clips, whole])
        return paint([replace(self.program, commands=commands, clips=clips)])[0]

    def visible(self, control: Control) -> NDArray[np.bool_]:
        """Where the control's whole box, painted as one solid thing in its place, would show."""
        first, last = control.commands
        pictures = []
        for colour in (0xFF00FE, 0x00FF01):
            commands = self.program.commands.copy()
            commands[first:last, KIND] = FILL  # of no opacity: nothing
            commands[first, [KIND, CLIP]] = FILL | 255 << 8, len(self.program.clips)
            commands[first, [X0, Y0, X1, Y1]] = control.element.box
            commands[first, [RGB, RGB_END]] = colour
            commands[first, [P, Q]] = 0
            pictures.append(self.painted(commands))
        return (pictures[0] != pictures[1]).any(-1)


def digest(program: Program, page: Page) -> str:
    parts = (program.commands, program.clips, program.glyphs, paint([program])[0])
    data = b"".join(part.tobytes() for part in parts) + repr(page).encode()
    return blake2b(data, digest_size=8).hexdigest()


def digests() -> list[str]:
    made = [make_page(key(n), SIZES_HW[n % 4], n / 11, ("train", "test")[n % 2]) for n in range(12)]
    return [digest(*page) for page in made]


@pytest.mark.slow
def test_a_key_gives_one_page_in_every_process() -> None:
    here = digests()
    assert here == digests()
    assert len(set(here)) == len(here)
    code = "import sys; sys.path[:0] = sys.argv[1:]; import test_synthetic as t; print(t.digests())"
    folder = __file__.rsplit("/", 1)[0]
    run = [sys.executable, "-c", code, folder]
    there = subprocess.run(run, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == str(here)


@given(
    st.integers(64, 900), st.integers(64, 900), st.floats(0, 1), st.integers(0, 10**6),
    st.sampled_from(["train", "test"]),
)  # fmt: skip
@example(64, 64, 0.0, 1, "train")
@example(64, 64, 1.0, 1, "test")
@example(64, 4096, 0.5, 2, "train")
@example(4096, 64, 1.0, 3, "test")
@example(4096, 4096, 0.0, 4, "train")
@example(2160, 3840, 1.0, 5, "train")
@settings(max_examples=120, deadline=None)
def test_any_size_has_controls_inside_it(
    height: int, width: int, difficulty: float, number: int, split: str
) -> None:
    program, page = make_page(key(number), (height, width), difficulty, split)
    assert page.size_hw == program.size_hw == (height, width)
    assert 1 <= len(page.elements) <= 200
    for element in page.elements:
        x0, y0, x1, y1 = element.box
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        assert min(x1 - x0, y1 - y0) >= 10
        assert element.name
        assert element.role
    for a, b in combinations(page.elements, 2):
        apart_x = a.box[2] <= b.box[0] or b.box[2] <= a.box[0]
        apart_y = a.box[3] <= b.box[1] or b.box[3] <= a.box[1]
        assert apart_x or apart_y, (a, b)
    assert paint([program])[0].std() > 3


@pytest.mark.parametrize(
    "size_hw", [pytest.param(s, marks=pytest.mark.slow if s in LARGE else ()) for s in SIZES_HW]
)
def test_boxes_hold_what_can_be_seen_of_their_control(
    size_hw: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    for number in range(14):
        drawn = Drawn(monkeypatch, number, size_hw, number / 13, ("train", "test")[number % 2])
        original = drawn.painted(drawn.program.commands)
        step = max(1, len(drawn.controls) // 9)
        for control in drawn.controls[number % step :: step]:
            x0, y0, x1, y1 = (int(edge) for edge in control.element.box)
            inside = drawn.visible(control)[y0:y1, x0:x1]
            assert inside.mean() > 0.97, (number, control.element)
            # And there is something of it: without its commands, the page looks otherwise there.
            commands = drawn.program.commands.copy()
            commands[slice(*control.commands), KIND] &= 255
            gone = drawn.painted(commands)
            changed = (gone != original).any(-1)
            assert changed[y0:y1, x0:x1].any(), (number, control.element)
            if control.element.text or control.element.icon:
                texts = drawn.program.commands.copy()
                block = texts[slice(*control.commands)]
                block[block[:, KIND] & 255 == TEXT, KIND] &= 255
                silent = drawn.painted(texts)
                seen = (silent != original).any(-1)[y0:y1, x0:x1]
                assert seen.any(), (number, control.element)
            looked += 1
    assert looked > 60


@pytest.mark.parametrize("size_hw", SIZES_HW)
def test_no_text_runs_into_another_where_nothing_lies_over_the_page(
    size_hw: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sites.open_menu", "sites.modal", "phones.modal", "phones.round_button"):
        monkeypatch.setattr(f"vgym.envs.gui.synthetic.{name}", lambda *_: None)
    looked = 0
    for number in range(40):
        program, page = make_page(key(number), size_hw, number / 39, ("train", "test")[number % 2])
        if page.platform == "desktop":
            continue
        spots = []
        for c in program.commands:
            if c[KIND] & 255 == TEXT and c[P] < c[Q]:
                clip, high = program.clips[c[CLIP]], face_numbered(int(c[X1])).capital
                left, right = max(c[X0], clip[0]), min(c[X0] + c[Y1], clip[2])
                spots.append((left, max(c[Y0] - high, clip[1]), right, min(c[Y0], clip[3])))
        for a, b in combinations(spots, 2):
            wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert wide <= 1 or tall <= 1, (number, a, b)
        looked += len(spots)
    assert looked > 400


def test_colours_are_those_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(24):
        program, page = make_page(key(number), SIZES_HW[number % 4], number / 23, "train")
        picture = paint([program])[0].astype(int)
        for element in page.elements:
            if element.role in ("link", "slider", "checkbox", "radio", "switch"):
                continue  # a colour of letters or of a small mark
            x0, y0, x1, y1 = (int(edge) for edge in element.box)
            near = np.abs(picture[y0:y1, x0:x1] - element.colour).max(-1) <= 40
            assert near.mean() > 0.08, (number, element)


def test_only_the_dialog_of_a_dimmed_page_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    dimmed = 0
    for number in range(40):
        drawn = Drawn(monkeypatch, number, (400, 640), 0.5)
        commands = drawn.program.commands
        whole = (commands[:, [X0, Y0, X1, Y1]] == (0, 0, 640, 400)).all(1)
        veils = np.flatnonzero(whole & (commands[:, KIND] == FILL | 110 << 8))
        if len(veils):
            dimmed += 1
            assert all(control.commands[0] > veils[-1] for control in drawn.controls)
            assert drawn.controls
    assert 1 <= dimmed <= 20


def relative(rgb: NDArray[np.float64]) -> float:
    linear = np.where(rgb <= 10, rgb / 3294.6, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("size_hw", SIZES_HW)
def test_letters_stand_out_from_what_is_behind_them(
    size_hw: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(24):
        drawn = Drawn(monkeypatch, number, size_hw, number / 23, ("train", "test")[number % 2])
        commands = drawn.program.commands.copy()
        commands[commands[:, KIND] & 255 == TEXT, KIND] &= 255
        behind = drawn.painted(commands)
        for control in drawn.controls:
            if not control.element.enabled:
                continue
            x0, y0, x1, y1 = (int(edge) for edge in control.element.box)
            for c in drawn.program.commands[slice(*control.commands)]:
                if c[KIND] & 255 != TEXT:
                    continue
                high = face_numbered(int(c[X1])).capital
                left, right = max(c[X0], x0), min(c[X0] + c[Y1], x1)
                top, bottom = max(c[Y0] - high, y0), min(c[Y0], y1)
                if left >= right or top >= bottom:
                    continue
                ground = np.median(behind[top:bottom, left:right].reshape(-1, 3), 0)
                ink = np.array([c[RGB] >> shift & 255 for shift in (16, 8, 0)], float)
                light, dark = sorted((relative(ink), relative(ground)), reverse=True)
                assert (light + 0.05) / (dark + 0.05) > 2.5, (number, control.element)


def test_texts_of_a_control_do_not_run_into_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        drawn = Drawn(monkeypatch, number, SIZES_HW[number % 4], number / 39)
        clips = drawn.program.clips
        for control in drawn.controls:
            spots = []
            for c in drawn.program.commands[slice(*control.commands)]:
                if c[KIND] & 255 == TEXT and c[P] < c[Q]:
                    high = face_numbered(int(c[X1])).capital
                    clip = clips[c[CLIP]]
                    spots.append((c[X0], c[Y0] - high, c[X0] + c[Y1], c[Y0]))
                    assert c[X0] >= clip[0] - 3, control.element
                    assert c[X0] + c[Y1] <= clip[2] + 3, control.element
                    assert c[Y0] - high >= clip[1] - 2, control.element
                    assert c[Y0] <= clip[3] + 2, control.element
            for a, b in combinations(spots, 2):
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart, (number, control.element)


@pytest.mark.parametrize(
    ("size_hw", "difficulty", "low", "high"),
    [
        ((400, 640), 0.0, 6, 8),
        ((800, 1280), 0.0, 6, 8),
        ((800, 1280), 0.3, 15, 21),
        ((800, 1280), 0.6, 42, 56),
        ((800, 1280), 1.0, 150, 200),
        ((2160, 3840), 1.0, 150, 200),
        ((400, 640), 1.0, 90, 200),
        ((915, 412), 0.6, 38, 56),
    ],
)
def test_difficulty_is_how_many_controls_there_are(
    size_hw: tuple[int, int], difficulty: float, low: int, high: int
) -> None:
    counts = [len(make_page(key(n), size_hw, difficulty, "train")[1].elements) for n in range(24)]
    assert low <= np.median(counts) <= high
    assert max(counts) <= high


def test_hard_targets_are_small_and_easy_ones_large() -> None:
    def sides(difficulty: float) -> list[float]:
        pages = [make_page(key(n), (2160, 3840), difficulty, "train")[1] for n in range(10)]
        return [min(e.box[2] - e.box[0], e.box[3] - e.box[1]) for p in pages for e in p.elements]

    assert min(sides(0.0)) > 40
    assert 10 <= min(sides(1.0)) <= 14
    assert np.median(sides(1.0)) < 40


def test_pages_are_of_many_kinds() -> None:
    pages = [make_page(key(n), (800, 1280), 0.7, "train") for n in range(60)]
    roles = {e.role for _, page in pages for e in page.elements}
    wanted = {"button", "link", "textbox", "checkbox", "radio", "switch", "slider", "tab", "row"}
    wanted |= {"menuitem", "combobox", "searchbox", "gridcell", "columnheader", "treeitem"}
    assert wanted <= roles
    assert {page.platform for _, page in pages} == {"web", "desktop"}
    assert {page.theme for _, page in pages} == {"light", "dark"}
    phone = make_page(key(1), (915, 412), 0.5, "train")[1]
    assert phone.platform == "phone"
    assert any(not e.enabled for _, page in pages for e in page.elements)
    named = [len({(e.role, e.name) for e in p.elements}) / len(p.elements) for _, p in pages]
    assert np.median(named) > 0.75  # most can be told apart by what they are called


def test_the_splits_share_no_words_and_no_letters() -> None:
    for kind, whole in LISTS.items():
        train, test = words(kind, "train"), words(kind, "test")
        assert not set(train) & set(test)
        assert set(train) | set(test) == set(whole)
        assert len(set(whole)) == len(whole)
        assert len(test) >= 4
    assert not set(tools("train")) & set(tools("test"))
    used = {}
    for split in ("train", "test"):
        programs = [make_page(key(n), (800, 1280), 0.8, split)[0] for n in range(30)]
        numbers = {number // SIZES for program in programs for number in program.faces}
        used[split] = {FONTS[n % len(FONTS)] for n in numbers if n < 2 * len(FONTS)}
    assert used["train"] & used["test"] <= {"jetbrains-mono"}  # of code


def test_programs_are_small_and_survive_pickling() -> None:
    program, page = make_page(key(5), (800, 1280), 0.6, "train")
    again, same = pickle.loads(pickle.dumps((program, page)))
    assert digest(program, page) == digest(again, same)
    assert program.nbytes < 40_000


@pytest.mark.parametrize(
    ("size_hw", "difficulty", "split", "words_of_it"),
    [
        ((63, 640), 0.5, "train", "63"),
        ((400, 5000), 0.5, "train", "5000"),
        ((400, 640), 1.5, "train", "1.5"),
        ((400, 640), float("nan"), "train", "nan"),
        ((400, 640), 0.5, "valid", "valid"),
    ],
)
def test_bad_arguments_are_named(
    size_hw: tuple[int, int], difficulty: float, split: str, words_of_it: str
) -> None:
    with pytest.raises(ValueError, match=words_of_it):
        make_page(key(1), size_hw, difficulty, split)
