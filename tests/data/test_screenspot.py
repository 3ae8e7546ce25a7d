"""ScreenSpot, v2 and Pro from small copies of their folders: recognised, read, faults named."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vgym.data import DataError, load, load_screenspot
from vgym.data import screenspot as module

MOBILE = {
    "img_filename": "mobile_1.png",
    "bbox": [10, 20, 30, 40],
    "instruction": "open mail",
    "data_type": "text",
    "data_source": "ios",
}
WEB = {**MOBILE, "img_filename": "web_1.png", "data_type": "icon", "data_source": "gitlab"}
PRO = {
    "img_filename": "vscode_mac/shot.png",
    "bbox": [10, 20, 30, 40],
    "img_size": [120, 90],
    "instruction": "refresh the files",
    "instruction_cn": "刷新文件",
    "id": "vscode_macos_0",
    "ui_type": "icon",
    "group": "Dev",
    "platform": "macos",
    "application": "vscode",
}


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (120, 90), (9, 8, 7)).save(path)


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    folder = tmp_path / "v2"
    for name in ("mobile_1.png", "web_1.png"):
        picture(folder / "screenspotv2_image" / name)
    write(folder / "screenspot_web_v2.json", [WEB])
    write(folder / "screenspot_mobile_v2.json", [MOBILE, {**MOBILE, "instruction": "close"}])
    return folder


@pytest.fixture
def pro(tmp_path: Path) -> Path:
    folder = tmp_path / "pro"
    picture(folder / "images" / "vscode_mac" / "shot.png")
    write(folder / "annotations" / "vscode_macos.json", [PRO])
    word = {**PRO, "id": "word_0", "group": "Office", "ui_type": "text", "application": "word"}
    write(folder / "annotations" / "word_macos.json", [word])
    return folder


def test_v2_is_recognised_and_its_boxes_are_corner_and_size(v2: Path) -> None:
    source = load(v2)
    assert source.name == "ScreenSpot-v2" and source.summary.skipped == 0
    assert source.texts() == ["open mail", "close", "open mail"]
    assert source[0].boxes.tolist() == [[10, 20, 40, 60]] and source[0].size_hw == (90, 120)
    assert source[2].tags == {
        "benchmark": "ScreenSpot-v2",
        "id": "screenspot_web_v2_0",
        "file": "web_1.png",
        "type": "icon",
        "group": "web",
        "source": "gitlab",
    }
    assert source[1].tags["id"] == "screenspot_mobile_v2_1"
    assert source[1].record == "screenspot_mobile_v2.json[1]"
    assert source.image(0).shape == (90, 120, 3)
    assert pickle.loads(pickle.dumps(source))[2].tags == source[2].tags


def test_one_file_is_a_data_set_too(v2: Path, pro: Path) -> None:
    assert len(load(v2 / "screenspot_mobile_v2.json")) == 2
    assert len(load(pro / "annotations" / "vscode_macos.json")) == 1


@pytest.mark.parametrize("annotations", ["", "annotations", "metadata"])
@pytest.mark.parametrize("images", ["screenspot_imgs", "images"])
def test_first_version_in_the_layouts_of_its_copies(
    tmp_path: Path, annotations: str, images: str
) -> None:
    picture(tmp_path / images / "pc_1.png")
    desktop = {**MOBILE, "img_filename": "pc_1.png"}
    write(tmp_path / annotations / "screenspot_desktop.json", [desktop])
    (item,) = load(tmp_path)
    assert item.tags["benchmark"] == "ScreenSpot" and item.tags["group"] == "desktop"
    assert item.tags["id"] == "screenspot_desktop_0"


def test_pro_has_corners_groups_and_two_languages(pro: Path) -> None:
    source = load(pro)
    assert source.name == "ScreenSpot-Pro"
    assert source.texts() == ["refresh the files"] * 2
    assert source[0].boxes.tolist() == [[10, 20, 30, 40]]
    assert source[0].tags == {
        "benchmark": "ScreenSpot-Pro",
        "id": "vscode_macos_0",
        "file": "vscode_mac/shot.png",
        "type": "icon",
        "group": "Dev",
        "source": "vscode macos",
    }
    assert [item.tags["group"] for item in source] == ["Dev", "Office"]
    assert load_screenspot(pro, language="cn").texts() == ["刷新文件"] * 2


def test_published_sizes_add_up() -> None:
    totals = {name: sum(map(sum, of.values())) for name, of in module.PUBLISHED_SIZES.items()}
    assert totals == {"ScreenSpot": 1272, "ScreenSpot-v2": 1272, "ScreenSpot-Pro": 1581}
    sizes = module.PUBLISHED_SIZES["ScreenSpot-Pro"].values()
    columns = [sum(column) for column in zip(*sizes, strict=True)]
    assert columns == [977, 604]


def test_boxes_are_cut_at_the_picture_and_instructions_made_plain(v2: Path) -> None:
    edge = {**MOBILE, "bbox": [100, 70.5, 50, 50], "instruction": " open\n the  mail\t"}
    write(v2 / "screenspot_mobile_v2.json", [edge])
    (item,) = load(v2 / "screenspot_mobile_v2.json")
    assert item.boxes.tolist() == [[100, 70.5, 120, 90]]
    assert item.expression == "open the mail"


def test_further_keys_are_kept(v2: Path, pro: Path) -> None:
    file = write(v2 / "screenspot_mobile_v2.json", [{**MOBILE, "split": "a", "type": 3}])
    (item,) = load(file)
    assert item.extra == {"split": "a", "type": 3} and item.tags["type"] == "text"
    file = write(pro / "annotations" / "vscode_macos.json", [{**PRO, "note": [1]}])
    assert load(file)[0].extra == {"note": [1]}


Faults = dict[str, tuple[dict[str, object], str]]
MOBILE_FAULTS: Faults = {
    "missing picture": ({"img_filename": "gone.png"}, "gone.png does not exist"),
    "picture outside": ({"img_filename": "../up.png"}, "'..'"),
    "box outside": ({"bbox": [200, 20, 30, 40]}, "lies outside the 120x90 image"),
    "empty box": ({"bbox": [10, 20, 0, 40]}, "no area"),
    "negative size": ({"bbox": [50, 20, -30, 40]}, "inverted"),
    "three numbers": ({"bbox": [1, 2, 3]}, "four numbers"),
    "huge number": ({"bbox": [10, 20, 10**400, 40]}, "four finite numbers"),
    "large number": ({"bbox": [10, 20, 1e300, 40]}, "lies outside"),
    "huge with a float": ({"bbox": [0.5, 20, 10**400, 40]}, "four finite numbers"),
    "words in the box": ({"bbox": [1, 2, "3", 4]}, "four finite numbers"),
    "box of no list": ({"bbox": "10 20"}, "four numbers"),
    "unknown type": ({"data_type": "icn"}, "data_type 'icn' (nearest: 'icon')"),
    "no instruction": ({"instruction": " "}, "expression is empty"),
    "long instruction": ({"instruction": "a" * 100_000}, "100000 characters"),
    "control character": ({"instruction": "open \x00 mail"}, "control character"),
    "number for words": ({"instruction": 7}, "instruction must be a string"),
}
PRO_FAULTS: Faults = {
    "other size": ({"img_size": [120, 91]}, "size_hw [91, 120] is not the [90, 120]"),
    "size is words": ({"img_size": "120x90"}, "size_hw '120x90'"),
    "unknown group": ({"group": "Devs"}, "group 'Devs' (nearest: 'Dev')"),
    "inverted": ({"bbox": [30, 20, 10, 40]}, "inverted"),
    "number for id": ({"id": 3}, "id must be a string"),
}


@pytest.mark.parametrize("fault", MOBILE_FAULTS)
def test_unusable_records_are_named_and_skipped(v2: Path, fault: str) -> None:
    changes, words = MOBILE_FAULTS[fault]
    file = write(v2 / "screenspot_mobile_v2.json", [MOBILE, {**MOBILE, **changes}])
    check_skipped(file, words)


@pytest.mark.parametrize("fault", PRO_FAULTS)
def test_unusable_pro_records_are_named_and_skipped(pro: Path, fault: str) -> None:
    changes, words = PRO_FAULTS[fault]
    file = write(pro / "annotations" / "vscode_macos.json", [PRO, {**PRO, **changes}])
    check_skipped(file, words)


def check_skipped(file: Path, words: str) -> None:
    source = load(file)
    assert (source.summary.read, source.summary.kept) == (2, 1)
    (message,) = source.summary.first_errors
    assert message.startswith(f"{file.name}[1]: ") and words in message, message
    assert len(message) < 400
    with pytest.raises(DataError) as caught:
        load(file, strict=True)
    assert str(caught.value).startswith(f"{file.name}[1]: ") and words in str(caught.value)


@pytest.mark.parametrize("key", sorted(MOBILE))
def test_a_missing_key_is_named(v2: Path, key: str) -> None:
    less = {name: value for name, value in MOBILE.items() if name != key}
    file = write(v2 / "screenspot_mobile_v2.json", [less, "text", MOBILE])
    source = load(file)
    assert source.summary.reasons == {"missing key": 1, "not an object": 1}
    assert f"key {key!r} is missing" in source.summary.first_errors[0]


def test_a_misspelt_key_is_pointed_at(v2: Path) -> None:
    other = {**{k: v for k, v in MOBILE.items() if k != "data_type"}, "datatype": "text"}
    file = write(v2 / "screenspot_mobile_v2.json", [other, MOBILE])
    assert "nearest: 'datatype'" in load(file).summary.first_errors[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[" * 200_000, "nested too deeply"),
        ('[{"bbox": [NaN, 1, 2, 3]}]', "NaN is not a JSON number"),
        ("[" + "9" * 5000 + "]", "invalid JSON"),
        ("{}", "one JSON list"),
        ("[]", "no usable record"),
        ("", "invalid JSON"),
    ],
)
def test_hostile_files_are_refused(v2: Path, content: str, words: str) -> None:
    file = write(v2 / "screenspot_web_v2.json", content)
    with pytest.raises(DataError, match=words):
        load(file)


def test_large_files_are_refused(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.MAX_ANNOTATION_BYTES == 100_000_000
    monkeypatch.setattr(module, "MAX_ANNOTATION_BYTES", 10)
    with pytest.raises(DataError, match="more than the limit of 10"):
        load(v2)


def both_versions(folder: Path) -> None:
    write(folder / "screenspot_web.json", [WEB])


def no_pictures(folder: Path) -> None:
    for file in (folder / "screenspotv2_image").iterdir():
        file.unlink()
    (folder / "screenspotv2_image").rmdir()


@pytest.mark.parametrize(
    ("spoil", "words"), [(both_versions, "holds both"), (no_pictures, "no pictures beside")]
)
def test_folders_that_make_no_sense(v2: Path, spoil: Callable[[Path], None], words: str) -> None:
    spoil(v2)
    with pytest.raises(DataError, match=words):
        load(v2)


def test_languages(v2: Path, pro: Path) -> None:
    german: Any = "de"  # as a caller without a type checker may pass
    with pytest.raises(ValueError, match="ScreenSpot-v2 has no Chinese"):
        load_screenspot(v2, language="cn")
    with pytest.raises(ValueError, match="'en' and 'cn'"):
        load_screenspot(pro, language=german)


def test_other_folders_are_left_to_other_loaders(tmp_path: Path) -> None:
    """COCO's usual layout has a folder `annotations`, too."""
    picture(tmp_path / "images" / "a.png")
    instances = write(tmp_path / "annotations" / "instances_val.json", {})
    for source in (tmp_path, instances):
        with pytest.raises(DataError, match=r"instances_val\.json is not a COCO file"):
            load(source)
    with pytest.raises(DataError, match="is no ScreenSpot data set"):
        load_screenspot(tmp_path)
    picture(tmp_path / "annotations" / "images" / "a.png")
    with pytest.raises(DataError, match="is not a COCO file"):
        load(write(tmp_path / "annotations" / "mine.json", {}))
    for nothing in (tmp_path / "gone", tmp_path / "a\0b"):
        with pytest.raises(ValueError, match="unknown data source"):
            load(nothing)
