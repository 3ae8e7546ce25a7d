"""Slow first-person pictures: each pixel's ray in space against every wall cell and every part.

All in float64 and in the world's frame, one solid at a time; a ray is eye + t * direction with a
direction whose share along the view axis is 1, so that t is the depth.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
CELL, CEILING = 0.125, 2.5


class Seen(NamedTuple):
    """Per pixel (h, w)."""

    depth: Array
    label: NDArray[np.int64]
    texture: NDArray[np.int64]
    u: Array  # across the texture from its left, whole repeats left out, 0 to 1; nan for one colour
    v: Array  # down the texture from its top


def rays(height: int, width: int, yaw: float, pitch: float, fov: float) -> Array:
    """Directions (h, w, 3)."""
    focal = width / 2 / math.tan(fov / 2)
    across = (width / 2 - (np.arange(width) + 0.5)) / focal
    up = (height / 2 - (np.arange(height) + 0.5)) / focal + math.tan(pitch)
    forward = np.array([math.cos(yaw), math.sin(yaw), 0.0])
    left = np.array([-math.sin(yaw), math.cos(yaw), 0.0])
    upward = np.array([0.0, 0.0, 1.0])
    return forward + across[None, :, None] * left + up[:, None, None] * upward


def slab(origin: Array, direction: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Depths of entry and exit of an upright box, and the axis of the face of entry."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - origin) / direction, (high - origin) / direction
    near, far = np.fmin(one, other), np.fmax(one, other)
    return near.max(-1), far.min(-1), near.argmax(-1)


def look(
    wall: NDArray[np.bool_],
    room: NDArray[np.int16],
    room_texture: NDArray[np.int16],
    parts: list[tuple[Array, NDArray[np.int64]]],
    alpha: dict[int, NDArray[np.bool_]],
    pose: tuple[float, float, float, float],
    view: tuple[int, int, float, float],
) -> Seen:
    """What is seen.

    Args:
        parts: geometry (8,) and code (5,) of those that are there.
        alpha: (64, 64) where the cut-outs are solid, by texture.
        pose: x, y, eye, yaw.
        view: height, width, pitch, fov.
    """
    x, y, eye, yaw = pose
    height, width, pitch, fov = view
    origin = np.array([x, y, eye])
    direction = rays(height, width, yaw, pitch, fov)
    depth = np.full((height, width), np.inf)
    label, texture = np.full((height, width), -1), np.full((height, width), -1)
    u, v = np.full((height, width), np.nan), np.full((height, width), np.nan)

    def paint(
        where: NDArray[np.bool_],
        t: Array,
        what: NDArray[np.int64] | int,
        thing: int,
        across: Array | float,
        down: Array | float,
    ) -> None:
        closer = where & (t > 0) & (t < depth)
        for target, value in ((depth, t), (texture, what), (label, thing), (u, across), (v, down)):
            target[closer] = np.broadcast_to(value, closer.shape)[closer]

    def room_at(px: Array, py: Array) -> NDArray[np.int64]:
        r = np.clip((py / CELL).astype(int), 0, wall.shape[0] - 1)
        c = np.clip((px / CELL).astype(int), 0, wall.shape[1] - 1)
        return room[r, c].astype(int)

    with np.errstate(divide="ignore", invalid="ignore"):
        for plane, surface in ((0.0, 0), (CEILING, 2)):
            t = (plane - eye) / direction[..., 2]
            px = np.nan_to_num(x + t * direction[..., 0], posinf=0, neginf=0)
            py = np.nan_to_num(y + t * direction[..., 1], posinf=0, neginf=0)
            kind = room_texture[room_at(np.clip(px, 0, 1e4), np.clip(py, 0, 1e4)), surface]
            paint(t > 0, t, kind, -1, px % 1, -py % 1)
    for r, c in np.argwhere(wall):
        low, high = np.array([c, r, -20.0 / CELL]) * CELL, np.array([c + 1, r + 1, 99.0]) * CELL
        t, out, axis = slab(origin, direction, low, high)
        hit = (t <= out) & (t > 0)
        place = origin + np.where(hit, t, 0)[..., None] * direction
        back = np.where(hit, t, 0)[..., None] * direction + origin
        step = 0.5 * CELL * np.sign(direction)
        own = room_at(
            np.where(axis == 0, back[..., 0] - step[..., 0], (c + 0.5) * CELL),
            np.where(axis == 1, back[..., 1] - step[..., 1], (r + 0.5) * CELL),
        )
        across = np.where(axis == 0, place[..., 1], place[..., 0]) % 1
        paint(hit, t, room_texture[own, 1], -1, across, -place[..., 2] % 1)
    for geometry, code in parts:
        cx, cy, cos, sin, half_x, half_y, z0, z1 = geometry
        shape, kind, fit, _, thing = code

        def inward(vector: Array, cos: float = cos, sin: float = sin) -> Array:
            turned = (
                cos * vector[..., 0] + sin * vector[..., 1],
                cos * vector[..., 1] - sin * vector[..., 0],
                vector[..., 2],
            )
            return np.stack(turned, -1)

        start, heading = inward(origin - np.array([cx, cy, 0.0])), inward(direction)
        if shape == 0:
            low, high = np.array([-half_x, -half_y, z0]), np.array([half_x, half_y, z1])
            t, out, axis = slab(start, heading, low, high)
            hit = t < out
            place = start + np.where(hit, t, 0)[..., None] * heading
            towards = np.sign(heading)
            # From outside, the left edge of +x is at -y, of -x at +y, of +y at +x, of -y at -x.
            run_y = half_y + np.where(towards[..., 0] < 0, place[..., 1], -place[..., 1])
            run_x = half_x + np.where(towards[..., 1] < 0, -place[..., 0], place[..., 0])
            run, wide = (
                np.where(axis == 0, run_y, run_x),
                np.where(axis == 0, 2 * half_y, 2 * half_x),
            )
            caps = axis == 2
            top_u, top_v = (place[..., 0] + half_x) % 1, -(place[..., 1] + half_y) % 1
        elif shape == 1:
            a = heading[..., 0] ** 2 + heading[..., 1] ** 2
            b = heading[..., 0] * start[0] + heading[..., 1] * start[1]
            inner = b * b - a * (start[0] ** 2 + start[1] ** 2 - half_x**2)
            root = np.sqrt(np.maximum(inner, 0))
            enter, leave = (-b - root) / a, (-b + root) / a
            with np.errstate(divide="ignore", invalid="ignore"):
                one, other = (z0 - eye) / heading[..., 2], (z1 - eye) / heading[..., 2]
            level = np.where((eye > z0) & (eye < z1), -np.inf, np.inf)
            flat = heading[..., 2] == 0
            low_z = np.where(flat, level, np.fmin(one, other))
            high_z = np.where(flat, np.inf, np.fmax(one, other))
            t, out = np.maximum(enter, low_z), np.minimum(leave, high_z)
            hit = (inner > 0) & (t < out)
            place = start + np.where(hit, t, 0)[..., None] * heading
            wide = np.full_like(t, 2 * math.pi * half_x)
            run = (np.arctan2(-place[..., 0], place[..., 1]) / (2 * math.pi) + 0.5) * wide
            caps = low_z > enter
            top_u, top_v = (place[..., 0] + half_x) % 1, -(place[..., 1] + half_x) % 1
        else:
            forward = np.array([math.cos(yaw), math.sin(yaw), 0.0])
            left = np.array([-math.sin(yaw), math.cos(yaw), 0.0])
            offset = np.array([cx, cy, 0.0]) - origin * [1, 1, 0]
            t = np.full(depth.shape, offset @ forward)
            place = origin + t[..., None] * direction
            run = half_x - (place - np.array([cx, cy, 0.0])) @ left
            wide = np.full_like(t, 2 * half_x)
            down = (z1 - place[..., 2]) / (z1 - z0)
            hit = (run >= 0) & (run <= wide) & (down >= 0) & (down <= 1) & (t > 0)
            row = np.clip((down * 64).astype(int), 0, 63)
            column = np.clip((run / wide * 64).astype(int), 0, 63)
            hit &= alpha[int(kind)][row, column]
            caps, top_u, top_v, fit = np.zeros_like(hit), run, run, 1
        z = place[..., 2]
        side_u = run / wide if fit else run % 1
        side_v = (z1 - z) / (z1 - z0) if fit else -z % 1
        one_colour = np.full_like(t, np.nan)
        across = np.where(caps, one_colour if fit else top_u, side_u)
        falling = np.where(caps, one_colour if fit else top_v, side_v)
        paint(hit, t, int(kind), int(thing), across, falling)
    return Seen(depth, label, texture, u, v)
