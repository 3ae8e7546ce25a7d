"""Test shows classes and backgrounds that training never does; val shows unseen episodes only."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import vgym
from vgym.core.keys import episode_keys
from vgym.core.task import load_task
from vgym.core.vector_env import VectorEnv
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.task import GroundingTask
from vgym.envs.grounding.types import GroundingConfig

assert vgym.__version__  # importing it registers the ids


@lru_cache(maxsize=16)
def scenes_of(split: str, difficulty: float) -> SyntheticScenes:
    return SyntheticScenes(GroundingConfig(split=split, difficulty=difficulty))


def classes_shown(split: str, difficulty: float) -> set[str]:
    scenes = scenes_of(split, difficulty)
    seeds = np.arange(400).astype(np.uint64)
    scene = scenes.reset(episode_keys(np.uint64(3), seeds, np.zeros(400, np.int64))).scene
    return {
        scenes.atlas.names[int(scene.sprite[row, i])]
        for row in range(400)
        for i in range(int(scene.count[row]))
    }


@pytest.mark.parametrize("difficulty", [0.0, 0.5, 1.0])
def test_classes_of_train_and_test_are_disjoint(difficulty: float) -> None:
    train, test = classes_shown("train", difficulty), classes_shown("test", difficulty)
    assert train and test
    assert not train & test
    assert classes_shown("val", difficulty) == train


@pytest.mark.parametrize("difficulty", [0.0, 0.5])
def test_backgrounds_of_train_and_test_are_disjoint(difficulty: float) -> None:
    def pictures(split: str) -> set[bytes]:
        return {p.tobytes() for p in scenes_of(split, difficulty).backgrounds.numpy()}

    assert len(pictures("train")) >= 3 and len(pictures("test")) >= 2
    assert not pictures("train") & pictures("test")
    assert pictures("val") == pictures("train")


def test_absent_things_are_of_the_split_too() -> None:
    """VGroundMany may ask for what is not there: never for a class of the other split."""
    from_train = set(_words_of("train"))
    from_test = set(_words_of("test"))
    assert not from_train & from_test


def _words_of(split: str) -> list[str]:
    task = load_task(GroundingTask, {"split": split, "answer": "boxes", "difficulty": 0.0})
    seeds = np.arange(500).astype(np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(500, np.int64)))
    texts = task.instructions(state, list(range(500)))
    index = {plural: name for name, plural in _nouns(task).items()} | {n: n for n in _nouns(task)}
    found = []
    for text in texts:
        words = text.split()
        nouns = [" ".join(words[k:]) for k in range(len(words))]
        found.append(next(index[noun] for noun in nouns if noun in index))
    return found


def _nouns(task: object) -> dict[str, str]:
    assert isinstance(task, GroundingTask) and isinstance(task.source, SyntheticScenes)
    atlas = task.source.atlas
    return dict(zip(atlas.names, atlas.plurals, strict=True))


@pytest.mark.parametrize("id", ["VGround-v0", "VGroundMany-v0"])
def test_val_and_train_share_no_episode(id: str) -> None:
    def phrases(split: str) -> tuple[NDArray[np.float32], list[str]]:
        envs = gymnasium.make_vec(id, num_envs=32, split=split, difficulty=0.5)
        envs.reset(seed=0)
        batch = envs.unwrapped
        assert isinstance(batch, VectorEnv)
        boxes = batch.state.scene.boxes.numpy().copy()
        words = batch.instructions()
        envs.close()
        return boxes, words

    train, val = phrases("train"), phrases("val")
    assert not (train[0][:, 0] == val[0][:, 0]).all(axis=1).any()
    assert train[1] != val[1]


def test_environments_of_one_configuration_share_what_they_read() -> None:
    """Playing in one writes nothing that another reads."""
    first, second, other = (
        gymnasium.make_vec("VGround-v0", num_envs=4, image_size=size) for size in (64, 64, 48)
    )
    sources: list[Any] = [envs.unwrapped.task.source for envs in (first, second, other)]
    assert sources[0].backgrounds is sources[1].backgrounds
    assert sources[0].sprites is sources[2].sprites
    assert sources[0].backgrounds.shape != sources[2].backgrounds.shape
    before = sources[0].backgrounds.clone(), sources[0].sprites.texels.clone()
    first.reset(seed=3)
    for _ in range(3):
        first.step(first.action_space.sample())
    assert torch.equal(before[0], sources[1].backgrounds)
    assert torch.equal(before[1], sources[1].sprites.texels)
