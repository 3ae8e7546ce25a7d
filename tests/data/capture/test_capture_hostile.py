"""Capture of hostile pages, of servers, and by command; addresses that it refuses."""

import contextlib
import http.server
import json
import os
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser_processes import kill
from capture_pages import HEAD, OK, write

from vgym.data.capture.command import main
from vgym.data.capture.gate import is_local
from vgym.data.capture.look import Look
from vgym.data.capture.screens import Summary, capture
from vgym.data.errors import DataError
from vgym.envs.gui.click.screens import load_screens

SMALL = Look(400, 300)


@pytest.fixture
def take(tmp_path: Path) -> Any:
    pytest.importorskip("playwright")

    def take(*looks: Look, settle_s: float = 10.0, **pages: str) -> Summary:
        site = write(tmp_path / "site", **pages)
        return capture(site, tmp_path / "out", looks or (SMALL,), settle_s=settle_s)

    return take


def called(summary: Summary) -> dict[str, dict[str, Any]]:
    """Page name to its one screen."""
    return {screen["page"].split("/")[-1]: screen for screen in summary.screens}


HOSTILE = {
    "dialogs": "<script>for(;;){alert(1);if(!confirm('?')&&prompt('?')===null)break}</script>" + OK,
    "popup": "<script>for(let i=0;i<9;i++)open('about:blank')</script>"
    "<a id=a target=_blank href=/dialogs.html></a><script>a.click()</script>" + OK,
    "download": "<a id=a download=x.bin href='data:application/octet-stream,x'></a>"
    "<script>a.click()</script>" + OK,
    "remote": "<img src=http://192.0.2.7/a.png><script src=//192.0.2.7/a.js></script>"
    "<iframe src=http://192.0.2.7/ style='display:none'></iframe>" + OK,
    "restless": "<p id=p>0</p><script>setInterval(()=>{p.textContent=Math.random()},5)</script>"
    + OK,
    "leaves": "<script>setTimeout(()=>{location='http://192.0.2.7/'},40)</script>" + OK,
    "unloads": "<script>onbeforeunload=()=>'stay';setTimeout(()=>location.reload(),50)</script>"
    + OK,
}


@pytest.mark.web
def test_hostile_pages_give_their_screen_or_a_reason(take: Any) -> None:
    started = time.monotonic()
    summary = take(settle_s=3.0, **HOSTILE)
    assert time.monotonic() - started < 90
    screens = called(summary)
    told = {*screens, *(name for name in HOSTILE if name in " ".join(summary.skipped))}
    assert told == set(HOSTILE)
    for name in ("dialogs", "popup", "download", "remote", "restless", "leaves"):
        assert [e["name"] for e in screens[name]["elements"]] == ["Still here"], name
    warnings = "\n".join(summary.warnings)
    assert "192.0.2.7" in warnings and "restless" in warnings and "never settled" in warnings


# What a page redefines before it is read, each by something that throws.
BUILTINS = """Array.prototype.map Array.prototype.slice Array.prototype.filter Array.from
Array.prototype[Symbol.iterator] Array.prototype.push Map.prototype.has Map.prototype.keys
Set.prototype.add WeakSet.prototype.add Object.entries Object.prototype.toJSON JSON.stringify
String.prototype.slice String.prototype.replace String.prototype.trim RegExp.prototype.exec
RegExp.prototype[Symbol.replace] Promise.prototype.then Math.round Math.max Reflect.get Number
parseFloat String Proxy Symbol eval performance.now getComputedStyle scrollTo MutationObserver
document.querySelectorAll document.elementFromPoint document.createElement document.createTreeWalker
document.getAnimations Element.prototype.matches Element.prototype.getAttribute
Element.prototype.append Element.prototype.getBoundingClientRect HTMLElement.prototype.blur
Element.prototype.querySelectorAll Element.prototype.checkVisibility Node.prototype.getRootNode
HTMLCanvasElement.prototype.getContext
""".split()
LIES = "".join(f"try{{{name}=()=>{{throw 'lie'}}}}catch{{}};" for name in BUILTINS)
HIDDEN = "children parentElement getRootNode assignedSlot checkVisibility getBoundingClientRect "
HIDDEN += "querySelector innerText nodeType matches getAttribute clientLeft"
OF_THE_PAGE = "body images fonts title documentElement querySelectorAll elementFromPoint host "
OF_THE_PAGE += (
    "getElementById createElement createTreeWalker getAnimations activeElement readyState"
)


@pytest.mark.web
def test_no_name_and_no_lie_of_a_page_costs_another(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    fields = "".join(f"<input type=hidden name={name}>" for name in HIDDEN.split())
    pictures = "".join(f"<img name={name}>" for name in OF_THE_PAGE.split())
    named = "".join(f"<img src='{source}'>" for source in ("x" * 300, "/%00", "/%ff%fe", "a/../.."))
    role = "<script>b.setAttribute('role', 'button' + '\\ud800' + 'x'.repeat(5000))</script>"
    pages = {
        **{"首页": OK, "登录": OK, "A B": OK, "A-B": OK, "a#b?c%41": OK, "100%": OK},
        "hides": f"<form name=body>{fields}{OK}</form>{pictures}",
        "lies": f"<script>{LIES}</script>{OK}",
        "names": OK + named,
        "roles": f"<button id=b>Still here</button>{role}",
    }
    site = write(tmp_path / "site", **pages)
    (site / os.fsdecode(b"\xff.html")).write_bytes((site / "A-B.html").read_bytes())
    with (site / "large.html").open("wb") as file:
        file.truncate(17 * 10**6)
    seen: list[int] = []

    def count(*_: int) -> None:  # each screen is there before the next is looked at
        index = tmp_path / "out" / "screens.jsonl"
        seen.append(len(index.read_text("utf-8").splitlines()) if index.is_file() else 0)

    summary = capture(site, tmp_path / "out", (SMALL,), settle_s=10.0, done=count)
    assert len(summary.screens) == len(pages) + 1, summary.skipped
    for screen in summary.screens:
        assert [element["name"] for element in screen["elements"]] == ["Still here"], screen["page"]
        assert len(screen["elements"][0]["role"]) <= 200
    assert len({screen["image"] for screen in summary.screens}) == len(pages) + 1
    (large,) = summary.skipped
    assert "large.html has 17 MB" in large and "http.server" in large
    assert seen[-1] == len(pages) + 1 and all(b - a in (0, 1) for a, b in pairwise([0, *seen]))
    assert len(load_screens(str(tmp_path / "out")).usable) == len(pages) + 1


@pytest.mark.web
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_a_killed_browser_or_driver_costs_no_page(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    site = write(tmp_path / "site", a=OK, b=OK, c=OK, d=OK)

    def amid() -> None:  # a page, or the start of the browser: then there is none to kill
        with contextlib.suppress(OSError, ValueError):
            kill("driver")

    def done(number: int, _: int) -> None:
        if number < 3:
            kill(("chromium", "driver")[number - 1])
        elif number == 3:
            threading.Timer(1.0, amid).start()

    summary = capture(site, tmp_path / "out", (SMALL,), done=done)
    assert [screen["page"] for screen in summary.screens] == [f"site/{page}" for page in "abcd"]


@pytest.mark.web
def test_pages_that_cannot_be_taken_are_skipped_and_the_next_is_taken(take: Any) -> None:
    summary = take(
        settle_s=2.0,
        a_empty="<p>Nothing to click, only words.</p>",
        b_hangs=f"{OK}<script>setTimeout(()=>{{for(;;);}},1)</script>",
        c_fine=OK,
    )
    assert list(called(summary)) == ["c_fine"]
    empty, hangs = summary.skipped
    assert "no element that can be clicked" in empty and "a_empty" in empty
    assert "b_hangs" in hangs and "2 s" in hangs


@pytest.mark.web
def test_nothing_captured_is_an_error_with_the_reason(take: Any) -> None:
    with pytest.raises(DataError, match=r"nothing captured.*no element that can be clicked"):
        take(empty="<p>words</p>")


@pytest.mark.web
def test_ten_thousand_elements_and_a_page_of_a_million_pixels(take: Any) -> None:
    started = time.monotonic()
    many = "<script>document.body.innerHTML=Array.from({length:10000},(_,i)=>"
    many += "`<button style='width:12px;height:10px;padding:0;font-size:6px'>${i}</button>`)"
    many += ".join('')</script>"
    tall = f"{OK}<div style='height:1000000px;width:200000px'></div>{OK}"
    screens = called(take(many=many, tall=tall))
    assert time.monotonic() - started < 90
    assert len(screens["many"]["elements"]) > 100
    assert len(screens["tall"]["elements"]) == 1
    assert screens["tall"]["size"] == [400, 300]


class Server(http.server.BaseHTTPRequestHandler):
    """/ok is a page, /away sends elsewhere, /lost is missing, /file is a download, /much 30 MB."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.7/")
        elif self.path == "/much":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            with contextlib.suppress(OSError):  # it was given up
                for _ in range(30):
                    self.wfile.write(b"<button>much</button><br>" * 40_000)
            return
        elif self.path == "/file":
            self.send_response(200)
            self.send_header("Content-Disposition", "attachment; filename=a.bin")
        else:
            self.send_response(200 if self.path == "/ok" else 404)
            self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.path in ("/ok", "/lost"):
            self.wfile.write(f"{HEAD}{OK}".encode())

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    pytest.importorskip("playwright")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{there.server_port}"
        there.shutdown()


@pytest.mark.web
def test_a_server_of_this_machine(server: str, tmp_path: Path) -> None:
    summary = capture(f"{server}/ok", tmp_path, (SMALL,))
    assert [e["name"] for e in summary.screens[0]["elements"]] == ["Still here"]
    for path, reason in (("away", "ERR_"), ("lost", "404"), ("file", "ownload")):
        with pytest.raises(DataError, match=reason):
            capture(f"{server}/{path}", tmp_path, (SMALL,), settle_s=3.0)


@pytest.mark.web
def test_much_does_not_hold_up_a_time_limit(server: str, tmp_path: Path) -> None:
    started = time.monotonic()
    with contextlib.suppress(DataError):  # a screen of it, or a reason why there is none
        capture(f"{server}/much", tmp_path, (SMALL,), settle_s=1.0)
    assert time.monotonic() - started < 60


def test_a_broken_index_is_told_of_before_a_page_is_loaded(tmp_path: Path) -> None:
    site = write(tmp_path / "site", a=OK)
    (tmp_path / "screens.jsonl").write_text('{"image":"a.webp"}\n{"image":\n')
    with pytest.raises(DataError, match=r"screens\.jsonl:2: invalid JSON"):
        capture(site, tmp_path, (SMALL,), done=lambda *_: pytest.fail("a page was loaded"))


@pytest.mark.web
def test_the_same_page_gives_the_same_bytes_and_other_screens_stay(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    out = tmp_path / "out"
    one, two = write(tmp_path / "one", a=OK), write(tmp_path / "two", b=OK)
    capture(one, out, (SMALL,))
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    capture(one, out, (SMALL,))
    assert before == {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    capture(two, out, (SMALL, Look(400, 300, theme="dark")))  # no dark theme: one screen
    lines = (out / "screens.jsonl").read_text().splitlines()
    assert [json.loads(line)["page"] for line in lines] == ["one/a", "two/b"]


# -- without a browser --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:80/", True),
        ("http://127.8.9.1/", True),
        ("http://[::1]:3000/a", True),
        ("http://app.localhost./", True),
        ("file:///pages/a.html", True),
        ("data:text/html,x", True),
        ("http://example.org/", False),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://127.0.0.1@example.org/", False),
        ("http://0x7f000001.example/", False),
        ("http://192.168.0.1/", False),
        ("file://server/share/a.html", False),
        ("ws://example.org/", False),
    ],
)
def test_which_addresses_are_of_this_machine(address: str, local: bool) -> None:
    assert is_local(address) is local


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("http://example.org/", ValueError, "example.org.*allow_remote"),
        ("https://127.0.0.1@example.org/", ValueError, "not on this machine"),
        ("file://server/a.html", ValueError, "another machine"),
        ("ftp://127.0.0.1/", ValueError, "http://"),
        ("no/such/folder", FileNotFoundError, "no/such/folder"),
    ],
)
def test_targets_refused(target: str, error: type[Exception], message: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=message):
        capture(target, tmp_path, (SMALL,))


def test_settings_refused(tmp_path: Path) -> None:
    site = write(tmp_path / "site", a=OK)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="holds no file"):
        capture(empty, tmp_path, (SMALL,))
    with pytest.raises(ValueError, match="64 to 4096"):
        capture(site, tmp_path, (Look(20, 300),))
    with pytest.raises(ValueError, match="theme"):
        capture(site, tmp_path, (Look(400, 300, theme="blue"),))
    with pytest.raises(ValueError, match="looks is empty"):
        capture(site, tmp_path, ())
    with pytest.raises(ValueError, match="settle_s"):
        capture(site, tmp_path, (SMALL,), settle_s=0)
    with pytest.raises(ValueError, match="scrolls"):
        capture(site, tmp_path, (SMALL,), scrolls=-1)


def test_the_command_teaches_and_tells_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "vgym capture my_site/ --out screens" in text and "--allow-remote" in text
    assert main(["http://example.org/", "--out", str(tmp_path)]) == 2
    assert "--allow-remote" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["a.html", "--out", "x", "--size", "big"])
    assert "WIDTHxHEIGHT" in capsys.readouterr().err


@pytest.mark.web
def test_the_command_captures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("playwright")
    site = write(tmp_path / "site", a=OK, b="<p>words</p>")
    words = [str(site), "--out", str(tmp_path / "out"), "--size", "300x200", "--phone"]
    assert main(words) == 0
    told = capsys.readouterr()
    assert "2 screens with 2 elements" in told.out and "skipped: site/b" in told.err
    lines = (tmp_path / "out/screens.jsonl").read_text().splitlines()
    sizes = {(json.loads(line)["platform"], *json.loads(line)["size"]) for line in lines}
    assert sizes == {("web", 300, 200), ("phone", 412, 915)}
