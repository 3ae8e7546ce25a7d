"""The hardened picture opener: formats, sizes, colour modes, orientation, paths."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from vgym.data import DataError, image_size, images, open_image, resolve_under
from vgym.data.images import check_image

ORIENTATION = 0x0112


def striped(height: int = 6, width: int = 10) -> np.ndarray:
    """A picture in which every pixel differs, so that any flip or turn shows."""
    ys, xs = np.mgrid[:height, :width]
    return np.stack([ys * 20, xs * 20, (ys + xs) * 10], axis=-1).astype(np.uint8)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(
    width: int, height: int, depth: int, colour: int, rows: bytes, *before: tuple[bytes, bytes]
) -> bytes:
    """A PNG written from its specification, without Pillow; ``before`` are chunks before IDAT."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + b"".join(png_chunk(kind, body) for kind, body in before)
        + png_chunk(b"IDAT", zlib.compress(rows, 9))
        + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_lossless_formats_give_the_same_pixels(tmp_path: Path, suffix: str) -> None:
    pixels = striped()
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}", lossless=True)
    opened = open_image(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(opened, pixels)
    assert opened.dtype == np.uint8 and opened.flags.writeable
    assert image_size(tmp_path / f"a.{suffix}") == (6, 10)


def test_jpeg_is_close(tmp_path: Path) -> None:
    flat = np.full((16, 24, 3), (200, 30, 90), np.uint8)
    Image.fromarray(flat).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(open_image(tmp_path / "a.jpg").astype(int) - flat).max() <= 4


# What each EXIF orientation says about the stored pixels, in NumPy's words (EXIF 2.3, tag 0x0112).
UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    pixels, path = striped(), tmp_path / f"a.{suffix}"
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(pixels).save(path, lossless=True, exif=exif)
    expected = UPRIGHT[orientation](pixels)
    np.testing.assert_array_equal(open_image(path), expected)
    assert image_size(path) == expected.shape[:2]


def test_exif_rotated_jpeg(tmp_path: Path) -> None:
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :16] = 255  # white on the left of the stored picture
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn clockwise: white comes to the top
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=exif)
    opened = open_image(tmp_path / "a.jpg")
    assert opened.shape == (32, 16, 3) and image_size(tmp_path / "a.jpg") == (32, 16)
    assert opened[:12].min() > 240 and opened[20:].max() < 15


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_meaningless_orientation_is_ignored(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(striped()).save(tmp_path / "a.png", exif=exif)
    assert image_size(tmp_path / "a.png") == (6, 10)


def test_damaged_exif_is_ignored(tmp_path: Path) -> None:
    Image.fromarray(striped()).save(tmp_path / "a.png", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    np.testing.assert_array_equal(open_image(tmp_path / "a.png"), striped())


def test_cmyk_jpeg(tmp_path: Path) -> None:
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(open_image(tmp_path / "a.jpg")[4, 4].astype(int) - (255, 0, 0)).max() <= 6


def test_16_bit_grey_png(tmp_path: Path) -> None:
    values = [0, 128, 257, 256 * 128, 65534, 65535]
    rows = b"\0" + struct.pack(">6H", *values)
    (tmp_path / "a.png").write_bytes(png(6, 1, 16, 0, rows))
    expected = [round(value / 257) for value in values]
    opened = open_image(tmp_path / "a.png")
    assert opened.shape == (1, 6, 3)
    assert opened[0].tolist() == [[grey] * 3 for grey in expected]


def test_16_bit_rgb_png(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1, 1, 16, 2, b"\0" + struct.pack(">3H", 65535, 32896, 0)))
    assert open_image(tmp_path / "a.png").tolist() == [[[255, 128, 0]]]


def test_palette_and_one_bit_png(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "p.png")
    assert open_image(tmp_path / "p.png").tolist() == [[[255, 0, 0], [0, 0, 255]]]
    Image.new("1", (1, 1), 1).save(tmp_path / "bit.png")
    assert open_image(tmp_path / "bit.png").tolist() == [[[255, 255, 255]]]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_over_white(tmp_path: Path, mode: str) -> None:
    if mode == "P":
        image = Image.new("P", (1, 1), 0)
        image.putpalette([0, 0, 0])
        image.save(tmp_path / "a.png", transparency=bytes([0]))
    else:
        Image.new(mode, (1, 1), (0,) * len(mode)).save(tmp_path / "a.png")
    assert open_image(tmp_path / "a.png").tolist() == [[[255, 255, 255]]]


WHITE = [255, 255, 255]
# Colour type, depth, samples of one row, the value that tRNS names, what is to be seen.
NAMED: dict[str, tuple[int, int, bytes, bytes, list[list[int]]]] = {
    "1 bit": (0, 1, bytes([0]), b"\0\0", [WHITE, WHITE, WHITE]),
    "2 bits, an inner value": (0, 2, bytes([0b00011000]), b"\0\1", [[0] * 3, WHITE, [170] * 3]),
    "2 bits, the upper bits set": (0, 2, bytes([0b00100100]), b"\1\6", [[0] * 3, WHITE, [85] * 3]),
    "4 bits, an inner value": (0, 4, bytes([0x78, 0x90]), b"\0\x08", [[119] * 3, WHITE, [153] * 3]),
    "4 bits, no pixel of it": (0, 4, bytes([0x78, 0x90]), b"\0\x0f",
                               [[119] * 3, [136] * 3, [153] * 3]),
    "8 bits": (0, 8, bytes([7, 8, 9]), b"\0\x08", [[7] * 3, WHITE, [9] * 3]),
    "16 bits": (0, 16, struct.pack(">3H", 257, 258, 514), struct.pack(">H", 258),
                [[1] * 3, WHITE, [2] * 3]),
    "16 bits, black": (0, 16, struct.pack(">3H", 0, 1, 257), b"\0\0", [WHITE, [0] * 3, [1] * 3]),
    "colours of 8 bits": (2, 8, bytes([1, 2, 3, 1, 2, 4, 3, 2, 1]), struct.pack(">3H", 1, 2, 4),
                          [[1, 2, 3], WHITE, [3, 2, 1]]),
    "colours of 16 bits": (2, 16, struct.pack(">9H", 513, 2, 3, 512, 2, 3, 513, 2, 4),
                           struct.pack(">3H", 512, 2, 3), [[2, 0, 0], WHITE, [2, 0, 0]]),
}  # fmt: skip


@pytest.mark.parametrize("named", NAMED)
def test_the_value_that_a_png_names_is_transparent(tmp_path: Path, named: str) -> None:
    colour, depth, row, value, seen = NAMED[named]
    path = tmp_path / "a.png"
    path.write_bytes(png(3, 1, depth, colour, b"\0" + row, (b"tRNS", value)))
    assert open_image(path)[0].tolist() == seen
    if WHITE in seen:
        with pytest.raises(DataError, match=rf"a\.png has {seen.count(WHITE)} transparent pixels"):
            open_image(path, opaque=True)
    else:
        np.testing.assert_array_equal(open_image(path, opaque=True), open_image(path))


def test_interlaced_colours_of_16_bits_name_one_value(tmp_path: Path) -> None:
    """Of one pixel, Adam7 has one pass, whose row is that of a PNG without passes."""
    row = b"\0" + struct.pack(">3H", 300, 2, 3)
    content = bytearray(png(1, 1, 16, 2, row, (b"tRNS", struct.pack(">3H", 300, 2, 3))))
    content[16:33] = png_chunk(b"IHDR", bytes(content[16:28]) + b"\1")[8:]
    (tmp_path / "a.png").write_bytes(content)
    assert open_image(tmp_path / "a.png").tolist() == [[WHITE]]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "P of one"])
@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_an_opaque_alpha_channel_is_opaque(tmp_path: Path, mode: str, suffix: str) -> None:
    path, grey = tmp_path / f"a.{suffix}", (9, 9, 9, 255)
    if mode.startswith("P"):
        image = Image.new("P", (2, 2), 1)
        image.putpalette([200, 0, 0, 9, 9, 9])
        # Another entry of the palette, or one beyond it, is transparent.
        image.info["transparency"] = bytes([0, 255]) if mode == "P" else 0
    else:
        image = Image.new(mode, (2, 2), grey if mode == "RGBA" else grey[2:])
    image.save(path, lossless=True)
    assert (open_image(path, opaque=True) == 9).all()
    image = Image.new("RGBA", (2, 2), grey)
    image.putpixel((1, 1), (9, 9, 9, 254))
    image.save(path, lossless=True)
    with pytest.raises(DataError, match="1 transparent pixels among its 4"):
        open_image(path, opaque=True)


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
@pytest.mark.parametrize("exif_says", [None, 1, 3])
def test_xmp_turns_no_picture(tmp_path: Path, suffix: str, exif_says: int | None) -> None:
    """Browsers and OpenCV turn by EXIF alone, so boxes are drawn on what EXIF alone has turned."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :16] = 255
    path, exif, image = tmp_path / f"a.{suffix}", Image.Exif(), Image.fromarray(pixels)
    exif[0x010E] = "a picture"
    if exif_says is not None:
        exif[ORIENTATION] = exif_says
    if suffix == "png":
        said = PngImagePlugin.PngInfo()
        said.add_itxt("XML:com.adobe.xmp", XMP.decode())
        image.save(path, pnginfo=said, exif=exif)
    else:
        image.save(path, xmp=XMP, exif=exif, lossless=True)
    with Image.open(path) as written:
        assert b"Orientation" in str(written.info).encode()
    assert image_size(path) == (16, 32)
    white = open_image(path)[:, :14].min() > 240
    assert white == (exif_says != 3)


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_animations_give_their_first_frame(tmp_path: Path, suffix: str) -> None:
    red, blue = Image.new("RGB", (4, 3), "red"), Image.new("RGB", (4, 3), "blue")
    path = tmp_path / f"a.{suffix}"
    red.save(path, save_all=True, append_images=[blue], lossless=True)
    with Image.open(path) as animation:
        assert animation.n_frames == 2
    assert (open_image(path) == (255, 0, 0)).all()
    assert image_size(path) == (3, 4)


def test_one_pixel(tmp_path: Path) -> None:
    Image.new("L", (1, 1), 7).save(tmp_path / "a.png")
    assert open_image(tmp_path / "a.png").tolist() == [[[7, 7, 7]]]


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_truncated_files_name_the_file(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "jpeg" if suffix == "jpg" else suffix)
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    with pytest.raises(DataError, match=rf"cut\.{suffix}"):
        open_image(path)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_anywhere_gives_pixels_or_a_data_error(tmp_path: Path, data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(["png", "jpeg", "webp"]))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    buffer = io.BytesIO()
    Image.fromarray(striped()).save(buffer, suffix, exif=exif)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        pixels = open_image(path, max_pixels=10_000)
    except DataError as error:
        assert str(path) in str(error)
    else:
        assert pixels.dtype == np.uint8 and pixels.shape == (*image_size(path), 3)


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(DataError, match=r"empty\.png is empty \(0 bytes\)"):
        open_image(tmp_path / "empty.png")
    with pytest.raises(DataError, match="does not exist"):
        open_image(tmp_path / "none.png")
    with pytest.raises(DataError, match="not a regular file"):
        image_size(tmp_path)


@pytest.mark.parametrize("form", ["gif", "bmp", "tiff", "ppm"])
def test_other_formats_are_refused_whatever_their_name(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(path, form)
    with pytest.raises(DataError, match=r"a\.png is not a readable PNG, JPEG, WEBP file"):
        open_image(path)


def test_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("%!PS-Adobe-3.0 EPSF-3.0\n")
    with pytest.raises(DataError, match="not a readable"):
        open_image(tmp_path / "a.jpg")


@pytest.mark.parametrize("side", [7_100, 9_500, 13_000, 60_000])
def test_bombs_are_refused_before_decoding(
    tmp_path: Path, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.png"
    # The header says side x side; there is only one row, but nothing may get so far as to see it.
    path.write_bytes(png(side, side, 8, 0, bytes(side + 1)))

    def decoded(self: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    for function in (open_image, image_size):
        with pytest.raises(DataError, match=r"bomb\.png .*over the limit of 50000000 pixels"):
            function(path)


def test_pixel_limit_is_exact(tmp_path: Path) -> None:
    Image.new("L", (10, 10)).save(tmp_path / "a.png")
    assert open_image(tmp_path / "a.png", max_pixels=100).shape == (10, 10, 3)
    with pytest.raises(DataError, match="10x10, over the limit of 99 pixels"):
        open_image(tmp_path / "a.png", max_pixels=99)


def test_image_size_reads_only_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix in ("png", "jpg", "webp"):
        Image.fromarray(striped()).save(tmp_path / f"a.{suffix}")

    def decoded(self: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    for suffix in ("png", "jpg", "webp"):
        assert image_size(tmp_path / f"a.{suffix}") == (6, 10)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_files_that_were_cut_off_are_found_by_their_end(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 48, 3), dtype=np.uint8)
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(noise).save(path)
    whole = path.read_bytes()
    for size in (*range(0, len(whole), len(whole) // 23), *range(len(whole) - 20, len(whole))):
        path.write_bytes(whole[:size])
        try:
            open_image(path)
        except DataError:
            with pytest.raises(DataError, match=rf"a\.{suffix}"):
                check_image(path)
        else:
            assert check_image(path) == (64, 48)
            assert size >= len(whole) - 20, "all pixels are there, some of the end is not"
    for tail in (b"\0", b"a camera's own"):
        path.write_bytes(whole + tail)
        assert check_image(path) == check_image(path, decode=True) == (64, 48)

    def decoded(self: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    path.write_bytes(whole)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    assert check_image(path) == (64, 48), "a whole file is not decoded"
    with pytest.raises(AssertionError, match="decoded"):
        check_image(path, decode=True)


def test_what_cannot_be_opened_is_a_data_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (2, 2)).save(path)

    def refused(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)
    for function in (open_image, image_size, check_image):
        with pytest.raises(DataError, match=r"a\.png cannot be read: .*Permission denied"):
            function(path)
    long = tmp_path / ("n" * 300 + ".png")
    with pytest.raises(DataError, match=r"cannot be read|does not exist"):
        open_image(long)


BAD_NAMES = {
    "absolute": "/etc/passwd",
    "parent": "../a.png",
    "hidden parent": "b/../../a.png",
    "harmless parent": "b/../a.png",
    "windows parent": "b\\..\\..\\a.png",
    "drive": "C:\\a.png",
    "drive relative": "c:a.png",
    "drive with slash": "D:/a.png",
    "unc": "\\\\server\\share\\a.png",
    "unc with slashes": "//server/share/a.png",
    "windows root": "\\a.png",
    "nul": "a.png\0.jpg",
    "empty": "",
}


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
def test_bad_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as caught:
        resolve_under(tmp_path, name)
    assert repr(name) in str(caught.value)
    with pytest.raises(DataError):
        open_image(name, root=tmp_path)


def test_names_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    Image.new("L", (2, 3)).save(tmp_path / "deep" / "a..b.png")
    assert resolve_under(tmp_path, "deep/a..b.png") == (tmp_path / "deep" / "a..b.png").resolve()
    assert open_image("deep/a..b.png", root=tmp_path).shape == (3, 2, 3)


def test_symbolic_links_may_not_leave_the_root(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    Image.new("L", (2, 2)).save(outside / "a.png")
    Image.new("L", (2, 2)).save(root / "real.png")
    (root / "file.png").symlink_to(outside / "a.png")
    (root / "folder").symlink_to(outside)
    (root / "inside.png").symlink_to(root / "real.png")
    for name in ("file.png", "folder/a.png"):
        with pytest.raises(DataError, match="outside the root"):
            open_image(name, root=root)
    assert open_image("inside.png", root=root).shape == (2, 2, 3)


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    with pytest.raises(DataError, match=r"loop\.png"):
        open_image("loop.png", root=tmp_path)


@given(name=st.text(max_size=30))
def test_any_name_stays_below_the_root_or_is_refused(name: str) -> None:
    root = Path("some/root")
    try:
        path = resolve_under(root, name)
    except DataError:
        return
    assert path.is_relative_to(root.resolve())


def test_names_are_those_of_the_disk_where_the_locale_cannot_write_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the locale C without Python's UTF-8 mode."""

    def narrow(name: str) -> bytes:
        return name.encode("ascii", "surrogateescape")

    monkeypatch.setattr(images.os, "fsencode", narrow)
    monkeypatch.setattr(images.os, "fsdecode", lambda name: name.decode("ascii", "surrogateescape"))
    for name in ("Ü.png", "кнопка/中.png"):
        assert narrow(str(resolve_under(tmp_path, name))) == f"{tmp_path}/{name}".encode()
    with pytest.raises(DataError, match="cannot be found"):
        resolve_under(tmp_path, "\ud800.png")
