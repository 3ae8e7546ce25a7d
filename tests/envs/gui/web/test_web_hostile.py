"""Pages that crash, hang, run away, open things and load from elsewhere."""

import http.server
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("playwright")

from web_pages import page

from vgym.data.capture.chromium import BrowserError
from vgym.envs.gui.web.vector_env import WebVectorEnv

pytestmark = [pytest.mark.web, pytest.mark.usefixtures("one_browser")]
SIZE = (150, 200)
CLICK = "click(100, 50)"
ASIDE = "wait()"


@pytest.fixture
def make() -> Iterator[Any]:
    made = []

    def make(task: Any, num_envs: int = 2, **settings: Any) -> WebVectorEnv:
        settings = {"image_size": SIZE, "action": "text", "timeout_s": 20.0, **settings}
        made.append(WebVectorEnv(num_envs, task=task, **settings))
        return made[-1]

    yield make
    for envs in made:
        envs.close()


def crash(envs: WebVectorEnv, row: int) -> None:
    """Crash one row's page as a fault in the renderer would."""
    session = envs._rows[row].page._session

    async def send() -> None:
        try:
            await session.send("Page.crash")
        except Exception:
            pass

    with pytest.raises(BrowserError):  # a crashed page gives no answer
        envs._browser.run(send(), 0.5)


@pytest.mark.parametrize("mode", ["SameStep", "NextStep", "Disabled"])
def test_a_crashed_page_ends_its_own_episode(make: Any, tmp_path: Path, mode: str) -> None:
    envs = make(page(tmp_path), 3, autoreset_mode=mode)
    envs.reset(seed=0)
    envs.step([CLICK] * 3)
    crash(envs, 1)
    observation, reward, terminated, truncated, info = envs.step([CLICK] * 3)
    assert terminated.tolist() == [False, True, False] and not truncated.any()
    assert info["crash"].tolist() == [False, True, False]
    assert "crash" in info["crash_reason"][1] and info["crash_reason"][0] == ""
    assert reward[1] == 0
    if mode == "Disabled":
        envs.reset(options={"reset_mask": np.array([False, True, False])})
    observation, _, terminated, _, info = envs.step([CLICK] * 3)
    assert not terminated.any() and not info["crash"].any()
    assert observation["instruction"][0].split()[2] == "3"  # the others went on


def test_a_hung_page_ends_its_own_episode_in_time(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path, "while (true) {}"), 2, timeout_s=5.0)
    envs.reset(seed=0)
    began = time.monotonic()
    _, _, terminated, _, info = envs.step([CLICK, ASIDE])
    assert time.monotonic() - began < 60
    assert terminated.tolist() == [True, False]
    assert info["crash"].tolist() == [True, False] and "hung" in info["crash_reason"][0]
    _, _, terminated, _, info = envs.step([ASIDE, ASIDE])
    assert not terminated.any() and not info["crash"].any()


def test_a_dead_browser_is_replaced(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path), 2)
    envs.reset(seed=0)
    envs._browser.run(envs._browser._chromium.close(), 10)
    _, _, terminated, _, info = envs.step([ASIDE] * 2)
    assert terminated.all() and info["crash"].all()
    _, _, terminated, _, info = envs.step([CLICK] * 2)
    assert not terminated.any() and not info["crash"].any()


@pytest.mark.parametrize(
    "onclick",
    [
        "alert('a')",
        "confirm('a'); prompt('b')",
        "window.open('about:blank')",
        "for (let i = 0; i < 5; i++) window.open(location.href)",
        "const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['x']));"
        "a.download = 'x.bin'; a.click()",
        "window.print()",
        "const f = document.createElement('input'); f.type = 'file'; f.click()",
        "document.documentElement.requestFullscreen()",
        "document.body.innerHTML = ''",
        "throw new Error('on purpose')",
        "window.vgym.read = () => { throw new Error('x'); }",
    ],
)
def test_what_a_page_opens_disturbs_nothing(make: Any, tmp_path: Path, onclick: str) -> None:
    envs = make(page(tmp_path, onclick), 2)
    first, _ = envs.reset(seed=0)
    for _ in range(3):
        observation, reward, _, _, info = envs.step([CLICK, ASIDE])
        assert not info["crash"].any()
        assert observation["image"].shape == (2, *SIZE, 3) and np.isfinite(reward).all()
    np.testing.assert_array_equal(observation["image"][1], first["image"][1])


def test_what_was_refused_is_counted(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path, "alert('a'); confirm('b')"), 1)
    envs.reset(seed=0)
    assert envs.step([ASIDE])[4]["refused"].tolist() == [0]
    assert envs.step([CLICK])[4]["refused"].tolist() == [2]
    envs.reset()
    assert envs.step([ASIDE])[4]["refused"].tolist() == [0]


@pytest.mark.parametrize(
    "onclick",
    [
        "location.href = 'about:blank'",
        "location.reload()",
        "document.open(); document.write('gone'); document.close(); delete window.vgymEpisode",
    ],
)
def test_leaving_the_page_ends_the_episode(make: Any, tmp_path: Path, onclick: str) -> None:
    envs = make(page(tmp_path, onclick), 2)
    envs.reset(seed=0)
    left = False
    for _ in range(5):  # a page takes its time to go
        _, reward, terminated, _, info = envs.step(["wait()" if left else CLICK, ASIDE])
        assert not terminated[1] and not info["crash"].any(), info["crash_reason"]
        if terminated[0]:
            left = bool(info["left"][0])
            assert reward[0] <= 0.5
            break
    assert left
    observation, _, terminated, _, _ = envs.step([ASIDE, ASIDE])
    assert not terminated.any() and observation["instruction"][0].startswith("Click")


def test_moving_within_the_page_is_no_leaving(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path, "location.hash = 'x' + clicks; document.title = 'y'"), 1)
    envs.reset(seed=0)
    for _ in range(3):
        _, _, terminated, _, info = envs.step([CLICK])
        assert not terminated.any() and not info["left"].any()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """On loopback: the page of the test, /elsewhere sends one on to another machine, /late and
    /never are a red picture that comes after a while or not at all, /second is a script that fails
    to come once, all else is the word "here"."""
    over = threading.Event()
    tried = threading.Event()
    red = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(red, "png")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in ("/late", "/never"):
                over.wait(0.6 if self.path == "/late" else 60)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(red.getvalue())
                return
            if self.path == "/second" and not tried.is_set():
                tried.set()
                self.send_error(503)
                return
            away = self.path == "/elsewhere"
            self.send_response(302 if away else 200)
            if away:
                self.send_header("Location", "http://192.0.2.1/")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            if not away:
                file = tmp_path / self.path[1:]
                self.wfile.write(file.read_bytes() if file.is_file() else b"here")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        over.set()
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize("which", ["late", "never"])
def test_a_picture_that_a_script_puts_in_is_waited_for(
    make: Any, tmp_path: Path, server: str, which: str
) -> None:
    script = f"""const start = window.vgym.start;
    window.vgym.start = (s) => {{
      start(s);
      const late = Object.assign(new Image(200, 100), {{src: '{server}/{which}'}});
      document.getElementById('b').replaceWith(late);
    }};"""
    page(tmp_path, script=script)
    envs = make(f"{server}/page.html", 1)
    began = time.monotonic()
    observation, _ = envs.reset(seed=0)
    shown = (observation["image"][0, 50, 100] == (255, 0, 0)).all()
    assert shown == (which == "late")
    assert time.monotonic() - began < 90
    assert not envs.step([ASIDE])[4]["crash"].any()


def test_scrolling_over_the_left_edge_does_not_go_back(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path), 1, image_size=(400, 640))
    envs.reset(seed=0)
    for _ in range(3):
        for action in ("scroll(400, 300, -600, 0)", "click(400, 300)"):
            assert not envs.step([action])[4]["left"].any()


def test_a_script_that_fails_to_come_once_is_asked_for_again(
    make: Any, tmp_path: Path, server: str
) -> None:
    (tmp_path / "second").write_text("window.second = 1;")
    needs = "</script><script src='/second'></script><script>window.second || delete window.vgym;"
    page(tmp_path, script=needs)
    envs = make(f"{server}/page.html", 1)
    envs.reset(seed=0)
    assert not envs.step([ASIDE])[4]["crash"].any()


def test_only_its_own_server_is_reached(make: Any, tmp_path: Path, server: str) -> None:
    asked = {
        "home": f"{server}/",
        "neighbour": "http://127.0.0.1:9/",
        "redirect": f"{server}/elsewhere",
        "name": "http://example.org/",
        "address": "http://192.0.2.1/",
        "likeness": "http://localhost.example.org/",
    }
    script = f"""const answers = {{}};
    for (const [name, url] of Object.entries({asked!r})) {{
      const stop = new AbortController(); setTimeout(() => stop.abort(), 1500);
      fetch(url, {{signal: stop.signal}}).then((r) => r.text()).then((t) => answers[name] = t)
        .catch((e) => answers[name] = e.name);
    }}
    const read = window.vgym.read;
    window.vgym.read = () => ({{...read(), instruction: JSON.stringify(answers)}});"""
    page(tmp_path, script=script)
    envs = make(f"{server}/page.html", 1)
    envs.reset(seed=0)
    for _ in range(40):
        said = envs.step([ASIDE])[0]["instruction"][0]
        if said.count(":") == len(asked):
            break
        time.sleep(0.05)
    assert '"home":"here"' in said
    for name in asked:
        # Refused at once, not given up on after a while.
        assert name == "home" or f'"{name}":"TypeError"' in said, said


def test_addresses_of_other_machines_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="another machine"):
        make("http://example.org/")


def test_a_page_that_says_nothing_is_an_error(make: Any, tmp_path: Path) -> None:
    silent = tmp_path / "silent.html"
    silent.write_text("<p>nothing")
    with pytest.raises(BrowserError, match=r"window\.vgym"):
        make(silent.as_uri()).reset(seed=0)
    with pytest.raises(BrowserError, match="does not start"):
        make((tmp_path / "none.html").as_uri()).reset(seed=0)


def test_a_page_that_never_starts_is_an_error_in_time(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path, script="while (true) {}"), 1, timeout_s=1.0)
    began = time.monotonic()
    with pytest.raises(BrowserError, match="hung"):
        envs.reset(seed=0)
    assert time.monotonic() - began < 90


def test_a_page_may_say_strange_things(make: Any, tmp_path: Path) -> None:
    script = """const plans = [
      [{kind: 'click', box: ['a', 1, 2, 3]}, null, 7], [{kind: 'hover', box: [1, 2, 3, 4]}],
      [{kind: 'key', text: 'F13'}], {length: 3}, Array(1e5).fill({kind: 'click'})];
    window.vgym.read = () => ({instruction: 'x'.repeat(1e5), done: false, reward: NaN,
      success: '', texts: 5, plan: plans[clicks % 5]});"""
    envs = make(page(tmp_path, script=script), 1)
    observation, _ = envs.reset(seed=0)
    assert observation["instruction"][0] == "x" * 1000
    for _ in range(5):
        assert envs.oracle() == ("wait()",)
        observation, reward, *_ = envs.step([CLICK])
        assert reward.tolist() == [0.0] and observation in envs.observation_space


@pytest.mark.parametrize(
    "words",
    ["x" * 100_000, "\x00\x1b\x07", "a\r\nb\tc", "\ud800", "日本語 é 🙂", "'\"\\", ""],
    ids=["long", "control", "lines", "surrogate", "scripts", "quotes", "nothing"],
)
def test_any_text_can_be_typed(make: Any, tmp_path: Path, words: str) -> None:
    envs = make(page(tmp_path), 1)
    envs.reset(seed=0)
    envs.step(["click(50, 110)"])
    observation, _, _, _, info = envs.step([f'type("{words}")'])
    assert not info["crash"].any() and info["format_ok"].all()
    typed = int(observation["instruction"][0].split()[-1])
    kept = [c for c in words if ord(c) >= 32 and not "\ud800" <= c <= "\udfff"]
    if "\t" not in words:
        assert typed == len("".join(kept).encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("words", "fine"),
    [
        ("click(5, 5)", True),
        ("click(-5, 1e5)", True),
        ("click(nan, 5)", False),
        ("click(1)", False),
        ("click(1, 2, 3)", False),
        ("", False),
        ("click", False),
        ("key(F13)", False),
        ("key(enter)", True),
        ("click(" + "1," * 50_000 + ")", False),
        ("drag(1, 2, 3, 4)", True),
        ("\x00", False),
    ],
)
def test_any_words_are_an_action_or_none(make: Any, tmp_path: Path, words: str, fine: bool) -> None:
    envs = make(page(tmp_path), 1)
    envs.reset(seed=0)
    info = envs.step([words])[4]
    assert info["format_ok"].tolist() == [fine] and not info["crash"].any()


def test_a_click_outside_touches_nothing(make: Any, tmp_path: Path) -> None:
    envs = make(page(tmp_path), 1)
    before, _ = envs.reset(seed=0)
    after, *_ = envs.step(["click(-1, 50)"])
    assert after["instruction"] == before["instruction"]
    after, *_ = envs.step(["drag(100, 50, 500, 50)"])
    assert after["instruction"] == before["instruction"]
