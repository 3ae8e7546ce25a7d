"""Data sets written in another convention, by every road into an environment; paths as `Path`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rollouts import IDS, config_class, make, make_vec, takes

from vgym.data import ConventionError, DataError
from vgym.geometry.conventions import Convention

SOURCED = [i for i in IDS if takes(i, "attempts") and config_class(i).reads_files]
MANY = "VGroundMany-v0"
TRUTH = [[40, 30, 90, 70], [120, 5, 180, 60], [10, 50, 60, 78], [100, 20, 150, 45]]
HEIGHT, WIDTH = 80, 200


@pytest.fixture
def fractions(tmp_path: Path) -> Path:
    """COCO, but as fractions of the picture."""
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    boxes = [
        [x0 / WIDTH, y0 / HEIGHT, (x1 - x0) / WIDTH, (y1 - y0) / HEIGHT] for x0, y0, x1, y1 in TRUTH
    ]
    tables = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "categories": [{"id": n, "name": f"thing{n}"} for n in range(len(boxes))],
        "annotations": [
            {"id": n, "image_id": 1, "category_id": n, "bbox": box} for n, box in enumerate(boxes)
        ],
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(tables))
    return path


@pytest.mark.parametrize("env_id", SOURCED)
def test_the_file_is_refused_and_the_cure_works_by_every_road(env_id: str, fractions: Path) -> None:
    for mode in ("single", None, "sync"):
        with pytest.raises(ConventionError, match='say convention="fraction/xywh"'):
            if mode == "single":
                make(env_id, source=fractions)
            else:
                make_vec(env_id, 2, mode, source=fractions)
    told = make(env_id, source=fractions, convention="fraction/xywh")
    batch = make_vec(env_id, 2, source=str(fractions), convention=Convention("fraction", "xywh"))
    again = make_vec(env_id, 2, "sync", source=fractions, convention="xywh/fraction")
    for seed in range(4):
        observation, info = told.reset(seed=seed)
        many, _ = batch.reset(seed=seed)
        synced, _ = again.reset(seed=seed)
        scale_x, scale_y, x, y = info["view"]
        box = told.unwrapped.batch.state.target_boxes[0, 0].numpy()
        found = (box - [x, y, x, y]) / [scale_x, scale_y, scale_x, scale_y]
        np.testing.assert_allclose(found, TRUTH[int(info["instruction"][-1])], atol=1e-3)
        np.testing.assert_array_equal(observation["image"], many["image"][0])
        np.testing.assert_array_equal(observation["image"], synced["image"][0])
        assert observation["instruction"] == many["instruction"][0] == synced["instruction"][0]
    _, _, _, _, info = told.step(told.unwrapped.oracle())
    assert info["success"]


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_convention_for_what_is_no_file_is_refused(env_id: str) -> None:
    for source in config_class(env_id).sources:
        with pytest.raises(ValueError, match=f"source='{source}' is none, so leave it out"):
            make(env_id, source=source, convention="fraction/xywh")
    with pytest.raises(ValueError, match="did you mean 'fraction'"):
        make(env_id, source="mine.jsonl", convention="fractions")


def test_captured_screens_are_in_pixels(tmp_path: Path) -> None:
    (tmp_path / "screens.jsonl").write_text("")
    with pytest.raises(ValueError, match="captured screens have boxes in pixels; leave it out"):
        make("VGui-v0", source=tmp_path, convention="fraction")


def test_a_minority_is_told(tmp_path: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    boxes = [[5, 5, 20, 30], [9, 9, 30, 20], [120, 5, 60, 55], [100, 20, 50, 25]]
    lines = [{"image": "a.png", "expression": "it", "boxes": [box]} for box in boxes]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    with pytest.warns(UserWarning, match=r"2 kept, 2 skipped.*as pixels/xywh nearly all would fit"):
        make("VGround-v0", source=path)


# -- records that a task cannot use ----------------------------------------------------------------

COUNTS = {"VGround-v0": 1, "VGroundPoint-v0": 1, "VGui-v0": 1, MANY: 3}


@pytest.mark.parametrize("env_id", SOURCED)
def test_records_that_the_answer_cannot_say_are_counted(env_id: str, tmp_path: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    numbers = (1, 2, 0, 4, 1)
    lines = [{"image": "a.png", "expression": "it", "boxes": TRUTH[:count]} for count in numbers]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    settings: dict[str, Any] = {"max_boxes": 3} if env_id == MANY else {}
    summary = make(env_id, source=path, **settings).unwrapped.task.summary
    why = {"over 3 boxes": 1} if env_id == MANY else {"not one box": 3}
    assert dict(summary.reasons) == why
    assert (summary.read, summary.kept, summary.skipped) == (
        5,
        5 - sum(why.values()),
        sum(why.values()),
    )
    assert summary.first_errors[0].startswith(f"mine.jsonl:{4 if env_id == MANY else 2}: ")


@pytest.mark.parametrize("env_id", SOURCED)
def test_what_has_no_records_has_no_summary(env_id: str) -> None:
    assert make(env_id, source="synthetic", image_size=64).unwrapped.task.summary is None


# -- paths -----------------------------------------------------------------------------------------


def test_a_map_may_be_a_path(tmp_path: Path) -> None:
    rows = "\n".join(["........"] * 8)
    path = tmp_path / "small.map"
    path.write_text(f"type octile\nheight 8\nwidth 8\nmap\n{rows}\n")
    one = make("VNavPoint-v0", source=path).reset(seed=0)[0]
    other = make("VNavPoint-v0", source=str(path)).reset(seed=0)[0]
    np.testing.assert_array_equal(one["image"], other["image"])


def test_screens_may_be_a_path() -> None:
    from vgym.asset_files import asset

    folder = Path(str(asset("screens/screens.jsonl"))).parent
    for source in (folder, folder / "screens.jsonl"):
        one = make("VGui-v0", source=source).reset(seed=0)[1]["instruction"]
        assert one == make("VGui-v0", source=str(source)).reset(seed=0)[1]["instruction"]


@pytest.mark.parametrize("env_id", IDS)
def test_a_path_that_leads_nowhere_is_an_error_of_its_own(env_id: str) -> None:
    for source in (Path("nowhere.zip"), "nowhere.zip"):
        with pytest.raises((ValueError, DataError), match="nowhere"):
            make(env_id, source=source)
