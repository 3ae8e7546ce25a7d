"""A damaged picture is a skipped record, whenever it is damaged; it never ends a batch."""

import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damaged_pictures import COUNT, LAYOUTS, PLACES, cut, encoded, flip_bits, noise, write
from rollouts import IDS, assert_same, config_class, make, make_vec, row, takes
from sampling import one_in

from vgym.data import DataError, load

pytestmark = pytest.mark.usefixtures("own_sources")

SOURCED = [i for i in IDS if takes(i, "attempts") and config_class(i).reads_files]
CASES = [
    (env_id, layout)
    for env_id in SOURCED
    for layout in LAYOUTS
    if layout != "captured" or env_id.startswith("VGui")
]
DAMAGES = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: cut(path, 0.6),
    "text": lambda path: path.write_text("no picture"),
    "another size": lambda path: noise(9, (61, 90)).save(path),
    "flipped bits": flip_bits,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


def meetable(layout: str) -> set[int]:
    """The records that episodes come to when the third is damaged: of captured screens those in the
    middle half by hardness, at the default difficulty."""
    return {0, 1, 3, 4} if layout == "captured" else {0, 1, 3, 4, 5}


def quiet() -> Any:
    """Warnings are looked at by tests of their own."""
    caught = warnings.catch_warnings()
    caught.__enter__()
    warnings.simplefilter("ignore")
    return caught


def thing(words: str) -> int:
    """The number of the record that an instruction is about."""
    return int("".join(filter(str.isdigit, words)))


def play(envs: Any, turns: int = 12) -> set[int]:
    """The records met in some episodes, all of them solved by the oracle."""
    met = set()
    for _ in range(turns):
        met |= set(map(thing, envs.unwrapped.instructions()))
        assert envs.step(envs.unwrapped.oracle())[4]["success"].all()
    return met


@pytest.mark.parametrize(
    ("layout", "share", "suffix"),
    one_in(4, LAYOUTS, [0.1, 0.5, 2 / 3, 0.9, 0.99], ["png", "jpg", "webp"]),
)
def test_a_picture_that_was_cut_off_is_skipped_by_file_and_line(
    tmp_path: Path, layout: str, share: float, suffix: str
) -> None:
    source, paths = write(tmp_path, layout, suffix)
    cut(paths[2], share)
    env_id = "VGui-v0" if layout == "captured" else "VGroundPoint-v0"
    with pytest.warns(UserWarning, match=rf"1 skipped.*unusable image.*{PLACES[layout]}.*p2"):
        envs = make_vec(env_id, 8, source=source)
    envs.reset(seed=0)
    assert play(envs) == meetable(layout)
    if layout != "captured":
        assert load(source, split="train").summary.skipped == 1
        with pytest.raises(DataError, match=rf"{PLACES[layout]}.*p2"):
            load(source, split="train", strict=True)


@pytest.mark.parametrize(("env_id", "layout", "damage"), one_in(4, CASES, DAMAGES))
def test_damage_after_loading_ends_no_batch(
    tmp_path: Path, env_id: str, layout: str, damage: str
) -> None:
    source, paths = write(tmp_path, layout)
    envs, single = make_vec(env_id, 8, source=source), make(env_id, source=source)
    DAMAGES[damage](paths[2])
    with pytest.warns(UserWarning, match=rf"{PLACES[layout]}.*p2\.png.*skipped from now on"):
        observation, _ = envs.reset(seed=0)
        met = play(envs)
    assert met == meetable(layout)
    caught = quiet()
    words = envs.reset(seed=0) and envs.unwrapped.instructions()
    for i in range(8):
        alone, info = single.reset(seed=i)
        assert_same(alone, row(observation, i))
        assert info["instruction"] == words[i]
        _, _, _, _, told = single.step(single.unwrapped.oracle())
        assert told["success"]
    caught.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("env_id", "layout", "mode"), one_in(4, CASES, ["SameStep", "NextStep", "Disabled"])
)
def test_rows_that_drew_no_damaged_picture_are_as_without(
    tmp_path: Path, env_id: str, layout: str, mode: str
) -> None:
    folder = tmp_path / "whole" / "data"  # of one name, by which sources draw
    folder.mkdir(parents=True)
    source, _ = write(folder, layout)
    shutil.copytree(tmp_path / "whole", tmp_path / "torn")
    torn = source.replace("whole", "torn")
    whole, hurt = (make_vec(env_id, 16, source=s, autoreset_mode=mode) for s in (source, torn))
    flip_bits(tmp_path / "torn" / "data" / "images" / "p4.png")
    caught = quiet()
    want, got = whole.reset(seed=5), hurt.reset(seed=5)
    drew = False
    for _ in range(6):
        other = np.array([thing(words) == 4 for words in whole.unwrapped.instructions()])
        drew |= other.any()
        assert 4 not in set(map(thing, hurt.unwrapped.instructions()))
        for i in np.flatnonzero(~other):
            assert_same(row(got[0], i), row(want[0], i))
        want, got = (e.step(e.unwrapped.oracle()) for e in (whole, hurt))
        if mode == "NextStep":
            want, got = (e.step(e.unwrapped.oracle()) for e in (whole, hurt))
        if mode == "Disabled":
            want, got = whole.reset(), hurt.reset()
    assert drew
    caught.__exit__(None, None, None)


def test_the_summary_counts_what_was_found_later(tmp_path: Path) -> None:
    source, paths = write(tmp_path, "JSONL")
    extra = '{"image": "images/p3.png", "expression": "more 3", "boxes": [[0, 0, 9, 9]]}\n'
    with open(source, "a", encoding="utf-8") as file:
        file.write(extra)
    envs = make_vec("VGround-v0", 16, source=source)
    task = envs.unwrapped.task
    assert task.summary.kept == COUNT + 1
    flip_bits(paths[3])
    with pytest.warns(UserWarning, match=r"mine\.jsonl:4: .*p3\.png.*\(2 records of it skipped"):
        envs.reset(seed=0)
        play(envs)
    assert (task.summary.kept, task.summary.skipped) == (COUNT - 1, 2)
    assert task.summary.reasons == {"unusable image": 2}
    assert "mine.jsonl:4" in task.summary.first_errors[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is said once
        play(envs)


@pytest.mark.parametrize("env_id", SOURCED)
def test_only_one_picture_is_left(tmp_path: Path, env_id: str) -> None:
    source, paths = write(tmp_path, "JSONL")
    envs = make_vec(env_id, 8, source=source)
    for path in paths:
        if path.name != "p1.png":
            path.unlink()
    caught = quiet()
    try:
        envs.reset(seed=0)
        assert play(envs) == {1}
    finally:
        caught.__exit__(None, None, None)


@pytest.mark.parametrize("env_id", SOURCED)
def test_with_no_picture_left_the_error_says_so(tmp_path: Path, env_id: str) -> None:
    source, paths = write(tmp_path, "JSONL")
    envs = make_vec(env_id, 2, source=source)
    for path in paths:
        path.unlink()
    caught = quiet()
    with pytest.raises(ValueError, match=r"damaged or gone; restore the files"):
        envs.reset(seed=0)
    caught.__exit__(None, None, None)


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_picture_lost_in_the_middle_of_an_episode_is_shown_as_padding(
    tmp_path: Path, env_id: str
) -> None:
    """As after `load_state_dict` in another process: the episode goes on."""
    source, paths = write(tmp_path, "JSONL")
    saved = make(env_id, source=source, attempts=3)
    words = saved.reset(seed=1)[1]["instruction"]
    state = saved.unwrapped.state_dict()
    later = make(env_id, source=source, attempts=3)
    paths[thing(words)].unlink()
    with pytest.warns(UserWarning, match=rf"p{thing(words)}\.png"):
        later.unwrapped.load_state_dict(state)
    shown = later.unwrapped.batch.observe()["image"]
    assert (shown == 114).all()
    assert later.unwrapped.batch.instructions() == [words]
    infos = [later.unwrapped.step(later.unwrapped.oracle())[4] for _ in range(3)]
    assert infos[-1]["success"]


@pytest.mark.parametrize("env_id", SOURCED)
def test_a_record_that_cannot_be_played_is_refused_when_asked_for(
    tmp_path: Path, env_id: str
) -> None:
    source, paths = write(tmp_path, "JSONL")
    envs = make_vec(env_id, 3, source=source)
    envs.reset(seed=0)
    fresh = make_vec(env_id, 3, source=source)
    fresh.reset(seed=0)
    met = set(map(thing, fresh.unwrapped.instructions()))
    lost = next(k for k in range(COUNT) if k not in met)
    paths[lost].unlink()
    caught = quiet()
    before = fresh.state_dict()
    with pytest.raises(ValueError, match=rf"is {lost} for row 1: mine\.jsonl:{lost + 1}, whose"):
        fresh.reset(options={"record": [next(iter(met)), lost, next(iter(met))]})
    assert_same(fresh.state_dict(), before)
    playable = fresh.unwrapped.task.playable(np.arange(COUNT))
    assert playable.tolist() == [k != lost for k in range(COUNT)]
    caught.__exit__(None, None, None)


@pytest.mark.parametrize("suffix", ["jpg", "webp"])
def test_a_harmless_tail_is_no_damage(tmp_path: Path, suffix: str) -> None:
    source, paths = write(tmp_path, "JSONL", suffix)
    paths[2].write_bytes(encoded(2, suffix) + b"made by a camera")
    assert load(source).summary.skipped == 0
    assert load(source, strict=True).summary.kept == COUNT


def test_strict_loading_decodes(tmp_path: Path) -> None:
    source, paths = write(tmp_path, "JSONL")
    flip_bits(paths[5])
    assert load(source).summary.kept == COUNT, "header and end are sound"
    with pytest.raises(DataError, match=r"mine\.jsonl:6: image .*p5\.png is truncated or damaged"):
        load(source, strict=True)
