"""Folders as tools leave them: annotations and pictures are found, and nothing outside."""

import json
from pathlib import Path

import pytest
from PIL import Image

from vgym.data import DataError, load, load_coco
from vgym.data.layouts import picture_folder


def picture(path: Path, side: int = 60) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side, side)).save(path)


def annotations(path: Path, file_name: str = "a.png", name: str = "cat") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": file_name, "height": None, "width": None}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40]}],
                "categories": [{"id": 0, "name": "things"}, {"id": 1, "name": name}],
            }
        )
    )
    return path


# tool -> annotations, picture, its name in the annotations
LAYOUTS = {
    "COCO": ("annotations/instances_val2017.json", "val2017/a.png", "a.png"),
    "COCO 2014": (
        "annotations/instances_val2014.json",
        "val2014/COCO_val2014_000000000042.png",
        "COCO_val2014_000000000042.png",
    ),
    "RefCOCO": (
        "instances.json",
        "images/train2014/COCO_train2014_000000000042.png",
        "COCO_train2014_000000000042.png",
    ),
    "COCO, folder in the name": (
        "annotations/instances_val2017.json",
        "val2017/a.png",
        "val2017/a.png",
    ),
    "CVAT": ("annotations/instances_default.json", "images/default/a.png", "a.png"),
    "CVAT, one folder": ("annotations/instances_default.json", "images/a.png", "a.png"),
    "CVAT, keypoints": ("annotations/person_keypoints_default.json", "images/a.png", "a.png"),
    "Datumaro": ("annotations/instances_my_part.json", "images/my_part/x/a.png", "x/a.png"),
    "Label Studio": ("result.json", "images/a.png", "images/a.png"),
    "Label Studio on Windows": ("result.json", "images/a.png", "images\\a.png"),
    "FiftyOne": ("labels.json", "data/a.png", "a.png"),
    "Roboflow": ("train/_annotations.coco.json", "train/a.png", "a.png"),
    "Roboflow, images": ("train/_annotations.coco.json", "train/images/a.png", "a.png"),
    "beside": ("mine.json", "a.png", "a.png"),
    "images": ("instances.json", "images/a.png", "a.png"),
}


@pytest.mark.parametrize("tool", LAYOUTS)
def test_pictures_are_found(tmp_path: Path, tool: str) -> None:
    file, shown, name = LAYOUTS[tool]
    path = annotations(tmp_path / file, name)
    picture(tmp_path / shown)
    for source in (path, tmp_path, str(path), str(tmp_path)):
        (item,) = load(source)
        assert item.image == (tmp_path / shown).resolve() and item.expression == "the cat"
        assert item.boxes.tolist() == [[1, 2, 31, 42]]
    assert load_coco(path)[0].image == (tmp_path / shown).resolve()


def test_the_folder_of_the_same_name_comes_first(tmp_path: Path) -> None:
    """Names are alike in every split."""
    for split, side in (("train2017", 50), ("val2017", 60), ("images", 70)):
        picture(tmp_path / split / "a.png", side)
    for split, side in (("train2017", 50), ("val2017", 60), ("test2017", 70)):
        path = annotations(tmp_path / "annotations" / f"instances_{split}.json")
        assert load(path)[0].size_hw == (side, side)


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (("annotations/instances_train2017.json", "annotations/instances_val2017.json"), True),
        (("train/_annotations.coco.json", "valid/_annotations.coco.json"), True),
        (("instances_train.json", "instances_val.json"), True),
        (("train.json", "validation.json"), True),
        (("annotations/instances_one.json", "annotations/instances_two.json"), False),
        (("train/_annotations.coco.json", "training/_annotations.coco.json"), False),
    ],
)
def test_of_several_files_the_one_of_the_split_is_read(
    tmp_path: Path, files: tuple[str, str], named: bool
) -> None:
    for file, name in zip(files, ("cat", "dog"), strict=True):
        path = annotations(tmp_path / file, name=name)
        picture(path.parent / "a.png")
    if named:
        assert load(tmp_path, split="train").texts() == ["the cat"]
        assert load(tmp_path, split="val").texts() == ["the dog"]
    for split in ("test",) if named else ("train", "val", "test"):
        with pytest.raises(ValueError, match="must hold one") as caught:
            load(tmp_path, split=split)
        assert all(str(Path(file)) in str(caught.value) for file in files)
    for file, name in zip(files, ("cat", "dog"), strict=True):  # the cure
        assert load(tmp_path / file, split="test").texts() == [f"the {name}"]


@pytest.mark.parametrize(
    ("file", "split"),
    [
        ("annotations/instances_{}.json", ("train2017", "val2017")),
        ("{}/_annotations.coco.json", ("training", "valid")),
        ("instances_{}.json", ("north", "south")),
    ],
)
def test_a_split_may_be_spelt_as_the_files_spell_it(
    tmp_path: Path, file: str, split: tuple[str, str]
) -> None:
    for each, name in zip(split, ("cat", "dog"), strict=True):
        path = annotations(tmp_path / file.format(each), name=name)
        picture(path.parent / "a.png")
    for each, name in zip(split, ("cat", "dog"), strict=True):
        assert load(tmp_path, split=each).texts() == [f"the {name}"]


def test_a_folder_with_jsonl_alone_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("")
    with pytest.raises(ValueError, match=r"found none\. Name .*mine\.jsonl\."):
        load(tmp_path)


def test_pictures_that_are_nowhere_are_asked_for(tmp_path: Path) -> None:
    path = annotations(tmp_path / "annotations" / "instances_val2017.json")
    (tmp_path / "val2017").mkdir()
    with pytest.raises(
        DataError, match=r"'a\.png', and none of them lies in .*val2017, "
    ) as caught:
        load(path)
    assert "vgym.data.load_coco(file, folder)" in str(caught.value)
    picture(tmp_path / "elsewhere" / "a.png")
    assert load_coco(path, tmp_path / "elsewhere").texts() == ["the cat"]  # the cure


@pytest.mark.parametrize(
    "name",
    [
        "../out/a.png",
        "..\\out\\a.png",
        "images\\..\\..\\out\\a.png",
        "/out/a.png",
        "C:\\out\\a.png",
        "\\\\host\\out\\a.png",
        "link/a.png",
        "link\\a.png",
        "COCO_.._a.png",
        "COCO_../../out_a.png",
        "a" * 5000,
        "a\\" * 3000,
        "a\0.png",
        "",
    ],
)
def test_nothing_outside_is_read(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "out" / "a.png")
    picture(tmp_path / "in" / "b.png")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")
    path = annotations(tmp_path / "in" / "instances_val.json", name)
    with pytest.raises(DataError):
        load(path)
    content = json.loads(path.read_text())
    content["images"].append({"id": 2, "file_name": "b.png"})
    content["annotations"].append({"id": 2, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4]})
    path.write_text(json.dumps(content))
    source = load(path)
    assert [item.image.name for item in source] == ["b.png"]
    assert source.summary.reasons == {"unusable image": 1}


@pytest.mark.parametrize("stem", ["instances_..", "instances_.", "..", "instances_"])
def test_a_file_named_after_no_folder_looks_into_none(tmp_path: Path, stem: str) -> None:
    picture(tmp_path / "a.png")
    path = annotations(tmp_path / "in" / f"{stem}.json")
    with pytest.raises(DataError, match="none of them"):
        picture_folder(path, ["a.png"])


def test_a_file_with_a_backslash_in_its_name_is_that_file(tmp_path: Path) -> None:
    """Some tools unpack archives from Windows so."""
    picture(tmp_path / "images\\a.png", 30)
    path = annotations(tmp_path / "result.json", "images\\a.png")
    with pytest.raises(DataError):  # 30 pixels are too few for the box: it is this file
        load(path)
    (tmp_path / "images\\a.png").unlink()
    picture(tmp_path / "images" / "a.png")
    assert load(path)[0].size_hw == (60, 60)


@pytest.mark.parametrize("name", ["images/a.png", "images\\a.png", "./images/a.png"])
def test_jsonl_takes_folders_either_way(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "images" / "a.png")
    record = {"image": name, "expression": "the cat", "boxes": [[1, 2, 3, 4]]}
    (tmp_path / "mine.jsonl").write_text(json.dumps(record))
    assert load(tmp_path / "mine.jsonl")[0].image == (tmp_path / "images" / "a.png").resolve()


@pytest.mark.parametrize("name", ["../../images/a.jpg", "/data/upload/1/a.jpg", "C:\\x\\a.jpg"])
def test_names_that_lead_elsewhere_have_a_cure(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "images" / "a.jpg")
    path = annotations(tmp_path / "result.json", "a.jpg")
    content = path.read_text()
    path.write_text(content.replace('"a.jpg"', json.dumps(name)))
    with pytest.raises(DataError, match="names are relative to the folder of pictures: write 'a"):
        load(path)
    path.write_text(content)  # the cure
    assert len(load(path)) == 1
