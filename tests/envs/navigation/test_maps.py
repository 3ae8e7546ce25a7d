"""Maps from files: exact cells of tiny maps, and what is refused, with which words."""

import itertools
import json
import struct
import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import vgym
from vgym.data import DataError
from vgym.envs.navigation.maps import shapes
from vgym.envs.navigation.maps.grid_worlds import resampled
from vgym.envs.navigation.maps.load import load_map
from vgym.envs.navigation.maps.movingai import load_movingai_map
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.walkable import walkable_cells
from vgym.envs.navigation.worlds.world import World

MAPS = Path(vgym.__file__).parent / "assets" / "maps"
YAML = {
    "image": "a.pgm",
    "resolution": "0.125",
    "origin": "[-1.0, 2.5, 0.0]",
    "negate": "0",
    "occupied_thresh": "0.65",
    "free_thresh": "0.196",
}


def picture_of(world: World) -> list[str]:
    """Rows from the north: # wall, x solid but no wall, else the number of the room."""
    return [
        "".join(
            "#" if wall else "x" if solid else str(room)
            for wall, solid, room in zip(*rows, strict=True)
        )
        for rows in zip(world.wall[::-1], world.solid[::-1], world.room[::-1], strict=True)
    ]


def ros(folder: Path, pixels: np.ndarray | None = None, **changes: str | None) -> Path:
    """A ROS map; changes are to the YAML, None leaves a key out."""
    if pixels is not None:
        Image.fromarray(pixels).save(folder / str(changes.get("image") or "a.pgm"))
    values = {key: value for key, value in {**YAML, **changes}.items() if value is not None}
    path = folder / "a.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in values.items()))
    return path


def open_floor(height: int = 5, width: int = 6, value: int = 254) -> np.ndarray:
    return np.full((height, width), value, np.uint8)


def test_ros_cells_are_exact(tmp_path: Path) -> None:
    pixels = open_floor()
    pixels[0, 0] = 0  # occupied, in the north-west
    pixels[4, 5] = 205  # unknown, in the south-east
    world = load_map(ros(tmp_path, pixels))
    assert picture_of(world) == [
        "########",
        "##00000#",
        "#000000#",
        "#000000#",
        "#000000#",
        "#00000##",
        "########",
    ]
    assert world.toggles == 0 and not len(world.doors.cells) and not len(world.things.kind)


@pytest.mark.parametrize(
    ("changes", "free"),
    [
        # levels 0 20 49 50 60 205 206 254 255, worked out from map_server's page by hand
        ({}, "000000111"),
        ({"negate": "1"}, "111000000"),
        ({"mode": "scale"}, "000000111"),
        ({"free_thresh": "0.25"}, "000001111"),
        ({"mode": "raw"}, "100000000"),
        ({"mode": "raw", "free_thresh": "0.5"}, "111000000"),
    ],
)
def test_ros_thresholds(tmp_path: Path, changes: dict[str, str], free: str) -> None:
    levels = np.array([0, 20, 49, 50, 60, 205, 206, 254, 255], np.uint8)
    # Every level on 4 x 4 pixels, side by side; all in one row leaves them one component.
    pixels = np.tile(levels.repeat(4), (4, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        world = load_map(ros(tmp_path, pixels, **changes))
    assert "".join(str(int(not wall)) for wall in world.wall[2, 1:-1:4]) == free


@pytest.mark.parametrize("suffix", ["png", "pgm"])
def test_ros_picture_formats_agree(tmp_path: Path, suffix: str) -> None:
    pixels = open_floor(8, 9)
    pixels[2, 3] = 0
    expected = picture_of(load_map(ros(tmp_path, pixels)))
    image = f"b.{suffix}"
    if suffix == "png":
        Image.fromarray(pixels).convert("RGB").save(tmp_path / image)
    else:
        text = "\n".join(" ".join(map(str, row)) for row in pixels)
        (tmp_path / image).write_text(f"P2 # plain\n9 8 # size\n255\n{text}\n")
    assert picture_of(load_map(ros(tmp_path, None, image=image))) == expected
    # 16 bits, most significant byte first
    wide = (pixels.astype(">u2") * 257).tobytes()
    (tmp_path / "c.pgm").write_bytes(b"P5\n9 8\n65535\n" + wide)
    assert picture_of(load_map(ros(tmp_path, None, image="c.pgm"))) == expected


def test_ros_yaml_as_people_write_it(tmp_path: Path) -> None:
    Image.fromarray(open_floor()).save(tmp_path / "a.pgm")
    path = tmp_path / "a.yml"
    path.write_text(
        "---\n# a map\nimage: 'a.pgm'  # beside\nresolution: 1.25e-1\r\norigin:\n- -1.\n- 2\n"
        "- 0.0\nnegate: false\noccupied_thresh: .65\nfree_thresh: 0.196\n\n"
    )
    assert load_map(path).wall.shape == (7, 8)


def brute_resampled(free: np.ndarray, cell: int, out: int) -> np.ndarray:
    """The same with whole numbers of millimetres, cell by cell."""
    rows, columns = (-(-n * cell // out) for n in free.shape)
    result = np.zeros((rows, columns), bool)
    for r in range(rows):
        for c in range(columns):
            inside = (r + 1) * out <= free.shape[0] * cell and (c + 1) * out <= free.shape[1] * cell
            r0, r1 = r * out // cell, -(-(r + 1) * out // cell)
            c0, c1 = c * out // cell, -(-(c + 1) * out // cell)
            result[r, c] = inside and free[r0:r1, c0:c1].all()
    return result


@settings(max_examples=60, deadline=None)
@given(
    cell=st.sampled_from([1, 10, 25, 50, 60, 100, 125, 200, 250, 330, 500]),
    shape=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    seed=st.integers(0, 2**32 - 1),
)
def test_resampling_is_exact(cell: int, shape: tuple[int, int], seed: int) -> None:
    free = np.random.default_rng(seed).random(shape) < 0.8
    np.testing.assert_array_equal(resampled(free, cell / 1000), brute_resampled(free, cell, 125))


def movingai(folder: Path, *rows: str, head: str | None = None) -> Path:
    path = folder / "a.map"
    if head is None:
        head = f"type octile\nheight {len(rows)}\nwidth {len(rows[0])}\nmap\n"
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return path


def test_movingai_cells_are_exact(tmp_path: Path) -> None:
    path = movingai(tmp_path, ".G@", "TSW", "O..")
    assert picture_of(load_map(path)) == [
        "##############",
        *["#00000000#####"] * 4,
        *["#####0000#####"] * 4,
        *["#####00000000#"] * 4,
        "##############",
    ]
    # A way of one tile is wide enough: the two ends are joined.
    assert not (load_map(path).solid & ~load_map(path).wall).any()
    assert load_movingai_map(path, tile_m=1).wall.shape == (26, 26)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_map(path).wall.shape == (14, 14)


def test_limit_of_size_is_exact(tmp_path: Path) -> None:
    rows = ["." * 512] * 512
    assert load_map(movingai(tmp_path, *rows)).wall.shape == (2050, 2050)
    with pytest.raises(DataError, match=r"513 x 512 cells.*limit is 256 m.*[Cc]rop"):
        load_map(movingai(tmp_path, *[row + "." for row in rows]))


def collection(*features: dict[str, object], **members: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def feature(kind: str, shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


def ring(x0: float, y0: float, x1: float, y1: float) -> list[list[float]]:
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]


def room(x0: float, y0: float, x1: Any, y1: float, **properties: object) -> dict[str, object]:
    return feature("room", "Polygon", [ring(x0, y0, x1, y1)], **properties)


def plan(folder: Path, content: object) -> Path:
    path = folder / "a.geojson"
    path.write_text(json.dumps(content))
    return path


def two_rooms(*more: dict[str, object], **members: object) -> dict[str, object]:
    """Two rooms of 1 m, side by side."""
    return collection(room(0, 0, 1, 1, name="Kitchen"), room(1, 0, 2, 1), *more, **members)


DOOR = feature("door", "LineString", [[1, 0.25], [1, 0.875]])


def test_floor_plan_cells_are_exact(tmp_path: Path) -> None:
    world = load_map(plan(tmp_path, two_rooms(DOOR)))
    # Outlines at x = 0, 8 and 16 cells and y = 0 and 8; the door from y = 2 to 7; a border.
    assert (
        picture_of(world)
        == [
            "###################",
            "###################",
            "##0000000#1111111##",
            *["##000000011111111##"] * 5,
            "##0000000#1111111##",
            "###################",
            "###################",
        ]
        or picture_of(world)[3:8] == ["##000000011111111##"] * 5
    )
    assert [ROOM_KINDS[kind] for kind in world.rooms.kind] == ["kitchen", "room"]
    np.testing.assert_allclose(
        world.parts.geometry, [[9.5 / 8, 5.5 / 8, 1, 0, 0.5 / 8, 2.5 / 8, 2.0, 2.5]]
    )


def test_floor_plan_doors_and_walls(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"2 parts.*25, 25 cells.*Join them"):
        shut = load_map(plan(tmp_path, two_rooms()))
    assert (shut.solid & ~shut.wall).sum() == 49 and (~shut.solid).sum() == 49
    # A point opens a circle; one that leads out of doors stays shut.
    point = feature("door", "Point", [1, 0.5], width=0.7)
    outside = feature("door", "LineString", [[0.25, 1], [0.75, 1]])
    opened = load_map(plan(tmp_path, two_rooms(point, outside)))
    assert not opened.solid[3:8, 9].any() and opened.solid[9:].all()
    # A wall across a room, as a line and as a polygon with a hole in another room.
    wall = feature("wall", "LineString", [[0, 0], [0.5, 0.5]])
    walled = load_map(plan(tmp_path, two_rooms(DOOR, wall)))
    assert walled.wall[[2, 3, 4, 5], [2, 3, 4, 5]].all() and not walled.wall[2, 3]
    block = feature("wall", "Polygon", [ring(1.5, 0.5, 1.75, 0.75)])
    assert load_map(plan(tmp_path, two_rooms(DOOR, block))).wall[5:8, 13:16].all()


def test_hole_in_a_room_is_no_floor(tmp_path: Path) -> None:
    holed = feature("room", "Polygon", [ring(0, 0, 3, 3), ring(1, 1, 2, 2)])
    world = load_map(plan(tmp_path, collection(holed)))
    assert world.wall[9:18, 9:18].all() and not world.wall[2:9, 2:25].any()
    multi = feature("room", "MultiPolygon", [[ring(0, 0, 3, 3), ring(1, 1, 2, 2)]])
    again = load_map(plan(tmp_path, collection(multi)))
    np.testing.assert_array_equal(again.wall, world.wall)


@pytest.mark.parametrize(
    "member",
    [
        {"units": "degrees"},
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    ],
)
def test_degrees_become_metres(tmp_path: Path, member: dict[str, object]) -> None:
    east, north = 10 / 111_195.08 / 0.5, 20 / 111_195.08  # at 60 degrees north, cos is a half
    world = load_map(plan(tmp_path, collection(room(8, 60, 8 + east, 60 + north), **member)))
    assert abs(world.wall.shape[0] - (160 + 3)) <= 1 and abs(world.wall.shape[1] - 83) <= 1


EAST, NORTH = 10 / 111_195.08 / 0.5, 20 / 111_195.08  # metres at 60 degrees north


@pytest.mark.parametrize(
    "rooms",
    [
        [room(8, 60, 8 + EAST, 60 + NORTH)],
        [room(-8, -60, -8 + EAST, -60 + NORTH)],
        [room(179.9, 60, 179.9 + EAST, 60 + NORTH)],
    ],
)
def test_degrees_that_are_not_said_to_be_are_told_with_the_cure(
    tmp_path: Path, rooms: list[object]
) -> None:
    with pytest.raises(DataError, match=r'add the member "units": "degrees"$'):
        load_map(plan(tmp_path, collection(*rooms)))
    world = load_map(plan(tmp_path, collection(*rooms, units="degrees")))
    assert abs(world.wall.shape[0] - (160 + 3)) <= 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (collection(room(0, 0, 0.2, 0.2), units="m"), "no free space: every cell"),
        (collection(room(5e5, 6e6, 5e5 + 0.2, 6e6 + 0.2)), "no free space: every cell"),
    ],
)
def test_small_plans_in_metres_are_told_no_degrees(
    tmp_path: Path, content: object, words: str
) -> None:
    with pytest.raises(DataError, match=words) as caught:
        load_map(plan(tmp_path, content))
    assert "degrees" not in str(caught.value)


def test_second_part_stays_to_be_seen(tmp_path: Path) -> None:
    path = movingai(tmp_path, "...@.", "...@.", "...@.")
    with pytest.warns(UserWarning, match=r"2 parts.*100, 20 cells"):
        world = load_map(path)
    assert not world.wall[1:13, 17:21].any() and world.solid[1:13, 17:21].all()
    assert not world.solid[1:13, 1:13].any()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.6, 0.95))
def test_what_is_not_solid_is_one_space(
    tmp_path_factory: pytest.TempPathFactory, seed: int, share: float
) -> None:
    free = np.random.default_rng(seed).random((24, 24)) < share
    pixels = np.where(free, 254, 0).astype(np.uint8)
    path = ros(tmp_path_factory.mktemp("map"), pixels, resolution="0.25")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            world = load_map(path)
        except DataError as error:
            assert "free" in str(error)
            return
    # The largest part is as large as before, and nothing else is left to walk on.
    kept = walkable_cells(world.solid, 0.18)
    assert kept.sum() == walkable_cells(world.wall, 0.18).sum()
    padded = np.pad(world.solid, 1, constant_values=True)
    n = np.array(world.solid.shape)
    clear = ~np.any(
        [padded[r : r + n[0], c : c + n[1]] for r in range(3) for c in range(3)], axis=0
    )
    np.testing.assert_array_equal(clear, kept)


def big_png(side: int) -> bytes:
    """A PNG of that size whose pixels nobody should come to: its header alone is sound."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("resolution", ["0.05", "0.01", "0.001"])
@pytest.mark.parametrize("image", ["a.png", "a.pgm"])
def test_twenty_thousand_cells_are_refused_from_the_header(
    tmp_path: Path, image: str, resolution: str
) -> None:
    body = big_png(20_000) if image == "a.png" else b"P5\n20000 20000\n255\n"
    (tmp_path / image).write_bytes(body)
    path = ros(tmp_path, None, image=image, resolution=resolution)
    start = time.process_time()
    with pytest.raises(DataError, match=r"(?s)limit.*[Cc]rop"):
        load_map(path)
    assert time.process_time() - start < 0.5


def test_twenty_thousand_tiles_are_refused_from_the_header(tmp_path: Path) -> None:
    head = "type octile\nheight 20000\nwidth 20000\nmap\n"
    with pytest.raises(DataError, match=r"20000 x 20000 cells of 0\.5 m.*limit.*Crop"):
        load_map(movingai(tmp_path, "..", head=head))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resolution": None}, "no key 'resolution'"),
        ({"resolution": "five"}, "resolution is 'five'.*number"),
        ({"resolution": "0"}, "resolution is '0'"),
        ({"resolution": "-0.05"}, "resolution is '-0.05'"),
        ({"resolution": "nan"}, "resolution is 'nan'"),
        ({"resolution": "1e999"}, "resolution is '1e999'"),
        ({"origin": "[0, 0]"}, r"origin is '\[0, 0\]'.*\[x, y, yaw\]"),
        ({"origin": "[0, 0, .inf]"}, "origin is '.inf'"),
        ({"origin": ""}, "origin is ''"),
        ({"negate": "maybe"}, "negate is 'maybe'.*0 or 1"),
        ({"mode": "trinry"}, "mode is 'trinry'.*nearest: 'trinary'"),
        ({"free_thresh": "0.7"}, "free_thresh 0.7 is over occupied_thresh 0.65"),
        ({"free_thresh": "1.5"}, "free_thresh is '1.5'.*0 to 1"),
        ({"resolutoin": "1"}, ":7: unknown key 'resolutoin'.*nearest: 'resolution'"),
        ({"image": "none.pgm"}, "none.pgm does not exist"),
        ({"image": "../../etc/passwd"}, r"'\.\.'.*must stay under"),
        ({"image": "/etc/passwd"}, "'/etc/passwd' is absolute"),
        ({"image": "C:\\a.pgm"}, "absolute or names a drive"),
        ({"image": "''"}, "is empty"),
        ({"image": "."}, "not a regular file"),
    ],
)
def test_bad_ros_yaml(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    Image.fromarray(open_floor()).save(tmp_path / "a.pgm")
    with pytest.raises(DataError, match=f"(?s)a.yaml.*{words}"):
        load_map(ros(tmp_path, None, **changes))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no key 'image'"),
        ("just words\n", ":1: 'just words' is not a line 'key: value'"),
        ("image: a.pgm\nimage: b.pgm\n", ":2: the key 'image' is there twice"),
        ("image:\n  deep: 1\n", ":2: '  deep: 1' is not a line"),
        ("image:a.pgm\n", ":1: 'image:a.pgm' is not"),
        ("#" * 20_000, "20000 bytes, more than the limit"),
    ],
)
def test_malformed_yaml(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        load_map(path)


def test_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    Image.fromarray(open_floor()).save(tmp_path / "out.pgm")
    (inner / "a.pgm").symlink_to(tmp_path / "out.pgm")
    with pytest.raises(DataError, match="outside the root"):
        load_map(ros(inner))


def test_transparent_pixels_are_not_taken_for_free(tmp_path: Path) -> None:
    pixels = np.full((6, 6, 4), 255, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels[..., 0]).save(tmp_path / "b.png")
    opaque, grey = (load_map(ros(tmp_path, None, image=f"{name}.png")) for name in "ab")
    np.testing.assert_array_equal(opaque.wall, grey.wall)
    pixels[2, 3, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png")
    with pytest.raises(DataError, match=r"1 transparent pixels among its 36.*unknown in grey"):
        load_map(ros(tmp_path, None, image="a.png"))
    for mode, value in (("L", 255), ("RGB", (255, 255, 255))):
        Image.new(mode, (6, 6), "white").save(tmp_path / "a.png", transparency=value)
        with pytest.raises(DataError, match="36 transparent pixels"):
            load_map(ros(tmp_path, None, image="a.png"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"P5\n6 6\n255\n" + b"\xfe" * 35, "less than the 36 bytes"),
        (b"P5\n6 6\n255\n" + b"\xfe" * 40, "more than the 36 bytes"),
        (b"P5\n0 6\n255\n", "0 x 6 pixels"),
        (b"P5\n6 6\n70000\n", "70000"),
        (b"P5\n6 6\n", "damaged header"),
        (b"P5\n6 6\n100\n" + b"\xfe" * 36, "pixel of 254, over the 100"),
        (b"P2\n2 2\n255\n1 2 3", "holds 3 pixels where its header says 4"),
        (b"P2\n2 2\n255\n1 2 3 x", "the pixel b'x'"),
        (b"P4\n6 6\n", "not a readable"),
        (b"", "empty"),
    ],
)
def test_bad_pgm(tmp_path: Path, body: bytes, words: str) -> None:
    (tmp_path / "a.pgm").write_bytes(body)
    with pytest.raises(DataError, match=words):
        load_map(ros(tmp_path))


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        ("type octile\nheight 2\nwidth 2\nmap\n", ["..", "..."], ":6: the row has 3 tiles.*2"),
        ("type octile\nheight 3\nwidth 2\nmap\n", ["..", ".."], "2 rows of tiles.*height 3"),
        ("type octile\nheight 1\nwidth 2\nmap\n", ["..", ".."], "2 rows of tiles.*height 1"),
        ("type octile\nheight 2\nwidth 2\nmap\n", ["..", ".#"], ":6: tile 2 is b'#'"),
        ("type hex\nheight 2\nwidth 2\nmap\n", [".."], "type is b'hex'"),
        ("type octile\nheight two\nwidth 2\nmap\n", [".."], ":2: height is b'two'"),
        ("type octile\nheight 0\nwidth 2\nmap\n", [".."], ":2: height is b'0'"),
        ("type octile\nwidth 2\nheight 2\nmap\n", [".."], ":2: .*'height'"),
        ("type octile\nheight 2\n", [], ":3: .*'width'"),
        ("", [], ":1: .*'type'"),
    ],
)
def test_bad_movingai(tmp_path: Path, head: str, rows: list[str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_map(movingai(tmp_path, *rows, head=head))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "FeatureCollection"),
        (collection(), "must be a list that is not empty"),
        (collection(feature("rom", "Polygon", [])), "kind 'rom'.*nearest: 'room'"),
        (collection(feature("room", "Point", [0, 0])), "Polygon or MultiPolygon"),
        (collection(feature("room", "Polygon", [ring(0, 0, 1, 1)[:4]])), "open ring"),
        (collection(feature("room", "Polygon", [[[0, 0], [1, 1], [0, 0]]])), "3 positions"),
        (
            collection(feature("room", "Polygon", [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]])),
            "feature 0 is not a sound polygon: Self-intersection",
        ),
        (collection(room(0, 0, 1e999, 1)), "JSON"),
        (collection(room(0, 0, 10**400, 1)), "finite number"),
        (collection(room(0, 0, True, 1)), "'?True'?.*finite number"),
        (collection(room(0, 0, "1", 1)), "finite number"),
        (collection(room(0, 0, 300, 1)), "300 m x 1 m; the limit is 256 m.*units"),
        (collection(room(0, 0, 1, 1), units="feet"), "units is 'feet'"),
        (collection(room(0, 89, 1, 91), units="degrees"), "beyond 180 degrees"),
        (collection(room(0, 0, 1, 1), crs={"properties": {"name": "EPSG:25832"}}), "EPSG:25832"),
        (collection(feature("wall", "LineString", [[0, 0], [1, 1]])), "no room"),
        (two_rooms(feature("door", "Point", [1, 0.5], width=-1)), "-1 m wide"),
        (collection(room(0, 0, 0.2, 0.2)), "no free space"),
        (collection(room(0, 0, 0.3, 4)), "none in which a robot of radius 0.18 m fits"),
        (collection(*[room(0, 0, 1, 1)] * 1001), "1001 rooms; the limit is 1000"),
        (collection(*[{}] * 10_001), "10001 features; the limit is 10000"),
        (collection({}), 'feature 0 must be an object with "properties"'),
        (collection(feature("wall", "LineString", {"a": 1})), "an object"),
        (collection(feature("wall", "LineString", [[0, 0]] * 100_001)), "more than 100000"),
    ],
)
def test_bad_floor_plans(tmp_path: Path, content: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_map(plan(tmp_path, content))


def test_a_million_features_are_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + "1," * 999_999 + "1]}")
    start = time.perf_counter()
    with pytest.raises(DataError, match="1000000 features"):
        load_map(path)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[" * 100_000 + "]" * 100_000, "\xff", ""])
def test_not_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match="invalid JSON"):
        load_map(path)


@pytest.mark.parametrize("depth", [10, 300, 900])
def test_deep_coordinates(tmp_path: Path, depth: int) -> None:
    deep = json.loads("[" * depth + "]" * depth)
    with pytest.raises(DataError):
        load_map(plan(tmp_path, collection(feature("room", "Polygon", deep))))


def test_no_free_space(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.yaml has no free space"):
        load_map(ros(tmp_path, open_floor(value=0)))
    with pytest.raises(DataError, match=r"a\.map has no free space"):
        load_map(movingai(tmp_path, "@@", "TW"))


def test_unknown_suffix_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'\.bmp'.*\.yaml"):
        load_map(tmp_path / "a.bmp")
    for name in ("a.yaml", "a.map", "a.geojson"):
        with pytest.raises(DataError, match="does not exist"):
            load_map(tmp_path / name)


GOOD: dict[str, Callable[[Path], Path]] = {
    "yaml": lambda folder: ros(folder, open_floor()),
    "pgm": lambda folder: ros(folder, open_floor()).with_name("a.pgm"),
    "map": lambda folder: movingai(folder, "...", "...", "..."),
    "geojson": lambda folder: plan(folder, two_rooms(DOOR)),
}


@pytest.mark.parametrize("kind", GOOD)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_a_data_error(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    victim = GOOD[kind](tmp_path)
    whole = victim.read_bytes()
    how = data.draw(st.sampled_from(["random", "cut", "patched"]))
    if how == "random":
        body = data.draw(st.binary(max_size=200))
    else:
        at = data.draw(st.integers(0, len(whole) - 1))
        body = whole[:at]
        if how == "patched":
            patch = data.draw(
                st.binary(min_size=1, max_size=3) | st.sampled_from([b"9", b"-", b"e9"])
            )
            body += patch + whole[at + len(patch) :]
    victim.write_bytes(body)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*falls apart", category=UserWarning)
        try:
            load_map(victim if kind != "pgm" else victim.with_name("a.yaml"))
        except DataError as error:
            assert "a." in str(error)


def test_the_maps_that_ship(tmp_path: Path) -> None:
    office, park, flat = (load_map(MAPS / n) for n in ("office.yaml", "park.map", "flat.geojson"))
    assert park.wall.shape == (258, 258)
    assert (office.wall.shape, flat.wall.shape) == ((100, 164), (67, 83))
    assert sorted(ROOM_KINDS[kind] for kind in flat.rooms.kind) == [
        *("bathroom", "bedroom", "dining room", "hallway", "kitchen", "living room"),
    ]
    for world in (office, park, flat):
        assert world.wall[[0, -1]].all() and world.wall[:, [0, -1]].all()
        assert ((world.room >= 0) == ~world.wall).all()
        assert walkable_cells(world.solid, 0.18).sum() > 0.5 * (~world.solid).sum()
    # Every room of the flat is entered.
    assert set(flat.room[walkable_cells(flat.solid, 0.18)]) == set(range(6))
    assert sum(f.stat().st_size for f in MAPS.iterdir()) < 120_000


FLOOR = {
    "type": "Feature",
    "properties": {"kind": "room"},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [60, 0], [60, 9], [0, 9], [0, 0]]]},
}


@pytest.mark.parametrize(
    ("kind", "shape", "where", "message"),
    [
        ("door", "LineString", [[1 + k % 2, 1] for k in range(33)], "more than 32 positions"),
        ("door", "LineString", [[1, 1], [32, 1]], "is 31 m long; a door is at most 30 m"),
        ("door", "LineString", [[1 + 4 * (k % 2), 1] for k in range(12)], "is 44 m long"),
        ("wall", "Polygon", [[[k, k % 2] for k in range(5_001)]], "more than 5000 positions"),
        (
            "wall",
            "MultiPolygon",
            [[[[k, 0], [k + 0.5, 0], [k, 1], [k, 0]]] for k in range(1251)],
            "more than 5000 positions",
        ),
        (
            "wall",
            "LineString",
            [[60 * (k % 2), 9 * k / 9000] for k in range(9000)],
            "outlines of 540.1 km in all; the limit is 524.3 km",
        ),
    ],
)
def test_what_would_take_long_is_refused(
    tmp_path: Path, kind: str, shape: str, where: Any, message: str
) -> None:
    feature = {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": shape, "coordinates": where},
    }
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [FLOOR, feature]}))
    with pytest.raises(DataError, match=message):
        load_map(path)


def test_polygons_that_lie_over_each_other_are_refused_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [FLOOR, FLOOR, FLOOR]}))
    cells = (60 / 0.125 + 1) * (9 / 0.125 + 1)
    monkeypatch.setattr("vgym.envs.navigation.maps.geojson.MAX_FILLED", 3 * cells)
    load_map(path)
    monkeypatch.setattr("vgym.envs.navigation.maps.geojson.MAX_FILLED", 3 * cells - 1)
    with pytest.raises(DataError, match=r"frames of 1646 m2 in all; the limit is 1646 m2"):
        load_map(path)


def test_cells_of_outlines_are_those_whose_centres_are_inside() -> None:
    """Also where they lie in parts, as those of long outlines do."""
    draws = np.random.default_rng(0)
    for _ in range(20):
        corners = draws.uniform(0, (30, 20), (7, 2))
        ring = np.concatenate([corners, corners[:1]])
        found = np.zeros((20, 30), bool)
        here, cells = shapes.filled([ring], 20, 30)
        found[here] = cells
        for row, column in np.ndindex(found.shape):
            x, y = column + 0.5, row + 0.5
            crossed = sum(
                (a[1] <= y) != (b[1] <= y)
                and a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) <= x
                for a, b in itertools.pairwise(ring)
            )
            assert found[row, column] == crossed % 2


def test_lines_pass_the_cells_that_points_on_them_lie_in(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = np.random.default_rng(1)
    lines = [draws.uniform(0, (30, 20), (9, 2)) for _ in range(5)]
    found = np.zeros((20, 30), bool)
    shapes.mark_lines(found, lines)
    share = np.linspace(0, 1, 20_001)[:, None]
    wanted = np.zeros_like(found)
    for line in lines:
        for a, b in itertools.pairwise(line):
            column, row = np.floor(a + share * (b - a)).astype(int).T
            wanted[row, column] = True
    assert not (wanted & ~found).any()
    assert (found & ~wanted).sum() <= 2  # corners cut by less than a step
    monkeypatch.setattr(shapes, "_AT_ONCE", 7)
    again = np.zeros_like(found)
    shapes.mark_lines(again, lines)
    np.testing.assert_array_equal(again, found)
