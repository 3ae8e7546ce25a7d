"""The index of screens: whole at every moment, and what was there is looked at first."""

import json
import os
from pathlib import Path

import pytest

from vgym.data.capture.index import Index, held_index
from vgym.data.errors import DataError


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "screens.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    "line",
    ["{", "", "[]", "7", '{"image": 7}', '{"page": "a"}', "{} {}", '{"image": NaN}', "\ufeff", "["],
)
def test_a_broken_line_is_told_of_at_once(tmp_path: Path, line: str) -> None:
    text = f'{{"image":"a.webp"}}\n\n{line}\n{{"image":"b.webp"}}\n'
    (tmp_path / "screens.jsonl").write_text(text, "utf-8")
    if line:
        with pytest.raises(DataError, match=r"screens\.jsonl:3: .*Mend that line or delete it"):
            Index(tmp_path)
        # The cure cures.
        (tmp_path / "screens.jsonl").write_text(text.replace(line + "\n", "", 1), "utf-8")
    Index(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"screens.jsonl"}


def test_bytes_that_are_no_text_and_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "screens.jsonl").write_bytes(b'{"image":"a"}\n\xff\xfe\n')
    with pytest.raises(DataError, match=r"screens\.jsonl:2: .*UTF-8"):
        Index(tmp_path)
    (tmp_path / "other" / "screens.jsonl").mkdir(parents=True)
    with pytest.raises(DataError, match="not a regular file"):
        Index(tmp_path / "other")


def test_a_folder_that_cannot_be_written_to_is_told_of_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="file"), held_index(folder):
            pass


def test_a_screen_is_there_as_soon_as_it_is_put(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    index = Index(tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())  # nothing put, nothing there
    for i, image in enumerate(["s/b.webp", "s/首页.webp", "s/a.webp"]):
        index.put({"image": image, "title": f"ü{i}"}, image.encode())
        there = lines(tmp_path / "out")
        assert [record["image"] for record in there] == sorted(
            ["s/b.webp", "s/首页.webp", "s/a.webp"][: i + 1]
        )
        assert (tmp_path / "out" / image).read_bytes() == image.encode()
    assert index.replaced == 0
    assert {file.suffix for file in (tmp_path / "out").rglob("*") if file.is_file()} == {
        ".jsonl",
        ".webp",
    }


def test_other_screens_stay_as_they_are_and_those_of_the_same_name_change(tmp_path: Path) -> None:
    kept = '{"image": "a.webp",  "mine": 1}\n{"image": "a.webp", "mine": 2}\n'
    old = '{"image":"b.webp","old":true}\n{"image":"b.webp","old":true}'
    (tmp_path / "screens.jsonl").write_text(kept + old, "utf-8")
    index = Index(tmp_path)
    index.put({"image": "b.webp"}, b"new")
    index.put({"image": "c.webp"}, b"new")
    index.put({"image": "c.webp"}, b"newer")
    text = (tmp_path / "screens.jsonl").read_text("utf-8")
    assert text == kept + '{"image":"b.webp"}\n{"image":"c.webp"}\n'
    assert index.replaced == 1


def test_a_picture_that_cannot_be_written_leaves_no_record_of_another(tmp_path: Path) -> None:
    index = Index(tmp_path)
    for image in ("a.webp", "b.webp"):
        index.put({"image": image}, b"old")
    os.remove(tmp_path / "b.webp")
    (tmp_path / "b.webp").mkdir()
    with pytest.raises(OSError, match=r"b\.webp"):
        index.put({"image": "b.webp"}, b"new")
    assert [record["image"] for record in lines(tmp_path)] == ["a.webp"]
    index.put({"image": "c.webp"}, b"new")
    assert [record["image"] for record in lines(tmp_path)] == ["a.webp", "c.webp"]


def test_letters_that_are_none_do_not_end_a_run(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.put({"image": "a.webp", "title": "\ud800"}, b"")
    assert lines(tmp_path)[0]["title"] == "?"
