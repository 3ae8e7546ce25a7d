"""A server may do what it likes: each request ends, and the key is seen nowhere."""

import copy
import gc
import io
import logging
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ANSWER, Site, served, wait_until

pytest.importorskip("openai", reason="pip install vgym[api]")

from vgym.chat import client as clients
from vgym.chat import line as lines
from vgym.chat.cache import Cache
from vgym.chat.client import ChatClient, Question, ServerError, checked_url
from vgym.chat.secret import Key

SECRET = "sk-Very0Secret1Key2"
TEXT = Question([{"role": "user", "content": "where is the cup?"}])


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_FIRST_WAIT_S", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def told(text: str) -> Question:
    return Question([{"role": "user", "content": text}])


def test_a_model_answers_and_is_counted(server: Site) -> None:
    client = ChatClient("echo", server.url, parameters={"temperature": 0})
    (reply,) = client.ask([TEXT])
    assert (reply.text, reply.error, reply.finish) == (ANSWER, "", "stop")
    assert reply.message == {"role": "assistant", "content": ANSWER}
    assert (client.usage.requests, client.usage.tokens_in, client.usage.tokens_out) == (1, 7, 3)
    assert server.asked[-1]["temperature"] == 0 and "cup" in str(server.asked[-1])
    assert "authorization" not in server.headers[-1]  # there is no key
    client.close()


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("broken", "broken JSON"),
        ("deep", "broken JSON"),
        ("other", "of another form"),
        ("huge", "the answer has 9 MB; 8 MB are read at most"),
        ("endless", "the answer has more than 8 MB"),
        ("zipped", "compressed"),
        ("closes", "the line broke (RemoteProtocolError), 2 times"),
        ("hangs", "no answer within 0.5 s"),
        ("drips", "no answer within 0.5 s"),
        ("always-500", 'the server answered 500: {"error": {"message": "I will not"}}, 2 times'),
        ("always-429", "the server answered 429"),
        ("always-400", "the server answered 400"),
    ],
)
def test_what_a_server_does_wrong_is_no_answer_and_a_reason(
    server: Site, model: str, why: str
) -> None:
    seconds = 0.5 if model in ("hangs", "drips") else 30
    client = ChatClient(model, server.url, timeout_s=seconds, tries=2)
    start = time.perf_counter()
    (reply,) = client.ask([TEXT])
    assert why in reply.error and reply.text == ""
    assert time.perf_counter() - start < 30
    assert client.usage.failed == 1
    client.close()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again(server: Site, status: int) -> None:
    client = ChatClient(f"status-{status}", server.url)
    (reply,) = client.ask([TEXT])
    assert (reply.text, reply.tries) == (ANSWER, 3)
    client.close()


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("nobody", "is .* the address up to /v1, and 'nobody' a model of it"),
        ("always-401", "no key was sent: name the variable"),
        ("elsewhere", "give the address that it names"),
    ],
)
def test_what_no_request_survives_raises_at_once(server: Site, model: str, why: str) -> None:
    before = len(server.asked)
    with pytest.raises(ServerError, match=why):
        ChatClient(model, server.url).ask([TEXT])
    assert len(server.asked) == before + 1


def test_nobody_there_and_a_server_that_dies_raise(
    server: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServerError, match="nobody answers there; is the server up"):
        ChatClient("echo", "http://127.0.0.1:9/v1", tries=2).ask([TEXT])
    monkeypatch.setattr(lines, "PATIENCE", 3)
    client = ChatClient("always-500", server.url, tries=1)
    assert all(reply.error for reply in client.ask([told("a"), told("b")]))
    with pytest.raises(ServerError, match="3 requests in a row had no answer; the last"):
        client.ask([TEXT])


def test_waits_are_bounded_and_differ() -> None:
    assert lines._wait_s(1, 3600.0) <= lines.LONGEST_WAIT_S + 0.1
    assert lines._wait_s(1, -5.0) <= 0.1
    waits = {lines._wait_s(30, float("nan")) for _ in range(20)}
    assert len(waits) == 20 and max(waits) <= lines._USUAL_WAIT_S
    assert lines._retry_after_s("12") == 12
    assert 3500 < lines._retry_after_s(_in_an_hour()) < 3700
    for none in (None, "", "soon", "Mon, 99 Foo 2026 99:99:99 GMT"):
        assert lines._retry_after_s(none) != lines._retry_after_s(none)  # NaN


def _in_an_hour() -> str:
    from email.utils import formatdate

    return formatdate(time.time() + 3600, usegmt=True)


def test_so_many_are_in_flight_and_no_more(server: Site) -> None:
    server.most = 0
    client = ChatClient("slow-0.4", server.url, concurrency=8)
    assert len(client.ask([told(str(n)) for n in range(16)])) == 16
    assert server.most == 8
    client.close()


def test_what_was_answered_is_kept_through_ctrl_c(server: Site, tmp_path: Path) -> None:
    server.answer = lambda body: "late" if body["messages"][0]["content"] == "9" else ANSWER
    cache = Cache(tmp_path / "kept.sqlite")
    client = ChatClient("echo", server.url, cache=cache)
    hanging = ChatClient("hangs", server.url, cache=cache)
    client.ask([told(str(n)) for n in range(5)])

    def interrupt() -> None:
        wait_until(lambda: server.asked[-1]["model"] == "hangs")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        hanging.ask([TEXT])
    assert time.perf_counter() - start < 5
    asked = len(server.asked)
    again = ChatClient("echo", server.url, cache=Cache(tmp_path / "kept.sqlite"))
    replies = again.ask([told(str(n)) for n in range(5)])
    assert [reply.kept for reply in replies] == [True] * 5 and len(server.asked) == asked
    assert (again.usage.kept, again.usage.requests, again.usage.tokens_in) == (5, 0, 0)
    server.answer = lambda body: ANSWER
    for each in (client, hanging, again):
        each.close()


def test_what_cannot_be_sent_is_refused(server: Site) -> None:
    client = ChatClient("echo", server.url)
    picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}
    with pytest.raises(ValueError, match="which nobody fetches"):
        client.ask([Question([{"role": "user", "content": [picture]}])])
    client.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("localhost:8000/v1", "no address of a server"),
        ("ftp://host/v1", "no address of a server"),
        ("http://host:99999/v1", "cannot be read"),
        ("http://me:pa55word@host/v1", "has a name, a password"),
        ("http://host/v1?api_key=pa55word", "has a name, a password"),
    ],
)
def test_addresses_that_are_none_say_so(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        checked_url(url)
    assert "pa55word" not in str(raised.value)


def test_our_key_goes_to_nobody_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert clients._key_of_ours("http://far.example/v1") is None
    assert clients._key_of_ours("https://far.example/v1") is not None
    assert clients._key_of_ours("http://localhost:8000/v1") is not None


def test_the_key_is_seen_nowhere(
    server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", SECRET)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("http", "open"))]
    for name in names:
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    monkeypatch.setattr(root, "level", logging.DEBUG)
    for logger in map(logging.getLogger, names):
        logger.manager._clear_cache()  # type: ignore[attr-defined]  # typeshed has none
    root.addHandler(handler)
    seen: list[str] = []
    cache = Cache(tmp_path / "kept.sqlite")
    try:
        for model in ("tells-200", "tells-400", "tells-500", "closes", "hangs", "broken", "huge"):
            client = ChatClient(
                model, server.url, key="MY_KEY", cache=cache, tries=2, timeout_s=0.3
            )
            replies = client.ask([TEXT])
            assert server.headers[-1]["authorization"] == f"Bearer {SECRET}"
            seen += [repr(replies), repr(client), repr(vars(client)), repr(client._line)]
            seen += [str(pickle.dumps(client)), str(pickle.dumps(replies))]
            copied = copy.deepcopy(client)._key
            assert copied is not None and copied.reveal() == SECRET
            client.close()
        for model, url in (("tells-401", server.url), ("echo", "http://127.0.0.1:9/v1")):
            client = ChatClient(model, url, key="MY_KEY", tries=1)
            with pytest.raises(ServerError) as raised:
                client.ask([TEXT])
            error: BaseException | None = raised.value
            seen += [str(pickle.dumps(raised.value.args)), repr(raised.value)]
            for capture in (True, False):
                told = traceback.TracebackException.from_exception(
                    raised.value, capture_locals=capture
                )
                seen += list(told.format())
            while error is not None:  # nothing of the openai package hangs on to it
                assert "openai" not in type(error).__module__
                error = error.__context__
            client.close()
    finally:
        root.removeHandler(handler)
    logged = log.getvalue()
    assert "send_request_headers" in logged and "***" in logged  # it was listened to
    seen.append(logged)
    cache.close()
    seen += [str(path.read_bytes()) for path in tmp_path.iterdir()]
    gc.collect()
    for text in seen:
        assert SECRET not in text
    assert any("you sent Bearer ***" in text for text in seen)


def test_a_key_that_is_none_says_which_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "  ")
    with pytest.raises(ValueError, match="there is no key in MY_KEY; set it: export MY_KEY="):
        Key("MY_KEY")
    monkeypatch.setenv("MY_KEY", "two words")
    with pytest.raises(ValueError, match="holds is no key") as raised:
        Key("MY_KEY")
    assert "two words" not in str(raised.value)


def test_samples_of_one_question_differ(server: Site, tmp_path: Path) -> None:
    cache: Any = Cache(tmp_path / "kept.sqlite")
    client = ChatClient("echo", server.url, cache=cache, parameters={"seed": 5})
    client.ask([Question(TEXT.messages, sample=n) for n in range(3)])
    assert sorted(body["seed"] for body in server.asked[-3:]) == [5, 6, 7] and len(cache) == 3
    client.close()
