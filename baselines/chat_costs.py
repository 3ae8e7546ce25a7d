"""What conversations cost beside the environments: words, pictures, and requests in flight.

Seconds of one processor. Rows of `benchmark_chat`.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode

from vgym.baselines.measuring import quartiles
from vgym.chat.client import ChatClient, Question
from vgym.chat.env import ChatVectorEnv
from vgym.chat.messages import Encoding, decoded, encoded, image_part, pictures_of, text_part

ROUNDS = 5
NUM_ENVS = 16
IN_FLIGHT = 64
ANSWERS_AFTER_S = 1.0  # as a served model takes, or longer
SHARES: dict[str, dict[str, Any]] = {
    "VGround-v0": {"image_size": 256},
    "VGui-v0": {},
    "VZoom-v0": {"image_size": 256},
}
WAYS: tuple[tuple[Encoding, int], ...] = (("png", 90), ("webp", 100), ("webp", 90), ("jpeg", 90))


def spent(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Processor seconds of each round, after one that does not count."""
    work()
    found = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return found


def share_of_steps() -> dict[str, dict[str, float]]:
    """Milliseconds a row of an episode's start and first step: of the environment, of encoding the
    pictures that are shown, and what conversations add; and their share of the two."""
    found = {}
    for id, settings in SHARES.items():
        talks = ChatVectorEnv(id, NUM_ENVS, "qwen3-vl", **settings)
        envs: Any = gymnasium.make_vec(
            id, num_envs=NUM_ENVS, autoreset_mode=AutoresetMode.DISABLED, **settings
        )
        talks.reset(seed=0)
        said = talks.oracle()
        shown = len(pictures_of(talks.messages[0])) + len(pictures_of(talks.step(said)[0][0]))
        observation, _ = envs.reset(seed=0)
        acts = envs.unwrapped.oracle()

        def by_numbers(envs: Any = envs, acts: Any = acts) -> None:
            envs.reset(seed=0)
            envs.step(acts)

        def by_words(talks: Any = talks, said: Any = said) -> None:
            talks.reset(seed=0)
            talks.step(said)

        each = 1000 / NUM_ENVS
        # In turn, so that what else the machine does weighs on both alike.
        pairs = [(*spent(by_numbers, 1), *spent(by_words, 1)) for _ in range(2 * ROUNDS)]
        numbers = each * float(np.median([n for n, _ in pairs]))
        added = each * float(np.median([words - n for n, words in pairs]))
        picture = observation["image"][0]
        encoding = 1000 * shown * float(np.median(spent(lambda: encoded(picture))))  # noqa: B023
        found[id] = {
            "environment_ms": numbers,
            "encoding_ms": encoding,
            "added_ms": added,
            "share": added / (numbers + encoding),
        }
        envs.close()
        talks.close()
    return found


def encodings() -> dict[str, dict[str, dict[str, float]]]:
    """Bytes and milliseconds of a picture in each encoding, and how far what the model sees is
    from it: the mean difference of a value, of 255, and the largest."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for id in ("VGround-v0", "VGui-v0", "VGeo-v0"):
        env = gymnasium.make(id)
        picture = np.ascontiguousarray(env.reset(seed=0)[0]["image"])
        env.close()
        rows = found[f"{id} {picture.shape[1]}x{picture.shape[0]}"] = {}
        for way, quality in WAYS:
            file = encoded(picture, way, quality)
            off = np.abs(decoded(file).astype(int) - picture)
            ms = 1000 * float(np.median(spent(partial(encoded, picture, way, quality))))
            rows[way if way in ("png", "jpeg") else f"{way} {quality}"] = {
                "bytes": len(file),
                "ms": ms,
                "mean_difference": float(off.mean()),
                "largest_difference": int(off.max()),
            }
    return found


def in_flight() -> dict[str, dict[str, float]]:
    """Share of a core that a client takes with 64 requests in flight to a server of this machine
    that answers each after a second; and milliseconds a request."""
    context = multiprocessing.get_context("spawn")
    port = context.Value("i", 0)
    server = context.Process(target=_serve, args=(port,), daemon=True)
    server.start()
    while not port.value and server.is_alive():
        time.sleep(0.05)
    env = gymnasium.make("VGround-v0", image_size=256)
    picture = env.reset(seed=0)[0]["image"]
    env.close()
    found = {}
    for name, shown in (("text", None), ("picture of 256x256", picture)):
        client = ChatClient("echo", f"http://127.0.0.1:{port.value}/v1")
        asked = [0]

        def work(client: ChatClient = client, shown: Any = shown, asked: Any = asked) -> None:
            replies = client.ask([_question(asked, shown) for _ in range(IN_FLIGHT)])
            assert not any(reply.error for reply in replies)

        cost = spent(work)
        client.close()
        each = [1000 * one / IN_FLIGHT for one in cost]
        found[name] = {
            "ms_a_request": quartiles(each)["median"],
            "share_of_a_core": float(np.median(cost)) / ANSWERS_AFTER_S,
        }
    server.terminate()
    server.join()
    return found


def _question(asked: list[int], shown: Any) -> Question:
    """One that was not asked before, so that no cache answers."""
    asked[0] += 1
    parts = [text_part(f"Where is the cup? ({asked[0]})")]
    if shown is not None:
        parts.insert(0, image_part(shown))
    return Question([{"role": "user", "content": parts}])


def _serve(port: Any) -> None:
    """A server that answers whatever is asked with one place."""
    said = json.dumps({"choices": [{"message": {"role": "assistant", "content": "[500, 500]"}}]})
    answer = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(said)}\r\n\r\n"
        f"{said}"
    ).encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                await asyncio.sleep(ANSWERS_AFTER_S)
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        listening = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**24, backlog=256)
        port.value = listening.sockets[0].getsockname()[1]
        await listening.serve_forever()

    asyncio.run(run())
