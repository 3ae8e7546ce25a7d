"""The door of the renderer: checks, and the choice of the path by the device of the tensors."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.envs.navigation.render.cuda_path import render_on_card
from vgym.envs.navigation.render.numba_path import render_kernel
from vgym.envs.navigation.render.scenes import PYRAMID, Scenes, Views
from vgym.row_threads import over_rows


def render(
    scenes: Scenes,
    texels: Tensor,
    views: Views,
    images: Tensor,
    rows: Tensor | None = None,
    depth: Tensor | None = None,
    labels: Tensor | None = None,
) -> None:
    """First-person pictures of `rows` of `views`, in place.

    Column c of a picture looks at the angle yaw + atan((w / 2 - (c + 0.5)) / f) with
    f = (w / 2) / tan(fov / 2) pixels, row r at the height slope (h / 2 - (r + 0.5)) / f +
    tan(pitch): pitch moves the picture plane and uprights stay upright. CPU tensors go through
    compiled loops, rows shared by threads (`vgym.threads`), CUDA tensors through kernels of the
    same functions, and nobody waits for them: there rows that are out of range are passed over.

    Args:
        scenes: the worlds.
        texels: `(T, 5461, 4)` uint8 RGBA, the levels 64, 32, 16, 8, 4, 2, 1 of each texture one
            after another, the top row first.
        views: B places to look from. The eye is kept between floor and ceiling, `fov` in
            [0.02, 3] and `pitch` in [-1.4, 1.4].
        images: `(B, h, w, 3)` uint8, any strides; written.
        rows: `(n,)` int64 rows of `views` and of `images`; all when None.
        depth: `(B, h, w)` float32; written: metres along the view axis.
        labels: `(B, h, w)` int16; written: the thing that is seen, -1 for what belongs to none.

    A view that is not finite, or of a slot that is not there, is black, at depth 0, label -1. From
    within a wall all is that wall, at depth 0.001; a part that the eye is in is not drawn.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, or rows out of range.
    """
    _check(scenes, texels, views, images, depth, labels)
    if rows is None:
        rows = torch.arange(len(images), device=images.device)
    elif (
        images.device.type == "cpu"
        and len(rows)
        and (int(rows.min()) < 0 or int(rows.max()) >= len(images))
    ):
        raise ValueError(
            f"rows go from {int(rows.min())} to {int(rows.max())}; there are {len(images)} pictures"
        )
    if images.device.type != "cpu":
        render_on_card(scenes, texels, views, images, rows, depth, labels)
        return
    no_depth, no_labels = np.empty((0, 0, 0), np.float32), np.empty((0, 0, 0), np.int16)
    worlds = tuple(each.contiguous().numpy() for each in scenes)
    sheets = texels.contiguous().numpy().view(np.dtype("<u4")).reshape(-1)
    places = tuple(each.contiguous().numpy() for each in views)
    pictures, drawn = images.numpy(), rows.to(torch.int64).contiguous().numpy()
    depths = no_depth if depth is None else depth.numpy()
    things = no_labels if labels is None else labels.numpy()

    def look(part: slice) -> None:
        render_kernel(worlds, sheets, places, pictures, drawn[part], depths, things)

    over_rows(look, len(drawn), images.shape[1] * images.shape[2])


_SCENES = {
    "wall": (torch.bool, "SHW"),
    "gap": (torch.uint8, "SHW"),
    "room": (torch.int16, "SHW"),
    "room_texture": (torch.int16, "SR3"),
    "room_tint": (torch.uint8, "SR33"),
    "geometry": (torch.float32, "SP8"),
    "code": (torch.int16, "SP5"),
    "tint": (torch.uint8, "SP3"),
    "parts": (torch.int64, "S"),
    "circle": (torch.float32, "SG3"),
    "span": (torch.int32, "SG2"),
    "groups": (torch.int64, "S"),
}
_VIEWS = {
    "scene": (torch.int64, "B"),
    "pose": (torch.float32, "B3"),
    "pitch": (torch.float32, "B"),
    "eye": (torch.float32, "B"),
    "fov": (torch.float32, "B"),
    "toggles": (torch.bool, "BK"),
    "geometry": (torch.float32, "BE8"),
    "code": (torch.int16, "BE5"),
    "tint": (torch.uint8, "BE3"),
    "movers_count": (torch.int64, "B"),
}


def _check(
    scenes: Scenes,
    texels: Tensor,
    views: Views,
    images: Tensor,
    depth: Tensor | None,
    labels: Tensor | None,
) -> None:
    sizes: dict[str, int] = {"T": len(texels)}

    def fits(name: str, given: Tensor, dtype: torch.dtype, shape: str) -> None:
        if given.dtype != dtype or given.device != images.device or given.ndim != len(shape):
            raise ValueError(
                f"{name} is {given.dtype} {tuple(given.shape)} on {given.device}; it must be "
                f"{dtype} ({', '.join(shape)}) on {images.device}, as the images"
            )
        for letter, size in zip(shape, given.shape, strict=True):
            wanted = int(letter) if letter.isdigit() else sizes.setdefault(letter, size)
            if size != wanted:
                raise ValueError(
                    f"{name} is {tuple(given.shape)}; it must be ({', '.join(shape)}) "
                    f"with {letter} = {wanted}"
                )

    fits("images", images, torch.uint8, "Bhw3")
    for field, given in zip(Scenes._fields, scenes, strict=True):
        fits(f"scenes.{field}", given, *_SCENES[field])
    for field, given in zip(Views._fields, views, strict=True):
        fits(f"views.{field}", given, *_VIEWS[field])
    if depth is not None:
        fits("depth", depth, torch.float32, "Bhw")
    if labels is not None:
        fits("labels", labels, torch.int16, "Bhw")
    if texels.dtype != torch.uint8 or texels.shape[1:] != (PYRAMID, 4) or not len(texels):
        raise ValueError(
            f"texels are {texels.dtype} {tuple(texels.shape)}; they must be uint8 (T, {PYRAMID}, 4)"
        )
    if images.device != texels.device:
        raise ValueError(f"texels are on {texels.device}; move them to {images.device}")
    if not sizes["R"] or not sizes["S"]:
        raise ValueError("scenes have no slot or no room; give at least one of each")
