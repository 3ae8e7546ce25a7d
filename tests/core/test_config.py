"""The shared knobs and how they are checked."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import torch

from vgym.core.config import Config, choice, make_config, torch_device


@dataclass(frozen=True)
class Mine(Config):
    turns: int = 3


def test_every_knob_of_the_contract() -> None:
    names = {field.name for field in fields(Config)}
    assert names == {
        "image_size", "reward", "difficulty", "split", "source",
        "instruction", "action", "device", "max_episode_steps", "expose",
    }  # fmt: skip


def test_a_path_is_a_source() -> None:
    class Reads(Config):
        reads_files = True

    assert make_config(Reads, {"source": Path("a") / "b.jsonl"}).source == str(Path("a/b.jsonl"))
    with pytest.raises(ValueError, match=r"unknown source 'b\.jsonl'"):
        make_config(Config, {"source": Path("b.jsonl")})


def test_a_family_adds_its_own() -> None:
    assert make_config(Mine, {"turns": 5, "difficulty": 1}).turns == 5
    with pytest.raises(ValueError, match=r"unknown keyword 'turn'; did you mean 'turns'\? Valid:"):
        make_config(Mine, {"turn": 5})
    with pytest.raises(
        ValueError,
        match=r"unexpected keyword argument 'qqqq': unknown keyword 'qqqq'\. Valid: image_size",
    ):
        make_config(Mine, {"qqqq": 5})


@pytest.mark.parametrize(
    ("given", "expected"), [(64, (64, 64)), ((40, 72), (40, 72)), ([36, 4096], (36, 4096))]
)
def test_size(given: Any, expected: tuple[int, int]) -> None:
    assert make_config(Config, {"image_size": given}).size_hw == expected


@pytest.mark.parametrize(
    "bad",
    [
        {"image_size": 35},
        {"image_size": (36, 4097)},
        {"image_size": "64"},
        {"image_size": (64,)},
        {"image_size": (64, True)},
        {"image_size": None},
        {"difficulty": -0.01},
        {"difficulty": None},
        {"difficulty": True},
        {"split": None},
        {"split": "Train"},
        {"instruction": "words"},
        {"max_episode_steps": -1},
        {"max_episode_steps": 2.0},
        {"max_episode_steps": True},
        {"source": ""},
        {"source": 7},
    ],
    ids=str,
)
def test_a_bad_value_is_named(bad: dict[str, Any]) -> None:
    ((name, value),) = bad.items()
    with pytest.raises(ValueError) as raised:
        make_config(Config, bad)
    assert name in str(raised.value) and repr(value) in str(raised.value)


@pytest.mark.parametrize("good", [0, 1, 0.5, 0.0, 1.0])
def test_difficulties(good: float) -> None:
    assert make_config(Config, {"difficulty": good}).difficulty == good


def test_settings_of_episodes() -> None:
    plain = make_config(Config, {"image_size": 64}).of_episodes
    assert plain == make_config(Config, {"image_size": (64, 64), "reward": "iou"}).of_episodes
    assert plain != make_config(Config, {"image_size": 64, "split": "val"}).of_episodes
    assert "turns" in make_config(Mine, {}).of_episodes


def test_choice() -> None:
    choice("colour", "red", ("red", "blue"))
    with pytest.raises(ValueError, match=r"unknown colour 'rde'; did you mean 'red'\? Valid: red"):
        choice("colour", "rde", ("red", "blue"))


def test_devices() -> None:
    assert torch_device("cpu") == torch.device("cpu")
    for name in ("gpu", "", "mps", "cpu:x"):
        with pytest.raises(ValueError, match="device="):
            torch_device(name)
