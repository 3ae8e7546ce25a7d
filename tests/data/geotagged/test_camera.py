"""Photographs with EXIF's GPS: where they are, and that nobody is told."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vgym.data import DataError
from vgym.data.errors import RecordProblem
from vgym.data.geotagged import load
from vgym.data.geotagged.camera import place_of
from vgym.data.images import exif_gps

SYDNEY: dict[int, object] = {1: "S", 2: (33.0, 51.0, 24.48), 3: "E", 4: (151.0, 12.0, 55.08)}


def photograph(path: Path, gps: Mapping[int, object] | None) -> None:
    image = Image.new("RGB", (48, 32), (90, 120, 150))
    exif = Image.Exif()
    if gps is not None:
        exif[0x8825] = dict(gps)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, exif=exif.tobytes())


@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
def test_a_folder_is_read_by_the_position_of_the_camera(tmp_path: Path, ending: str) -> None:
    photograph(tmp_path / f"beach/b.{ending}", SYDNEY)
    photograph(tmp_path / f"a.{ending}", {**SYDNEY, 1: "N", 3: "W"})
    photograph(tmp_path / f".hidden/c.{ending}", SYDNEY)
    photographs = load(tmp_path)
    assert [each.record for each in photographs] == [f"a.{ending}", f"beach/b.{ending}"]
    assert photographs.lonlats().tolist() == [[-151.2153, 33.8568], [151.2153, -33.8568]]


def without(*tags: int) -> dict[int, object]:
    return {tag: value for tag, value in SYDNEY.items() if tag not in tags}


FAULTS: dict[str, tuple[Mapping[int, object] | None, str, str]] = {
    "none": (None, "no place", "it holds no GPS latitude"),
    "no longitude": (without(3, 4), "no place", "it holds no GPS longitude"),
    "null island": ({**SYDNEY, 2: (0.0,) * 3, 4: (0.0,) * 3}, "null island", "0, 0"),
    "no N or S": (without(1), "no hemisphere", "GPS latitude is missing, not N or S"),
    "no E or W": (without(3), "no hemisphere", "GPS longitude is missing, not E or W"),
    "another letter": ({**SYDNEY, 1: "E"}, "no hemisphere", "is 'E', not N or S"),
    "too far north": ({**SYDNEY, 2: (95.0, 0.0, 0.0)}, "bad latitude", "latitude -95"),
    "too far east": ({**SYDNEY, 4: (540.0, 0.0, 0.0)}, "bad longitude", "longitude 540"),
    "swapped": (
        {1: "N", 2: (151.0, 12.0, 0.0), 3: "W", 4: (33.0, 51.0, 0.0)},
        "swapped place",
        "the other way round",
    ),
    "minutes": ({**SYDNEY, 2: (33.0, 75.0, 0.0)}, "bad latitude", "degrees, minutes and seconds"),
    "void": ({**SYDNEY, 9: "V"}, "no place", "status V"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_positions_that_cannot_be_told_are_counted(tmp_path: Path, fault: str) -> None:
    gps, reason, why = FAULTS[fault]
    photograph(tmp_path / "bad.jpg", gps)
    photograph(tmp_path / "good.jpg", SYDNEY)
    photographs = load(tmp_path)
    assert len(photographs) == 1 and photographs.summary.reasons == {reason: 1}
    assert photographs.summary.first_errors[0].startswith("bad.jpg: ")
    with pytest.raises(DataError, match=rf"bad\.jpg: .*{why}"):
        load(tmp_path, strict=True)


def test_hostile_files_are_counted(tmp_path: Path) -> None:
    photograph(tmp_path / "good.jpg", SYDNEY)
    whole = (tmp_path / "good.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "phone.HEIC").write_bytes(b"....ftypheic")
    (tmp_path / "notes.txt").write_text("not looked at")
    photographs = load(tmp_path)
    assert [each.record for each in photographs] == ["good.jpg"]
    assert photographs.summary.reasons == {"unusable image": 3, "HEIC": 1}


def test_a_folder_without_positions_is_refused_by_name(tmp_path: Path) -> None:
    photograph(tmp_path / "a.jpg", None)
    with pytest.raises(DataError, match=r"no usable record.*1 skipped \(no place: 1\).*a\.jpg"):
        load(tmp_path)
    with pytest.raises(DataError, match="holds no photographs: put"):
        (tmp_path / "nothing").mkdir()
        load(tmp_path / "nothing")


@given(cut=st.integers(0, 200), flipped=st.integers(0, 199), bits=st.integers(1, 255))
def test_damaged_exif_raises_nothing(cut: int, flipped: int, bits: int) -> None:
    exif = Image.Exif()
    exif[0x8825] = SYDNEY
    content = bytearray(exif.tobytes())
    content[flipped % len(content)] ^= bits
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.jpg"
        Image.new("RGB", (48, 32)).save(path, exif=bytes(content[: max(cut, 1)]))
        assert isinstance(exif_gps(path), dict)


@given(lat=st.floats(-89.9, 89.9), lon=st.floats(-179.9, 179.9))
def test_degrees_minutes_and_seconds_are_the_place(lat: float, lon: float) -> None:
    def parts(angle: float) -> tuple[float, float, float]:
        whole, rest = divmod(Fraction(abs(angle)), 1)
        minutes, rest = divmod(rest * 60, 1)
        return float(whole), float(minutes), float(rest * 60)

    tags = {1: "S" if lat < 0 else "N", 2: parts(lat), 3: "W" if lon < 0 else "E", 4: parts(lon)}
    if round(lat, 8) == 0 and round(lon, 8) == 0:
        return
    assert place_of(tags) == pytest.approx((lon, lat), abs=1e-8)


@given(
    st.dictionaries(
        st.integers(0, 10),
        st.none()
        | st.text(max_size=3)
        | st.binary(max_size=3)
        | st.floats()
        | st.tuples()
        | st.lists(st.floats() | st.text(max_size=2) | st.none(), max_size=4),
    )
)
def test_no_tags_do_more_than_raise_a_problem(tags: dict[int, object]) -> None:
    try:
        lon, lat = place_of(tags)
    except RecordProblem:
        return
    assert abs(lon) <= 180 and abs(lat) <= 90


def test_what_is_read_of_a_file_is_its_gps_alone(tmp_path: Path) -> None:
    photograph(tmp_path / "a.jpg", SYDNEY)
    assert exif_gps(tmp_path / "a.jpg") == SYDNEY
    photograph(tmp_path / "b.jpg", None)
    assert exif_gps(tmp_path / "b.jpg") == {}
