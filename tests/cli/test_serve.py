"""`vgym serve`: it says where it is, and ends when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from vgym import cli

pytest.importorskip("uvicorn", reason="pip install vgym[serve]")


def test_it_serves_until_it_is_interrupted() -> None:
    words = ["serve", "VGroundPoint-v0", "--image-size", "64", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "vgym", *words], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            assert line.startswith("VGroundPoint-v0 at http://127.0.0.1:")
            url = line.split()[2].rstrip(";")
            with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
                assert answer.read() == b'{"status": "healthy"}'
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0 and server.stdout.read() == "ended\n"


def test_what_cannot_be_served(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VGYM_TOKEN", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, code, why in (
            (["VGroud-v0"], 2, "did you mean 'VGround"),
            (["VGround-v0", "--dialect", "qwen"], 2, "unknown dialect 'qwen'"),
            (["VGround-v0", "--host", "0.0.0.0"], 2, "export VGYM_TOKEN="),
            (["VGround-v0", "--port", "70000"], 2, "0 to 65535"),
            (["VGround-v0", "--port", "-1"], 2, "0 to 65535"),
            (["VGround-v0", "--idle", "0"], 2, "more than 0"),
            (["VGround-v0", "--sessions", "0"], 2, "positive"),
            (["VGround-v0", "--image-size", "64", "--port", port], 1, "--port 0 takes one"),
            (["VGround-v0", "--image-size", "64", "--host", "127.0.0.1.x"], 2, "VGYM_TOKEN"),
        ):
            assert cli.main(["serve", *words]) == code, words
            assert why in capsys.readouterr().err, words
