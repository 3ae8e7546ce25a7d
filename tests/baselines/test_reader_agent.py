"""The agent that reads for meaning, and the free instructions that it is measured on."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

import vgym
from vgym.baselines import measure_reader, reader_agent
from vgym.baselines.agents import AGENTS, DEFAULT_AGENTS, make_agent, plays
from vgym.baselines.controls import BUTTON, ICON, TEXT, Controls, find_controls
from vgym.baselines.reader_agent import answer, detected, meant
from vgym.baselines.screen_reading import Text
from vgym.baselines.word_vectors import load_vectors, words_of

SCREENS = Path(vgym.__file__).parent / "assets" / "screens"
PAGE = Path(vgym.__file__).resolve().parents[1] / "docs" / "gui.md"
INSTALLED = bool(find_spec("wordllama") and find_spec("rapidocr_onnxruntime"))
BLANK = np.full((300, 400, 3), 230, np.uint8)
TEXTS = [
    Text((10, 10, 60, 24), "Delete"),
    Text((10, 50, 60, 64), "Notifications"),
    Text((10, 90, 100, 104), "hotel_booking.pdf"),
]


def _controls(*rows: tuple[int, tuple[float, float, float, float]]) -> Controls:
    boxes = np.array([box for _, box in rows], np.float32).reshape(-1, 4)
    kinds = np.array([kind for kind, _ in rows], np.int64)
    empty = find_controls(BLANK).coloured
    coloured = np.zeros((len(rows), empty.shape[1]), np.float32)
    return Controls(boxes, kinds, np.ones(len(rows), np.bool_), coloured, (300, 400))


def _alike(monkeypatch: pytest.MonkeyPatch, table: dict[str, float]) -> None:
    def likeness(text: str, others: list[str]) -> Any:
        return np.array([table.get(other, 0.0) for other in others], np.float32)

    monkeypatch.setattr(reader_agent, "likeness", likeness)


def _middle(box: Any) -> tuple[float, float]:
    return float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2


def test_what_means_it_is_clicked_and_else_what_looks_the_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _alike(monkeypatch, {"Delete": 0.6, "hotel_booking.pdf": 0.3})
    none = _controls()
    assert _middle(answer(TEXTS, none, "remove this, please")) == (35, 17)
    # The button around the words; but of a wide row its words.
    button, row = (BUTTON, (0.0, 0.0, 90.0, 34.0)), (BUTTON, (0.0, 85.0, 400.0, 110.0))
    assert _middle(answer(TEXTS, _controls(button, row), "remove this, please")) == (45, 17)
    _alike(monkeypatch, {"hotel_booking.pdf": 0.3})
    assert _middle(answer(TEXTS, _controls(row), "our reservation")) == (55, 97)
    # What is known of icons counts beside; and alone, where no words mean it.
    _alike(monkeypatch, {"hotel_booking.pdf": 0.3})
    assert meant(TEXTS, "where is the bell?") == TEXTS[1]
    _alike(monkeypatch, {})
    icon = (ICON, (380.0, 5.0, 396.0, 21.0))
    assert _middle(answer(TEXTS[2:], _controls(icon), "where is the bell?")) == (388, 13)
    assert meant(TEXTS[2:], "where is the bell?") is None
    assert meant(TEXTS[2:], "our reservation") == TEXTS[2]
    # Our own sentences are read as the agent that reads them alone does.
    assert _middle(answer(TEXTS, none, "click Delete")) == (35, 17)
    assert meant([], "anything") is None
    assert answer([], none, "anything").shape == (4,)
    for words in ("", " ", "\x00", "“", "?" * 10_000, "\ud800", "click "):
        assert np.isfinite(answer(TEXTS, none, words)).all(), words


def test_a_detector_says_what_the_controls_are() -> None:
    own = _controls((BUTTON, (0.0, 0.0, 90.0, 34.0)), (TEXT, (10.0, 50.0, 60.0, 64.0)))
    found = detected([[0, 40, 100, 70], [200, 200, 220, 220]], TEXTS, own)
    assert found.kinds.tolist() == [TEXT, BUTTON, ICON]
    assert found.boxes[1].tolist() == [0, 40, 100, 70]
    assert detected(np.zeros((0, 4)), TEXTS, own) is own
    for bad in ([1, 2, 3, 4], [[1, 2, 3]], [[0, 0, np.nan, 1]]):
        with pytest.raises(ValueError, match="xyxy"):
            detected(bad, TEXTS, own)


def test_joined_names_come_apart() -> None:
    assert words_of("MyFiles_2024.zip, Wi-Fi") == ["my", "files", "zip", "wi", "fi"]
    assert words_of("123 ?") == []


def test_it_is_played_only_when_named_and_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert AGENTS["reader"].extra == "reader" and "reader" not in DEFAULT_AGENTS
    assert plays("reader", "VGui-v0") and not plays("reader", "VGround-v0")
    monkeypatch.setattr(reader_agent, "load_engine", lambda: None)
    load_vectors.cache_clear()
    for name in ("safetensors.numpy", "tokenizers"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"pip install .*\[reader\]"):
        make_agent("reader")
    load_vectors.cache_clear()


def test_the_free_instructions_are_true_and_in_other_words() -> None:
    screens = {
        record["image"]: record["elements"]
        for record in map(json.loads, (SCREENS / "screens.jsonl").read_text("utf-8").splitlines())
    }
    lines = (SCREENS / "free_instructions.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    assert len(asked) == 60 == len({one["expression"] for one in asked})
    for one in asked:
        (box,) = one["boxes"]
        (element,) = [e for e in screens[one["image"]] if e["box"] == box]
        for said in (element["name"], element["text"]):
            assert not said or said.lower() not in one["expression"].lower(), one


def test_what_was_measured_is_on_the_page() -> None:
    results = json.loads(measure_reader.RESULT.read_text("utf-8"))
    assert list(results) == list(measure_reader.AGENTS)
    assert all(found["instructions"] == 60 for found in results.values())
    assert results["oracle"]["hit"] == 1
    assert results["reader"]["low"] > results["ocr"]["high"] >= results["random"]["hit"]
    if PAGE.exists():
        assert measure_reader.table(results) in PAGE.read_text("utf-8")


@pytest.mark.skipif(not INSTALLED, reason="pip install vgym[reader]")
@pytest.mark.slow
def test_synonyms_are_found() -> None:
    from vgym.baselines.word_vectors import likeness

    found = likeness("remove this picture", ["Save", "Delete", "Cancel", "Help"])
    assert found.argmax() == 1 and found[1] > 0.3
    assert (likeness("", ["Save"]) == 0).all() and (likeness("save", ["…"]) == 0).all()
    agent = make_agent("reader")
    envs = gymnasium.make_vec(
        "VGui-v0", num_envs=4, source=str(measure_reader.INSTRUCTIONS), answer="box"
    )
    observation, _ = envs.reset(seed=0, options={"record": np.zeros(4, np.int64)})
    batch: Any = envs.unwrapped
    words = batch.instructions()
    _, _, _, _, info = envs.step(agent.act(observation, words, envs))
    assert info["hit"].all()
    envs.close()
