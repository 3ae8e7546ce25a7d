"""Pages of ``road_pages`` in a network of their own, in which every address is this machine.

Run as a program in a fresh network namespace (``unshare -rn``). Whatever is sent there, to whatever
address, arrives at a listener here and is seen on the wire; so nothing need be believed of what a
browser says of itself. Prints what was met, as JSON; exits with 77 and a reason where the machine
cannot do this.
"""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from road_pages import LEAVING, REDIRECTS, ROADS, page, road_of, trying

from vgym.data.capture.lock import Lock
from vgym.data.capture.look import Look
from vgym.data.capture.screens import capture
from vgym.data.capture.wall import Wall
from vgym.data.errors import DataError
from vgym.envs.gui.web.vector_env import WebVectorEnv

CANNOT = 77
# Every address is local; the pair of cards makes WebRTC believe that there is a network.
_NETWORK = (
    "link set lo up",
    "link add v0 type veth peer name v1",
    "link set v0 addrgenmode none",
    "link set v1 addrgenmode none",
    "addr add 192.0.2.1/24 dev v0",
    "link set v0 up",
    "link set v1 up",
    "route add default via 192.0.2.2 dev v0",
    "route add local 0.0.0.0/0 dev lo",
    "-6 route add local ::/0 dev lo",
)
_TCP, _UDP = 6, 17
_SYN, _SYN_ACK = 0x02, 0x12


class Wire:
    """Every packet that sets out: which roads were taken, and what else there was."""

    def __init__(self) -> None:
        self._raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self._seen: set[str] = set()
        self.own: set[int] = set()  # ports that may be asked
        threading.Thread(target=self._watch, daemon=True).start()

    def met(self) -> list[str]:
        """What was seen since the last time."""
        seen, self._seen = self._seen, set()
        return sorted(seen)

    def _watch(self) -> None:
        while True:
            packet, (_, _, direction, *_) = self._raw.recvfrom(65_535)
            if direction == socket.PACKET_OUTGOING and (met := self._read(packet[14:])):
                self._seen.add(met)

    def _read(self, packet: bytes) -> str:
        if packet[0] >> 4 == 4:
            protocol, host = packet[9], socket.inet_ntoa(packet[16:20])
            inner = packet[4 * (packet[0] & 15) :]
        elif packet[0] >> 4 == 6:
            protocol, host = packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40])
            inner = packet[40:]
        else:
            return ""
        if protocol not in (_TCP, _UDP):
            return ""  # the kernel's own: errors, and who listens to which group
        source, port = (int.from_bytes(inner[i : i + 2], "big") for i in (0, 2))
        if protocol == _TCP and (inner[13] & _SYN_ACK != _SYN or port in self.own):
            return ""
        if protocol == _UDP and port == 53:
            name = _asked(inner[20:])
            return road_of(name, 0) or f"the name {name}"
        # What Python's listener answers is no road either.
        return road_of(host, port) or ("" if source == 53 else f"{host}:{port}")


def _asked(question: bytes) -> str:
    labels = []
    while question and question[0]:
        labels.append(question[1 : 1 + question[0]].decode("latin-1"))
        question = question[1 + question[0] :]
    return ".".join(labels)


class Site(http.server.BaseHTTPRequestHandler):
    """A page's own server; /on?address sends one there."""

    pages: dict[str, str]

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        body = self.pages.get(path.path.strip("/"), "").encode()
        self.send_response(302 if path.path == "/on" else 200)
        if path.path == "/on":
            self.send_header("Location", path.query)
        self.send_header("Content-Type", "text/html")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        pass


def serve(address: str, port: int, pages: dict[str, str]) -> int:
    handler = type("Handler", (Site,), {"pages": pages})
    server = http.server.ThreadingHTTPServer((address, port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


class Told:
    """What was counted as refused, by road, and by which part of the lock."""

    def __init__(self) -> None:
        self._addresses: list[str] = []
        kept, count = self._addresses, Lock.refuse

        def refuse(lock: Lock, address: str) -> None:
            kept.append(address)
            count(lock, address)

        def knock(lock: Lock, asked: str) -> None:
            kept.append(asked)
            count_knock(lock, asked)

        count_knock = Lock._knock
        Lock.refuse, Lock._knock = refuse, knock  # type: ignore[method-assign]

    def roads(self) -> dict[str, list[str]]:
        told: dict[str, set[str]] = defaultdict(set)
        for address in self._addresses:
            parts = urlsplit(address if "//" in address else f"//{address}")
            if address in ("RTCPeerConnection", "WebTransport"):
                told[address].add("script")
            elif parts.scheme in ("mailto", "file"):
                told[address].add("gate")
            else:
                road = road_of(parts.hostname or "", parts.port or 0) or address
                told[road].add("gate" if parts.scheme else "wall")
        self._addresses.clear()
        return {road: sorted(by) for road, by in told.items()}


def captured(target: str | Path, out: Path, *, allow_remote: bool) -> list[str]:
    """What `vgym capture` has to say of a page or a folder of them."""
    look = Look(400, 300)
    try:
        done = capture(target, out, (look,), allow_remote=allow_remote, settle_s=5.0)
    except DataError as error:
        return [str(error)]
    return [*done.warnings, *done.skipped]


def played(address: str, seconds: float) -> int:
    """How much `VGuiWeb` refused a page while it was played; not for longer, once it was some."""
    envs = WebVectorEnv(1, task=address, image_size=(300, 400), action="text", timeout_s=20.0)
    try:
        envs.reset(seed=0)
        refused = 0
        until = time.monotonic() + seconds
        while time.monotonic() < until and not (seconds > 5 and refused):
            *_, info = envs.step(["wait()"])
            refused = max(refused, int(info["refused"][0]))
            time.sleep(0.1)
        return refused
    finally:
        envs.close()


def main(folder: Path) -> None:
    for words in _NETWORK:
        done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
        if done.returncode:
            print(f"ip {words}: {done.stderr.strip()}", file=sys.stderr)
            sys.exit(CANNOT)
    wire, told = Wire(), Told()
    stand = Wall.__init__

    def standing(wall: Wall, *arguments: Any) -> None:
        stand(wall, *arguments)
        wire.own.add(urlsplit(wall.address).port or 0)

    Wall.__init__ = standing  # type: ignore[method-assign]
    every = {**ROADS, **REDIRECTS}
    pages = {"all": page(trying(every, loopback=False), trying(every, loopback=True))}
    leaving = {
        f"leave{number}": page(trying({road: piece}, loopback=False))
        for number, (road, piece) in enumerate(LEAVING.items())
    }
    pages |= leaving
    serve("0.0.0.0", 80, {})  # every other machine
    own = serve("127.0.0.1", 0, pages)
    wire.own.add(own)
    site = folder / "site"
    site.mkdir()
    Image.new("RGB", (9, 9)).save(site / "own.png")
    programs = folder / "programs"
    programs.mkdir()
    for name in ("xdg-email", "xdg-open"):  # what starts for addresses that are not a browser's
        (programs / name).write_text(f'#!/bin/sh\ntouch "{folder}/started-$$"\n')
        (programs / name).chmod(0o755)
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    for name, text in {**pages, "still": page("<img src=own.png>")}.items():
        (site / f"{name}.html").write_text(text)
    met: dict[str, Any] = {}
    began = time.monotonic()

    def note(name: str, said: Any) -> None:
        print(f"{time.monotonic() - began:.0f} s: {name}", file=sys.stderr)
        met[name] = {"reached": wire.met(), "told": told.roads(), "said": said}

    server = f"http://127.0.0.1:{own}"
    note("open", captured(f"{server}/all", folder / "open", allow_remote=True))
    note("capture, server", captured(f"{server}/all", folder / "server", allow_remote=False))
    note("capture, folder", captured(site, folder / "folder", allow_remote=False))
    from vgym.envs.gui.web.browser import acquire, release

    held = acquire(False)
    note("VGuiWeb, server", played(f"{server}/all", 5))
    note("VGuiWeb, file", played((site / "all.html").as_uri(), 5))
    note("VGuiWeb, leaving", [played((site / f"{n}.html").as_uri(), 20) for n in leaving])
    release(held)
    note("after", "")
    met["programs"] = sorted(p.name for p in folder.glob("started-*"))
    json.dump(met, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
