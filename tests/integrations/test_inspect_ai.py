"""Episodes in inspect-ai, where it is installed, with a served model that says what was said."""

import base64
import gc
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vgym.baselines.played_back import recorded, served
from vgym.chat.messages import decoded
from vgym.integrations.episodes import Setup

WALK: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 4}
MISSING = importlib.util.find_spec("inspect_ai") is None


@pytest.mark.skipif(not MISSING, reason="it is installed: nothing is missing")
def test_without_it_the_error_says_how_to_get_it() -> None:
    with pytest.raises(ImportError, match=r"\.\[inspect\]"):
        importlib.import_module("vgym.integrations.inspect_ai")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of its own dependencies
@pytest.mark.skipif(MISSING, reason="inspect-ai is not installed here; see docs/harnesses.md")
def test_episodes_are_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import inspect_ai

    from vgym.integrations.inspect_ai import play

    monkeypatch.setenv("VGYM_TEST_API_KEY", "none")

    def evaluated(calls: Any, url: str, **options: Any) -> Any:
        (log,) = inspect_ai.eval(
            play("VNavPoint-v0", episodes=6, calls=calls, **WALK),
            model="openai-api/vgym-test/echo",
            model_base_url=url,
            log_dir=str(tmp_path),
            display="none",
            **options,
        )
        return log

    for calls in ("text", "native"):
        recording = recorded(Setup("VNavPoint-v0", calls=calls, settings=WALK), 6)  # type: ignore[arg-type]
        with served(recording) as url:
            log = evaluated(calls, url)
            means = {score.name: score.metrics["mean"].value for score in log.results.scores}
            assert means["return"] == sum(recording.returns) / 6
            assert means["unread"] == sum(recording.unread) / 6
            assert [sample.id for sample in log.samples] == list(range(6))
            for sample in log.samples:
                (score,) = sample.scores.values()
                assert score.value["return"] == recording.returns[sample.id]
                roles = [message.role for message in sample.messages]
                assert roles[:3] == ["system", "user", "assistant"]
                assert ("tool" in roles) == (calls == "native")
            # A limit in the middle of episodes leaves what they had earned by then.
            log = evaluated(calls, url, message_limit=4)
            for sample in log.samples:
                (score,) = sample.scores.values()
                assert score.value["steps"] <= 2 and "broken off" in score.explanation
    gc.collect()  # the clients' sockets, which nobody closes: while warnings are ignored
    picture = log.samples[0].messages[1].content[0].image
    stored = log.samples[0].attachments[picture.removeprefix("attachment://")]
    assert decoded(base64.b64decode(stored.partition("base64,")[2])).shape == (36, 36, 3)


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="inspect-ai is not installed here; see docs/harnesses.md")
def test_its_command_line_plays_the_file(tmp_path: Path) -> None:
    recording = recorded(Setup("VGround-v0", settings={"image_size": 64, "difficulty": 0}), 3)
    import vgym.integrations

    file = Path(vgym.integrations.__file__).with_name("inspect_ai.py")
    with served(recording) as url:
        command = [
            *(sys.executable, "-m", "inspect_ai", "eval", f"{file}@play", "--display", "none"),
            *("-T", "env=VGround-v0", "-T", "episodes=3", "-T", "image_size=64"),
            *("-T", "difficulty=0", "--model", "openai-api/vgym-test/echo"),
            *("--model-base-url", url, "--log-dir", str(tmp_path), "--log-format", "json"),
        ]
        done = subprocess.run(
            command,
            env={**os.environ, "VGYM_TEST_API_KEY": "none"},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = tmp_path.glob("*.json")
    scores = json.loads(found.read_text("utf-8"))["results"]["scores"]
    means = {score["name"]: score["metrics"]["mean"]["value"] for score in scores}
    assert means["return"] == sum(recording.returns) / 3
