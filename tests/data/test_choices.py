"""Questions with options: our JSONL, V*Bench and FineHARD, made up and spoilt."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vgym.data import Choice, DataError, load
from vgym.data.choices import checked_choice
from vgym.data.errors import RecordProblem


def picture(path: Path, width: int = 90, height: int = 60) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((height, width, 3), 90, np.uint8)).save(path)


def lines(path: Path, *records: Any) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


QUESTION = {"image": "a.png", "question": "What colour?", "options": ["red", "blue", "green"]}


@pytest.mark.parametrize("answer", ["blue", "B", "b", " blue ", 1])
def test_an_answer_is_an_option_or_its_letter(answer: object) -> None:
    assert checked_choice("what?", ["red", "blue"], answer) == Choice("what?", ("red", "blue"), 1)


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (["red"], "A"),
        (list("abcdefg"), "A"),
        (["red", "red"], "A"),
        (["red", 3], "A"),
        ("red", "A"),
        (["red", "blue"], "C"),
        (["red", "blue"], "yellow"),
        (["red", "blue"], True),
        (["red", "blue"], -1),
        (["red", "blue"], None),
        (["red", " "], "A"),
    ],
)
def test_no_choice(options: object, answer: object) -> None:
    with pytest.raises(RecordProblem):
        checked_choice("what?", options, answer)


def test_questions_in_jsonl(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    path = lines(
        tmp_path / "hr.jsonl",
        {**QUESTION, "answer": "B", "cycle_category": 2},
        {**QUESTION, "answer": "red", "boxes": [[1, 2, 11, 22], [30, 2, 41, 22]]},
        {**QUESTION, "answer": "D"},
        {"image": "a.png", "question": "?", "options": ["a", "b"]},
        {**QUESTION, "answer": "A", "image": "gone.png"},
    )
    source = load(path)
    assert [item.record for item in source] == ["hr.jsonl:1", "hr.jsonl:2"]
    assert source[0].choice == Choice("What colour?", ("red", "blue", "green"), 1)
    assert source[0].boxes.tolist() == [[0, 0, 90, 60]] and source[0].extra == {"cycle_category": 2}
    assert source[1].boxes.tolist() == [[1, 2, 11, 22], [30, 2, 41, 22]]
    assert source.summary.reasons == {"bad answer": 1, "missing key": 1, "unusable image": 1}
    with pytest.raises(DataError, match=r"hr\.jsonl:3"):
        load(path, strict=True)


def vstar(folder: Path, name: str, **changes: Any) -> None:
    picture(folder / f"{name}.jpg")
    record = {
        "target_object": ["dog"],
        "bbox": [[10, 20, 30, 5]],
        "question": "What is the colour of the dog?",
        "options": ["It is brown.", "It is black.", "It is white.", "It is grey."],
        **changes,
    }
    (folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")


def test_vstar_as_published(tmp_path: Path) -> None:
    for number in range(12):
        vstar(tmp_path / "direct_attributes", f"sa_{number}")
    vstar(
        tmp_path / "relative_position",
        "sa_99",
        target_object=["dog", "cat"],
        bbox=[[10, 20, 30, 5], [80, 40, 30, 30]],
    )
    source = load(tmp_path)
    assert len(source) == 13 and source.summary.skipped == 0
    assert source[0].expression == "the dog" and source[0].boxes.tolist() == [[10, 20, 40, 25]]
    assert source[0].tags["category"] == "direct_attributes"
    pair = source[12]
    assert pair.expression == "What is the colour of the dog?"
    assert pair.boxes.tolist() == [[10, 20, 40, 25], [80, 40, 90, 60]]  # cut at the edge
    for item in source:
        assert item.choice is not None
        assert item.choice.options[item.choice.right] == "It is brown."
    rights = {item.choice.right for item in source if item.choice}
    assert len(rights) >= 3, "the right one is not always first"
    again = load(tmp_path / "direct_attributes")
    assert [item.choice for item in again] == [item.choice for item in source][:12]


def test_spoilt_vstar_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "direct_attributes"
    vstar(folder, "fine")
    vstar(folder, "alone", options=["one"])
    vstar(folder, "nobody", target_object=[])
    vstar(folder, "words", bbox=[["a", 2, 3, 4]])
    vstar(folder, "far", bbox=[[500, 500, 3, 4]])
    (folder / "cut.json").write_text('{"target_object": ["d', encoding="utf-8")
    (folder / "list.json").write_text("[]", encoding="utf-8")
    (folder / "gone.json").write_text((folder / "fine.json").read_text(encoding="utf-8"))
    source = load(tmp_path)
    assert [item.tags["id"] for item in source] == ["fine"]
    assert source.summary.skipped == 7


def region(**changes: Any) -> dict[str, Any]:
    return {
        "bbox": [0.1, 0.2, 0.5, 0.6, 0.9],
        "short_expr": "a brown dog",
        "long_expr": "a brown dog on a sofa",
        "flag_short_neg": 1,
        "short_expr_negs": {"0": "a brown cat", "1": "a black dog", "2": "a brown dog"},
        **changes,
    }


def test_regions_of_finehard(tmp_path: Path) -> None:
    picture(tmp_path / "coyo" / "1.jpg", 100, 50)
    regions = [
        region(),
        region(flag_short_neg=0),
        region(bbox=[0.1, 0.2, 0.5]),
        region(short_expr=7),
        "nothing",
        region(bbox=[0, 0, 1, 1], short_expr_negs={str(k): f"a {k}" for k in range(20)}),
    ]
    content = [{"f_path": "coyo/1.jpg", "bbox_info": regions}, {"f_path": "coyo/1.jpg"}]
    path = tmp_path / "regions.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    source = load(path)
    assert len(source) == 3 and source.summary.skipped == 4
    np.testing.assert_allclose(source[0].boxes, [[10, 10, 50, 30]], atol=1e-4)
    first = source[0].choice
    assert first is not None and set(first.options) == {"a brown dog", "a brown cat", "a black dog"}
    assert first.options[first.right] == "a brown dog"
    assert source[1].choice is None
    assert source[2].choice is not None and len(source[2].choice.options) == 6
