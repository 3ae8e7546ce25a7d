"""What was rewritten since an environment was made is played by the next, in the same process."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damaged_pictures import LAYOUTS, cut, noise, write
from PIL import Image
from rollouts import make

from vgym.asset_files import asset
from vgym.core import shared_sources
from vgym.data import editions

Change = Callable[[Path], None]


def seen(env_id: str, source: Path | str, **settings: Any) -> bytes:
    """The first pictures of a new environment."""
    env = make(env_id, source=str(source), **settings)
    return b"".join(env.reset(seed=seed)[0]["image"].tobytes() for seed in range(3))


def place(source: Path) -> bytes:
    """The cells of a new environment's map, and the kinds of its rooms."""
    (world,) = make("VNavPoint-v0", source=str(source), image_size=36).unwrapped.task.pool.worlds
    return b"".join(array.tobytes() for array in (world.solid, world.room, *world.rooms))


def in_place(path: Path, content: bytes) -> None:
    """Write over a file of that length, dated as before."""
    before = path.stat()
    assert len(content) == before.st_size
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# Files of a map, what of it is rewritten, and how.
MAPS: dict[str, tuple[str, str, Change]] = {
    "MovingAI": ("park.map", "park.map", lambda p: in_place(p, flipped_rows(p.read_bytes()))),
    "ROS picture": ("office.yaml", "office.pgm", lambda p: in_place(p, mirrored(p))),
    "ROS threshold": (
        "office.yaml",
        "office.yaml",
        lambda p: in_place(p, p.read_bytes().replace(b"resolution: 0.05", b"resolution: 0.04")),
    ),
    "GeoJSON": (
        "flat.geojson",
        "flat.geojson",
        lambda p: in_place(p, p.read_bytes().replace(b"Bedroom", b"Kitchen")),
    ),
}


def copied(folder: Path, name: str) -> Path:
    """A map that ships, in a folder of the test's own."""
    shutil.copytree(Path(str(asset(f"maps/{name}"))).parent, folder / "maps")
    return folder / "maps" / name


def flipped_rows(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:4] + lines[4:][::-1])


def mirrored(path: Path) -> bytes:
    content = path.read_bytes()
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    return content[: len(content) - pixels.size] + pixels[:, ::-1].tobytes()


@pytest.fixture(params=[False, True], ids=["young", "old"])
def _age(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files too old for their content to count, or not."""
    if request.param:
        monkeypatch.setattr(editions, "_YOUNG_NS", -(10**18))


@pytest.mark.usefixtures("_age")
@pytest.mark.parametrize("kind", MAPS)
def test_a_rewritten_map_is_played_as_it_is_now(tmp_path: Path, kind: str) -> None:
    name, changed, change = MAPS[kind]
    source = copied(tmp_path, name)
    before = place(source)
    if kind == "ROS picture":
        source.touch()
        assert place(source) == before
    change(source.with_name(changed))
    after = place(source)
    assert after != before
    shared_sources.forget()
    assert place(source) == after


def test_a_picture_that_a_ros_map_names_anew_is_the_one_that_counts(tmp_path: Path) -> None:
    source = copied(tmp_path, "office.yaml")
    before = place(source)
    (source.parent / "twin.pgm").write_bytes(mirrored(source.with_suffix(".pgm")))
    source.write_text(source.read_text().replace("office.pgm", "twin.pgm"))
    after = place(source)
    assert after != before
    (source.parent / "twin.pgm").write_bytes(source.with_suffix(".pgm").read_bytes())
    assert place(source) == before


@pytest.mark.usefixtures("_age")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rewritten_picture_is_shown_as_it_is_now(tmp_path: Path, layout: str) -> None:
    source, paths = write(tmp_path, layout)
    before = seen("VGui-v0", source, image_size=64)
    for k, path in enumerate(paths):
        noise(50 + k).save(path)
    after = seen("VGui-v0", source, image_size=64)
    assert after != before
    shared_sources.forget()
    assert seen("VGui-v0", source, image_size=64) == after


@pytest.mark.parametrize("env_id", ["VGui-v0", "VGroundPoint-v0"])
def test_a_picture_that_was_mended_is_played_again(tmp_path: Path, env_id: str) -> None:
    layout = "captured" if env_id == "VGui-v0" else "JSONL"
    source, paths = write(tmp_path, layout)
    whole = paths[2].read_bytes()
    cut(paths[2], 0.5)
    with pytest.warns(UserWarning, match="1 skipped"):
        hurt = make(env_id, source=source)
    assert hurt.unwrapped.task.summary.skipped == 1
    paths[2].write_bytes(whole)
    assert make(env_id, source=source).unwrapped.task.summary.skipped == 0


def test_an_environment_that_was_made_before_goes_on_as_it_was(tmp_path: Path) -> None:
    source, paths = write(tmp_path, "captured")
    env = make("VGui-v0", source=source, image_size=64)
    before = [env.reset(seed=seed)[0]["image"] for seed in range(8)]
    for path in paths:
        noise(70).save(path)
    make("VGui-v0", source=source, image_size=64).reset(seed=0)
    for seed in range(8):
        np.testing.assert_array_equal(env.reset(seed=seed)[0]["image"], before[seed])


def test_unchanged_files_are_read_once(tmp_path: Path) -> None:
    source, _ = write(tmp_path, "captured")
    park = str(copied(tmp_path, "park.map"))
    made = [
        [make("VGui-v0", source=source).unwrapped.task.source.bank for _ in range(2)],
        [make("VNavPoint-v0", source=park).unwrapped.task.pool for _ in range(2)],
    ]
    assert all(one is two for one, two in made)
