"""Boxes with phrases from JSONL: what is kept, what is skipped, and how faults are reported."""

import io
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vgym.data import DataError, ItemSource, load, load_jsonl
from vgym.data.box_checks import box_numbers, boxes_inside
from vgym.data.errors import RecordProblem

GOOD = {"image": "a.png", "expression": "the cup", "boxes": [[10, 20, 30, 40]]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (120, 90), (1, 2, 3)).save(tmp_path / "a.png")
    Image.new("RGB", (60, 60), (4, 5, 6)).save(tmp_path / "b.png")
    return tmp_path


def write(folder: Path, *lines: object) -> Path:
    path = folder / "screens.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


def test_good_records_keep_their_order_and_values(folder: Path) -> None:
    many = {"image": "b.png", "expression": " both ", "boxes": [[0, 0, 60, 60], [1.5, 2, 3, 4]]}
    none = {"image": "a.png", "expression": "the bicycle", "boxes": [], "size_hw": [90, 120]}
    source = load_jsonl(write(folder, GOOD, "", many, none))
    assert len(source) == 3
    assert source.texts() == ["the cup", "both", "the bicycle"]
    assert [item.record for item in source] == [f"screens.jsonl:{n}" for n in (1, 3, 4)]
    assert [item.boxes.shape for item in source] == [(1, 4), (2, 4), (0, 4)]
    assert all(item.boxes.dtype == np.float32 for item in source)
    assert source[1].boxes.tolist() == [[0, 0, 60, 60], [1.5, 2, 3, 4]]
    assert source[0].size_hw == (90, 120)
    assert source[0].image == (folder / "a.png").resolve()
    assert (source.summary.read, source.summary.kept, source.summary.skipped) == (3, 3, 0)
    assert source.name == "screens" and source.root == folder


def test_further_keys_are_kept(folder: Path) -> None:
    more = {"id": 7, "source": "mine", "tags": ["a", {"b": None}], "imge": "z.png"}
    source = load_jsonl(write(folder, {**GOOD, **more}, GOOD))
    assert source[0].extra == more and source[1].extra == {}
    assert pickle.loads(pickle.dumps(source))[0].extra == more


def broken(**changes: object) -> dict[str, object]:
    return {**GOOD, **changes}


DEEP = "[" * 100_000 + "]" * 100_000
# line -> (kind of fault, words of the message)
FAULTS: dict[str, tuple[object, str, str]] = {
    "not JSON": ("{", "invalid JSON", "invalid JSON"),
    "NaN": ('{"image": NaN}', "invalid JSON", "NaN is not a JSON number"),
    "minus infinity": ("-Infinity", "invalid JSON", "-Infinity is not a JSON number"),
    "deep": (DEEP, "invalid JSON", "nested too deeply"),
    "huge integer": ('{"boxes": ' + "9" * 5000 + "}", "invalid JSON", "invalid JSON"),
    "list": ("[1, 2]", "not an object", r"must hold an object, got b'\[1, 2\]"),
    "misspelt key": (
        {"image": "a.png", "expresion": "x", "boxes": []},
        "missing key",
        r"key 'expression' is missing \(nearest: 'expresion'\)",
    ),
    "deep further key": (
        json.dumps(GOOD)[:-1] + ', "more": ' + "[" * 33 + "]" * 33 + "}",
        "deep value",
        "nested over 32 deep",
    ),
    "missing key": ({"image": "a.png", "boxes": []}, "missing key", "key 'expression' is missing"),
    "missing image": (broken(image="z.png"), "unusable image", r"z\.png does not exist"),
    "image number": (broken(image=3), "bad image name", "image must be a string, got 3"),
    "outside root": (broken(image="../a.png"), "unusable image", r"'\.\./a\.png' holds '\.\.'"),
    "absolute": (broken(image="/a.png"), "unusable image", "is absolute"),
    "no image": (broken(image="text.png"), "unusable image", "not a readable PNG"),
    "bomb": (broken(image="bomb.png"), "unusable image", "over the limit"),
    "expression list": (broken(expression=["a"]), "bad expression", r"a string, got \['a'\]"),
    "empty": (broken(expression="  "), "bad expression", "expression is empty"),
    "long": (broken(expression="x" * 1001), "bad expression", "has 1001 characters"),
    "control": (broken(expression="a\tb"), "bad expression", r"control character '\\t'"),
    "nul": (broken(expression="a\0"), "bad expression", r"control character '\\x00'"),
    "surrogate": (broken(expression="\ud800"), "bad expression", r"control character '\\ud800'"),
    "boxes null": (broken(boxes=None), "bad boxes", "must be a list .* got None"),
    "flat box": (broken(boxes=[1, 2, 3, 4]), "bad boxes", "a box must be four numbers, got 1"),
    "three": (broken(boxes=[[1, 2, 3]]), "bad boxes", r"four numbers, got \[1, 2, 3\]"),
    "text": (broken(boxes=[[1, 2, 3, "4"]]), "bad boxes", "four finite numbers"),
    "bool": (broken(boxes=[[0, 0, True, True]]), "bad boxes", "four finite numbers"),
    "overflow": (
        '{"image": "a.png", "expression": "e", "boxes": [[0, 0, 1e999, 5]]}',
        "bad boxes",
        "four finite numbers",
    ),
    "huge": (broken(boxes=[[0, 0, 10**400, 5]]), "bad boxes", "four finite numbers"),
    "inverted": (broken(boxes=[[30, 20, 10, 40]]), "inverted box", r"box \(30, 20, 10, 40\) is"),
    "no width": (broken(boxes=[[30, 20, 30, 40]]), "empty box", "has no area"),
    "beyond float32": (broken(boxes=[[30, 20, 30.0000001, 40]]), "box outside image", "outside"),
    "outside": (
        broken(boxes=[[500, 500, 900, 900]]),
        "box outside image",
        r"box \(500, 500, 900, 900\) lies outside the 120x90 image a\.png",
    ),
    "sticks out": (broken(boxes=[[0, 0, 121.5, 90]]), "box outside image", "lies outside"),
    "in the slack": (broken(boxes=[[120, 0, 121, 90]]), "box outside image", "lies outside"),
    "one of two": (broken(boxes=[[0, 0, 9, 9], [0, 0, 9, 99]]), "box outside image", "9, 99"),
    "many": (broken(boxes=[[0, 0, 9, 9]] * 65), "bad boxes", "65 boxes, more than 64"),
    "size": (broken(size_hw=[120, 90]), "wrong size", r"\[120, 90\] is not the \[90, 120\]"),
    "size text": (broken(size_hw="90x120"), "wrong size", "'90x120' is not"),
    "long line": (
        json.dumps(broken(expression="x" * 3_000_000)),
        "line too long",
        "longer than 1000000 bytes",
    ),
}


@pytest.fixture(scope="module")
def too_many_pixels() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (8000, 8000)).save(buffer, "png")
    return buffer.getvalue()


@pytest.fixture
def faulty_folder(folder: Path, too_many_pixels: bytes) -> Path:
    (folder / "text.png").write_text("no picture")
    (folder / "bomb.png").write_bytes(too_many_pixels)
    return folder


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_skipped_with_its_line_or_raised(faulty_folder: Path, fault: str) -> None:
    line, reason, words = FAULTS[fault]
    path = write(faulty_folder, GOOD, line, GOOD)
    source = load_jsonl(path)
    assert [item.record for item in source] == ["screens.jsonl:1", "screens.jsonl:3"]
    assert source.summary.reasons == {reason: 1}
    assert (source.summary.read, source.summary.kept, source.summary.skipped) == (3, 2, 1)
    (message,) = source.summary.first_errors
    assert message.startswith("screens.jsonl:2: ")
    assert message.endswith(" (record skipped; strict=True raises).")
    assert len(message) < 600
    with pytest.raises(DataError, match=words) as caught:
        load_jsonl(path, strict=True)
    assert str(caught.value).startswith("screens.jsonl:2: ")
    assert "record skipped" not in str(caught.value)


def test_the_message_word_for_word(folder: Path) -> None:
    source = load_jsonl(write(folder, GOOD, broken(boxes=[[500, 500, 900, 900]])))
    assert source.summary.first_errors == (
        "screens.jsonl:2: box (500, 500, 900, 900) lies outside the 120x90 image a.png "
        "(record skipped; strict=True raises).",
    )
    assert str(source.summary) == "2 read, 1 kept, 1 skipped (box outside image: 1)"


def test_bytes_that_are_not_utf8(folder: Path) -> None:
    path = folder / "screens.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"image": "\xff\xfe"}\n')
    assert load_jsonl(path).summary.reasons == {"invalid JSON": 1}


def test_a_last_line_without_newline_and_windows_newlines(folder: Path) -> None:
    path = folder / "screens.jsonl"
    line = json.dumps(GOOD).encode()
    path.write_bytes(line + b"\r\n\r\n" + line)
    assert [item.record for item in load_jsonl(path)] == ["screens.jsonl:1", "screens.jsonl:3"]


def test_one_pixel_of_slack_is_clipped(folder: Path) -> None:
    source = load_jsonl(write(folder, broken(boxes=[[-1, -0.5, 121, 90.25]])))
    assert source[0].boxes.tolist() == [[0, 0, 120, 90]]


def test_repeated_keys_take_the_last(folder: Path) -> None:
    text = json.dumps(GOOD)[:-1] + ', "expression": "the second"}'
    assert load_jsonl(write(folder, text)).texts() == ["the second"]


def test_only_the_first_twenty_errors_are_kept(folder: Path) -> None:
    source = load_jsonl(write(folder, *["{"] * 30, GOOD))
    assert source.summary.skipped == 30 and len(source.summary.first_errors) == 20


@pytest.mark.parametrize("lines", [(), ("{", "[]")])
def test_nothing_usable(folder: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match=f"screens holds no usable record; {len(lines)} read"):
        load_jsonl(write(folder, *lines))


def test_missing_and_oversized_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl does not exist"):
        load_jsonl(folder / "none.jsonl")
    path = folder / "vast.jsonl"
    with path.open("wb") as file:
        file.truncate(2 * 10**9 + 1)  # sparse: takes no space
    with pytest.raises(DataError, match="2000000001 bytes, more than the limit"):
        load_jsonl(path)


def test_pictures_in_another_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("lists")
    path = write(elsewhere, GOOD)
    with pytest.raises(DataError, match="does not exist"):
        load_jsonl(path)
    assert load_jsonl(path, images=folder)[0].image == (folder / "a.png").resolve()


def test_images_are_decoded_on_demand_and_cached(folder: Path) -> None:
    source = load_jsonl(write(folder, GOOD, broken(image="b.png"), GOOD))
    first = source.image(0)
    assert first.shape == (90, 120, 3) and (first == (1, 2, 3)).all()
    assert source.image(2) is first and source.image(-1) is first
    assert (source.image(1) == (4, 5, 6)).all()
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 9


def test_the_cache_is_bounded_and_drops_the_longest_unused(folder: Path) -> None:
    for name in ("c.png", "d.png"):
        Image.new("RGB", (60, 60), (7, 8, 9)).save(folder / name)
    names = ("b.png", "c.png", "d.png", "a.png")
    loaded = load_jsonl(write(folder, *(broken(image=name) for name in names)))
    small = 60 * 60 * 3
    source = ItemSource("s", folder, loaded[:], loaded.summary, cache_bytes=2 * small)
    b, c = source.image(0), source.image(1)
    assert source.image(0) is b and source.image(1) is c
    source.image(3)  # 90 x 120: larger than the cache, so it is not kept and drops nothing
    assert source.image(1) is c and source.image(0) is b
    source.image(2)  # takes the place of the longest unused, which is c
    assert source.image(0) is b and source.image(1) is not c
    tight = ItemSource("s", folder, loaded[:], loaded.summary, cache_bytes=2 * small - 1)
    b = tight.image(0)
    tight.image(1)
    assert tight.image(0) is not b


def test_a_picture_that_changed_is_noticed(folder: Path) -> None:
    source = load_jsonl(write(folder, GOOD))
    Image.new("RGB", (50, 40)).save(folder / "a.png")
    with pytest.raises(DataError, match=r"screens\.jsonl:1: .* now 50x40, but was 120x90"):
        source.image(0)


def test_a_picture_damaged_after_loading_is_named_when_it_is_needed(folder: Path) -> None:
    source = load_jsonl(write(folder, GOOD))
    whole = (folder / "a.png").read_bytes()
    (folder / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"screens\.jsonl:1: .*a\.png is truncated or damaged"):
        source.image(0)
    with pytest.raises(DataError, match=r"no usable record.*screens\.jsonl:1: .*a\.png is trunc"):
        load_jsonl(folder / "screens.jsonl")


def test_pickling_leaves_the_pixels_behind(folder: Path) -> None:
    source = load_jsonl(write(folder, GOOD))
    pixels = source.image(0)
    copy = pickle.loads(pickle.dumps(source))
    assert len(pickle.dumps(source)) < pixels.nbytes / 4
    assert copy.texts() == source.texts() and copy.summary == source.summary
    np.testing.assert_array_equal(copy.image(0), pixels)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(key=st.sampled_from([*GOOD, "size_hw", "other"]), value=JSON)
def test_any_value_is_kept_or_counted(folder: Path, key: str, value: object) -> None:
    source = load_jsonl(write(folder, GOOD, json.dumps({**GOOD, key: value})))
    assert source.summary.read == 2
    assert source.summary.kept == len(source) == 2 - source.summary.skipped


SIDES = st.floats(-5, 130) | st.integers(-5, 130)


@given(box=st.lists(SIDES, min_size=4, max_size=4))
def test_boxes_that_pass_lie_inside_and_have_area(box: list[float]) -> None:
    x0, y0, x1, y1 = box
    try:
        boxes = boxes_inside(box_numbers([box]), (90, 120), Path("a.png"))
    except RecordProblem:
        inside = 0 <= x0 <= x1 - 1e-3 and x1 <= 120 and 0 <= y0 <= y1 - 1e-3 and y1 <= 90
        assert not inside
        return
    a0, b0, a1, b1 = boxes[0].tolist()
    assert 0 <= a0 < a1 <= 120 and 0 <= b0 < b1 <= 90


def test_load_by_name(folder: Path) -> None:
    assert load(write(folder, GOOD)).texts() == ["the cup"]
    assert load(str(write(folder, GOOD)), strict=True).texts() == ["the cup"]
    with pytest.raises(ValueError, match=r"'photo' \(nearest: 'photos'\): valid are 'photos', a"):
        load("photo")
    with pytest.raises(ValueError, match="found none"):
        load(folder)
