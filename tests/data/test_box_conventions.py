"""Files whose boxes are written in another convention: noticed, named, and read when told."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from vgym.data import ConventionError, DataError, ItemSource, load, load_coco, load_jsonl
from vgym.data.screenspot import load_screenspot
from vgym.geometry.conventions import Convention

SIZE_HW = (300, 400)
Load = Callable[..., ItemSource]


def boxes(count: int, seed: int = 0) -> NDArray[np.float64]:
    """Whole pixels (count, 4) xyxy, 12 to 80 pixels a side, anywhere in the picture."""
    draw = np.random.default_rng(seed)
    side = draw.integers(12, 80, (count, 2))
    low = np.floor(draw.random((count, 2)) * (np.array(SIZE_HW[::-1]) - side))
    return np.concatenate([low, low + side], axis=1)


def written(truth: NDArray[np.float64], convention: str) -> list[list[float]]:
    into = Convention.parse(convention)
    numbers: list[list[float]] = into.from_pixels(torch.from_numpy(truth), SIZE_HW, "box").tolist()
    return numbers


def jsonl(folder: Path, rows: list[list[float]]) -> tuple[Path, Load]:
    Image.new("RGB", SIZE_HW[::-1]).save(folder / "a.png")
    lines = [{"image": "a.png", "expression": f"{n}", "boxes": [r]} for n, r in enumerate(rows)]
    path = folder / "mine.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path, load_jsonl


def coco(folder: Path, rows: list[list[float]]) -> tuple[Path, Load]:
    Image.new("RGB", SIZE_HW[::-1]).save(folder / "a.png")
    tables = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "categories": [{"id": n, "name": f"{n}"} for n in range(len(rows))],
        "annotations": [
            {"id": n, "image_id": 1, "category_id": n, "bbox": row} for n, row in enumerate(rows)
        ],
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(tables))
    return path, load_coco


def screenspot(folder: Path, rows: list[list[float]]) -> tuple[Path, Load]:
    (folder / "images").mkdir()
    Image.new("RGB", SIZE_HW[::-1]).save(folder / "images" / "a.png")
    path = folder / "screenspot_web.json"
    path.write_text(
        json.dumps(
            [
                {"img_filename": "a.png", "bbox": row, "instruction": f"{n}", "data_type": "text",
                 "data_source": "made"}
                for n, row in enumerate(rows)
            ]
        )
    )  # fmt: skip
    return path, load_screenspot


def refcoco(folder: Path, rows: list[list[float]]) -> tuple[Path, Load]:
    coco(folder, rows)
    refs = [
        {"ann_id": n, "image_id": 1, "split": "val", "sentences": [{"sent": f"{n}"}]}
        for n in range(len(rows))
    ]
    (folder / "refs.json").write_text(json.dumps(refs))
    return folder / "refs.json", load


FORMATS = {
    jsonl: "pixels/xyxy",
    coco: "pixels/xywh",
    refcoco: "pixels/xywh",
    screenspot: "pixels/xywh",
}
CONVENTIONS = (
    *("pixels/xyxy", "pixels/xywh", "fraction/xyxy", "fraction/xywh", "fraction/cxcywh"),
    *("0-1000/xyxy", "0-1000/xywh"),
)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_another_convention_is_named_and_then_read(
    tmp_path: Path, write: Callable[..., tuple[Path, Load]], convention: str
) -> None:
    truth = boxes(40)
    path, read = write(tmp_path, written(truth, convention))
    if convention == FORMATS[write]:
        source = load(path)
        assert source.summary.note == ""
    else:
        with pytest.raises(ConventionError) as caught:
            load(path)
        assert caught.value.likely == convention
        assert f'convention="{convention}"' in str(caught.value)
        assert f"read as {FORMATS[write]}, " in str(caught.value)
        assert "40 boxes stick out of their picture or are under a pixel" in str(caught.value)
        with pytest.raises(ConventionError):
            load(path, strict=True)
        source = load(path, convention=caught.value.likely)
    found = np.concatenate([item.boxes for item in source])
    np.testing.assert_allclose(found, truth, atol=0.01)
    for given in (convention, Convention.parse(convention)):
        again = read(path, convention=given)
        assert [item.boxes.tolist() for item in again] == [item.boxes.tolist() for item in source]


@pytest.mark.parametrize("write", FORMATS)
def test_one_box_of_fractions_is_noticed(
    tmp_path: Path, write: Callable[..., tuple[Path, Load]]
) -> None:
    path, _ = write(tmp_path, [[0.5, 0.25, 0.625, 0.5]])
    with pytest.raises(ConventionError) as caught:
        load(path)
    (item,) = load(path, convention="fraction")
    assert item.boxes.tolist() == [[200, 75, 250, 150]]
    assert caught.value.likely.startswith("fraction/")


def test_corners_of_screenspot_are_noticed(tmp_path: Path) -> None:
    """Read as corner and size, they give random clicks a score."""
    path, _ = screenspot(tmp_path, [[300, 200, 360, 240]])
    with pytest.raises(ConventionError, match='convention="pixels/xyxy"'):
        load(path)
    (item,) = load(path, convention="pixels")
    assert item.boxes.tolist() == [[300, 200, 360, 240]]


@pytest.mark.parametrize("slips", [0, 1, 4])
def test_a_few_slips_change_nothing(tmp_path: Path, slips: int) -> None:
    truth = boxes(40)
    truth[:slips] += 5000
    path, _ = jsonl(tmp_path, written(truth, "pixels/xyxy"))
    source = load(path)
    assert (source.summary.kept, source.summary.skipped) == (40 - slips, slips)
    assert source.summary.note == ""


@pytest.mark.parametrize("slips", [0, 1, 4])
def test_nor_do_they_hide_another_convention(tmp_path: Path, slips: int) -> None:
    truth = boxes(40)
    truth[:slips] += 5000
    path, _ = jsonl(tmp_path, written(truth, "fraction/xyxy"))
    with pytest.raises(ConventionError, match='convention="fraction/xyxy"'):
        load(path)


def test_a_file_half_in_another_convention_is_read_and_the_summary_says_so(tmp_path: Path) -> None:
    """Nothing is refused for a minority; its boxes are skipped or told."""
    rows = [[5, 5, 50, 50]] * 6 + [[200, 120, 60, 40]] * 4
    path, _ = jsonl(tmp_path, rows)
    source = load(path)
    assert (source.summary.kept, source.summary.reasons) == (6, {"inverted box": 4})
    note = (
        "4 of 10 boxes stick out of their picture or are under a pixel; as pixels/xywh nearly all"
    )
    assert source.summary.note.startswith(note) and source.summary.note in str(source.summary)


def test_boxes_of_several_conventions_are_counted(tmp_path: Path) -> None:
    """They are kept, however small, and fit nothing together."""
    rows = [[5, 5, 50, 50], [5, 5, 60, 50], [0.1, 0.1, 0.5, 0.5], [0.2, 0.2, 0.9, 0.9]]
    path, _ = jsonl(tmp_path, rows)
    source = load(path)
    assert source.summary.note == "2 of 4 boxes are under a pixel"
    assert source.summary.note in source.summary.complaint
    path, _ = jsonl(tmp_path, rows[1:])
    with pytest.raises(ConventionError, match=r"read as pixels/xyxy, 2 of 3 boxes are under a"):
        load(path)


def test_thousandths_on_a_picture_as_wide_are_told_of(tmp_path: Path) -> None:
    """Where the few that stick out below are the only sign."""
    rows = [[90 * n, 40 + 60 * n, 90 * n + 60, 90 + 60 * n] for n in range(10)]
    path, _ = jsonl(tmp_path, rows)
    Image.new("RGB", (1000, 500)).save(tmp_path / "a.png")
    source = load(path)
    assert source.summary.reasons == {"box outside image": 3}
    assert "as 0-1000/xyxy nearly all would fit" in source.summary.note


def test_boxes_that_fit_no_convention_are_skipped_one_by_one(tmp_path: Path) -> None:
    path, _ = jsonl(tmp_path, [[5, 5, 50, 50], *([[5000, 5000, 5050, 5050]] * 9)])
    source = load(path)
    assert source.summary.reasons == {"box outside image": 9}
    with pytest.raises(DataError, match=r"^mine\.jsonl:2: box \(5000, 5000, 5050, 5050\)"):
        load(path, strict=True)


def test_a_single_box_beside_its_picture_is_a_slip(tmp_path: Path) -> None:
    """Thousandths fit any picture, so one box is no sign of them; two are."""
    path, _ = jsonl(tmp_path, [[500, 500, 900, 900]])
    with pytest.raises(DataError, match="no usable record"):
        load(path)
    path, _ = jsonl(tmp_path, [[500, 500, 900, 900], [450, 20, 700, 300]])
    with pytest.raises(ConventionError, match='convention="0-1000/xyxy"'):
        load(path)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("write", FORMATS)
def test_numbers_that_overflow_as_pixels_lie_outside(
    tmp_path: Path, write: Callable[..., tuple[Path, Load]], convention: str
) -> None:
    truth = written(boxes(8), convention)
    path, _ = write(tmp_path, [*truth, [1e308, -1e308, 1.7e308, 1.7e308]])
    source = load(path, convention=convention)
    assert (source.summary.kept, source.summary.skipped) == (8, 1)


@pytest.mark.parametrize(
    ("convention", "words"),
    [
        ("fractions", "did you mean 'fraction'"),
        ("fraction/pixels", "two frames"),
        ("fraction/half-open", "leave 'half-open' out"),
        ("", "unknown convention part"),
        (3, "give a short form"),
    ],
)
@pytest.mark.parametrize("write", FORMATS)
def test_unknown_conventions(
    tmp_path: Path, write: Callable[..., tuple[Path, Load]], convention: object, words: str
) -> None:
    path, _ = write(tmp_path, [[5, 5, 50, 50]])
    with pytest.raises(ValueError, match=words):
        load(path, convention=convention)  # type: ignore[arg-type]  # wrong on purpose


def test_photographs_have_no_other_convention() -> None:
    with pytest.raises(ValueError, match="leave it out"):
        load("photos", convention="fraction")


def test_the_error_goes_from_process_to_process() -> None:
    error = pickle.loads(pickle.dumps(ConventionError("m", "fraction/xyxy")))
    assert (str(error), error.likely) == ("m", "fraction/xyxy")
