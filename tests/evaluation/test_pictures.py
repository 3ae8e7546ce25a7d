"""The blind test: what an agent sees changes, nothing else does, and what that costs is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from evaluation.sample_rows import row
from gymnasium import spaces

from vgym import cli
from vgym.baselines.agents import make_agent
from vgym.core.keys import stream, subkey
from vgym.evaluation.compare import blind_pairs, compare
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.pictures import NOISE, in_place_of
from vgym.evaluation.report import render_report
from vgym.evaluation.runner import run
from vgym.evaluation.saved import read_saved

EASY: dict[str, Any] = {"image_size": 64, "difficulty": 0}
BLIND = ("random", "centre")
SPACE = spaces.Dict(
    {
        "image": spaces.Box(0, 255, (20, 30, 3), np.uint8),
        "depth": spaces.Box(0, 8, (20, 30), np.float32),
        "goal": spaces.Box(-1, 1, (2,), np.float32),
    }
)


def observed(rows: int) -> dict[str, Any]:
    draws = np.random.default_rng(rows)
    return {
        "image": draws.integers(0, 256, (rows, 20, 30, 3)).astype(np.uint8),
        "depth": draws.uniform(0, 8, (rows, 20, 30)).astype(np.float32),
        "goal": draws.uniform(-1, 1, (rows, 2)).astype(np.float32),
    }


def counted(rows: int) -> tuple[Any, Any]:
    return np.arange(rows) + 7, np.arange(rows) % 3


def test_nothing_is_left_of_a_masked_picture() -> None:
    before = observed(4)
    kept = {name: values.copy() for name, values in before.items()}
    seen = in_place_of("masked", before, SPACE, *counted(4))
    assert np.unique(seen["image"]).tolist() == [127] and seen["image"].dtype == np.uint8
    assert np.unique(seen["depth"]).tolist() == [4] and seen["depth"].dtype == np.float32
    assert seen["goal"] is before["goal"]
    for name, values in kept.items():
        np.testing.assert_array_equal(before[name], values)
    assert in_place_of("shown", before, SPACE, *counted(4))["image"] is before["image"]


def test_noise_is_as_strong_as_stated_and_of_the_key_alone() -> None:
    before = observed(6)
    before["image"][:] = 127
    before["depth"][:] = 4
    seeds, steps = counted(6)
    seen = in_place_of("perturbed", before, SPACE, seeds, steps)
    for name, half in (("image", 127.5), ("depth", 4)):
        spread = (seen[name] - before[name].astype(np.float64)) / half
        assert abs(spread.mean()) < 0.01
        assert spread.std() == pytest.approx(NOISE**0.5, rel=0.03)
    for rows in ([2], [5, 2]):
        some = {name: values[rows] for name, values in before.items()}
        alone = in_place_of("perturbed", some, SPACE, seeds[rows], steps[rows])
        np.testing.assert_array_equal(alone["image"], seen["image"][rows])
        np.testing.assert_array_equal(alone["depth"], seen["depth"][rows])
    other = in_place_of("perturbed", before, SPACE, seeds, steps + 1)
    assert (other["image"] != seen["image"]).mean() > 0.9
    tensors = {name: torch.from_numpy(values) for name, values in before.items()}
    same = in_place_of("perturbed", tensors, SPACE, seeds, steps)
    np.testing.assert_array_equal(same["image"].numpy(), seen["image"])


def test_a_picture_without_bounds_is_refused() -> None:
    space = spaces.Dict({"image": spaces.Box(-np.inf, np.inf, (4, 4))})
    with pytest.raises(ValueError, match="'image' runs from -inf to inf"):
        in_place_of("masked", {"image": np.zeros((1, 4, 4))}, space, *counted(1))


class Words:
    """Points where the words say, as far as a blind reader of them can tell."""

    name = "words"

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        keys = [[int(subkey(stream(text), k)) % 1000 for k in range(2)] for text in instructions]
        return np.array(keys, np.float32) / 1000


def played(agent: Any, pictures: str, episodes: int, num_envs: int = 32) -> EpisodeTable:
    return run(
        "VGroundPoint-v0", agent, episodes, num_envs=num_envs, settings=EASY, pictures=pictures
    )


def test_who_looks_falls_to_chance() -> None:
    saliency = make_agent("saliency")
    shown, masked = (played(saliency, way, 64).success.mean() for way in ("shown", "masked"))
    chance = max(played(make_agent(name), "shown", 64).success.mean() for name in BLIND)
    assert shown > chance + 0.2 and masked <= chance + 0.03


def test_who_reads_alone_does_not_change() -> None:
    words = [played(Words(), way, 16) for way in ("shown", "masked", "perturbed")]
    assert words[0].played == words[1].played == words[2].played


def test_perturbed_episodes_do_not_depend_on_the_batch_size() -> None:
    one, other = (played(make_agent("saliency"), "perturbed", 12, rows) for rows in (5, 12))
    assert one.played == other.played
    assert [kept.picture for kept in one.gallery] == [kept.picture for kept in other.gallery]


class Walker:
    """The oracle, which reads the state; notes what it is shown."""

    name = "walker"
    settings: ClassVar[dict[str, Any]] = {"depth": True, "image_size": 64}

    def __init__(self) -> None:
        self.oracle = make_agent("oracle")
        self.shown: dict[str, set[float]] = {}

    def reset(self, seed: int) -> None:
        self.oracle.reset(seed)

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        for name, values in observation.items():
            self.shown.setdefault(name, set()).update(np.unique(values).tolist())
        return self.oracle.act(observation, instructions, envs)


def test_every_picture_is_masked_and_the_environment_is_not_touched() -> None:
    walkers = {way: Walker() for way in ("shown", "masked")}
    tables = [
        run("VNavPoint-v0", walker, 2, settings={"difficulty": 0}, pictures=way)
        for way, walker in walkers.items()
    ]
    assert tables[0].played == tables[1].played and tables[0].success.all()
    masked = walkers["masked"].shown
    assert {name for name, values in masked.items() if len(values) == 1} == {"image", "depth"}
    del walkers["shown"].shown["image"], walkers["shown"].shown["depth"], masked["image"]
    del masked["depth"]
    assert masked == walkers["shown"].shown


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown pictures 'mask'; did you mean 'masked'\?"):
        run("VGround-v0", make_agent("random"), 1, pictures="mask")


def test_rows_stand_side_by_side_with_the_paired_difference() -> None:
    shown = row()
    half = tuple(replace(one, value=one.value / 2, success=False) for one in shown.played)
    masked = replace(shown, pictures="masked", played=half)
    assert masked.cell == ("VGround-v0", "random (masked)")
    (pair,) = blind_pairs([masked, row(agent="oracle"), shown])["masked"]
    assert pair.agents == ("random", "random (masked)") and pair.alone == (2, 0)
    assert pair.returns.change.mean == pytest.approx(-0.25)
    assert blind_pairs([masked]) == blind_pairs([shown, replace(masked, played=())]) == {}
    page = render_report([shown, row(agent="oracle"), masked], command="")
    assert "Pictures masked" in page and "-0.250" in page and "seed 3, picture masked" in page
    assert page.index(">random (masked)<") < page.index(">oracle<", page.index("Numbers"))


def test_the_command_plays_both_goes_on_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bench", "--envs", "VGroundPoint-v0", "--source", "synthetic", "--episodes", "8"]
    words += ["--image-size", "64", "--agents", "saliency", "--out", str(tmp_path)]
    assert cli.main(words) == 0
    assert cli.main([*words, "--resume", "--pictures", "masked"]) == 0
    said = capsys.readouterr().out
    assert "saliency (masked)" in said and "difference" in said and "masked alone" in said
    rows = json.loads((tmp_path / "results.json").read_text())["rows"]
    assert [(one["agent"], one["pictures"]) for one in rows] == [
        ("saliency", "shown"),
        ("saliency", "masked"),
    ]
    lines = [json.loads(line) for line in (tmp_path / "episodes.jsonl").read_text().splitlines()]
    assert [line["pictures"] for line in lines] == ["shown"] * 8 + ["masked"] * 8
    saved = read_saved(tmp_path)
    assert all(one.whole for one in saved.rows)
    found = compare(saved, saved, ("saliency", "saliency (masked)"))
    assert found.pairs == tuple(blind_pairs(saved.rows)["masked"])
    assert cli.main([*words, "--overwrite", "--pictures", "shown"]) == 2
    assert "Valid: masked, perturbed" in capsys.readouterr().err
