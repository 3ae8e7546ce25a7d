"""Sources with records: any of them can be asked for, alone and in a batch, and is the same."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from rollouts import IDS, assert_same, config_class, make, make_vec, row, takes

COUNT = 20
SOURCED = [i for i in IDS if takes(i, "attempts") and config_class(i).reads_files]


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Twenty usable records of three pictures, a broken one among them."""
    for name, level in (("a.png", 40), ("b.png", 120), ("c.png", 200)):
        Image.fromarray(np.full((60, 90, 3), level, np.uint8)).save(tmp_path / name)
    lines = [
        {"image": f"{name}.png", "expression": f"thing {k}", "boxes": [[k, k, k + 9, k + 9]]}
        for k, name in zip(range(COUNT), "abc" * COUNT, strict=False)
    ]
    lines.insert(7, {"image": "gone.png", "expression": "nothing", "boxes": [[0, 0, 9, 9]]})
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


pytestmark = pytest.mark.filterwarnings("ignore:.*1 skipped:UserWarning")


@pytest.mark.parametrize("env_id", SOURCED)
def test_every_record_can_be_asked_for_by_number(env_id: str, data: str) -> None:
    envs = make_vec(env_id, COUNT, source=data)
    records = envs.unwrapped.task.records
    assert records == tuple(f"mine.jsonl:{k + 1}" for k in range(COUNT + 1) if k != 7)
    order = np.arange(COUNT)[::-1]
    observation, _ = envs.reset(seed=3, options={"record": order})
    assert envs.unwrapped.instructions() == [f"thing {k}" for k in order]
    single = make(env_id, source=data)
    for k in (0, 7, COUNT - 1):
        alone, info = single.reset(seed=k, options={"record": k})
        assert info["instruction"] == f"thing {k}"
        assert_same(alone, row(observation, COUNT - 1 - k))
    envs.reset(options={"record": 4})
    assert envs.unwrapped.instructions() == ["thing 4"] * COUNT
    envs.step(envs.unwrapped.oracle())
    assert len(set(envs.unwrapped.instructions())) > 5, "after that it draws again"


@pytest.mark.parametrize("env_id", SOURCED)
@pytest.mark.parametrize("difficulty", [0, 0.5, 1])
def test_training_draws_every_record_whatever_the_difficulty(
    env_id: str, difficulty: float, data: str
) -> None:
    envs = make_vec(env_id, 400, source=data, difficulty=difficulty)
    envs.reset(seed=0)
    words = envs.unwrapped.instructions()
    counts = [words.count(f"thing {k}") for k in range(COUNT)]
    assert min(counts) >= 7 and max(counts) <= 40  # of 20 each


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_record_is_asked_for_in_some_rows(env_id: str, data: str) -> None:
    envs = make_vec(env_id, 4, source=data, autoreset_mode="Disabled")
    envs.reset(options={"record": [0, 1, 2, 3]})
    mask = np.array([False, True, False, True])
    envs.reset(options={"reset_mask": mask, "record": torch.tensor([99, 10, -1, 11])})
    assert envs.unwrapped.instructions() == ["thing 0", "thing 10", "thing 2", "thing 11"]


@pytest.mark.parametrize("env_id", SOURCED)
def test_seeds_draw_what_they_drew(env_id: str, data: str) -> None:
    asked, plain = (make_vec(env_id, 4, source=data) for _ in range(2))
    for envs in (asked, plain):
        envs.reset(seed=8, options={"record": 3} if envs is asked else None)
        envs.step(envs.unwrapped.oracle())
    assert asked.unwrapped.instructions() == plain.unwrapped.instructions()


@pytest.mark.parametrize("env_id", SOURCED)
@pytest.mark.parametrize(
    ("record", "kind", "said"),
    [
        (COUNT, ValueError, r"is 20 for row 0; the source has records 0 to 19"),
        ([0, -1], ValueError, r"is -1 for row 1"),
        ([0, 1, 2], ValueError, r"shape \(3,\), expected one number or \(2,\)"),
        (1.0, TypeError, r"whole numbers, got 1\.0"),
        (True, TypeError, r"whole numbers, got True"),
        ("3", TypeError, r"whole numbers, got '3'"),
    ],
)
def test_no_record_is_refused(
    env_id: str, record: Any, kind: type[Exception], said: str, data: str
) -> None:
    envs = make_vec(env_id, 2, source=data)
    envs.reset(seed=1)
    before = envs.state_dict()
    with pytest.raises(kind, match=said):
        envs.reset(seed=0, options={"record": record})
    assert_same(envs.state_dict(), before)


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_record_that_is_refused_changes_nothing(env_id: str, data: str) -> None:
    env = make(env_id, source=data).unwrapped
    env.reset(seed=1)
    before = env.state_dict()
    with pytest.raises(ValueError, match="records 0 to 19"):
        env.reset(seed=2, options={"record": COUNT})
    assert_same(env.state_dict(), before)


@pytest.mark.parametrize("env_id", [i for i in IDS if i != "VGeoPhoto-v0"])
def test_a_source_without_records_says_so(env_id: str) -> None:
    envs = make_vec(env_id, 2)
    assert envs.unwrapped.task.records is None
    with pytest.raises(ValueError, match="sources with records"):
        envs.reset(seed=0, options={"record": 0})
    with pytest.raises(ValueError, match="sources with records"):
        make(env_id).reset(seed=0, options={"record": 0})


@pytest.mark.parametrize("env_id", SOURCED)
@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_photographs_are_records_too(env_id: str, split: str) -> None:
    envs = make_vec(env_id, 2, source="photos", split=split)
    records = envs.unwrapped.task.records
    assert len(set(records)) == len(records)
    assert all(record.startswith("photos.jsonl:") for record in records)
