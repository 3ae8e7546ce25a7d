"""A map of the world with true places, answers and the ways between, as inline SVG on a picture."""

from __future__ import annotations

from functools import cache
from html import escape

import numpy as np

from vgym.evaluation.picture import data_uri
from vgym.evaluation.places.answers import Answers
from vgym.evaluation.places.great_circles import great_circle

SHOWN = 100  # answers that a map has, the first ones: more are a tangle
_WIDTH, _HEIGHT = 1080, 540
_PALE = 0.62  # how much of the picture is white, so that lines stand out
STYLE = """
.worlds { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr));
  gap: 18px; margin: 12px 0; }
.worlds figure { margin: 0; }
.worlds figcaption { font-size: 13px; color: var(--ink-2); padding-top: 4px; }
.world { background-size: 100% 100%; border-radius: 6px; aspect-ratio: 2; overflow: hidden; }
.world svg { display: block; width: 100%; height: 100%; }
.world path { fill: none; stroke-width: 1; opacity: .6; vector-effect: non-scaling-stroke; }
.world .true { fill: #fff; stroke: #0d7f4a; stroke-width: .75; }
.world .guess { stroke: #fff; stroke-width: .3; }
"""


def map_style() -> str:
    """The rules of maps, the picture of the world among them: once a page."""
    return f"{STYLE}.world {{ background-image: url({data_uri(_world())}); }}\n"


def world_map(answers: Answers, colour: int, what: str) -> str:
    """A figure of the first `SHOWN` answers: rings at the truth, dots where was answered.

    Args:
        answers: any number; those that were not read have a ring alone.
        colour: the number of the page's agent colour.
        what: whose they are, for those who hear the page.
    """
    some = answers[:SHOWN]
    lines, rings, dots = [], [], []
    for answered, true, read in zip(some.answered, some.true, some.read, strict=True):
        rings.append(_dot(true[0], true[1], 1.5, "true"))
        if read:
            lines += [_path(line) for line in great_circle(answered, true)]
            dots.append(_dot(answered[0], answered[1], 1.25, f"guess agent-{colour}"))
    said = escape(f"{what}: answers and true places on a map of the world", quote=True)
    return (
        f'<div class="world"><svg viewBox="-180 -90 360 180" role="img" aria-label="{said}">'
        f'<g class="line-{colour}">{"".join(lines)}</g>{"".join(rings)}{"".join(dots)}</svg></div>'
    )


def _path(line: np.ndarray) -> str:
    corners = "L".join(f"{lon:.1f} {-lat:.1f}" for lon, lat in line.tolist())
    return f'<path d="M{corners}"/>'


def _dot(lon: float, lat: float, radius: float, style: str) -> str:
    return f'<circle class="{style}" cx="{lon:.2f}" cy="{-lat:.2f}" r="{radius:g}"/>'


@cache
def _world() -> bytes:
    """The relief of the Earth, pale, as a JPEG."""
    import io

    from PIL import Image

    from vgym.data.earth import painter
    from vgym.data.earth.lonlats import WORLD_HW

    picture = np.empty((1, _HEIGHT, _WIDTH, 3), np.uint8)
    painter("relief").paint(np.array([[0.0, 0.0, WORLD_HW[1], WORLD_HW[0]]]), picture)
    pale = 255 - (255 - picture[0].astype(np.float32)) * (1 - _PALE)
    file = io.BytesIO()
    Image.fromarray(pale.round().astype(np.uint8)).save(file, "JPEG", quality=80, optimize=True)
    return file.getvalue()
