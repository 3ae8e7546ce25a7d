"""Data sets on disk: the same twice, whole or not at all, gone on with, and read by `datasets`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vgym.chat.messages import decoded, pictures_of
from vgym.integrations import export as exporting
from vgym.integrations.episodes import Setup
from vgym.integrations.export import Export
from vgym.integrations.mixture import Mixture
from vgym.integrations.tickets import of_columns, of_row, opening, score

ONE = Setup("VGround-v0", "qwen2.5-vl", settings={"image_size": 64})
SEVERAL = Setup("VZoom-v0", "qwen3-vl", "native", settings={"image_size": 64})
MIXED = Mixture.of([ONE, SEVERAL])


def export(**more: Any) -> Export:
    given: dict[str, Any] = {"setups": MIXED.setups, "tickets": MIXED.tickets(10), "rows": 4}
    return Export(**{**given, "format": "jsonl", **more})


def rows_of(shards: list[Path]) -> list[dict[str, Any]]:
    lines = [line for shard in shards for line in shard.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_rows_hold_the_openings_and_their_answers_are_right(tmp_path: Path) -> None:
    shards = export().write(tmp_path)
    assert [shard.name for shard in shards] == [f"train-0000{n}-of-00003.jsonl" for n in range(3)]
    rows = rows_of(shards)
    held = of_columns({name: [r[name] for r in rows] for name in ("setup", "seed", "record")})
    assert held == MIXED.tickets(10)
    for row, ticket in zip(rows, held, strict=True):
        messages = opening(ticket)
        assert [m["role"] for m in row["prompt"]] == [m["role"] for m in messages]
        pictures = [decoded((tmp_path / "data" / name).read_bytes()) for name in row["images"]]
        for mine, its in zip(pictures, pictures_of(messages), strict=True):
            assert (mine == its).all()
        places = [p for m in row["prompt"] for p in m["content"] if p["type"] == "image"]
        assert len(places) == len(pictures)
    alone = [(t, r["answer"]) for t, r in zip(held, rows, strict=True) if t.setup == ONE.as_json()]
    assert all(came.success for came in score(*zip(*alone, strict=True)))
    card = (tmp_path / "README.md").read_text("utf-8")
    assert "license: other" in card and "assets/SOURCES.md" in card and "`VZoom-v0`" in card


def test_the_same_words_give_the_same_files(tmp_path: Path) -> None:
    export().write(tmp_path / "a")
    export().write(tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_full_disk_keeps_what_is_finished_and_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export().write(tmp_path / "whole")
    write, left = exporting.write_whole, [12]

    def full(path: Path, content: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(exporting, "write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        export().write(tmp_path / "part")
    finished = sorted((tmp_path / "part" / "data").glob("*.jsonl"))
    assert 0 < len(finished) < 3
    before = [path.stat().st_mtime_ns for path in finished]
    monkeypatch.undo()
    export().write(tmp_path / "part")
    assert [path.stat().st_mtime_ns for path in finished] == before
    assert files(tmp_path / "part") == files(tmp_path / "whole")


def test_another_export_is_not_mixed_in(tmp_path: Path) -> None:
    export().write(tmp_path)
    other = MIXED.tickets(10)
    other[3], other[4] = other[4], other[3]
    with pytest.raises(ValueError, match="another export: its tickets are not these"):
        export(tickets=other).write(tmp_path)
    (tmp_path / "export.json").write_text("5", "utf-8")
    with pytest.raises(ValueError, match=r"export.json is damaged; delete"):
        export().write(tmp_path)
    (tmp_path / "export.json").unlink()
    export().write(tmp_path)
    with pytest.raises(ValueError, match=r"VZoom-v0 takes several answers.*export it alone"):
        export(trainer="verl")
    with pytest.raises(ValueError, match="rows=0"):
        export(rows=0)
    with pytest.raises(ValueError, match="another export: its episodes, tickets, last are not"):
        export(tickets=MIXED.tickets(11)).write(tmp_path)
    with pytest.raises(ValueError, match="no episode"):
        export(tickets=[])
    with pytest.raises(ValueError, match="trl"):
        export(trainer="trk")
    with pytest.raises(ValueError, match="parquet"):
        export(format="parket")


# verl's rows name the tools of one id.
WRITTEN = [
    ("trl", MIXED),
    ("openrlhf", MIXED),
    ("verl", Mixture.of([ONE])),
    ("verl", Mixture.of([SEVERAL])),
]


@pytest.mark.parametrize(("trainer", "mixture"), WRITTEN)
def test_pictures_have_their_places_in_every_trainers_columns(
    trainer: Any, mixture: Mixture, tmp_path: Path
) -> None:
    written = export(trainer=trainer, setups=mixture.setups, tickets=mixture.tickets(6))
    for row in rows_of(written.write(tmp_path)):
        said = row["input" if trainer == "openrlhf" else "prompt"]
        if trainer == "trl":
            places = sum(p["type"] == "image" for m in said for p in m["content"])
        else:
            places = sum(m["content"].count("<image>") for m in said)
        assert places == len(row["images"]) > 0
        told = {"trl": row, "verl": row.get("extra_info"), "openrlhf": row.get("label")}[trainer]
        ticket = of_row(json.loads(told) if isinstance(told, str) else told)
        several = ticket.setup == SEVERAL.as_json()
        if trainer == "verl":
            assert row["agent_name"] == ("tool_agent" if several else "single_turn_agent")
            tools = told.get("tools_kwargs", {})
            assert bool(tools) == several
            assert all(of_row(t["create_kwargs"]) == ticket for t in tools.values())
    if trainer == "verl" and mixture.setups[0] is SEVERAL:
        tools = json.loads((tmp_path / "tools.yaml").read_text("utf-8"))["tools"]
        names = {each["tool_schema"]["function"]["name"] for each in tools}
        assert "answer" in names and {t["class_name"] for t in tools} == {
            "vgym.integrations.verl.Tool"
        }


def test_a_tag_in_words_is_no_picture() -> None:
    said = {"role": "user", "content": [{"type": "text", "text": "type <image> here"}]}
    assert exporting._tagged(said) == "type < image > here"


def test_demonstrations_solve_what_they_show(tmp_path: Path) -> None:
    shards = export(demonstrations=True).write(tmp_path)
    for row in rows_of(shards):
        roles = [m["role"] for m in row["messages"]]
        assert roles[:3] == ["system", "user", "assistant"] and row["return"] > 0.5
        ticket = of_row(row)
        with ticket.episode() as episode:
            for message in row["messages"]:
                if message["role"] == "assistant":
                    words = "".join(part["text"] or "" for part in message["content"])
                    episode.answer({"content": words, "tool_calls": message["tool_calls"]})
            assert episode.outcome.success
            assert np.isclose(episode.outcome.value, row["return"])
        assert (row["tools"] != "") == (ticket.setup == SEVERAL.as_json())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what it says of its own dependencies is its own
@pytest.mark.parametrize(("trainer", "mixture"), WRITTEN)
def test_datasets_opens_it(trainer: Any, mixture: Mixture, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="pip install vgym[export]")
    held = mixture.tickets(10)
    given = {"trainer": trainer, "format": "parquet", "setups": mixture.setups, "tickets": held}
    export(**given).write(tmp_path / "set")
    found = datasets.load_dataset(
        str(tmp_path / "set"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert len(found) == 10
    for row, ticket in zip(found, held, strict=True):
        for mine, its in zip(row["images"], pictures_of(opening(ticket)), strict=True):
            assert (np.asarray(mine.convert("RGB")) == its).all()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # as above
def test_demonstrations_open_too(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="pip install vgym[export]")
    export(demonstrations=True, format="parquet").write(tmp_path / "set")
    held = datasets.load_dataset(
        str(tmp_path / "set"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert all(row["return"] > 0.5 and row["messages"] for row in held)
