"""Data sets of one's own in VZoom: records, choices, and pictures of every make and damage."""

import io
import json
import warnings
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from PIL import Image
from rollouts import make

from vgym.core.letterbox import PADDING
from vgym.data import DataError
from vgym.envs.zoom.sources.files import Files
from vgym.envs.zoom.types import ZoomConfig

KEYS = np.arange(40, dtype=np.uint64)


def saved(path: Path, image: Image.Image, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def plain(width: int, height: int, mode: str = "RGB", value: Any = (200, 60, 30)) -> Image.Image:
    return Image.new(mode, (width, height), value)


def jsonl(folder: Path, *records: dict[str, Any]) -> str:
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def record(image: str, box: list[int], words: str = "the thing") -> dict[str, Any]:
    return {"image": image, "expression": words, "boxes": [box]}


def files(source: str, answer: str = "box", **settings: Any) -> Files:
    return Files(ZoomConfig(source=source, answer=answer, **settings))


def shown(source: Files, number: int, window: list[float], size: int = 48) -> np.ndarray:
    image = np.zeros((1, size, size, 3), np.uint8)
    asked = source.reset_records(np.array([number]))
    source.paint(asked, np.array([0]), np.array([window], float), image)
    return image[0]


def test_a_record_is_asked_about_in_its_picture(tmp_path: Path) -> None:
    picture = plain(3000, 2000)
    picture.paste((10, 20, 240), (2400, 300, 2440, 360))
    saved(tmp_path / "a.png", picture)
    path = jsonl(tmp_path, record("a.png", [2400, 300, 2440, 360], "the blue door"))
    env = make("VZoom-v0", source=path, image_size=64)
    assert env.unwrapped.task.records == ("mine.jsonl:1",)
    _, info = env.reset(seed=3, options={"record": 0})
    assert info["instruction"] == "the blue door"
    for _ in range(6):
        observation, _, terminated, truncated, info = env.step(env.unwrapped.oracle())
        if terminated or truncated:
            break
    assert info["success"] and terminated
    blue = (np.abs(observation["image"].astype(int) - (10, 20, 240)) < 12).all(-1)
    assert 0.1 < blue.mean() < 0.9


def test_choices_are_read_and_answered(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", plain(900, 700))
    question = {"image": "a.png", "question": "what colour?", "options": ["red", "blue", "green"]}
    source = files(jsonl(tmp_path, {**question, "answer": "B"}), "choice")
    assert len(source.items) == 1 and source.summary.skipped == 0
    asked = source.reset(KEYS)
    assert asked.choices.unique().tolist() == [3] and asked.right.unique().tolist() == [1]
    assert source.instructions(asked, [0]) == ["what colour? 1 red, 2 blue, 3 green"]
    with pytest.raises(DataError, match="a question with options"):
        files(jsonl(tmp_path, record("a.png", [1, 1, 30, 30])), "choice")


def test_what_is_neither_a_source_nor_a_path_is_said() -> None:
    said = r"unknown source 'aerials'; did you mean 'aerial'\? Valid: .* path of a data set"
    with pytest.raises(ValueError, match=said):
        gymnasium.make("VZoom-v0", source="aerials")
    with pytest.raises(ValueError, match="convention"):
        gymnasium.make("VZoom-v0", source="sky", convention="pixels/xyxy")


def test_boxes_written_otherwise_are_read(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", plain(800, 400))
    path = jsonl(tmp_path, *[record("a.png", [100, 250, 500, 750], f"{k}") for k in range(6)])
    source = files(path, convention="0-1000/xyxy")
    assert source.reset(KEYS[:1]).target_boxes.tolist() == [[[80, 100, 400, 300]]]


def wild(folder: Path) -> str:
    """Pictures of every make."""
    saved(folder / "dot.png", plain(1, 1))
    strip = plain(100_000, 10)
    strip.paste((10, 20, 240), (90_000, 0, 90_010, 10))
    saved(folder / "strip.png", strip)
    deep = np.full((400, 500), 40_000, np.uint16)
    saved(folder / "deep.png", Image.fromarray(deep))
    saved(folder / "cmyk.jpg", plain(500, 400, "CMYK", (0, 180, 180, 20)))
    frames = [plain(500, 400), plain(500, 400, value=(0, 0, 0))]
    saved(folder / "moving.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True)
    turned = plain(500, 400)
    turned.paste((10, 20, 240), (0, 0, 100, 400))  # the left; upright it is the top
    exif = Image.Exif()
    exif[0x0112] = 6
    saved(folder / "turned.jpg", turned, exif=exif)
    return jsonl(
        folder,
        record("dot.png", [0, 0, 1, 1]),
        record("strip.png", [90_000, 0, 90_010, 10]),
        record("deep.png", [10, 10, 60, 60]),
        record("cmyk.jpg", [10, 10, 60, 60]),
        record("moving.webp", [10, 10, 60, 60]),
        record("turned.jpg", [0, 0, 400, 100]),
    )


def test_pictures_of_every_make_are_shown(tmp_path: Path) -> None:
    source = files(wild(tmp_path))
    assert len(source.items) == 6
    assert source.playable(np.arange(6)).all()
    asked = source.reset_records(np.arange(6))
    assert bool((asked.legible_px > 0).all())
    assert asked.whole_hw.tolist()[5] == [500, 400]
    for number, (height, width) in enumerate(asked.whole_hw.tolist()):
        side = max(height, width)
        for window in ([0, 0, side, side], [0, 0, 8, 8], [-side, -side, 2 * side, 2 * side]):
            image = shown(source, number, window)
            assert image.shape == (48, 48, 3)
        assert shown(source, number, [0, 0, 1, 1]).max() > 60
    blue = np.array([10, 20, 240])
    assert np.abs(shown(source, 1, [90_001, 0, 90_009, 8]) - blue.astype(int)).max() <= 2
    assert np.abs(shown(source, 5, [100, 10, 160, 70]).astype(int) - blue).mean() < 12
    env = make("VZoom-v0", source=str(tmp_path / "mine.jsonl"), image_size=64)
    for number in range(6):
        env.reset(options={"record": number})
        for _ in range(6):
            _, _, terminated, truncated, info = env.step(env.unwrapped.oracle())
            if terminated or truncated:
                break
        assert info["success"], number


def bomb() -> bytes:
    """A small file whose header promises 100 megapixels."""
    file = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(file, "PNG")
    return file.getvalue()


def test_what_cannot_be_opened_is_left_out_and_counted(tmp_path: Path) -> None:
    saved(tmp_path / "good.png", plain(500, 400))
    saved(tmp_path / "whole.jpg", Image.effect_noise((500, 400), 90).convert("RGB"))
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:4000])
    (tmp_path / "bomb.png").write_bytes(bomb())
    (tmp_path / "text.png").write_bytes(b"no picture")
    names = ("good.png", "cut.jpg", "bomb.png", "text.png", "gone.png", "../good.png")
    path = jsonl(tmp_path, *[record(name, [10, 10, 60, 60]) for name in names])
    with pytest.warns(UserWarning, match="5 skipped"):
        source = files(path)
    assert [item.record for item in source.items] == ["mine.jsonl:1"]
    assert source.summary.reasons == {"unusable image": 5}


def test_a_picture_that_is_lost_later_is_drawn_no_more(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        saved(tmp_path / name, plain(500, 400))
    path = jsonl(tmp_path, record("a.png", [1, 1, 9, 9], "a"), record("b.png", [1, 1, 9, 9], "b"))
    source = files(path)
    (tmp_path / "b.png").write_bytes(b"")
    with pytest.warns(UserWarning, match=r"mine\.jsonl:2"):
        asked = source.reset(KEYS)
    assert set(source.instructions(asked, list(range(len(KEYS))))) == {"a"}
    assert source.summary.kept == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (shown(source, 1, [0, 0, 50, 50]) == PADDING).all()
        assert torch.equal(source.reset(KEYS).question, asked.question)


def test_vstar_and_dota_are_played_to_their_ends(tmp_path: Path) -> None:
    for folder in ("direct_attributes", "relative_position"):
        saved(tmp_path / "vstar" / folder / "sa_1.jpg", plain(2000, 1500))
        said = {
            "target_object": ["dog"],
            "bbox": [[1500, 1000, 60, 40]],
            "question": "What is the colour of the dog?",
            "options": ["brown", "black", "white", "grey"],
        }
        (tmp_path / "vstar" / folder / "sa_1.json").write_text(json.dumps(said), encoding="utf-8")
    saved(tmp_path / "dota" / "images" / "p.png", plain(2000, 1500))
    label = "1500 1000 1540 1020 1530 1040 1490 1020 plane 0\n"
    (tmp_path / "dota" / "labelTxt").mkdir()
    (tmp_path / "dota" / "labelTxt" / "p.txt").write_text(label, encoding="utf-8")
    for name, answer in (("vstar", "choice"), ("vstar", "point"), ("dota", "box")):
        env = make("VZoom-v0", source=str(tmp_path / name), answer=answer, image_size=64)
        env.reset(seed=1)
        for _ in range(6):
            _, _, terminated, truncated, info = env.step(env.unwrapped.oracle())
            if terminated or truncated:
                break
        assert info["success"], (name, answer)


def test_oriented_boxes_are_told_the_overlap_with_themselves(tmp_path: Path) -> None:
    saved(tmp_path / "images" / "p.png", plain(2000, 1500))
    (tmp_path / "labelTxt").mkdir()
    square = "1500 1000 1520 1020 1500 1040 1480 1020 plane 0\n"  # on its tip: half of its box
    upright = "100 200 160 200 160 240 100 240 ship 0\n"
    (tmp_path / "labelTxt" / "p.txt").write_text(square + upright, encoding="utf-8")
    env = gymnasium.make_vec("VZoom-v0", num_envs=2, source=str(tmp_path), image_size=64)
    env.reset(options={"record": [0, 1]})
    told = {}
    for _ in range(6):
        _, _, over, _, info = env.step(env.unwrapped.oracle())
        for row in np.flatnonzero(over):
            told.setdefault(int(row), (info["oriented_iou"][row], info["iou"][row]))
    assert told[0] == pytest.approx((0.5, 1.0), abs=1e-4)
    assert told[1] == pytest.approx((1.0, 1.0), abs=1e-4)
