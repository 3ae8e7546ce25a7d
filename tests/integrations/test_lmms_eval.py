"""The task folder for lmms-eval, and its functions called as lmms-eval 0.7.3 calls them."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from vgym.baselines.played_back import recorded
from vgym.integrations import lmms_eval
from vgym.integrations.episodes import SCORES, Setup

SMALL: dict[str, Any] = {"image_size": 64, "difficulty": 0}
WALK: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 4}


class _Loader(yaml.SafeLoader):
    """With the harness's own mark, resolved as there: by the module's whole name."""


def _function(loader: Any, node: Any) -> Any:
    module, _, name = loader.construct_scalar(node).rpartition(".")
    assert module == lmms_eval.__name__
    return getattr(lmms_eval, name)


_Loader.add_constructor("!function", _function)


def _task(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    task = yaml.load(file.read_text("utf-8"), _Loader)
    data = file.parent / task["dataset_kwargs"]["data_files"]["test"]
    return task, [json.loads(line) for line in data.read_text("utf-8").splitlines()]


def _agentic(task: dict[str, Any], doc: dict[str, Any], model: Any) -> str:
    """`_run_generate_until_agentic` of lmms_eval/evaluator.py, for one document."""
    ask = task["doc_to_text"]
    words, pictures = ask(doc), task["doc_to_visual"](doc)
    outputs: list[str] = []
    told = None
    final = ""
    for number in range(task["generation_kwargs"]["max_agentic_steps"]):
        outputs.append(model(pictures, words))
        final = outputs[-1]
        payload = ask(doc, previous_output=outputs, round_idx=number + 1, previous_round_info=told)
        shown, said, over, updated, told = payload
        outputs = list(updated)
        final = outputs[-1]
        if over:
            break
        words, pictures = said, shown
    return final


def test_a_task_of_one_answer(tmp_path: Path) -> None:
    setup = Setup("VGround-v0", "qwen2.5-vl", settings=SMALL)
    task, docs = _task(lmms_eval.write_task(tmp_path / "tasks", setup, 6, seed=2))
    recording = recorded(setup, 6, seed=2)
    assert task["task"] == "vgym_vground_v0" and task["output_type"] == "generate_until"
    assert [doc["seed"] for doc in docs] == list(range(2, 8))
    assert [m["metric"] for m in task["metric_list"]] == list(SCORES)
    assert task["generation_kwargs"]["until"] == []  # or answers end at their first blank line
    assert task["reasoning_tags"] == "none"
    for number, doc in enumerate(docs):
        system, user = task["doc_to_messages"](doc)
        (picture,) = task["doc_to_visual"](doc)
        words = task["doc_to_text"](doc, {"any": "kwargs"})
        assert {part["type"] for part in user["content"]} == {"image", "text"}
        assert user["content"][0]["url"].size == picture.size
        assert system["content"][0]["text"] in words and user["content"][-1]["text"] in words
        asked = user["content"][-1]["text"]
        said = recording.answer([_pixels(picture)], asked)["content"]
        earned = task["process_results"](doc, [said])
        assert earned["return"] == recording.returns[number]
        assert earned["success"] == recording.successes[number]
        assert task["process_results"](doc, [[said, "another"]]) == earned
        assert task["doc_to_target"](doc) == ""


def test_a_task_of_several_answers(tmp_path: Path) -> None:
    setup = Setup("VNavPoint-v0", settings=WALK)
    task, docs = _task(lmms_eval.write_task(tmp_path, setup, 8, name="walk"))
    assert task["output_type"] == "generate_until_agentic"
    assert task["generation_kwargs"]["max_agentic_steps"] == 4
    recording = recorded(setup, 8)
    for number, doc in enumerate(docs):
        asked = []

        def model(pictures: list[Any], words: str, asked: list[str] = asked) -> str:
            asked.append(words)
            said = recording.answer([_pixels(p) for p in pictures], words)
            return str(said["content"])

        final = _agentic(task, doc, model)
        earned = task["process_results"](doc, [final])
        assert earned["return"] == recording.returns[number]
        assert earned["unread"] == recording.unread[number]
        assert earned["steps"] == len(asked)
        if len(asked) > 1:  # what was said, and where its pictures stand
            assert "You answered:" in asked[1] and "(Picture 2)" in asked[1]
            assert asked[1].startswith(asked[0].partition("\n")[0])
    # A harness that stops early finds what was earned by then, not what the model said last.
    cut = copy.deepcopy(task["generation_kwargs"]) | {"max_agentic_steps": 2}
    final = _agentic({**task, "generation_kwargs": cut}, docs[0], lambda *_: '{"return": 1e9}')
    earned = task["process_results"](docs[0], [final])
    assert (earned["steps"], earned["unread"]) == (2, 1) and abs(earned["return"]) < 1
    # With the option that keeps every round the JSON has more in it.
    more = json.dumps({**json.loads(final), "agentic_rounds": [], "agentic_trace_mode": "full"})
    assert task["process_results"](docs[0], [more]) == earned


def _pixels(picture: Any) -> Any:
    import numpy as np

    return np.asarray(picture)


def test_a_request_that_failed_is_no_answer(tmp_path: Path) -> None:
    setup = Setup("VGround-v0", settings=SMALL)
    _, docs = _task(lmms_eval.write_task(tmp_path, setup, 1))
    for said in (
        "[LMMS_EVAL_REQUEST_FAILED after 3 retries] code 429: {'box': [0, 0, 64, 64]}",
        "[LMMS_EVAL_BUDGET_EXCEEDED]",
        "",
        None,
        "\x00" * 10,
        ["<think> [0, 0, 64, 64]"],
        [],
    ):
        earned = lmms_eval.earned(docs[0], [said])
        assert (earned["return"], earned["unread"]) == (0, 1), said


def test_bad_tasks_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path)]
    for arguments, match in [
        (["VGround-v0"], "--dialect"),
        (["VGroud-v0", "--dialect", "json"], "VGround-v0"),
        (["VGround-v0", "--dialect", "jsn"], "json"),
        (["VGround-v0", "--dialect", "json", "--episodes", "0"], "episodes=0"),
        (["VGround-v0", "--dialect", "json", "--settings", "{"], "JSON|Expecting"),
        (["VGround-v0", "--dialect", "json", "--settings", "[1]"], "--settings"),
        (["VGround-v0", "--dialect", "json", "--settings", '{"env": "x"}'], "env"),
        (["VGround-v0", "--dialect", "json", "--name", "../x"], "name="),
        (["VGround-v0", "--dialect", "json", "--rounds", "0"], "rounds"),
        (["VNavTeam-v0", "--dialect", "json"], "vgym bench"),
    ]:
        with pytest.raises(SystemExit):
            lmms_eval.main([*arguments, *out])
        assert re.search(match, capsys.readouterr().err), arguments
    assert not list(tmp_path.iterdir())
    settings = ["--settings", '{"image_size": 64}']
    assert lmms_eval.main(["VGround-v0", "--dialect", "json", *settings, *out]) == 0
    assert "--tasks vgym_vground_v0" in capsys.readouterr().out
    assert "Write" in lmms_eval.words(_task(tmp_path / "vgym_vground_v0.yaml")[1][0])
