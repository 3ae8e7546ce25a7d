"""How the work of every reader grows with what a file, or a model's text, can repeat.

python -m vgym.baselines.benchmark_growth        prints a table and writes it as JSON

Each reader is given n, 2n and 4n of something, 4n near the most that it takes. Seconds of the
processor, the least of the rounds; a doubling that takes twice as long is in proportion.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import struct
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit
from vgym.chat.reading.places import Unparsable, place_in_text
from vgym.core.text import legible, split_words
from vgym.data import image_size, load_coco, load_jsonl, load_refcoco, load_screenspot
from vgym.data.plurals import plural
from vgym.envs.gui.click.screens import load_screens
from vgym.envs.gui.referring.expressions import expressions_of
from vgym.envs.gui.web.actions import parse
from vgym.envs.navigation.maps.load import load_map
from vgym.evaluation.machine import machine, versions
from vgym.evaluation.screenspot_predictions import read_predictions
from vgym.rewards.published.place_text import (
    geovista_names,
    globe_format,
    globe_names_match,
    globe_visual_match,
)

RESULTS = Path(__file__).parent / "results" / "growth_cpu.json"
ROUNDS = 2
Work = Callable[[], object]


@dataclass(frozen=True)
class Reader:
    """A reader, and what can repeat in what it reads.

    Attributes:
        name: of the reader. repeats: what there are n of. n: the least number that is tried.
        make: n of it in a folder -> the work.
    """

    name: str
    repeats: str
    n: int
    make: Callable[[Path, int], Work]


def _written(path: Path, text: str | bytes) -> Path:
    if isinstance(text, str):
        text = text.encode()
    path.write_bytes(text)
    return path


def _picture(folder: Path, name: str = "a.png") -> str:
    if not (folder / name).exists():
        Image.new("RGB", (200, 100)).save(folder / name)
    return name


def _map(name: str, text: Callable[[int], str | bytes]) -> Callable[[Path, int], Work]:
    def make(folder: Path, n: int) -> Work:
        path = _written(folder / name, text(n))
        return lambda: load_map(path)

    return make


def _movingai(side: int) -> str:
    rows = ("." * side + "\n") * side
    return f"type octile\nheight {side}\nwidth {side}\nmap\n{rows}"


def _ros(folder: Path, n: int, picture: bytes, resolution: float, comments: int = 0) -> Work:
    _written(folder / "a.pgm", picture)
    said = f"image: a.pgm\nresolution: {resolution}\norigin: [0, 0, 0]\nnegate: 0\n"
    said += "occupied_thresh: 0.65\nfree_thresh: 0.196\n" + "# \n" * comments
    path = _written(folder / "a.yaml", said)
    return lambda: load_map(path)


def _plan(*features: tuple[str, str, Any]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "units": "m",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"kind": kind},
                    "geometry": {"type": shape, "coordinates": where},
                }
                for kind, shape, where in features
            ],
        }
    )


def _box(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def _grid(n: int, pitch: float) -> list[tuple[float, float]]:
    side = math.ceil(math.sqrt(n))
    return [(pitch * (k % side), pitch * (k // side)) for k in range(n)]


_FLOOR = ("room", "Polygon", [_box(0, 0, 60)])


def _circle(n: int) -> list[list[float]]:
    turn = [2 * math.pi * k / n for k in range(n)]
    ring = [[30 + 20 * math.cos(t), 30 + 20 * math.sin(t)] for t in turn]
    return [*ring, ring[0]]


def _comb(n: int) -> list[list[float]]:
    """A ring of n teeth beside each other, slanting so that the rectangles around them overlap."""
    teeth = [[9 * k / n + (9 if k % 2 else 1), 20 + (9 if k % 2 else 0)] for k in range(n)]
    return [[0, 9], *teeth, [30, 9], [0, 9]]


def _zigzag(n: int, length: float) -> list[list[float]]:
    return [[9 + (length if k % 2 else 0), 9 + length * k / n] for k in range(n)]


def _doors(n: int) -> str:
    rooms = [("room", "Polygon", [_box(x, y, 1.5)]) for x, y in _grid(n, 1.5)]
    doors = [("door", "Point", [x + 1.5, y + 0.75]) for x, y in _grid(n, 1.5)]
    return _plan(*rooms, *doors)


def _jsonl(folder: Path, n: int, record: Callable[[int], dict[str, Any]]) -> Work:
    path = _written(folder / "a.jsonl", "".join(json.dumps(record(k)) + "\n" for k in range(n)))
    return lambda: load_jsonl(path)


def _record(image: str, **more: Any) -> dict[str, Any]:
    return {"image": image, "expression": "the cup", "boxes": [[1, 1, 50, 50]], **more}


def _coco(folder: Path, images: int, categories: int, each: int) -> Path:
    said = {
        "images": [{"id": k, "file_name": _picture(folder, f"{k}.png")} for k in range(images)],
        "categories": [{"id": k, "name": f"thing {k}"} for k in range(categories)],
        "annotations": [
            {"id": k, "image_id": k % images, "category_id": k % categories, "bbox": [1, 1, 9, 9]}
            for k in range(each)
        ],
    }
    return _written(folder / "instances.json", json.dumps(said))


def _refcoco(folder: Path, n: int, sentences: int) -> Work:
    instances = _coco(folder, 1, 1, n)
    refs = [
        {
            "image_id": 0,
            "ann_id": k,
            "category_id": 0,
            "split": "val",
            "sentences": [{"sent": f"thing {s}"} for s in range(sentences)],
        }
        for k in range(n)
    ]
    path = _written(folder / "refs.p", pickle.dumps(refs, 2))
    return lambda: load_refcoco(path, instances)


def _screenspot(folder: Path, n: int) -> Work:
    _picture(folder)
    said = {"img_filename": "a.png", "bbox": [1, 1, 9, 9], "instruction": "open  mail"}
    said |= {"data_type": "text", "data_source": "ios"}
    (folder / "images").mkdir(exist_ok=True)
    _picture(folder / "images")
    path = _written(folder / "screenspot_web.json", json.dumps([said] * n))
    return lambda: load_screenspot(path)


def _element(k: int, n: int) -> dict[str, Any]:
    x, y = _grid(n, 45)[k]
    word = ("Open", "Save", "Send", "Find")[k % 4]
    return {
        "box": [x, y, x + 30, y + 30],
        "role": "button",
        "name": f"{word} {k}",
        "text": f"{word} {k}",
        "colour": [200, 30, 40],
    }


def _screens(folder: Path, screens: int, elements: int) -> Path:
    (folder / "a.png").unlink(missing_ok=True)
    Image.new("L", (1000, 1000)).save(folder / "a.png")
    said = {"image": "a.png", "size": [1000, 1000]}
    said |= {"elements": [_element(k, elements) for k in range(elements)]}
    return _written(folder / "screens.jsonl", (json.dumps(said) + "\n") * screens)


def _captured(folder: Path, n: int) -> Work:
    path = _screens(folder, n, 4)

    def work() -> None:
        path.touch()
        load_screens(str(path))

    return work


def _asked(folder: Path, n: int) -> Work:
    (screen,) = load_screens(str(_screens(folder, 1, n))).usable
    return lambda: list(expressions_of(screen.page))


def _predictions(folder: Path, n: int) -> Work:
    lines = [json.dumps({"id": f"a_{k}", "text": "<answer>(3, 4)</answer>"}) for k in range(n)]
    path = _written(folder / "a.jsonl", "\n".join(lines))
    return lambda: read_predictions(path)


def _png_of_chunks(folder: Path, n: int) -> Work:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress((b"\0" + b"abc" * 8) * 8))
    start, end = b"\x89PNG\r\n\x1a\n" + head, body + chunk(b"IEND", b"")
    path = _written(folder / "a.png", start + chunk(b"abCD", b"") * n + end)
    return lambda: image_size(path)


def _text(read: Callable[[str], object], text: Callable[[int], str]) -> Callable[[Path, int], Work]:
    def make(_: Path, n: int) -> Work:
        words = text(n)

        def work() -> None:
            try:
                read(words)
            except Unparsable:
                pass

        return work

    return make


def _answer(what: str, unit: str, before: str = "", after: str = "") -> Reader:
    def text(n: int) -> str:
        return before + unit * (n // len(unit)) + after

    return Reader("answer in a text", what, 24_000, _text(place_in_text, text))


READERS = (
    Reader("MovingAI map", "tiles", 40_000, _map("a.map", lambda n: _movingai(math.isqrt(n)))),
    Reader("ROS map, PGM", "pixels, of 0.125 m", 40_000, lambda f, n: _ros(
        f, n, f"P5 {math.isqrt(n)} {math.isqrt(n)} 255\n".encode() + b"\xfe" * math.isqrt(n) ** 2,
        0.125)),
    Reader("ROS map, plain PGM", "pixels, of 0.05 m", 40_000, lambda f, n: _ros(
        f, n, f"P2 {math.isqrt(n)} {math.isqrt(n)} 255\n".encode() + b"254 " * math.isqrt(n) ** 2,
        0.05)),
    Reader("ROS map, YAML", "lines", 800, lambda f, n: _ros(f, n, b"P5 9 9 255\n" + b"\xfe" * 81,
                                                            0.5, n)),
    Reader("floor plan", "rooms", 100, _map("a.geojson", lambda n: _plan(
        *(("room", "Polygon", [_box(x, y, 1.5)]) for x, y in _grid(n, 2))))),
    Reader("floor plan", "rooms and doors", 100, _map("a.geojson", _doors)),
    Reader("floor plan", "walls that are polygons", 250, _map("a.geojson", lambda n: _plan(
        _FLOOR, *(("wall", "Polygon", [_box(x + 1, y + 1, 0.3)]) for x, y in _grid(n, 0.6))))),
    Reader("floor plan", "positions of a wall", 4000, _map("a.geojson", lambda n: _plan(
        _FLOOR, ("wall", "LineString", _zigzag(n, 2))))),
    Reader("floor plan", "positions of a room", 1200, _map("a.geojson", lambda n: _plan(
        ("room", "Polygon", [_circle(n)])))),
    Reader("floor plan", "teeth of a room", 1200, _map("a.geojson", lambda n: _plan(
        ("room", "Polygon", [_comb(n)])))),
    Reader("floor plan", "holes of a room", 240, _map("a.geojson", lambda n: _plan(
        ("room", "Polygon", [
            _box(0, 0, 60), *(_box(x + 1, y + 1, 1) for x, y in _grid(n, 1.3))])))),
    Reader("floor plan", "parts of a room", 240, _map("a.geojson", lambda n: _plan(
        ("room", "MultiPolygon", [[_box(x + 1, y + 1, 0.6)] for x, y in _grid(n, 1.3)]), _FLOOR))),
    Reader("floor plan", "positions of a door", 8, _map("a.geojson", lambda n: _plan(
        _FLOOR, ("wall", "Polygon", [_box(9, 9, 20)]), ("door", "LineString", _zigzag(n, 0.7))))),
    Reader("JSONL", "records", 500, lambda f, n: _jsonl(f, n, lambda k: _record(_picture(f)))),
    Reader("JSONL", "pictures", 60, lambda f, n: _jsonl(f, n, lambda k: _record(
        _picture(f, f"{k}.png")))),
    Reader("JSONL", "keys of a record", 10_000, lambda f, n: _jsonl(f, 1, lambda k: _record(
        _picture(f), **{f"key {i}": i for i in range(n)}))),
    Reader("JSONL", "keys of a record that lacks one", 10_000, lambda f, n: _jsonl(
        f, 2, lambda k: _record(_picture(f)) if k else {f"boxes {i}": i for i in range(n)})),
    Reader("JSONL", "blank lines", 100_000, lambda f, n: (lambda path: lambda: load_jsonl(path))(
        _written(f / "a.jsonl", json.dumps(_record(_picture(f))) + "\n" * n))),
    Reader("COCO", "annotations of a category", 1000, lambda f, n: (
        lambda path: lambda: load_coco(path))(_coco(f, 64, 64, n))),
    Reader("COCO", "categories", 500, lambda f, n: (
        lambda path: lambda: load_coco(path))(_coco(f, 1, n, n))),
    Reader("COCO", "letters of a category", 240, _text(
        lambda name: [plural(name) for _ in range(50)], lambda n: "a" + "- " * (n // 2) + "b")),
    Reader("RefCOCO", "refs", 1000, lambda f, n: _refcoco(f, n, 1)),
    Reader("RefCOCO", "sentences of a ref", 1000, lambda f, n: _refcoco(f, 1, n)),
    Reader("ScreenSpot", "records", 1000, _screenspot),
    Reader("ScreenSpot", "predictions", 4000, _predictions),
    Reader("captured screens", "screens", 250, _captured),
    Reader("captured screens", "controls of a screen, asked about", 100, _asked),
    Reader("picture", "chunks of a PNG", 4000, _png_of_chunks),
    _answer("thoughts", "<think>"),
    _answer("ends of thoughts", "</think>"),
    _answer("keys of thoughts", "\"thought\":'"),
    _answer("escapes in a thought", "\\\"", "\"thought\": \""),
    _answer("brackets", "[("),
    _answer("numbers", "1, "),
    _answer("digits", "1"),
    _answer("pairs that are not closed", "(1, 2), ("),
    _answer("names", "x=1 y="),
    _answer("tags", "<point>1"),
    _answer("blanks", " ", "[1"),
    _answer("heads", "Action: Thought:"),
    Reader("action in a text", "letters", 48_000, _text(parse, lambda n: f'type("{"a" * n}")')),
    Reader("action in a text", "blanks", 48_000, _text(parse, lambda n: " " * n + "click(1, 2")),
    Reader("GLOBE's format", "ends of thoughts", 16_000, _text(
        globe_format, lambda n: "<think>" + "</think>" * (n // 8) + "</answer>")),
    Reader("GLOBE's format", "blanks", 16_000, _text(
        globe_format, lambda n: "<think></think>" + " " * n + "</answer>")),
    Reader("GLOBE's names", "letters", 100_000, _text(
        lambda text: globe_names_match(text, "a" * 70 + "b"), lambda n: "a" * n)),
    Reader("GLOBE's clues", "letters", 100_000, _text(
        lambda text: globe_visual_match(text, ["a" * 70 + "b", "c"]), lambda n: "a" * n)),
    Reader("GeoVista's names", "words", 20_000, _text(
        lambda text: geovista_names(text, "a a a b"), lambda n: "a " * n)),
    Reader("GeoVista's names", "marks on a letter", 20_000, _text(
        lambda text: geovista_names(text, "a"), lambda n: "a" + "\u0301\u0327" * (n // 2))),
    Reader("words of a data set", "marks on a letter", 20_000, _text(
        legible, lambda n: "a" + "\u0301\u0327" * (n // 2))),
    Reader("words of a data set", "words", 20_000, _text(split_words, lambda n: "a, " * n)),
)  # fmt: skip


def seconds(reader: Reader, n: int, rounds: int = ROUNDS) -> float:
    """The least seconds of the processor that n of it took."""
    taken = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that cannot be reached
        work = reader.make(Path(folder), n)
        work()
        for _ in range(rounds):
            start = time.process_time()
            work()
            taken.append(time.process_time() - start)
    return min(taken)


def grown(reader: Reader, rounds: int = ROUNDS) -> list[float]:
    """Seconds at n, 2n and 4n."""
    return [seconds(reader, reader.n * k, rounds) for k in (1, 2, 4)]


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    parser.add_argument("--only", default="", help="readers whose name holds this")
    options = parser.parse_args()
    np.zeros(1)  # loaded before the first is timed
    found = []
    table = Table("reader", "what repeats", "n", "ms at n", "2n", "4n", title="Growth")
    for reader in READERS:
        if options.only in reader.name:
            times = grown(reader)
            found.append(
                {"reader": reader.name, "repeats": reader.repeats, "n": reader.n, "seconds": times}
            )
            shown = [f"{1000 * taken:.2f}" for taken in times]
            table.add_row(reader.name, reader.repeats, str(reader.n), *shown)
            print(reader.name, reader.repeats, *shown, sep="  ", flush=True)
    Console(width=120).print(table)
    if not options.only:
        told = {"rounds": ROUNDS, "readers": found, "machine": machine(), "versions": versions()}
        options.out.write_text(json.dumps({**told, "commit": commit()}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
