"""Pictures of screens in few colours: text stays crisp and files stay small."""

from __future__ import annotations

import numpy as np
from PIL import Image

_COLOURS = 256


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture in at most 256 colours, undithered: text stays crisp and files stay small.

    The colours that fill most of it (grounds, panels, text) stay exactly what they are; the many
    of shades, edges and photographs share the rest of the palette.
    """
    if picture.getcolors(_COLOURS) is not None:
        return picture
    pixels = np.asarray(picture.convert("RGB")).astype(np.int32)
    packed = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    values, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    colours = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1)
    # A shade of a gradient fills little; a ground fills at least a thousandth.
    kept = min(int((counts * 1000 >= packed.size).sum()), _COLOURS // 2)
    exact, others = colours[order[:kept]], colours[order[kept:]].astype(np.uint8)
    shown = np.repeat(others, np.ceil(np.sqrt(counts[order[kept:]])).astype(np.intp), axis=0)
    rest = Image.fromarray(shown[None], "RGB").quantize(
        _COLOURS - kept, Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE
    )
    shared = np.unique(np.asarray(rest.convert("RGB")).reshape(-1, 3), axis=0)
    palette = np.concatenate([exact, shared]).astype(np.float32)
    best = np.empty(len(colours), np.intp)
    for i in range(0, len(colours), 4096):  # bounds the table of distances
        some = colours[i : i + 4096].astype(np.float32)
        best[i : i + 4096] = ((some[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    return Image.fromarray(palette.astype(np.uint8)[best][where].reshape(pixels.shape))
