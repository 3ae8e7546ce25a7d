"""Tables of photographs: every published layout, every fault by file and line."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vgym.data import DataError
from vgym.data.geotagged import Photographs, load

PLACE = (2.2945, 48.8584)
OSV = (
    "id,latitude,longitude,thumb_original_url,country,sequence,captured_at,lon_bin,lat_bin,cell,"
    "region,sub-region,city,land_cover"
)


def picture(path: Path, number: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40 + number, 30), (number, 2, 3)).save(path)


def table(folder: Path, *lines: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def names(photographs: Photographs) -> list[str]:
    return [each.image.name for each in photographs]


def test_im2gps3k_and_yfcc4k_are_read_as_published(tmp_path: Path) -> None:
    header = "IMG_ID,AUTHOR,LAT,LON,S3_Label,S16_Label,S365_Label,Prob_indoor"
    row = 'a_1@N00.jpg,"Doe, Jané",-33.8568,151.2153,1,2,3,0.5'
    for data, folder in (("im2gps3k", "images"), ("yfcc4k", "yfcc4k")):
        root = tmp_path / data
        picture(root / folder / "a_1@N00.jpg")
        table(root, header, row, name=f"{data}_places365.csv")
        photographs = load(root)
        only = photographs[0]
        assert only.lonlat == (151.2153, -33.8568) and only.size_hw == (30, 40)
        assert only.record == f"{data}_places365.csv:2" and len(photographs) == 1


def test_osv5m_finds_its_pictures_by_id_in_numbered_folders_of_the_split(tmp_path: Path) -> None:
    for split, number in (("train", 1), ("test", 2)):
        picture(tmp_path / "images" / split / "04" / "123.jpg", number)
        row = f"123,4{number},2.2945,,FR,s,1,2,3,4,Île-de-France,,Paris,1"
        table(tmp_path, OSV, row, name=f"{split}.csv")
    for split, number in (("train", 1), ("test", 2)):
        only = load(tmp_path, split=split)[0]
        assert list(only.lonlat) == [2.2945, 40 + number]
        assert only.size_hw == (30, 40 + number)
        assert only.tags == {"country": "FR", "region": "Île-de-France", "city": "Paris"}
    with pytest.raises(ValueError, match=r"test\.csv, train\.csv.*'val'"):
        load(tmp_path, split="val")


@pytest.mark.parametrize("header", [["latitude,longitude"], []])
def test_street_views_are_called_by_the_number_of_their_row(
    tmp_path: Path, header: list[str]
) -> None:
    for number in range(3):
        picture(tmp_path / "dataset" / f"{number}.png", number)
    table(tmp_path, *header, "10,20", "91,200", "-30.5,40.25", name="coords.csv")
    photographs = load(tmp_path)
    assert names(photographs) == ["0.png", "2.png"]
    assert photographs.lonlats().tolist() == [[20, 10], [40.25, -30.5]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_a_byte_order_mark(tmp_path: Path, delimiter: str) -> None:
    picture(tmp_path / "a.png")
    row = delimiter.join(["a.png", "48.8584", "2.2945"])
    table(tmp_path, "﻿" + delimiter.join(["path", "Lat", "Lng"]), row, name="mine.tsv")
    assert load(tmp_path / "mine.tsv")[0].lonlat == PLACE


FAULTS = {
    ",2": "latitude is missing",
    "48.8,": "longitude is missing",
    "nan,2": "latitude 'nan' is no number",
    "1e999,2": "is no number",
    "٤٨,2": "is no number",
    "48°51'N,2": "is no number",
    '"48,86",2': "latitude '48,86' has a decimal comma; write 48.86",
    "0,0": "0, 0, which is written where no place is known",
    "-0.0,0.000": "0, 0, which",
    "95,120": r"latitude 95 is outside \[-90, 90\]",
    "151.2,-33.9": "the other way round, latitude -33.9 and longitude 151.2",
    "48.8,540": r"longitude 540 is outside \[-180, 180\]; -180 is the same meridian",
    "48.8,-181": "179 is the same meridian",
    "48.8": "2 fields, and the header has 3",
}


@pytest.mark.parametrize(("fields", "why"), FAULTS.items())
def test_bad_places_are_counted_and_told_by_line(tmp_path: Path, fields: str, why: str) -> None:
    picture(tmp_path / "a.png")
    path = table(tmp_path, "image,lat,lon", f"a.png,{fields}", "a.png,48.8584,2.2945")
    photographs = load(path)
    assert len(photographs) == 1 and photographs.summary.skipped == 1
    (error,) = photographs.summary.first_errors
    assert error.startswith("mine.csv:2: ")
    with pytest.raises(DataError, match=rf"mine\.csv:2: .*{why}"):
        load(path, strict=True)


def test_the_edges_of_the_map_are_places(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    edges = [(180, 90), (-180, -90), (0, 1e-7), (1e-7, 0)]
    rows = [f"a.png,{lat},{lon}" for lon, lat in edges]
    photographs = load(table(tmp_path, "image,lat,lon", *rows))
    assert photographs.lonlats().tolist() == [list(map(float, edge)) for edge in edges]


def test_pictures_that_are_missing_damaged_or_elsewhere_are_told(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    picture(tmp_path / "x" / "twice.png")
    picture(tmp_path / "y" / "twice.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    picture(tmp_path.parent / "outside.png")
    rows = [f"{name},10,20" for name in ("gone.png", "b.png", "../outside.png", "twice", "", "a")]
    photographs = load(table(tmp_path, "image,lat,lon", *rows))
    assert names(photographs) == ["a.png"]
    faults = "\n".join(photographs.summary.first_errors)
    for number, why in enumerate(["does not exist", "readable", "'..'", "may be x/twice.png or"]):
        assert f"mine.csv:{number + 2}: " in faults and why in faults
    assert photographs.summary.reasons == {"unusable image": 4, "ambiguous image": 1}


def test_a_quotation_mark_that_is_not_closed_spoils_no_more_than_it_must(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    good = ["a.png,10,20"] * 20_000
    path = table(tmp_path, "image,lat,lon", *good[:5], 'a.png,"10,20', *good)
    photographs = load(path)
    assert 5 < len(photographs) < len(good) and photographs.summary.skipped == 1
    assert "mine.csv:7: " in photographs.summary.first_errors[0]
    assert "quotation mark" in photographs.summary.first_errors[0]
    assert photographs[5].record != "mine.csv:8"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("image,x,y", "its columns are image, x, y; needed are latitude"),
        ("image,lat,LAT,lon", "2 columns named 'lat'"),
    ],
)
def test_tables_that_say_no_places_are_refused(tmp_path: Path, header: str, why: str) -> None:
    with pytest.raises(DataError, match=why):
        load(table(tmp_path, header, "a.png,1,2,3"))
    with pytest.raises(DataError, match="its columns are none"):
        load(table(tmp_path))


def test_jsonl_says_a_place_by_two_keys_or_one(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    lines = [
        {"image": "a.png", "lonlat": [2.2945, 48.8584], "name": "a tower", "precision_km": 0.5},
        {"file": "a.png", "lat": 48.8584, "lng": "2.2945", "country": "FR", "heading": 3},
        {"image": "a.png"},
        {"image": "a.png", "lonlat": "2.2945 48.8584"},
        {"image": "a.png", "lonlat": [48.8584, 2.2945, 3]},
        {"image": "a.png", "lonlat": [True, 48]},
        {"lonlat": [2.2945, 48.8584]},
        {"image": ["a.png"], "lonlat": [2.2945, 48.8584]},
        {"image": "a.png", "lonlat": [2.2945, 48.8584], "precision_km": -1},
    ]
    path = table(tmp_path, *map(json.dumps, lines), "[1]", name="mine.jsonl")
    photographs = load(path)
    assert [each.lonlat for each in photographs] == [PLACE, PLACE]
    assert photographs[0].name == "a tower" and photographs[0].precision_km == 0.5
    assert photographs[1].tags == {"country": "FR"}
    assert photographs.summary.reasons == {
        "no place": 1,
        "bad lonlat": 2,
        "bad longitude": 1,
        "missing key": 1,
        "bad image name": 1,
        "bad precision_km": 1,
        "not an object": 1,
    }


def test_pixels_are_those_of_the_file_and_a_change_is_told(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 7)
    photographs = load(table(tmp_path, "image,lat,lon", "a.png,10,20"))
    assert (photographs.image(0) == np.array([7, 2, 3], np.uint8)).all()
    picture(tmp_path / "a.png", 8)
    with pytest.raises(DataError, match=r"mine\.csv:2: .*now 48x30.*was 47x30"):
        photographs.image(0)


def test_unknown_sources_say_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither 'places' nor a file"):
        load("plaices")
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(ValueError, match=r"valid are 'places', a \.csv"):
        load(tmp_path / "a.txt")
    with pytest.raises(ValueError, match="split='test' alone, got 'train'"):
        load("places", split="train")


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_do_more_than_raise_a_data_error(tmp_path: Path, content: bytes) -> None:
    for name, head in (("t.csv", b"image,lat,lon\n"), ("t.csv", b""), ("t.jsonl", b"")):
        path = tmp_path / name
        path.write_bytes(head + content)
        with pytest.raises(DataError):  # there is no picture that it could name
            load(path)
