"""No road leads out of a page: what a network sees of pages that try them all.

The network is one of the machine's own (see ``road_namespace``), in which whatever is sent, to
whatever address, arrives and is seen. The same pages first go where they like.
"""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
import road_namespace
from road_pages import LEAVING

# All of them are about one run of all the pages.
pytestmark = [pytest.mark.web, pytest.mark.xdist_group("roads")]

# Roads that Chromium takes where nothing keeps it from them. The others of ``road_pages`` it does
# not take as it is started here, or not in every version.
TAKEN = {
    *("fetch", "fetch by name", "fetch that outlives", "XMLHttpRequest", "beacon"),
    *("event source", "image", "SVG image", "video", "style sheet", "CSS import", "CSS image"),
    *("font", "script", "module", "module preload", "preload", "prefetch", "frame", "object"),
    *("embed", "form", "refresh of a frame", "ping of a link", "WebSocket", "WebTransport"),
    *("worker", "worker, import", "worker, WebSocket", "worker, WebTransport", "shared worker"),
    *("WebRTC, STUN", "WebRTC, STUN by name", "WebRTC, TURN", "WebRTC, TURN over TCP"),
    *("WebRTC, a candidate", "WebRTC of a blank frame"),
    *("redirect of an image", "redirect of a fetch", "redirect of a frame"),
}
# Shut by flags, which tell nobody.
UNTOLD = {"worker, WebTransport"}
LOCKED = (
    *("capture, server", "capture, folder", "VGuiWeb, server", "VGuiWeb, file"),
    *("VGuiWeb, leaving", "after"),
)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What pages met, by what showed them."""
    pytest.importorskip("playwright")
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("a network of its own needs `unshare` and `ip` (Linux, packages iproute2)")
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine permits no network namespaces to users")
    folder = tmp_path_factory.mktemp("roads")
    child = [sys.executable, road_namespace.__file__, str(folder)]
    paths = os.pathsep.join(filter(None, [*sys.path]))
    done = subprocess.run(
        ["unshare", "-rn", *child],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": paths},
    )
    if done.returncode == road_namespace.CANNOT:
        pytest.skip(f"no network of its own here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_pages_take_these_roads_where_they_may(met: dict[str, Any]) -> None:
    """Else the next test would prove nothing."""
    assert TAKEN - set(met["open"]["reached"]) == set()
    assert any("224.0.0.251" in road for road in met["open"]["reached"])  # names by multicast
    assert met["open"]["told"] == {}


@pytest.mark.parametrize("where", LOCKED)
def test_no_packet_leaves_a_page(met: dict[str, Any], where: str) -> None:
    assert met[where]["reached"] == []


def test_no_program_is_started_for_a_page(met: dict[str, Any]) -> None:
    assert met["programs"] == []


@pytest.mark.parametrize("where", LOCKED[:4])
def test_every_refusal_is_counted(met: dict[str, Any], where: str) -> None:
    told = set(met[where]["told"])
    assert {"RTCPeerConnection", "WebTransport"} <= told
    silent = {road for road in TAKEN - UNTOLD - told if not road.startswith("WebRTC")}
    if not where.endswith("server"):  # only a server sends one on
        silent = {road for road in silent if not road.startswith("redirect")}
    if where.endswith("file"):  # where scripts of its own making are of no origin, and not shared
        silent -= {"shared worker"}
    assert silent == set()


def test_a_page_that_leaves_is_refused_too(met: dict[str, Any]) -> None:
    # One that would leave after a second may have been taken before.
    assert set(LEAVING) - {"refresh"} <= set(met["capture, folder"]["told"])
    assert set(LEAVING) <= set(met["VGuiWeb, leaving"]["told"])


def test_the_count_is_shown(met: dict[str, Any]) -> None:
    for where in LOCKED[:2]:
        assert "requests refused, such as" in " ".join(met[where]["said"]), where
    assert met["VGuiWeb, server"]["said"] > 50 and met["VGuiWeb, file"]["said"] > 50
    assert min(met["VGuiWeb, leaving"]["said"]) >= 1
    # A page that keeps to itself is refused nothing.
    assert "site/still" not in " ".join(met["capture, folder"]["said"])
