"""The photographs of known places that ship: whole, bare, placed where their country is."""

import json
from pathlib import Path

import torch
from PIL import Image

from vgym.asset_files import asset
from vgym.data import earth
from vgym.data.geotagged import load
from vgym.data.images import exif_gps
from vgym.geometry.sphere import great_circle_distance

FOLDER = Path(str(asset("places/SOURCES.md"))).parent
LICENCES = {"public domain", "CC0 1.0", "MIT"}


def test_all_can_be_used_and_each_place_is_said_once() -> None:
    photographs = load("places", strict=True)
    assert len(photographs) == 72
    assert len({each.image for each in photographs}) == 72
    assert len({each.name for each in photographs}) == 72
    assert all(0 < each.precision_km <= 70 for each in photographs)
    listed = {each.image for each in photographs if each.image.parent == FOLDER.resolve()}
    assert listed == set(FOLDER.resolve().glob("*.webp"))


def test_files_hold_nothing_but_pixels() -> None:
    for photograph in load("places"):
        assert exif_gps(photograph.image) == {}
        with Image.open(photograph.image) as image:
            assert not {"exif", "xmp", "icc_profile"} & image.info.keys(), photograph.image


def test_countries_are_those_of_the_borders_or_of_the_nearest_shore() -> None:
    photographs = load("places")
    places = photographs.lonlats()
    towns = earth.nearest_places(places)
    for k, (photograph, country) in enumerate(
        zip(photographs, earth.country_of(places), strict=True)
    ):
        said = photograph.tags["country"]
        assert said == (country or towns.country[k, 0]).code, photograph.name


def test_views_of_one_thing_are_at_one_place() -> None:
    by_file = {each.image.stem: torch.tensor(each.lonlat).double() for each in load("places")}
    for one, other, most_km in (
        ("eiffel_tower", "eiffel_tower_garden", 0.1),
        ("eiffel_tower", "paris", 3.0),
        ("liberty", "castle_clinton", 3.0),
        ("qutb_minar", "qutb_minar_arch", 0.1),
        ("great_wall", "mutianyu", 70.0),
    ):
        away = great_circle_distance(by_file[one], by_file[other])
        assert float(away) <= most_km * 1000, (one, other)


def test_origins_are_said_of_each() -> None:
    lines = (FOLDER / "places.jsonl").read_text(encoding="utf-8").splitlines()
    table = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for row in map(json.loads, lines):
        assert row["author"] and row["source"] and row["licence"] in LICENCES
        assert f"| `{row['image']}` | {row['name']} | {row['author']} |" in table
