"""Data sets in every layout, of small pictures of which some are then damaged."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

COUNT = 6
HEIGHT, WIDTH = 60, 90
FORMS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def noise(seed: int, size_hw: tuple[int, int] = (HEIGHT, WIDTH)) -> Image.Image:
    """A picture that does not compress, so that damage anywhere meets pixels."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size_hw, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def encoded(seed: int, suffix: str) -> bytes:
    """The same as a file."""
    file = io.BytesIO()
    noise(seed).save(file, FORMS[suffix])
    return file.getvalue()


def _jsonl(folder: Path, names: list[str]) -> Path:
    lines = [
        json.dumps({"image": f"images/{name}", "expression": f"thing {k}", "boxes": [box(k)]})
        for k, name in enumerate(names)
    ]
    (folder / "mine.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "mine.jsonl"


def _coco(folder: Path, names: list[str]) -> Path:
    said = {
        "images": [{"id": k, "file_name": name} for k, name in enumerate(names)],
        "annotations": [
            {"id": k, "image_id": k, "category_id": k, "bbox": [k, k, 20, 20]}
            for k in range(len(names))
        ],
        "categories": [{"id": k, "name": f"thing {k}"} for k in range(len(names))],
    }
    (folder / "instances_val.json").write_text(json.dumps(said), encoding="utf-8")
    return folder / "instances_val.json"


def _refcoco(folder: Path, names: list[str]) -> Path:
    _coco(folder, names)
    refs = [
        {"ref_id": k, "image_id": k, "ann_id": k, "split": "train", "category_id": k,
         "sentences": [{"sent": f"thing {k}"}]}
        for k in range(len(names))
    ]  # fmt: skip
    (folder / "refs.json").write_text(json.dumps(refs), encoding="utf-8")
    return folder


def _screenspot(folder: Path, names: list[str]) -> Path:
    said = [
        {"img_filename": name, "bbox": [k, k, 20, 20], "instruction": f"thing {k}",
         "data_type": "icon", "data_source": "web"}
        for k, name in enumerate(names)
    ]  # fmt: skip
    (folder / "screenspot_web.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def _captured(folder: Path, names: list[str]) -> Path:
    def element(x: int, name: str) -> dict[str, object]:
        place = [x, 10, x + 20, 30]
        return {"box": place, "role": "button", "name": name, "text": name, "enabled": True,
                "icon": "", "colour": [10, 20, 30]}  # fmt: skip

    lines = [
        json.dumps({"image": f"images/{name}", "size": [WIDTH, HEIGHT], "page": name,
                    "elements": [element(5, f"Save {k}"), element(50, f"Open {k}")]})
        for k, name in enumerate(names)
    ]  # fmt: skip
    (folder / "screens.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


LAYOUTS: dict[str, Callable[[Path, list[str]], Path]] = {
    "JSONL": _jsonl,
    "COCO": _coco,
    "RefCOCO": _refcoco,
    "ScreenSpot": _screenspot,
    "captured": _captured,
}
# How the third record is called in messages.
PLACES = {
    "JSONL": r"mine\.jsonl:3",
    "COCO": r"instances_val\.json:images\[2\]",
    "RefCOCO": r"refs\.json:refs\[2\]",
    "ScreenSpot": r"screenspot_web\.json\[2\]",
    "captured": r"screens\.jsonl:3",
}


def box(k: int) -> list[int]:
    """Of the k-th record, in pixels."""
    return [k, k, k + 20, k + 20]


def write(folder: Path, layout: str, suffix: str = "png") -> tuple[str, list[Path]]:
    """A data set of one record a picture.

    Returns:
        What to give as ``source``, and the pictures in the order of their records.
    """
    (folder / "images").mkdir(exist_ok=True)
    paths = [folder / "images" / f"p{k}.{suffix}" for k in range(COUNT)]
    for k, path in enumerate(paths):
        path.write_bytes(encoded(k, suffix))
    return str(LAYOUTS[layout](folder, [path.name for path in paths])), paths


def cut(path: Path, share: float) -> None:
    """Leave the first part of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def flip_bits(path: Path) -> None:
    """Damage the pixels and leave header, length and end as they are."""
    content = bytearray(path.read_bytes())
    middle = slice(len(content) // 2, len(content) // 2 + 200)
    content[middle] = bytes(b ^ 0x5A for b in content[middle])
    path.write_bytes(content)
