"""Where a page is at home, and which of its requests are answered."""

import asyncio
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vgym.data.capture.gate import FOLDER_HOST, Gate, Home

pytest.importorskip("playwright")  # whose errors a gate knows

FOLDER = f"http://{FOLDER_HOST}"


class Route:
    """A route as Playwright hands it over, which keeps what was done with it."""

    def __init__(self, address: str, *, top: bool = False) -> None:
        frame = SimpleNamespace(parent_frame=None if top else "a frame")
        self.request = SimpleNamespace(url=address, is_navigation_request=lambda: top, frame=frame)
        self.done: tuple[str, dict[str, Any]] | None = None

    async def abort(self, code: str) -> None:
        self.done = ("abort", {"code": code})

    async def continue_(self) -> None:
        self.done = ("continue", {})

    async def fulfill(self, **said: Any) -> None:
        self.done = ("fulfill", said)


@pytest.mark.parametrize(
    ("page", "address", "own"),
    [
        ("http://localhost:8000/", "http://localhost:8000/a?b#c", True),
        ("http://localhost:8000/", "http://127.0.0.1:8000/", True),
        ("http://localhost:8000/", "http://[::1]:8000/", True),
        ("http://127.0.0.1:8000/", "http://app.localhost.:8000/", True),
        ("http://localhost:8000/", "ws://LOCALHOST:8000/", True),
        ("http://localhost/", "http://localhost:80/", True),
        ("https://localhost/", "https://localhost:443/", True),
        ("http://localhost:8000/", "data:text/html,x", True),
        ("http://localhost:8000/", "blob:http://localhost:8000/1", True),
        ("http://localhost:8000/", "http://localhost:8001/", False),
        ("http://localhost:8000/", "http://localhost/", False),
        ("http://localhost:8000/", "http://127.0.0.2:8000/", False),
        ("http://127.0.0.2:8000/", "http://127.0.0.2:8000/", True),
        ("http://localhost:8000/", "http://localhost.example.org:8000/", False),
        ("http://localhost:8000/", "http://localhost:8000@example.org/", False),
        ("http://localhost:8000/", "http://192.168.0.1:8000/", False),
        ("http://localhost:8000/", "file:///etc/passwd", False),
        ("http://localhost:8000/", "ftp://localhost:8000/", False),
        ("http://localhost:8000/", "mailto:a@localhost", False),
        ("http://localhost:8000/", "http://localhost:99999/", False),
        ("http://localhost:8000/", "http://[half/", False),
        ("https://example.org/", "https://example.org/a", True),
        ("https://example.org/", "https://localhost/", False),
        (f"{FOLDER}/a.html", f"{FOLDER}/b/c.png", True),
        (f"{FOLDER}/a.html", f"https://{FOLDER_HOST}/b.png", False),
        (f"{FOLDER}/a.html", "http://localhost/", False),
    ],
)
def test_a_page_owns_its_server_and_what_it_made(page: str, address: str, own: bool) -> None:
    assert Home.of(page, Path("/site")).holds(address) is own


def test_a_file_owns_its_folder_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    (folder / "deeper").mkdir(parents=True)
    beside = tmp_path / "beside.png"
    beside.touch()
    (folder / "link.png").symlink_to(beside)
    (folder / "ring").symlink_to(folder / "ring")
    (folder / "same.png").symlink_to(folder / "deeper")
    home = Home.of((folder / "page.html").as_uri())
    here = folder.as_uri()
    for own in ("page.html", "deeper/x.png", "same.png", "none.png", "%61.png", "deeper/../x.png"):
        assert home.holds(f"{here}/{own}"), own
    for other in (
        beside.as_uri(),
        "file:///etc/passwd",
        f"{here}/../beside.png",
        f"{here}/deeper%2f..%2f..%2fbeside.png",
        f"{here}/link.png",
        f"{here}er/x.png",
        f"{here}/%00",
        "file://server/share/x.png",
        "http://localhost/",
        f"{FOLDER}/page.html",
    ):
        assert not home.holds(other), other
    home.holds(f"{here}/ring")  # whichever, as there is nothing in it: but no error
    assert Home.of((folder / "deeper/p.html").as_uri(), folder).holds(f"{here}/x.png")


def test_a_browser_is_told_by_which_names_a_server_goes() -> None:
    assert Home.of("http://localhost:8000/").servers == (
        *("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "*.localhost:8000"),
    )
    assert Home.of("http://[::1]/").servers[0] == "[::1]:80"
    assert Home.of("https://example.org/").servers == ("example.org:443",)
    assert Home.of("file:///a/b.html").servers == ()
    assert Home.of(f"{FOLDER}/a.html", Path("/site")).servers == ()


def judged(gate: Gate, address: str, *, top: bool = False) -> tuple[str, dict[str, Any]]:
    route: Any = Route(address, top=top)
    asyncio.run(gate(route))
    done: tuple[str, dict[str, Any]] = route.done
    return done


def test_a_folder_is_served_to_its_pages(tmp_path: Path) -> None:
    (tmp_path / "ä b.css").write_text("x")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.html").write_text("y")
    (tmp_path / "out").symlink_to("/etc")
    refused: list[str] = []
    home = Home.of(f"{FOLDER}/a.html", tmp_path)
    gate = Gate(home, refused.append, allow_remote=False, stay=True)
    assert judged(gate, f"{FOLDER}/%C3%A4%20b.css") == (
        *("fulfill", {"body": b"x", "content_type": "text/css"}),
    )
    assert judged(gate, f"{FOLDER}/docs/")[1]["body"] == b"y"
    for nothing in ("none.css", "out/passwd", "%00", "..%2f..%2fetc/passwd", "x" * 9000):
        assert judged(gate, f"{FOLDER}/{nothing}")[1]["status"] == 404, nothing
    if os.geteuid():  # root may read everything
        (tmp_path / "mine").write_text("z")
        (tmp_path / "mine").chmod(0)
        assert judged(gate, f"{FOLDER}/mine")[1]["status"] == 404
    assert not refused


def test_what_is_refused_is_told(tmp_path: Path) -> None:
    refused: list[str] = []
    home = Home.of("http://localhost:8000/")
    gate = Gate(home, refused.append, allow_remote=False, stay=True)
    assert judged(gate, "http://localhost:8000/", top=True) == ("continue", {})
    gate.arrived()
    assert judged(gate, "http://localhost:8000/a.png") == ("continue", {})
    assert judged(gate, "http://localhost:8000/b", top=True)[0] == "abort"
    assert judged(gate, "http://localhost:9000/")[0] == "abort"
    assert refused == ["http://localhost:8000/b", "http://localhost:9000/"]


def test_what_may_reach_other_machines_still_reads_no_files(tmp_path: Path) -> None:
    refused: list[str] = []
    home = Home.of((tmp_path / "a.html").as_uri())
    gate = Gate(home, refused.append, allow_remote=True, stay=False)
    assert judged(gate, "https://example.org/") == ("continue", {})
    assert judged(gate, (tmp_path / "b.png").as_uri()) == ("continue", {})
    assert judged(gate, "file:///etc/passwd")[0] == "abort"
    assert refused == ["file:///etc/passwd"]
