"""A served model that says what was said before: so harnesses are held to a loop of Gymnasium's.

`recorded` plays episodes in a plain loop (oracle's answers, random ones, and some that cannot be
read) and writes down what a model would have said; `served` says it again to whoever shows the same
pictures and words, by HTTP as OpenAI's servers speak.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np

from vgym.chat.conversations import Conversations
from vgym.chat.messages import Message, decoded, parts_of, pictures_of
from vgym.integrations.episodes import Setup
from vgym.registration import row_of

UNREADABLE = "I would rather not say."


@dataclass
class Recording:
    """What was earned, and what was said to what was shown.

    Attributes:
        returns: of each episode, sums of rewards. successes: whether each was solved.
        turns: of each, every answer in order and what it earned.
        unread: of each, the share of answers that could not be read.
        said: messages by all pictures that had been shown, each with the words of its episode's
            opening, part by part.
    """

    returns: list[float] = field(default_factory=list)
    successes: list[bool] = field(default_factory=list)
    turns: list[list[tuple[Message, float]]] = field(default_factory=list)
    unread: list[float] = field(default_factory=list)
    said: dict[str, list[tuple[tuple[str, ...], Message]]] = field(default_factory=dict)

    def answer(self, pictures: Sequence[Any], words: str) -> Message:
        """What was said to them.

        Raises:
            KeyError: such pictures, with such words, were never shown.
        """
        known = self.said[_key(pictures)]
        fits = [message for asked, message in known if all(part in words for part in asked)]
        if not fits:
            raise KeyError("the words of these pictures are others")
        return fits[0]


def recorded(setup: Setup, episodes: int, seed: int = 0) -> Recording:
    """Play in a loop of Gymnasium's, and write down.

    Every fourth episode is played at random, and every fifth answer of all cannot be read.
    """
    family = row_of(setup.env).family
    settings = {"split": setup.split or family.splits[0], **family.chat, **setup.settings}
    env: Any = gymnasium.make(setup.env, disable_env_checker=True, **settings)
    talks = Conversations(env.unwrapped.batch, setup.dialect, calls=setup.calls)
    found, answers = Recording(), 0
    for number in range(episodes):
        env.action_space.seed(seed + number)
        observation, _ = env.reset(seed=seed + number)
        found.turns.append([])
        total, unread, steps, done = 0.0, 0, 0, False
        while not done:
            talks.see({name: np.asarray(value)[None] for name, value in observation.items()})
            at_random = number % 4 == 3
            action = env.action_space.sample() if at_random else env.unwrapped.oracle()
            said: Message = {"role": "assistant", "content": UNREADABLE}
            if answers % 5 != 4:
                said = talks.say(0, action)
            shown = pictures_of(talks.whole(0))
            parts = parts_of(talks.whole(0)[1])
            words = tuple(part["text"] for part in parts if part["type"] == "text")
            found.said.setdefault(_key(shown), []).append((words, said))
            observation, reward, terminated, truncated, told = env.step(talks.hear(0, said))
            found.turns[-1].append((said, float(reward)))
            total, steps, answers = total + float(reward), steps + 1, answers + 1
            unread += bool(talks.why(0))
            done = terminated or truncated
        found.returns.append(total)
        found.successes.append(bool(told["success"]))
        found.unread.append(unread / steps)
    env.close()
    return found


@contextmanager
def served(recording: Recording) -> Iterator[str]:
    """A server that says it again, while this lasts: its address, up to /v1."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            pictures, words = _asked(body["messages"])
            try:
                said = recording.answer(pictures, words)
                status, sent = 200, _completion(said)
            except KeyError as error:
                status, sent = 400, {"error": {"message": str(error)}}
            streamed = status == 200 and body.get("stream")
            file = _streamed(sent) if streamed else json.dumps(sent).encode()
            self.send_response(status)
            kind = "text/event-stream" if streamed else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(file)))
            self.end_headers()
            self.wfile.write(file)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def _key(pictures: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for picture in pictures:
        digest.update(str(picture.shape).encode() + np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()


def _asked(messages: Sequence[Mapping[str, Any]]) -> tuple[list[Any], str]:
    """All pictures and words of a request."""
    pictures, words = [], []
    for message in messages:
        for part in parts_of(dict(message)):
            if part["type"] == "text":
                words.append(part["text"])
            else:
                _, _, data = part["image_url"]["url"].partition("base64,")
                pictures.append(decoded(base64.b64decode(data)))
    return pictures, "\n".join(words)


def _completion(said: Message) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_{i}",
            "type": "function",
            "function": {**call["function"], "arguments": _text(call["function"]["arguments"])},
        }
        for i, call in enumerate(said.get("tool_calls", ()))
    ]
    message = {"role": "assistant", "content": said["content"]}
    if calls:
        message["tool_calls"] = calls
    return {
        "id": "0",
        "object": "chat.completion",
        "created": 0,
        "model": "played-back",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _streamed(sent: dict[str, Any]) -> bytes:
    """A whole answer as the events of a stream: all of it, and its end."""
    message = dict(sent["choices"][0]["message"])
    if "tool_calls" in message:
        message["tool_calls"] = [{"index": i, **c} for i, c in enumerate(message["tool_calls"])]
    chunk = {**sent, "object": "chat.completion.chunk", "usage": None}
    begun = {"index": 0, "delta": message, "finish_reason": None}
    ended = {"index": 0, "delta": {}, "finish_reason": "stop"}
    events = [
        {**chunk, "choices": [begun]},
        {**chunk, "choices": [ended]},
        {**chunk, "choices": [], "usage": sent["usage"]},
    ]
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
