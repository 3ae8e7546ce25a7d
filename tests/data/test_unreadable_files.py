"""What keeps a file from being read is said with its name; of a picture it skips one record."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from damaged_pictures import LAYOUTS, write

from vgym.cli import main
from vgym.data import DataError, load
from vgym.data.files import check_file, opened, read_bytes, source_path
from vgym.envs.gui.click.screens import holds_screens, load_screens
from vgym.envs.gui.web.tasks import find_tasks
from vgym.envs.navigation.maps.load import load_map
from vgym.evaluation.saved import read_saved
from vgym.evaluation.screenspot_predictions import read_predictions

LONG = "x" * 300
READERS: dict[str, Callable[[Path], Any]] = {
    ".jsonl": load,
    ".json": load,
    "/refs.p": load,
    "/screenspot_web.json": load,
    "/screens.jsonl": lambda path: load_screens(str(path)),
    ".yaml": load_map,
    ".map": load_map,
    ".geojson": load_map,
    ".predictions.jsonl": read_predictions,
}
OBSTACLES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a name that is too long": lambda path: path.symlink_to(LONG),
}


def forbidden(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make files of that name such as nobody may open, whoever runs this: root may open all."""
    really = open

    def refusing(file: Any, *arguments: Any, **more: Any) -> Any:
        if isinstance(file, str | Path) and Path(file).name == name:
            raise PermissionError(13, "Permission denied", str(file))
        return really(file, *arguments, **more)

    monkeypatch.setattr("builtins.open", refusing)
    monkeypatch.setattr("io.open", refusing)  # of `Path.open`


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("ending", READERS)
def test_what_is_in_the_place_of_a_file_is_said(tmp_path: Path, ending: str, obstacle: str) -> None:
    path = tmp_path / f"mine{ending}"
    path.parent.mkdir(exist_ok=True)
    if ending == "/refs.p":
        (path.parent / "instances.json").write_text("{}")
    OBSTACLES[obstacle](path)
    with pytest.raises(ValueError, match=path.stem):
        READERS[ending](path)


@pytest.mark.parametrize("ending", READERS)
def test_names_that_are_too_long_are_said(tmp_path: Path, ending: str) -> None:
    with pytest.raises(
        ValueError, match=r"xxx.*(?:cannot be read: File name too long|must hold one)"
    ):
        READERS[ending](tmp_path / (LONG + ending))


@pytest.mark.parametrize("ending", READERS)
def test_a_file_without_permission_is_said(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"mine{ending}"
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    if ending == "/refs.p":
        (path.parent / "instances.json").write_text("{}")
    (path.parent / "images").mkdir()
    forbidden(monkeypatch, path.name)
    with pytest.raises(DataError, match=rf"{path.name} cannot be read: Permission denied"):
        READERS[ending](path)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fault", ["a long name", "permission", "a pipe", "a folder"])
def test_a_picture_that_cannot_be_read_costs_its_record_alone(
    tmp_path: Path, layout: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, paths = write(tmp_path, layout)
    if fault == "permission":
        forbidden(monkeypatch, paths[2].name)
    elif fault == "a long name":
        for file in (*tmp_path.glob("*.json"), *tmp_path.glob("*.jsonl")):
            file.write_text(file.read_text().replace("p2.png", f"{LONG}.png"))
    else:
        paths[2].unlink()
        OBSTACLES[fault](paths[2])
    if layout == "captured":
        found = load_screens(source)
        summary, kept = found.summary, found.usable
    else:
        kept = load(source, split="train")
        summary = kept.summary
    assert (summary.read, len(kept)) == (6, 5)
    assert set(summary.reasons) == {"unusable image"}


def test_an_unreadable_file_beside_annotations_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _ = write(tmp_path, "COCO")
    Path(source).rename(tmp_path / "mine.json")
    (tmp_path / "other.json").write_text("{}")
    os.mkfifo(tmp_path / "pipe.json")
    forbidden(monkeypatch, "other.json")
    assert len(load(tmp_path)) == 6


@pytest.mark.parametrize("said", ["~nosuch/a.jsonl", "~nosuch/a.map", "~nosuch/screens", "~nosuch"])
def test_the_home_of_nobody_is_said(said: str) -> None:
    for read in (load, load_map, holds_screens, lambda said: find_tasks(Path(said), None, False)):
        with pytest.raises(ValueError, match=r"'~nosuch.*write the whole path"):
            read(said)
    with pytest.raises(DataError, match="write the whole path"):
        source_path(Path(said))


def test_a_file_that_fails_while_it_is_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("b")
    with pytest.raises(DataError, match="a cannot be read: Input/output error"):
        with opened(tmp_path / "a"):
            raise OSError(5, "Input/output error")
    assert read_bytes(tmp_path / "a") == b"b"
    with pytest.raises(DataError, match="2 bytes, more than the limit of 1"):
        (tmp_path / "a").write_text("bb")
        check_file(tmp_path / "a", 1)


def test_names_that_no_file_can_have_are_said() -> None:
    for name in ("nul\0", "half \ud800"):
        with pytest.raises(DataError, match="cannot be read"):
            check_file(Path(name))


def test_the_command_line_says_so_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source in ("~nosuch/a.jsonl", str(tmp_path / f"{LONG}.jsonl")):
        assert main(["show", "VGround-v0", "--source", source, "--out", str(tmp_path / "a.png")])
        said = capsys.readouterr().err
        assert said.startswith("vgym: ") and "Traceback" not in said
    for out in (LONG, f"{LONG}/a.png"):
        assert main(["show", "VGround-v0", "--out", str(tmp_path / out)])
        assert "Traceback" not in capsys.readouterr().err


def test_results_in_a_place_that_cannot_be_are_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no results\.json"):
        read_saved(tmp_path / LONG)
    (tmp_path / "results.json").mkdir()
    with pytest.raises(ValueError, match=r"holds no results\.json"):
        read_saved(tmp_path)


def test_deep_and_huge_values_of_a_screen_are_said(tmp_path: Path) -> None:
    source, _ = write(tmp_path, "captured")
    path = Path(source) / "screens.jsonl"
    lines = path.read_text().splitlines()
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    for changed in (
        {"size": [10**400, 60]},
        {"size": deep},
        {"title": deep},
        {"elements": [{"box": [10**400, 1, 2, 3]}]},
        {"elements": [{"box": deep}]},
        {"elements": deep},
    ):
        path.write_text("\n".join([json.dumps({**json.loads(lines[0]), **changed}), *lines[1:]]))
        found = load_screens(source)
        assert (found.summary.read, len(found.usable)) == (6, 5)
        assert len(found.summary.first_errors[0]) < 500
