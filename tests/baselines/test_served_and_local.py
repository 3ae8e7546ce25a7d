"""One small model, served by `transformers serve` and loaded here, plays every family."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_model import save_tiny_model

from vgym.baselines.agents import make_agent
from vgym.evaluation.runner import run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # transformers' own warnings
FAMILIES: dict[str, dict[str, Any]] = {
    "VGroundPoint-v0": {"image_size": 64},
    "VGui-v0": {"source": "synthetic", "image_size": (240, 320)},
    "VZoom-v0": {"image_size": 64, "max_episode_steps": 2},
    "VGeo-v0": {"image_size": 64, "max_episode_steps": 2},
    "VNavPoint-v0": {"image_size": 64, "worlds": 1, "rooms": 4, "max_episode_steps": 2},
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("transformers", reason="pip install vgym[vlm]")
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def url(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("openai", reason="pip install vgym[api]")
    pytest.importorskip("fastapi", reason="pip install 'transformers[serving]'")
    command = shutil.which("transformers", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("there is no `transformers` beside this Python")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("serve") / "log").open("w+")
    words = [command, "serve", str(model), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(words, stdout=log, stderr=log) as server:
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                    break
                except (urllib.error.URLError, OSError):
                    log.seek(0)
                    assert server.poll() is None, log.read()[-2000:]
                    time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            log.close()


def test_every_family_is_played_served_and_local(model: Path, url: str) -> None:
    said = "dialect=qwen3-vl&temperature=0&max_tokens=8"
    agents = [
        make_agent(f"api:{model}@{url}?{said}&name=served&timeout=300&concurrency=1"),
        make_agent(f"local:{model}?{said}&name=local"),
    ]
    for id, settings in FAMILIES.items():
        for agent in agents:
            table = run(id, agent, 1, num_envs=1, settings=settings)
            told: Any = agent  # which tells more than an agent must
            used = told.usage()
            assert len(table.played) == 1 and used["tokens_out"] > 0 and used["pictures"] > 0, id
            talk = told.transcript(0)
            assert [m["role"] for m in talk[:3]] == ["system", "user", "assistant"], (id, agent)
            assert not table.played[0].why.startswith("the server"), table.played[0].why
