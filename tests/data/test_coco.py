"""COCO detection annotations turned into expressions."""

import json
from pathlib import Path

import pytest
from PIL import Image

from vgym.data import DataError, ItemSource, load, load_coco

CATEGORIES = [
    {"id": 1, "name": "person"},
    {"id": 17, "name": "cat"},
    {"id": 46, "name": "wine glass"},
]
IMAGES = [
    {"id": 7, "file_name": "a.png", "height": 90, "width": 120},
    {"id": 8, "file_name": "b.png"},
]


def annotation(image: int, category: int, bbox: object, **more: object) -> dict[str, object]:
    return {"image_id": image, "category_id": category, "bbox": bbox, **more}


def coco(tmp_path: Path, annotations: list[object], **changes: object) -> Path:
    (tmp_path / "images").mkdir(exist_ok=True)
    Image.new("RGB", (120, 90)).save(tmp_path / "images" / "a.png")
    Image.new("RGB", (50, 50)).save(tmp_path / "images" / "b.png")
    tables = {"images": IMAGES, "annotations": annotations, "categories": CATEGORIES, **changes}
    path = tmp_path / "instances_val.json"
    path.write_text(json.dumps(tables))
    return path


def read(tmp_path: Path, annotations: list[object], **changes: object) -> ItemSource:
    return load_coco(coco(tmp_path, annotations, **changes), tmp_path / "images")


def test_one_object_and_several(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        [
            annotation(8, 46, [5, 5, 10, 10]),
            annotation(7, 1, [0, 0, 10, 20]),
            annotation(7, 17, [30.5, 40, 20, 10]),
            annotation(7, 1, [50, 0, 10, 20], iscrowd=0),
        ],
    )
    found = {(item.image.name, item.expression): item.boxes.tolist() for item in source}
    assert found == {
        ("a.png", "all the people"): [[0, 0, 10, 20], [50, 0, 60, 20]],
        ("a.png", "the cat"): [[30.5, 40, 50.5, 50]],
        ("b.png", "the wine glass"): [[5, 5, 15, 15]],
    }
    assert [item.image.name for item in source] == ["a.png", "a.png", "b.png"]
    assert source[0].record == "instances_val.json:images[0], category 1"
    assert source[0].size_hw == (90, 120)
    assert source.summary.skipped == 0


def test_a_crowd_silences_its_category_in_that_picture_only(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        [
            annotation(7, 1, [0, 0, 10, 20]),
            annotation(7, 1, [0, 0, 90, 90], iscrowd=1),
            annotation(8, 1, [0, 0, 10, 20]),
        ],
    )
    assert [(item.image.name, item.expression) for item in source] == [("b.png", "the person")]


BAD_BOXES = [[0, 0, 0, 5], [0, 0, -4, 5], [100, 0, 40, 5], [1, 2, 3], None, ["a", 0, 1, 1]]


@pytest.mark.parametrize("bbox", BAD_BOXES)
def test_a_broken_annotation_spoils_its_group(tmp_path: Path, bbox: object) -> None:
    rows = [
        annotation(7, 1, [0, 0, 10, 20]),
        annotation(7, 1, bbox),
        annotation(7, 17, [0, 0, 9, 9]),
    ]
    source = read(tmp_path, rows)
    assert source.texts() == ["the cat"]
    assert source.summary.skipped == 1
    assert source.summary.first_errors[0].startswith("instances_val.json:images[0], category 1: ")
    with pytest.raises(DataError, match=r"instances_val\.json:images\[0\], category 1: "):
        load_coco(tmp_path / "instances_val.json", tmp_path / "images", strict=True)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (annotation(99, 1, [0, 0, 1, 1]), "unknown image"),
        (annotation(7, 99, [0, 0, 1, 1]), "unknown category"),
        ({"bbox": [0, 0, 1, 1]}, "unknown image"),
        ({"image_id": [7], "category_id": {}, "bbox": []}, "unknown image"),
    ],
)
def test_references_to_nothing(tmp_path: Path, row: object, reason: str) -> None:
    source = read(tmp_path, [annotation(7, 17, [0, 0, 9, 9]), row])
    assert source.texts() == ["the cat"]
    assert source.summary.reasons == {reason: 1}


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ({"id": 7, "file_name": "gone.png"}, "unusable image"),
        ({"id": 7, "file_name": "../instances_val.json"}, "unusable image"),
        ({"id": 7}, "bad image name"),
        ({"id": 7, "file_name": "a.png", "height": 120, "width": 90}, "wrong size"),
        ({"id": 7, "file_name": "a.png", "height": 90}, "wrong size"),
    ],
)
def test_broken_images(tmp_path: Path, image: object, reason: str) -> None:
    rows = [annotation(7, 17, [0, 0, 9, 9]), annotation(8, 1, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows), images=[image, IMAGES[1]])
    assert source.texts() == ["the person"]
    assert source.summary.reasons == {reason: 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "must hold one JSON object"),
        ("{}", "the list 'images' is missing"),
        ('{"images": 3, "annotations": [], "categories": []}', "the list 'images' is missing"),
        ('{"images": [3], "annotations": [], "categories": []}', r"images\[0\] is no object"),
        ('{"images": [], "annotations": [], "categories": []}', "no usable record; 0 read"),
        ('{"images": Infinity}', "Infinity is not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ("{", "invalid JSON"),
    ],
)
def test_files_of_another_form(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "instances.json"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        load_coco(path, tmp_path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.json does not exist"):
        load_coco(tmp_path / "none.json", tmp_path)


def test_load_finds_the_folder_of_images(tmp_path: Path) -> None:
    path = coco(tmp_path, [annotation(7, 17, [0, 0, 9, 9])])
    assert load(path).texts() == load(tmp_path).texts() == ["the cat"]
    (tmp_path / "instances_train.json").write_text("{}")
    with pytest.raises(ValueError, match=r"found instances_train\.json, instances_val\.json"):
        load(tmp_path)
