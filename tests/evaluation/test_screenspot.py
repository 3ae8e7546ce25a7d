"""ScreenSpot's tables: published rows come out of hit counts, answers are read as declared."""

import json
import math
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vgym.data import DataError, ItemSource, load, load_screenspot
from vgym.data.screenspot import PUBLISHED_SIZES
from vgym.evaluation import screenspot_predictions as reading
from vgym.evaluation.screenspot import main, score_predictions
from vgym.evaluation.screenspot_predictions import (
    Unparsable,
    numbers_in_text,
    prediction,
    read_predictions,
)
from vgym.evaluation.screenspot_table import published_table

# Rows as papers print them: benchmark, hits by cell, the cells' per cents, the average.
MICRO_ROWS = {
    "GUI-G2-7B": (
        "ScreenSpot",
        [264, 208, 186, 124, 209, 179],
        [96.7, 90.8, 95.9, 88.6, 90.9, 86.9],
        92.0,
    ),
    "UI-R1-3B": (
        "ScreenSpot",
        [261, 194, 175, 83, 196, 151],
        [95.6, 84.7, 90.2, 59.3, 85.2, 73.3],
        83.3,
    ),
    "UI-R1-E-3B": ("ScreenSpot", [265, 190, 185, 109, 211, 175], None, 89.2),
    "GUI-G2-7B on v2": (
        "ScreenSpot-v2",
        [285, 194, 185, 125, 220, 178],
        [98.3, 91.9, 95.4, 89.3, 94.0, 87.7],
        93.3,
    ),
    "UI-TARS-72B": (
        "ScreenSpot-Pro",
        [37, 8, 97, 25, 113, 22, 93, 23, 112, 14, 45, 14],
        None,
        38.1,
    ),
}
MACRO_ROWS = {
    "SeeClick": ([213, 119, 140, 42, 128, 67], [78.0, 52.0, 72.2, 30.0, 55.7, 32.5], 53.4),
    "UGround-7B": ([226, 138, 160, 89, 185, 145], [82.8, 60.3, 82.5, 63.6, 80.4, 70.4], 73.3),
    "CogAgent": ([183, 55, 144, 28, 162, 59], [67.0, 24.0, 74.2, 20.0, 70.4, 28.6], 47.4),
}


@pytest.mark.parametrize("model", MICRO_ROWS)
def test_published_micro_rows(model: str) -> None:
    benchmark, hits, cells, average = MICRO_ROWS[model]
    table = published_table(benchmark, hits)
    assert round(table.micro, 1) == average
    assert table.part().hits == sum(hits)
    if cells is not None:
        assert [round(cell.percent, 1) for cell in table.cells.values()] == cells
    assert table.incomplete() == ""


@pytest.mark.parametrize("model", MACRO_ROWS)
def test_published_macro_rows(model: str) -> None:
    hits, cells, average = MACRO_ROWS[model]
    table = published_table("ScreenSpot", hits)
    assert [round(cell.percent, 1) for cell in table.cells.values()] == cells
    assert round(table.macro, 1) == average
    assert round(table.micro, 1) != average


def test_groups_and_types_sum_their_cells() -> None:
    table = published_table("ScreenSpot", [1, 2, 4, 8, 16, 32])
    assert [table.part(group).hits for group in ("mobile", "desktop", "web")] == [3, 12, 48]
    assert [table.part(kind=kind).hits for kind in ("text", "icon")] == [21, 42]
    assert table.part("web").total == 436 and table.part("web", "icon").total == 206


@pytest.mark.parametrize(
    ("benchmark", "hits", "words"),
    [
        ("ScreenSpot3", [0] * 6, "unknown benchmark"),
        ("ScreenSpot-Pro", [0] * 6, "needs 12 hit counts, got 6"),
        ("ScreenSpot", [0, 0, 0, 141, 0, 0], "desktop icon has 140 items, got 141"),
        ("ScreenSpot", [-1, 0, 0, 0, 0, 0], "mobile text has 273 items, got -1"),
    ],
)
def test_impossible_counts_are_refused(benchmark: str, hits: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        published_table(benchmark, hits)


# -- from files -------------------------------------------------------------------------------


def build(folder: Path, cells: dict[tuple[str, str], int]) -> Path:
    """ScreenSpot-v2 in small: boxes (100, 40)-(140, 60) on pictures of 400x200."""
    (folder / "screenspotv2_image").mkdir(parents=True)
    for platform in dict.fromkeys(group for group, _ in cells):
        name = f"{platform}.png"
        Image.new("RGB", (400, 200)).save(folder / "screenspotv2_image" / name)
        records = [
            {
                "img_filename": name,
                "bbox": [100, 40, 40, 20],
                "instruction": f"{kind} {n}",
                "data_type": kind,
                "data_source": "made",
            }
            for (group, kind), count in cells.items()
            if group == platform
            for n in range(count)
        ]
        file = folder / f"screenspot_{platform}_v2.json"
        file.write_text(json.dumps(records), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "data", {("mobile", "text"): 2, ("mobile", "icon"): 1})


@pytest.fixture
def items(folder: Path) -> ItemSource:
    return load_screenspot(folder)


ID = "screenspot_mobile_v2_"


def test_a_published_row_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, hits, _, _ = MICRO_ROWS["GUI-G2-7B on v2"]
    sizes = PUBLISHED_SIZES["ScreenSpot-v2"]
    cells = {
        (group, kind): total
        for group, pair in sizes.items()
        for kind, total in zip(("text", "icon"), pair, strict=True)
    }
    data = build(tmp_path / "data", cells)
    right = dict(zip(cells, hits, strict=True))
    answers = [
        {
            "img_filename": f"{group}.png",
            "instruction": f"{kind} {n}",
            "point": [120, 50] if n < right[group, kind] else [20, 50],
        }
        for (group, kind), total in cells.items()
        for n in range(total)
    ]
    random.Random(0).shuffle(answers)
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
    assert main([str(file), "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert [line.split() for line in out.splitlines() if line.startswith(("mobile", "all"))] == [
        ["mobile", "98.3", "285/290", "91.9", "194/211", "95.6", "479/501"],
        ["all", "96.1", "690/718", "89.7", "497/554", "93.3", "1,187/1,272"],
    ]
    assert "micro average 93.3" in out and "macro average 92.8" in out
    assert "wrong" not in out and "comparable" not in out


@pytest.mark.parametrize(
    ("point", "hit"),
    [
        ([100, 40], True),
        ([140, 60], True),
        ([100, 60], True),
        ([99.99, 50], False),
        ([140.01, 50], False),
        ([120, 39.99], False),
        ([120, 60.01], False),
        ([-120, 50], False),
        ([1e308, 1e308], False),
        ([5000, 50], False),
    ],
)
def test_edges_are_inside(items: ItemSource, point: list[float], hit: bool) -> None:
    table = score_predictions([{"id": f"{ID}0", "point": point}], items)
    assert table.part().hits == int(hit)
    assert table.unparsable == ()


@pytest.mark.parametrize(
    ("convention", "key", "answer", "misread"),
    [
        ("pixels", "box", [110, 45, 130, 55], "pixels/xywh"),
        ("pixels/xywh", "box", [110, 45, 20, 10], "pixels"),
        ("pixels/cxcywh", "box", [120, 50, 900, 900], "pixels"),
        ("pixels/yxyx", "box", [45, 110, 55, 130], "pixels"),
        ("pixels/yx", "point", [50, 120], "pixels"),
        ("0-1000", "point", [300, 250], "pixels"),
        ("0-1000", "text", "click(start_box='(300,250)')", "fraction"),
        ("0-1000/yxyx", "text", '[{"box_2d": [205, 275, 275, 325], "label": "x"}]', "0-1000/xywh"),
        ("fraction", "text", "pyautogui.click(x=0.3, y=0.25)", "0-1000"),
        ("fraction", "point", [0.3, 0.25], "pixels"),
    ],
)
def test_conventions(
    items: ItemSource, convention: str, key: str, answer: object, misread: str
) -> None:
    """Every answer lies in the box around (120, 50); read in the other convention it misses."""
    answers = [{"id": f"{ID}0", key: answer}]
    assert score_predictions(answers, items, convention).part().hits == 1
    assert score_predictions(answers, items, misread).part().hits == 0


def test_pixels_of_a_resized_picture(items: ItemSource) -> None:
    small = {"id": f"{ID}0", "point": [30, 25], "size_hw": [100, 100]}
    assert score_predictions([small], items).part().hits == 1
    del small["size_hw"]
    assert score_predictions([small], items).part().hits == 0


def test_hits_are_those_of_the_benchmarks_own_formula(items: ItemSource) -> None:
    """SeeClick divides box and point by the picture's size and compares."""
    rng = random.Random(1)
    box = [100 / 400, 40 / 200, 140 / 400, 60 / 200]
    hits = 0
    for _ in range(300):
        x, y = rng.uniform(0.2, 0.4), rng.uniform(0.15, 0.35)
        right = box[0] <= x <= box[2] and box[1] <= y <= box[3]
        table = score_predictions([{"id": f"{ID}0", "point": [x, y]}], items, "fraction")
        assert table.part().hits == int(right)
        hits += right
    assert 50 < hits < 250


@given(st.text("([<>point0123456789.,x=y: \"'])", max_size=60))
def test_any_text_is_a_place_or_unparsable(text: str) -> None:
    try:
        numbers = numbers_in_text(text)
    except Unparsable:
        return
    assert len(numbers) in (2, 4) and all(map(math.isfinite, numbers))


def test_other_bounds_are_refused(items: ItemSource) -> None:
    with pytest.raises(ValueError, match="leave 'half-open' out"):
        score_predictions([{"id": f"{ID}0", "point": [1, 1]}], items, "pixels/half-open")


# What texts hold is read by `vgym.chat.reading.places`; here it is asked that it is.
TEXTS: dict[str, list[float] | None] = {
    "(120,50)": [120, 50],
    "100, 40, 140, 60": [100, 40, 140, 60],
    "<think>not (1, 2)</think><answer>(120, 50)</answer>": [120, 50],
    "<think>(1, 2)</think>": None,
    "": None,
    "a" * 100_001: None,
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_places_in_texts(text: str) -> None:
    expected = TEXTS[text]
    start = time.perf_counter()
    if expected is None:
        with pytest.raises(Unparsable) as caught:
            numbers_in_text(text)
        assert len(str(caught.value)) < 200
    else:
        assert numbers_in_text(text) == expected
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("key", "answer", "reason"),
    [
        ("point", None, "no answer (null)"),
        ("text", None, "no answer (null)"),
        ("point", [1], "point must be 2 numbers"),
        ("point", [1, 2, 3, 4], "point must be 2 numbers"),
        ("box", [1, 2], "box must be 4 numbers"),
        ("box", "1 2 3 4", "box must be 4 numbers"),
        ("point", ["1", 2], "point must be finite numbers"),
        ("point", [True, 2], "point must be finite numbers"),
        ("point", [math.nan, 2], "point must be finite numbers"),
        ("point", [10**400, 2], "point must be finite numbers"),
        ("point", [10**5000, 2], "point must be finite numbers"),
        ("text", ["(120, 50)"], "text must be a string"),
        ("text", "nowhere", "no place in the text 'nowhere'"),
    ],
)
def test_broken_answers_are_wrong_and_told(
    items: ItemSource, key: str, answer: object, reason: str
) -> None:
    good = {"id": f"{ID}0", "point": [120, 50]}
    table = score_predictions([good, {"id": f"{ID}1", key: answer}], items)
    assert (table.part().hits, table.part().total) == (1, 3)
    (told,) = table.unparsable
    assert told.startswith(f"predictions[1] ('{ID}1'): {reason}")
    assert table.missing == (f"{ID}2",)
    assert table.cells["mobile", "text"].percent == 50 and table.macro == 25
    assert math.isnan(table.cells["web", "icon"].percent)


def test_predictions_for_other_items_are_told(items: ItemSource) -> None:
    answers = [{"id": f"{ID}0", "point": [120, 50]}, {"id": "web_9", "point": [120, 50]}]
    table = score_predictions(answers, items)
    assert table.unknown == ("predictions[1] ('web_9')",)
    with pytest.raises(ValueError, match=r"none of the 1 predictions .* like 'screenspot_mobile"):
        score_predictions(answers[1:], items)
    with pytest.raises(ValueError, match="none of the 0 predictions"):
        score_predictions([], items)


@pytest.mark.parametrize("same", [f"{ID}1", None])
def test_answering_twice_is_an_error(items: ItemSource, same: str | None) -> None:
    first = {"id": f"{ID}1", "point": [120, 50]}
    words = {"img_filename": "mobile.png", "instruction": "text  1\n", "point": [1, 2]}
    second = words if same is None else {"id": same, "point": [1, 2]}
    with pytest.raises(ValueError, match=r"predictions\[0\] .* and predictions\[1\] .* same item"):
        score_predictions([first, second], items)


def test_an_id_of_another_picture_is_an_error(items: ItemSource) -> None:
    answer = {"id": f"{ID}1", "img_filename": "web.png", "instruction": "text 1", "point": [1, 2]}
    with pytest.raises(ValueError, match=r"has the picture 'mobile\.png', not 'web\.png'"):
        score_predictions([answer], items)


def test_ids_of_ones_own_beside_picture_and_words(items: ItemSource) -> None:
    named = {"id": "run3-7", "img_filename": "mobile.png", "instruction": "icon 0"}
    table = score_predictions([{**named, "point": [120, 50]}], items)
    assert table.cells["mobile", "icon"].hits == 1 and not table.unknown


def test_items_that_look_the_same(folder: Path) -> None:
    """The same picture and words twice: one answer serves both, or each has its own in order."""
    file = folder / "screenspot_mobile_v2.json"
    records = json.loads(file.read_text())
    twice = [records[0], {**records[0], "bbox": [200, 40, 40, 20]}]
    file.write_text(json.dumps(twice))
    items = load_screenspot(folder)
    named = {"img_filename": "mobile.png", "instruction": "text 0"}
    left, right = {**named, "point": [120, 50]}, {**named, "point": [220, 50]}
    assert score_predictions([left], items).part().hits == 1
    assert score_predictions([left, right], items).part().hits == 2
    assert score_predictions([right, left], items).part().hits == 0
    with pytest.raises(ValueError, match="same item"):
        score_predictions([left, right, right], items)


def test_items_of_other_data_are_refused(items: ItemSource) -> None:
    with pytest.raises(ValueError, match="one ScreenSpot benchmark"):
        score_predictions([], load("photos"))
    with pytest.raises(ValueError, match="one ScreenSpot benchmark"):
        score_predictions([], [])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (7, "must be an object"),
        ({"id": "a"}, "found none"),
        ({"id": "a", "points": [1, 2]}, r"found none \(nearest: 'point'\)"),
        ({"id": "a", "point": [1, 2], "text": "(1, 2)"}, "found point and text"),
        ({"point": [1, 2]}, "give 'id', or 'img_filename' with 'instruction'"),
        ({"img_filename": "a.png", "point": [1, 2]}, "give 'id'"),
        ({"id": 4, "point": [1, 2]}, "id must be a string, got 4"),
        ({"id": "a", "point": [1, 2], "size_hw": [0, 5]}, "size_hw must be"),
        ({"id": "a", "point": [1, 2], "size_hw": [10**5000, 5]}, "size_hw must be"),
    ],
)
def test_predictions_that_do_not_say_what_they_answer(fields: object, words: str) -> None:
    with pytest.raises(DataError, match=f"^line 3: .*{words}"):
        prediction(fields, "line 3")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", "[" * 200_000, "nested too deeply"),
        ("a.jsonl", '\n{"id": "a", "point": [NaN, 1]}', r"a\.jsonl:2: .*NaN .* null is no answer"),
        ("a.jsonl", '{"id": "a", "point": ' + "[" * 200_000, r"a\.jsonl:1: .*nested too deeply"),
        ("a.json", '[{"id": "a", "point": [' + "9" * 5000 + ", 1]}]", "invalid JSON"),
        ("a.json", '{"id": "a", "point": [1, 2]}', "one JSON list of objects"),
        ("a.json", '[{"id": "a"}]', r"a\.json\[0\]: give one of"),
        ("a.jsonl", b'{"id": "\xff"}', "not UTF-8"),
    ],
)
def test_hostile_prediction_files(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=words):
        read_predictions(file)


def test_large_and_missing_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read_predictions(tmp_path / "gone.json")
    assert reading.MAX_PREDICTIONS_BYTES == 100_000_000
    monkeypatch.setattr(reading, "MAX_PREDICTIONS_BYTES", 3)
    file = tmp_path / "a.json"
    file.write_text("[   ]")
    with pytest.raises(DataError, match="more than the limit of 3"):
        read_predictions(file)


def test_the_command_tells_what_is_wrong(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "answers.json"
    answers: list[dict[str, object]] = [
        {"id": f"{ID}0", "point": [120, 50]},
        {"id": f"{ID}2", "text": "[bold]nowhere\x1b[2J"},
        {"id": "other\x1b[2J" + "r" * 9999, "point": None},
    ]
    file.write_text(json.dumps(answers))
    assert main([str(file), "--data", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "micro average 33.3" in out and "macro average 25.0  (mean of the 2 cells)" in out
    assert "scored 3 items; ScreenSpot-v2 was published with 1,272" in out
    told = f"  answers.json[1] ('{ID}2'): no place in the text '[bold]nowhere\\x1b[2J'\n"
    assert f"unparsable answers, counted wrong: 1\n{told}" in out
    assert f"items without a prediction, counted wrong: 1\n  {ID}1\n" in out
    assert "that are not in the data, not counted: 1\n  answers.json[2] ('other" in out
    assert "\x1b" not in out and max(map(len, out.splitlines())) < 200

    (folder / "screenspotv2_image" / "mobile.png").rename(tmp_path / "mobile.png")
    assert main([str(file), "--data", str(folder)]) == 2
    assert "mobile.png does not exist" in capsys.readouterr().err


def test_missing_pictures_are_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder / "screenspot_mobile_v2.json"
    records = json.loads(data.read_text())
    records[1]["img_filename"] = "gone.png"
    data.write_text(json.dumps(records))
    file = tmp_path / "answers.json"
    file.write_text(json.dumps([{"id": f"{ID}{n}", "point": [120, 50]} for n in range(3)]))
    words = [str(file), "--data", str(folder)]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "data: 3 read, 2 kept, 1 skipped (unusable image: 1)" in out
    assert "screenspot_mobile_v2.json[1]: " in out and "gone.png does not exist" in out
    assert "scored 2 items" in out and "micro average 100.0" in out
    assert main([*words, "--strict"]) == 2
    assert "gone.png does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["--convention", "pixel"], "did you mean 'pixels'"),
        (["--language", "cn"], "has no Chinese"),
        (["--data", "gone"], "is no ScreenSpot data set"),
    ],
)
def test_wrong_words(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: list[str],
    words: str,
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps([{"id": f"{ID}0", "point": [120, 50]}]))
    assert main([str(file), "--data", str(folder), *changes]) == 2
    captured = capsys.readouterr()
    assert words in captured.err and captured.out == ""


@pytest.mark.parametrize("convention", ["pixels/xyxy", "fraction/xyxy", "fraction/xywh"])
def test_data_in_another_convention_is_refused_and_then_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], convention: str
) -> None:
    """Corners would pay for random clicks; of fractions, no click would hit."""
    corners = {"xyxy": [300, 150, 380, 190], "xywh": [300, 150, 80, 40]}[convention[-4:]]
    if convention.startswith("fraction"):
        corners = [value / side for value, side in zip(corners, (400, 200) * 2, strict=True)]
    data = folder / "screenspot_mobile_v2.json"
    data.write_text(
        json.dumps([{**each, "bbox": corners} for each in json.loads(data.read_text())])
    )
    file = tmp_path / "answers.json"
    points = [[340, 170], [301, 151], [100, 100]]
    answers = [{"id": f"{ID}{n}", "point": point} for n, point in enumerate(points)]
    file.write_text(json.dumps(answers))
    words = [str(file), "--data", str(folder)]
    assert main(words) == 2
    assert f"Here: --data-convention {convention}\n" in capsys.readouterr().err
    assert main([*words, "--data-convention", convention]) == 0
    assert "micro average 66.7" in capsys.readouterr().out
    assert main([*words, "--data-convention", "fractions"]) == 2
    assert "did you mean 'fraction'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "answer", "convention"),
    [
        ("point", [300, 250], "0-1000"),
        ("box", [275, 225, 325, 275], "0-1000"),
        ("text", "Thought: (1, 2)\nAction: click(start_box='(300,250)')", "0-1000"),
        ("point", [0.3, 0.25], "fraction"),
        ("text", "[0.3, 0.25]", "fraction"),
        ("point", [50, 120], "pixels/yxyx"),
        ("box", [110, 41, 20, 18], "pixels/xywh"),
        ("box", [210, 280, 260, 330], "0-1000/yxyx"),
    ],
)
def test_the_likely_convention_is_told(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    key: str,
    answer: object,
    convention: str,
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps([{"id": f"{ID}{n}", key: answer} for n in range(3)]))
    assert main([str(file), "--data", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "micro average 0.0" in out
    assert f"read as {convention}, these answers would score 100.0 (micro), not 0.0" in out
    assert f"say --convention '{convention}'" in out
    # The cure works, and then there is nothing to tell.
    assert main([str(file), "--data", str(folder), "--convention", convention]) == 0
    out = capsys.readouterr().out
    assert "micro average 100.0" in out and "read as" not in out


def test_pixels_sent_as_fractions_or_thousandths(items: ItemSource) -> None:
    answers = [{"id": f"{ID}{n}", "point": [120, 50]} for n in range(3)]
    for declared in ("fraction", "0-1000", "0-1000/yx"):
        hint = score_predictions(answers, items, declared).hint
        assert hint.startswith("read as pixels, these answers would score 100.0 (micro), not 0.0")


def test_no_hint_without_a_far_better_convention(items: ItemSource) -> None:
    right, wrong = {"point": [120, 50]}, {"point": [390, 190]}
    for answers in ([right] * 3, [wrong] * 3, [right, wrong, wrong]):
        rows = [{"id": f"{ID}{n}", **answer} for n, answer in enumerate(answers)]
        assert score_predictions(rows, items).hint == ""
    assert score_predictions([{"id": f"{ID}0", "point": None}], items).hint == ""


def test_names_of_numbers_go_before_the_order(items: ItemSource) -> None:
    for text in ('{"x": 120, "y": 50}', '{"x": 110, "y": 45, "width": 20, "height": 10}'):
        for convention in ("pixels", "pixels/yxyx", "pixels/xywh"):
            table = score_predictions([{"id": f"{ID}0", "text": text}], items, convention)
            assert table.part().hits == 1


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    for words in ("examples:", '"point": [1043, 512]', "--convention 0-1000", "size_hw", "Exit"):
        assert words in out
