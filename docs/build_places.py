"""Makes the tables of geolocation.md and geo_match.md, and the page earth_speed.md, of what was
measured: see `vgym.baselines.geo_ladder`, `measure_geo_constants`, `benchmark_earth` and
`benchmark_geo`.

python docs/build_places.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vgym.baselines import benchmark_earth, benchmark_geo, geo_ladder, measure_geo_constants
from vgym.data.earth.far import MOST_BYTES

DOCS = Path(__file__).parent
SPEED = DOCS / "earth_speed.md"
_TURNS = "max_episode_steps"
FAR_KM = 1400  # from which on views of 224 pixels are cut from pictures that are kept
INTRODUCTION = """# What the Earth costs

Made by `docs/build_places.py` of what `python -m vgym.baselines.benchmark_earth` and
`python -m vgym.baselines.benchmark_geo` measured, one thread, seconds of the processor, medians.
[The Earth as data](earth.md) says what it is.
"""
REVERSE = """
## The nearest towns of {count:,} places

Thousands of places a second, each with its town's name and country; "its own table" holds 144,563
places, all others the same {towns:,} towns. In brackets how many times as long as `nearest_places`.

| way | {heads} |
| --- |{rules}
"""
ANOTHER = """
`reverse_geocoder` 1.5.1 looks for the nearest in degrees: for {uniform:.1%} of the places that are
uniform on the sphere, and for {about:.1%} of those about towns, that is another town than the
nearest. It asks a compiled tree for all places at once: 20 times as fast as the package was aimed
at; reached is {reached}. Of one place at
a time, as clients of web services are asked, 200 times was aimed at: it is {one:.0f} beside such a
tree for uniform places ({one_about:.0f} about towns), and {all:,.0f} beside going through all.
"""
VIEWS = """
## Views of 224 x 224

Views a second through cameras about towns, N = {count}, beside a bare loop of OpenCV's `remap` over
the picture of the day at 7.4 km: with its maps given, and with the making of them.

| width | painted | under clouds | `cv2.remap` | times | with its maps made | times |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
REMAP = """
0.8 of the bare loop was aimed at: it is {worst:.2f} to {best:.2f}. The loop is given maps, whose
making (by the same cameras, in torch) takes {made:.0%} of its time or more, and reads one picture
of colours; ours makes the maps, sees by the sun and through haze, and draws clouds. Nearer than
1,400 km that picture is too coarse, and ours are painted from colours, heights, coast and rivers,
window by window: with windows that were painted before it would be {given}, which no faster
painting of them can pass. A native batch of `VGeo-v0` steps {steps} times as fast as single
environments at the difficulties 0, 0.5 and 1 (4 was aimed at).
"""
MEMORY = """
## Memory and making

Megabytes by which a process grows when a part is first asked for, its compiled code included (but
not the {compiled:.0f} MB of whichever function of numba's is the first), what is freed given back:

| part | MB |
| --- | ---: |
"""
TOTAL = """
The Earth as data takes {data:.0f} MB, and with all four layers of views {all:.0f} MB (150 was aimed
at). Views from afar, wider than 1,400 km, are cut from pictures whose tiles are painted when they
are first looked at, and kept: all layers held {start:.0f} MB of these after 1,024 episodes of
`VGeo-v0` at difficulty 0, and {end:.0f} MB after as many more at each of 0.25, 0.5 and 1. Rows of
tiles that were not looked at for longest are given back where all layers' take more than {most:.0f}
MB: once all of the Earth was looked at in all layers it is {whole:.0f} MB, and stays so. That comes
on top of the 150; with less room such views would be painted again and again.

One more `make` of a process takes {makes} (50 ms was aimed at).
"""


def ladder_table(rows: list[dict[str, Any]], unit: str, hit: str) -> str:
    """Agents of each row, with 95 % intervals."""
    lines = [f"| played | agent | return | {hit} | median |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        said = [
            f"{value}" for name, value in row["settings"].items() if name != "max_episode_steps"
        ]
        count = next(iter(row["agents"].values()))["episodes"]
        played = ", ".join([f"`{row['id']}`", *said, f"{count} episodes"])
        for name, one in row["agents"].items():
            means = (f"{m:.3f} ({a:.3f} to {b:.3f})" for m, a, b in (one["return"], one["hit"]))
            digits = 0 if one["median"] >= 20 else 2
            median = f"{one['median']:,.{digits}f} {unit}"
            lines.append(f"| {played} | `{name}` | {' | '.join(means)} | {median} |")
            played = ""
    return "\n".join(lines) + "\n"


def share(row: dict[str, Any], name: str) -> float:
    """Of what the truth earns over chance, how much an agent does."""
    earned = {agent: one["return"][0] for agent, one in row["agents"].items()}
    return (earned[name] - earned["random"]) / (earned["oracle"] - earned["random"])


def ladders() -> dict[str, str]:
    """The tables by page."""
    kept = read(geo_ladder.RESULT)
    order = [(each.id, each.settings) for each in geo_ladder.LADDERS]
    kept.sort(key=lambda row: order.index((row["id"], row["settings"])))
    places = [row for row in kept if row["id"] != "VGeoMatch-v0"]
    metres = [row for row in kept if row["id"] == "VGeoMatch-v0"]
    shares = "; ".join(f"{share(row, 'prior'):.0%} in `{row['id']}`" for row in places)
    said = f"\nOf what the truth earns over chance `prior` has {shares}.\n"
    return {
        "geolocation.md": ladder_table(places, "km", "within 200 km") + said,
        "geo_match.md": ladder_table(metres, "m", "success"),
    }


def reverse(content: dict[str, Any]) -> str:
    """Towns."""
    rates = content["per_second"]
    first = next(iter(rates.values()))
    lines = []
    for way in first:
        cells = [f"| `{way}` " if way[-3:] == "_of" or way == "nearest_places" else f"| {way} "]
        for ways in rates.values():
            slower = ways["nearest_places"]["median"] / ways[way]["median"]
            thousands = ways[way]["median"] / 1000
            shown = f"{thousands:,.0f}" if thousands >= 10 else f"{thousands:.3f}"
            cells.append(f"| {shown} ({slower:,.1f}) ")
        lines.append("".join(cells) + "|\n")
    uniform, about = rates.values()

    def times(ways: dict[str, Any], way: str) -> float:
        return float(ways["nearest_places"]["median"] / ways[way]["median"])

    package = "reverse_geocoder, its own table"
    reached = [f"{times(ways, package):.0f}" for ways in (uniform, about)]
    return (
        REVERSE.format(
            count=benchmark_earth.PLACES,
            towns=34_006,
            heads=" | ".join(rates),
            rules=" ---: |" * len(rates),
        )
        + "".join(lines)
        + ANOTHER.format(
            uniform=content["another_town"]["uniform on the sphere"],
            about=content["another_town"]["about towns"],
            reached=f"{reached[0]} (uniform) and {reached[1]} (about towns)",
            one=times(uniform, "one at a time, a tree"),
            one_about=times(about, "one at a time, a tree"),
            all=times(uniform, "one at a time, all towns"),
        )
    )


def views(content: dict[str, Any]) -> str:
    """Cameras."""
    lines, times, made, given = [], [], [], []
    for width, ways in content["views"]["per_second"].items():
        painted, cloudy, bare, whole = (
            ways[way]["median"]
            for way in (
                "paint",
                "paint, under clouds",
                "cv2.remap, maps given",
                "cv2.remap, maps made",
            )
        )
        times.append(painted / bare)
        made.append(1 - whole / bare)
        if float(width.split()[0]) < FAR_KM:
            given.append(ways["paint, windows given"]["median"] / bare)
        lines.append(
            f"| {width} | {painted:,.0f} | {cloudy:,.0f} | {bare:,.0f} | {times[-1]:.2f} "
            f"| {whole:,.0f} | {painted / whole:.1f} |\n"
        )
    steps = [
        ways["native"]["median"] / ways["sync"]["median"]
        for ways in content["tasks"]["per_second"].values()
    ]
    return (
        VIEWS.format(count=benchmark_geo.VIEWS)
        + "".join(lines)
        + REMAP.format(
            worst=min(times),
            best=max(times),
            made=min(made),
            given=" and ".join(f"{one:.2f}" for one in given),
            steps=", ".join(f"{one:.1f}" for one in steps),
        )
    )


def memory(content: dict[str, Any]) -> str:
    """Megabytes, and milliseconds of a make."""
    parts = content["memory"]["megabytes"]
    lines = [f"| {part} | {megabytes:.0f} |\n" for part, megabytes in parts.items()]
    data = sum(size for part, size in parts.items() if not part.startswith("views"))
    makes = ", ".join(
        f"{spent['second_ms']:.1f} ms (`{id}`)"
        for id, spent in content["make"]["milliseconds"].items()
    )
    start, *_, end, whole = content["memory"]["kept_megabytes"].values()
    told = TOTAL.format(
        data=data,
        all=sum(parts.values()),
        start=start,
        end=end,
        most=MOST_BYTES / 1e6,
        whole=whole,
        makes=makes,
    )
    head = MEMORY.format(compiled=content["memory"]["compiled_megabytes"])
    return head + "".join(lines) + told


def speed() -> str:
    """The page of what it costs."""
    ours, cameras = read(benchmark_earth.RESULTS), read(benchmark_geo.RESULTS)
    return INTRODUCTION + reverse(ours["towns"]) + views(cameras) + memory(ours)


def constants() -> str:
    """The best constant under each recipe."""
    return measure_geo_constants.table(read(measure_geo_constants.RESULT)["rows"]) + "\n"


def read(path: Path) -> Any:
    """What a script kept."""
    return json.loads(path.read_text(encoding="utf-8"))


def put(page: Path, name: str, text: str) -> None:
    """Write a text between its marks of a page."""
    begin, end = (f"<!-- {mark}{name} -->\n" for mark in ("", "end of "))
    before, rest = page.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    page.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")


def main() -> None:
    """Write all."""
    SPEED.write_text(speed(), encoding="utf-8")
    for page, text in ladders().items():
        put(DOCS / page, "ladder", text)
    put(DOCS / "geolocation.md", "constants", constants())


if __name__ == "__main__":
    main()
