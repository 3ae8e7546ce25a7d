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


def test_of_several_files_the_one_named_after_the_split_is_read(tmp_path: Path) -> None:
    coco(tmp_path, [annotation(7, 17, [0, 0, 9, 9])])
    (tmp_path / "instances_train.json").write_text("{}")
    assert load(tmp_path, split="val").texts() == ["the cat"]
    with pytest.raises(DataError, match=r"instances_train\.json is not a COCO file"):
        load(tmp_path, split="train")
    with pytest.raises(ValueError, match=r"found instances_train\.json, instances_val\.json"):
        load(tmp_path, split="test")


KEYS = [(1.0, 1), ("1", 1), (1, "1"), (1, 1.0), ("cat-1", "cat-1"), (-1, "-1"), (2**60, 2**60)]


@pytest.mark.parametrize(("own", "reference"), KEYS)
def test_a_number_is_one_key_however_it_is_written(
    tmp_path: Path, own: object, reference: object
) -> None:
    images = [{"id": own, "file_name": "a.png"}, {"id": 500, "file_name": "b.png"}]
    categories = [{"id": own, "name": "cat"}, {"id": 500, "name": "dog"}]
    rows = [
        {"id": 1, "image_id": reference, "category_id": reference, "bbox": [0, 0, 9, 9]},
        {"id": 2, "image_id": 500.0, "category_id": "500", "bbox": [5, 5, 9, 9]},
    ]
    source = read(tmp_path, list(rows), images=images, categories=categories)
    found = {item.image.name: (item.expression, item.boxes.tolist()) for item in source}
    assert found == {"a.png": ("the cat", [[0, 0, 9, 9]]), "b.png": ("the dog", [[5, 5, 14, 14]])}
    assert source.summary.skipped == 0


MISSING = object()
NO_KEYS = [None, [7], {"a": 1}, True, 1.5, 2.0**53, "", MISSING]


def identified(value: object, **row: object) -> dict[str, object]:
    return row if value is MISSING else {"id": value, **row}


@pytest.mark.parametrize("bad", NO_KEYS)
def test_two_pictures_without_a_key_are_not_one(tmp_path: Path, bad: object) -> None:
    images = [identified(bad, file_name="a.png"), identified(bad, file_name="b.png")]
    path = coco(
        tmp_path,
        [
            {
                "bbox": [0, 0, 9, 9],
                "category_id": 1,
                **({} if bad is MISSING else {"image_id": bad}),
            },
            annotation(8, 17, [0, 0, 9, 9]),
        ],
        images=[*images, IMAGES[1]],
    )
    source = load_coco(path)
    assert [(item.image.name, item.expression) for item in source] == [("b.png", "the cat")]
    assert source.summary.reasons == {"bad image id": 2, "unknown image": 1}
    assert source.summary.first_errors[0].startswith("instances_val.json:images[0]: the id is ")
    with pytest.raises(DataError, match=r"^instances_val\.json:images\[0\]: the id is "):
        load_coco(path, strict=True)


@pytest.mark.parametrize("bad", NO_KEYS)
def test_categories_without_a_key_are_not_one(tmp_path: Path, bad: object) -> None:
    categories = [identified(bad, name="dog"), identified(bad, name="cow"), CATEGORIES[1]]
    rows = [
        {"bbox": [0, 0, 9, 9], "image_id": 7, **({} if bad is MISSING else {"category_id": bad})},
        annotation(7, 17, [0, 0, 9, 9]),
    ]
    source = read(tmp_path, list(rows), categories=categories)
    assert source.texts() == ["the cat"]
    assert source.summary.reasons == {"bad category id": 2, "unknown category": 1}


@pytest.mark.parametrize("bad", [value for value in NO_KEYS if value is not MISSING])
def test_an_annotation_whose_id_is_no_key_spoils_its_group(tmp_path: Path, bad: object) -> None:
    rows = [annotation(7, 1, [0, 0, 9, 9], id=bad), annotation(7, 17, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows))
    assert source.texts() == ["the cat"]
    assert source.summary.reasons == {"bad annotation id": 1}


def test_a_duplicate_image_id_loses_both_pictures(tmp_path: Path) -> None:
    images = [IMAGES[0], {"id": 7.0, "file_name": "b.png"}, {"id": 8, "file_name": "b.png"}]
    rows = [annotation(7, 1, [0, 0, 9, 9]), annotation(8, 17, [0, 0, 9, 9])]
    path = coco(tmp_path, list(rows), images=images)
    source = load_coco(path)
    assert [(item.image.name, item.expression) for item in source] == [("b.png", "the cat")]
    assert source.summary.reasons == {"duplicate image id": 3}
    assert "image_id 7 is that of images[0] and images[1]" in source.summary.first_errors[2]
    with pytest.raises(DataError, match=r"images\[0\]: the id 7 is that of images\[0\] and imag"):
        load_coco(path, strict=True)


def test_a_duplicate_category_id_loses_both_names(tmp_path: Path) -> None:
    categories = [{"id": 1, "name": "dog"}, {"id": 1, "name": "cat"}, {"id": 2, "name": "cow"}]
    rows = [annotation(7, 1, [0, 0, 9, 9]), annotation(7, 2, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows), categories=categories)
    assert source.texts() == ["the cow"]
    assert source.summary.reasons == {"duplicate category id": 3}


def test_a_duplicate_annotation_id_spoils_both_groups(tmp_path: Path) -> None:
    rows = [
        annotation(7, 1, [0, 0, 9, 9], id=3),
        annotation(8, 17, [0, 0, 9, 9], id="3"),
        annotation(8, 46, [0, 0, 9, 9], id=4),
    ]
    source = read(tmp_path, list(rows))
    assert source.texts() == ["the wine glass"]
    assert source.summary.reasons == {"duplicate annotation id": 2}


def test_rows_that_repeat_others_count_once_and_are_told(tmp_path: Path) -> None:
    row = annotation(7, 1, [0, 0, 9, 9], id=3)
    path = coco(tmp_path, [row, row], images=IMAGES * 2, categories=CATEGORIES * 2)
    source = load_coco(path)
    assert [(item.expression, len(item.boxes)) for item in source] == [("the person", 1)]
    assert source.summary.reasons == {
        "repeated image": 2,
        "repeated category": 3,
        "repeated annotation": 1,
    }
    with pytest.raises(DataError, match=r"images\[2\]: it repeats images\[0\]"):
        load_coco(path, strict=True)


@pytest.mark.parametrize("other", ["cat", "Cat ", "CAT"])
def test_a_name_under_two_ids_is_refused_where_both_are_used(tmp_path: Path, other: str) -> None:
    categories = [{"id": 0, "name": other}, *CATEGORIES]
    rows = [annotation(7, 17, [0, 0, 9, 9]), annotation(8, 1, [0, 0, 9, 9])]
    unused = read(tmp_path, list(rows), categories=categories)  # as Roboflow's first category is
    assert unused.texts() == ["the cat", "the person"] and unused.summary.skipped == 0
    used = read(tmp_path, [*rows, annotation(7, 0, [5, 5, 9, 9])], categories=categories)
    assert used.texts() == ["the person"]
    assert used.summary.reasons == {"two category ids": 2}
    assert "is the name of categories[0] and categories[2]" in used.summary.first_errors[0]


def test_a_picture_under_two_ids_is_refused_where_both_are_used(tmp_path: Path) -> None:
    images = [*IMAGES, {"id": 9, "file_name": "a.png"}]
    rows = [annotation(7, 17, [0, 0, 9, 9]), annotation(8, 1, [0, 0, 9, 9])]
    assert len(read(tmp_path, list(rows), images=images)) == 2
    source = read(tmp_path, [*rows, annotation(9, 17, [50, 50, 9, 9])], images=images)
    assert source.texts() == ["the person"]
    assert source.summary.reasons == {"two image ids": 2}


@pytest.mark.parametrize("flag", [0, 0.0, "0", False, None])
def test_no_crowd_however_it_is_written(tmp_path: Path, flag: object) -> None:
    rows = [annotation(7, 1, [0, 0, 9, 9], iscrowd=flag)]
    assert read(tmp_path, list(rows)).texts() == ["the person"]


@pytest.mark.parametrize("flag", [1, 1.0, "1", True])
def test_a_crowd_however_it_is_written(tmp_path: Path, flag: object) -> None:
    rows = [annotation(7, 1, [0, 0, 9, 9], iscrowd=flag), annotation(7, 17, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows))
    assert source.texts() == ["the cat"] and source.summary.skipped == 0


@pytest.mark.parametrize("flag", [2, "yes", [], -1])
def test_what_may_be_a_crowd_is_refused(tmp_path: Path, flag: object) -> None:
    rows = [annotation(7, 1, [0, 0, 9, 9], iscrowd=flag), annotation(7, 17, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows))
    assert source.texts() == ["the cat"] and source.summary.reasons == {"bad iscrowd": 1}


@pytest.mark.parametrize(
    ("sides", "kept"),
    [
        ({"height": None, "width": None}, True),
        ({"height": None, "width": 120}, True),
        ({"height": "90", "width": 120.0}, True),
        ({"height": None, "width": 90}, False),
        ({"height": 120, "width": None}, False),
    ],
)
def test_a_side_that_is_null_is_not_known(
    tmp_path: Path, sides: dict[str, object], kept: bool
) -> None:
    images = [{"id": 7, "file_name": "a.png", **sides}, IMAGES[1]]
    rows = [annotation(7, 1, [0, 0, 9, 9]), annotation(8, 17, [0, 0, 9, 9])]
    source = read(tmp_path, list(rows), images=images)
    assert source.summary.reasons == ({} if kept else {"wrong size": 1})
