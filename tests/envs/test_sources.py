"""Real pictures in every id that takes them: frames, boxes, words, and files that are no good."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rollouts import IDS, assert_same, config_class, make, make_vec, row, takes

from vgym.core.shared_sources import forget
from vgym.data import DataError, load
from vgym.registration import row_of

SOURCED = [i for i in IDS if takes(i, "attempts") and config_class(i).reads_files]
PHOTOGRAPHED = [env_id for env_id in SOURCED if row_of(env_id).family.name == "grounding"]
MANY = "VGroundMany-v0"
# (name, height, width) of the pictures, their phrases and boxes.
RECORDS: list[tuple[str, str, list[list[int]]]] = [
    ("wide.png", "the red half, to the left", [[0, 0, 100, 80]]),
    ("wide.png", "the blue half", [[100, 0, 200, 80]]),
    ("tall.png", "a small patch: über-green", [[10, 100, 40, 150]]),
    ("tall.png", "both patches", [[10, 100, 40, 150], [50, 20, 70, 60]]),
    ("tall.png", "the zebra", []),
]
SIZES = {"wide.png": (80, 200), "tall.png": (160, 90)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, (height, width) in SIZES.items():
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:, : width // 2] = (200, 20, 20)
        picture[:, width // 2 :] = (20, 20, 200)
        Image.fromarray(picture).save(tmp_path / name)
    return _write(tmp_path, RECORDS)


def _write(folder: Path, records: list[tuple[str, str, list[list[int]]]]) -> Path:
    path = folder / "mine.jsonl"
    lines = [json.dumps({"image": i, "expression": e, "boxes": b}) for i, e, b in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("env_id", SOURCED)
@pytest.mark.parametrize("instruction", [None, "tokens", "text"])
@pytest.mark.parametrize("source", ["photos", "file"])
def test_oracle_solves_it(env_id: str, instruction: str | None, source: str, data: Path) -> None:
    envs = make_vec(
        env_id, 32, source="photos" if source == "photos" else str(data), instruction=instruction
    )
    observation, info = envs.reset(seed=0)
    assert observation in envs.observation_space
    for i in range(32):
        assert row(observation, i) in envs.single_observation_space
    words = envs.unwrapped.instructions()
    if instruction == "tokens":
        assert observation["instruction"].dtype == np.int32
        assert len(np.unique(observation["instruction"], axis=0)) > 1
        assert (observation["instruction"] != 1).all(), "a word is not in the vocabulary"
    else:
        assert list(observation["instruction"]) == words
    assert info["view"].shape == (32, 4)
    _, reward, _, _, info = envs.step(envs.unwrapped.oracle())
    assert info["success"].all()
    np.testing.assert_allclose(reward, 1, atol=1e-3)


@pytest.mark.parametrize("env_id", SOURCED)
@pytest.mark.parametrize("size", [(64, 64), (48, 96), (100, 40), (300, 300)])
def test_view_maps_the_record_to_the_picture(
    env_id: str, size: tuple[int, int], data: Path
) -> None:
    env = make(env_id, source=str(data), image_size=size)
    seen = set()
    for seed in range(40):
        observation, info = env.reset(seed=seed)
        words = info["instruction"]
        name, _, boxes = next(r for r in RECORDS if r[1] == words)
        assert env_id == MANY or len(boxes) == 1
        seen.add(words)
        scale_x, scale_y, x, y = info["view"].astype(np.float64)
        assert abs(scale_x - scale_y) * max(SIZES[name]) <= 1, "stretched"
        state = env.unwrapped.batch.state
        shown = state.target_boxes[0][state.target_mask[0]].numpy()
        want = [[a * scale_x + x, b * scale_y + y, c * scale_x + x, d * scale_y + y]
                for a, b, c, d in boxes]  # fmt: skip
        np.testing.assert_allclose(shown, np.reshape(want, (-1, 4)), atol=1e-4)
        # Inside the view lie the picture's two colours, outside it the padding.
        picture = observation["image"]
        height, width = SIZES[name]
        left, right = round(x), round(x + width * scale_x)
        top, bottom = round(y), round(y + height * scale_y)
        inside = picture[top:bottom, left:right]
        half = inside.shape[1] // 2
        assert (inside[:, : half - 2] == (200, 20, 20)).all()
        assert (inside[:, half + 2 :] == (20, 20, 200)).all()
        outside = np.ones(picture.shape[:2], np.bool_)
        outside[top:bottom, left:right] = False
        assert (picture[outside] == 114).all()
    assert len(seen) == (5 if env_id == MANY else 3)


@pytest.mark.parametrize("env_id", SOURCED)
def test_words_reach_the_agent_as_they_are_written(env_id: str, data: Path) -> None:
    env = make(env_id, source=str(data))
    words = {env.reset(seed=seed)[0]["instruction"] for seed in range(30)}
    assert words <= {text for _, text, _ in RECORDS} and len(words) >= 3


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_phrase_of_ten_thousand_letters_is_named_by_file_and_line(
    env_id: str, tmp_path: Path, data: Path
) -> None:
    endless = ("wide.png", "red " * 2500, [[0, 0, 100, 80]])
    source = _write(tmp_path, [endless])
    with pytest.raises(DataError, match=r"mine\.jsonl:1.*10000|mine\.jsonl:1.*1,?000"):
        make(env_id, source=str(source))
    source = _write(tmp_path, [RECORDS[0], endless, RECORDS[1]])
    summary = load(str(source)).summary
    assert summary.skipped == 1 and "mine.jsonl:2" in summary.first_errors[0]
    with pytest.warns(UserWarning, match=r"1 skipped.*mine\.jsonl:2"):
        env = make(env_id, source=str(source))
    assert all(len(env.reset(seed=seed)[1]["instruction"]) < 100 for seed in range(10))


@pytest.mark.parametrize("env_id", SOURCED)
def test_the_longest_and_the_strangest_phrase_fit_the_space(
    env_id: str, tmp_path: Path, data: Path
) -> None:
    for text in ("x" * 1000, "日本語 “quoted” — naïve 🙂", "кнопка", "ñandú", "a"):
        env = make(env_id, source=str(_write(tmp_path, [("wide.png", text, RECORDS[0][2])])))
        observation, info = env.reset(seed=0)
        assert observation in env.observation_space
        assert info["instruction"] == observation["instruction"] == text


@pytest.mark.parametrize("env_id", SOURCED)
def test_words_of_other_scripts_are_told_apart(env_id: str, tmp_path: Path, data: Path) -> None:
    """Letters are composed, so that one word is one, and what turns writing about is left out."""
    words = ["кнопка", "окно", "右の 赤い 半分", "n\u0303andu\u0301", "\u202eñandú"]
    boxes = RECORDS[0][2]
    source = str(_write(tmp_path, [("wide.png", text, boxes) for text in words]))
    read = [*words[:3], "ñandú", "ñandú"]
    texts = make_vec(env_id, 5, source=source)
    texts.reset(seed=0, options={"record": np.arange(5)})
    assert texts.unwrapped.instructions() == read
    tokens = make_vec(env_id, 5, source=source, instruction="tokens")
    seen = tokens.reset(seed=0, options={"record": np.arange(5)})[0]["instruction"]
    assert len({tuple(row) for row in seen.tolist()}) == 4 and (seen[3] == seen[4]).all()
    assert (seen != 1).all(), "a word is unknown"


@pytest.mark.parametrize("env_id", SOURCED)
def test_nothing_usable_is_a_data_error(env_id: str, tmp_path: Path, data: Path) -> None:
    for lines in ("", "\n\n", "{}\n", "not json\n"):
        path = tmp_path / "mine.jsonl"
        path.write_text(lines)
        with pytest.raises(DataError, match=r"mine"):
            make(env_id, source=str(path))
    with pytest.raises((DataError, ValueError), match=r"gone\.jsonl"):
        make(env_id, source=str(tmp_path / "gone.jsonl"))
    if env_id != MANY:
        source = _write(tmp_path, [RECORDS[3], RECORDS[4]])
        with pytest.raises(DataError, match=r"no record for answer.*exactly one box"):
            make(env_id, source=str(source))


@pytest.mark.parametrize("env_id", PHOTOGRAPHED)
def test_splits_of_the_photographs_share_no_picture(env_id: str) -> None:
    pictures: dict[str, set[int]] = {}
    for split in ("train", "val", "test"):
        envs = make_vec(env_id, 256, source="photos", split=split)
        envs.reset(seed=0)
        pictures[split] = set(envs.unwrapped.state.picture.tolist())
    assert pictures["train"] and pictures["test"]
    assert not pictures["test"] & (pictures["train"] | pictures["val"])


@pytest.mark.usefixtures("own_sources")
@pytest.mark.parametrize("env_id", PHOTOGRAPHED)
def test_more_pictures_than_the_bank_holds(
    env_id: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pictures, when two at a time are kept decoded."""
    want = make_vec(env_id, 32, source="photos").reset(seed=0)[0]
    room = 2 * 3 * 48 * 48
    forget()  # the bank of the line above, which the next would share
    monkeypatch.setattr("vgym.envs.grounding.photographs.BANK_BYTES", room)
    few: Any = make_vec(env_id, 32, source="photos")
    assert_same(few.reset(seed=0)[0], want)
    assert 0 < few.unwrapped.task.source.bank.used_bytes <= room
