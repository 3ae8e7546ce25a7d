"""JSON files that are not in the COCO format are told apart, each with what to do about it."""

import json
from pathlib import Path

import pytest
from PIL import Image

from vgym.data import DataError, load

RECORD = {"image": "a.png", "expression": "the cat", "boxes": [[1, 2, 30, 40]]}
LABEL_STUDIO = {"id": 1, "annotations": [], "data": {"image": "/data/upload/1/a.png"}}
SCREENSPOT = {"img_filename": "a.png", "bbox": [1, 2, 3, 4], "instruction": "open"}
REF = {"ann_id": 1, "image_id": 1, "sentences": [{"sent": "cat"}], "split": "val"}

FILES = {
    "records": ([RECORD], r"write each on a line of its own, jq -c '\.\[\]' mine\.json > mine\.js"),
    "records without words": (
        [{"image": "a.png", "boxes": []}],
        "write each on a line of its own",
    ),
    "Label Studio, short": ([{"image": "a.png", "label": [], "id": 1}], "export it as COCO"),
    "Label Studio": ([LABEL_STUDIO], "export it as COCO, and read its result.json"),
    "ScreenSpot": ([SCREENSPOT], "name it screenspot_web.json"),
    "refs": ([REF], r"name it refs\.json, beside instances\.json"),
    "other records": ([{"a": 1, "b": 2}], "records with the keys a, b"),
    "numbers": ([1, 2], "it is a list of 1"),
    "nothing": ([], "it is a list of nothing"),
    "a number": (3, "must hold one JSON object, not 3"),
    "GeoJSON": ({"type": "FeatureCollection", "features": []}, "its keys are type, features"),
    "LabelMe": ({"version": "5", "shapes": []}, "list 'images' is missing; its keys are version"),
}


@pytest.mark.parametrize("folder", [".", "annotations"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_kind_is_named(tmp_path: Path, kind: str, folder: str) -> None:
    content, words = FILES[kind]
    (tmp_path / "images").mkdir()
    path = tmp_path / folder / "mine.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))
    if (kind, folder) == ("ScreenSpot", "annotations"):
        words = "ScreenSpot-Pro holds no usable record"  # here it is one
    with pytest.raises(DataError, match=words) as caught:
        load(path)
    assert "is not a ScreenSpot file" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_the_cure_for_a_list_of_records(tmp_path: Path) -> None:
    Image.new("RGB", (60, 60)).save(tmp_path / "a.png")
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([RECORD, RECORD]))
    lines = [json.dumps(record) for record in json.loads(path.read_text())]
    path.with_suffix(".jsonl").write_text("\n".join(lines))
    assert load(path.with_suffix(".jsonl")).texts() == ["the cat", "the cat"]


def test_the_cure_for_refs(tmp_path: Path) -> None:
    Image.new("RGB", (60, 60)).save(tmp_path / "a.png")
    (tmp_path / "refs.json").write_text(json.dumps([REF]))
    instances = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [{"id": 1, "image_id": 1, "bbox": [1, 2, 30, 40]}],
    }
    (tmp_path / "instances.json").write_text(json.dumps(instances))
    assert load(tmp_path / "refs.json").texts() == ["cat"]


def test_jsonl_by_the_name_of_json_is_told(tmp_path: Path) -> None:
    Image.new("RGB", (60, 60)).save(tmp_path / "a.png")
    path = tmp_path / "mine.json"
    path.write_text("\n".join([json.dumps(RECORD)] * 3))
    with pytest.raises(DataError, match=r"it looks like JSONL, so name it mine\.jsonl"):
        load(path)
    assert len(load(path.rename(tmp_path / "mine.jsonl"))) == 3


def test_a_folder_with_one_foreign_file_is_told_of_that_file(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "export.json").write_text(json.dumps([LABEL_STUDIO]))
    with pytest.raises(DataError, match=r"export\.json is not a COCO file.*export it as COCO"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["[" * 100_000, "[{", "{", "", "\ufeff[]", "[" + " " * 2_000_000])
def test_damaged_files_are_told_as_such(tmp_path: Path, text: str) -> None:
    for folder in (tmp_path, tmp_path / "annotations"):
        (folder / "images").mkdir(parents=True, exist_ok=True)
        path = folder / "mine.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=r"mine\.json"):
            load(path)


def test_a_damaged_file_of_pro_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations" / "a.json").write_text(json.dumps([SCREENSPOT]))
    (tmp_path / "annotations" / "b.json").write_text("[{")
    with pytest.raises(DataError, match=r"b\.json: invalid JSON"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    Image.new("RGB", (60, 60)).save(tmp_path / "a.png")
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(RECORD), encoding="utf-8-sig")
    assert load(path).texts() == ["the cat"]
