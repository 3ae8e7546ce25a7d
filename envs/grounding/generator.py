"""Synthetic episodes: keys in, states out; one compiled loop lays out, asks, and lists draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into, ranked
from vgym.core import raster
from vgym.core import state as states
from vgym.core.atlas import CELL, EXTENT, TINTS, Atlas, load_atlas
from vgym.core.config import torch_device
from vgym.core.keys import below, fold, stream, uniform
from vgym.core.place_source import PlaceSource
from vgym.core.raster import SILHOUETTE, place_sprite
from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.envs.grounding.backgrounds import load_backgrounds
from vgym.envs.grounding.difficulty import canvas_for, knobs_at, weights_at
from vgym.envs.grounding.referring.content_selection import refer_to_many, refer_to_one, sample_kind
from vgym.envs.grounding.referring.lexicon import MAX_TOKENS, Lexicon, load_lexicon
from vgym.envs.grounding.referring.queries import FIELDS, SELECTOR, Context, denote
from vgym.envs.grounding.referring.realisation import realise
from vgym.envs.grounding.scene_limits import scene_limits
from vgym.envs.grounding.scenes import (
    SHADOW_OFFSET,
    Knobs,
    Objects,
    Shapes,
    Wish,
    are_kin,
    cast_objects,
    place_objects,
)
from vgym.envs.grounding.types import GroundingConfig, State, empty_state
from vgym.row_threads import over_rows

SHADOW_ALPHA = 90

_ATTEMPTS = 8  # scenes, until there is a way to say what is asked for
_COST = 1 << 13  # of a scene, as much as so many pixels
_NONE_SHARE = 0.12  # of VGroundMany's phrases that name nothing in the picture

_PICTURE, _CROP, _GAIN = stream("ground"), stream("ground/crop"), stream("ground/gain")
_KIND, _FAMILY, _ABSENT = stream("kind"), stream("family"), stream("absent")


class Style(NamedTuple):
    """What stays the same from scene to scene of one task."""

    many: bool
    slots: int  # K, how many targets fit
    weights: NDArray[np.float64]
    extra: float
    tints: NDArray[np.uint8]  # (7, 4)
    backgrounds: int
    room_y: int  # how far a crop may move
    room_x: int
    height: int
    width: int
    canvas_height: float  # what scenes are laid out on, see `canvas_for`
    canvas_width: float
    scale: float  # pixels of a unit of the canvas


class Rows(NamedTuple):
    """The arrays a batch of scenes is written into; see types.py for shapes."""

    objects: Objects
    counts: NDArray[np.int64]
    kind: NDArray[np.uint8]
    sprite: NDArray[np.int32]
    level: NDArray[np.int32]
    params: NDArray[np.int32]
    bounds: NDArray[np.int32]
    tint: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    slots: NDArray[np.int32]
    picture: NDArray[np.int64]
    corner_yx: NDArray[np.int64]
    flipped: NDArray[np.bool_]
    gain: NDArray[np.int64]
    tokens: NDArray[np.int32]
    target_boxes: NDArray[np.float32]
    target_mask: NDArray[np.bool_]


class SyntheticScenes(PlaceSource[State]):
    """The source of synthetic episodes for one configuration.

    Attributes:
        atlas, vocabulary: the classes and the words.
        backgrounds: (K, h, w, 3) uint8, a little larger than the picture, on the device.
        sprites: the pictures of the classes, on the device.
        length: tokens of an instruction.
    """

    length = MAX_TOKENS

    def __init__(self, config: GroundingConfig) -> None:
        self.config = config
        self.atlas: Atlas = load_atlas()
        self.lexicon, self.vocabulary = load_lexicon()
        canvas, many = canvas_for(config.size_hw), config.answer == "boxes"
        self.knobs = knobs_at(config.difficulty, canvas, many)
        self.shapes = _shapes(self.atlas, config.split == "test", config.difficulty == 0)
        kind = (config.size_hw, config.split == "test", config.difficulty == 0)
        device = torch_device(config.device)
        self.backgrounds = shared(
            ("backgrounds", *kind, device),
            lambda: torch.from_numpy(load_backgrounds(*kind)).to(device),
        )
        self.sprites = shared(("sprites", device), lambda: self.atlas.bank.to(device))
        height, width = config.size_hw
        self.style = Style(
            many=many,
            slots=config.slots,
            weights=weights_at(config.difficulty),
            extra=0.6 * config.difficulty**2,
            tints=np.array(TINTS, np.uint8),
            backgrounds=self.backgrounds.shape[0],
            room_y=self.backgrounds.shape[1] - height,
            room_x=self.backgrounds.shape[2] - width,
            height=height,
            width=width,
            canvas_height=canvas[0],
            canvas_width=canvas[1],
            scale=height / canvas[0],
        )

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The episodes of the keys, on the CPU."""
        state = empty_state(len(keys), self.knobs.most, self.style.slots, MAX_TOKENS)
        sizes_hw = self.atlas.bank.size_hw.numpy()

        def generate(part: slice) -> None:
            rows = _rows(states.part(state, part))
            _generate(keys[part], self.shapes, self.knobs, self.style, self.lexicon, sizes_hw, rows)

        over_rows(generate, len(keys), _COST)
        return state

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The scenes of the given rows, over their backgrounds."""
        raster.fill_backgrounds(
            images,
            self.backgrounds,
            state.picture[rows],
            state.corner_yx[rows],
            state.flipped[rows],
            state.gain[rows],
            rows,
        )
        raster.draw(images, self.sprites, state.draws, rows, rows)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The phrases of the given rows."""
        return [self.vocabulary.decode(row) for row in state.tokens.cpu().numpy()[rows]]

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the scene, and of how it is drawn."""
        return scene_limits(self, state)


@compiled
def _generate(
    keys: NDArray[np.uint64],
    shapes: Shapes,
    knobs: Knobs,
    style: Style,
    lexicon: Lexicon,
    sprite_sizes: NDArray[np.int32],
    rows: Rows,
) -> None:
    n = rows.objects.sprite.shape[1]
    xy = np.empty((n, 2), np.float32)
    depth = np.empty(n, np.float64)
    covered = np.empty(n, np.uint64)
    query = np.empty(FIELDS, np.int64)
    chosen = np.empty(n, np.bool_)
    for b in range(keys.shape[0]):
        key = keys[b]
        objects = Objects(
            rows.objects.sprite[b],
            rows.objects.colour[b],
            rows.objects.pose[b],
            rows.objects.angle[b],
            rows.objects.mirrored[b],
            rows.objects.size[b],
            rows.objects.boxes[b],
            rows.objects.hidden[b],
        )
        for attempt in range(_ATTEMPTS):
            scene = key if attempt == 0 else fold(key, np.uint64(attempt))
            last = attempt == _ATTEMPTS - 1  # in which all classes differ: their names will do
            kind = sample_kind(scene, style.weights, 0)
            wish = _wish_for(scene, kind, knobs, style.many and not last)
            lone = 1.0 if last else knobs.lone
            count = cast_objects(scene, shapes, knobs, wish, lone, objects)
            height, width = style.canvas_height, style.canvas_width
            count = place_objects(
                scene, shapes, knobs, objects, count, xy, depth, covered, height, width
            )
            context = Context(objects, count, height, width)
            if _write_phrase(scene, kind, shapes, style, lexicon, context, query, chosen, rows, b):
                break
        rows.counts[b] = count
        _enlarge(style.scale, objects, count, xy)
        _choose_background(key, style, rows, b)
        _list_sprites(style, sprite_sizes, objects, count, xy, depth, rows, b)


@compiled
def _wish_for(key: np.uint64, kind: int, knobs: Knobs, many: bool) -> Wish:
    """What the scene should offer for this kind of phrase: see KINDS."""
    if knobs.plain and not many:
        return Wish(1, False, False, False)
    colours = kind == 1 or (kind >= 9 and uniform(key, _FAMILY, 2) < 0.5)
    poses = kind == 3 or (kind >= 9 and not colours)
    # Of a plain scene's few things three alike would leave hardly another kind to be told from.
    several = 2 if knobs.plain else 3
    return Wish(several if many or kind == 6 else 1, colours, poses, kind == 2)


@compiled
def _write_phrase(
    key: np.uint64,
    kind: int,
    shapes: Shapes,
    style: Style,
    lexicon: Lexicon,
    context: Context,
    query: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    rows: Rows,
    b: int,
) -> bool:
    """Ask for something in the scene; whether there was a way to say it."""
    if style.many:
        absent = -1
        if uniform(key, _ABSENT, 0) < _NONE_SHARE:
            absent = _absent_class(key, shapes, context)
        said = refer_to_many(key, kind, style.weights, absent, style.slots, context, query, chosen)
    else:
        said = refer_to_one(key, kind, style.weights, style.extra, context, query, chosen)
    if not said:
        return False
    found = 0
    for i in range(context.used):
        if chosen[i]:
            for edge in range(4):
                rows.target_boxes[b, found, edge] = context.objects.boxes[i, edge] * style.scale
            rows.target_mask[b, found] = True
            found += 1
    candidates = found
    if query[SELECTOR] != 0:
        without = query.copy()
        without[SELECTOR] = 0
        candidates = denote(without, context, chosen)
    realise(key, lexicon, context, query, style.many, candidates, rows.tokens[b])
    return True


@compiled
def _absent_class(key: np.uint64, shapes: Shapes, context: Context) -> int:
    """A class that the scene shows neither itself nor by kin; -1 if a few draws find none."""
    for k in range(16):
        candidate = shapes.pool[below(key, _ABSENT, 1 + k, shapes.pool.shape[0])]
        present = False
        for i in range(context.used):
            shown = context.objects.sprite[i]
            present = present or shown == candidate or are_kin(shapes, shown, candidate)
        if not present:
            return candidate
    return -1


@compiled
def _enlarge(scale: float, objects: Objects, count: int, xy: NDArray[np.float32]) -> None:
    """From units of the canvas to pixels."""
    for i in range(count):
        objects.size[i] *= scale
        for axis in range(2):
            xy[i, axis] *= scale
        for edge in range(4):
            objects.boxes[i, edge] *= scale


@compiled
def _choose_background(key: np.uint64, style: Style, rows: Rows, b: int) -> None:
    rows.picture[b] = below(key, _PICTURE, 0, style.backgrounds)
    rows.corner_yx[b, 0] = below(key, _CROP, 0, style.room_y + 1)
    rows.corner_yx[b, 1] = below(key, _CROP, 1, style.room_x + 1)
    rows.flipped[b] = uniform(key, _CROP, 2) < 0.5
    rows.gain[b] = 200 + below(key, _GAIN, 0, 81)


@compiled
def _list_sprites(
    style: Style,
    sprite_sizes: NDArray[np.int32],
    objects: Objects,
    count: int,
    xy: NDArray[np.float32],
    depth: NDArray[np.float64],
    rows: Rows,
    b: int,
) -> None:
    """Shadow and sprite of each object, lowest first."""
    order = ranked(depth[:count])
    for rank in range(count):
        i = order[rank]
        size = objects.size[i] * CELL / EXTENT
        for part in range(2):
            slot = 2 * rank + part
            shadow = part == 0
            rows.sprite[b, slot] = objects.sprite[i]
            rows.level[b, slot] = place_sprite(
                rows.params[b, slot],
                rows.bounds[b, slot],
                sprite_sizes[objects.sprite[i]],
                xy[i, 0] + (SHADOW_OFFSET[0] * objects.size[i] if shadow else 0.0),
                xy[i, 1] + (SHADOW_OFFSET[1] * objects.size[i] if shadow else 0.0),
                size,
                objects.angle[i],
                objects.mirrored[i],
                1 if shadow else 0,
                style.height,
                style.width,
            )
            if shadow:
                rows.kind[b, slot] = SILHOUETTE
                rows.alpha[b, slot] = SHADOW_ALPHA
            else:
                copy_into(rows.tint[b, slot], style.tints[objects.colour[i]])
    rows.slots[b] = 2 * count


def _rows(state: State) -> Rows:
    scene, draws = state.scene, state.draws
    return Rows(
        objects=Objects(
            sprite=scene.sprite.numpy(),
            colour=scene.colour.numpy(),
            pose=scene.pose.numpy(),
            angle=scene.angle.numpy(),
            mirrored=scene.mirrored.numpy(),
            size=scene.size.numpy(),
            boxes=scene.boxes.numpy(),
            hidden=scene.hidden.numpy(),
        ),
        counts=scene.count.numpy(),
        kind=draws.kind.numpy(),
        sprite=draws.sprite.numpy(),
        level=draws.level.numpy(),
        params=draws.params.numpy(),
        bounds=draws.bounds.numpy(),
        tint=draws.tint.numpy(),
        alpha=draws.alpha.numpy(),
        slots=draws.count.numpy(),
        picture=state.picture.numpy(),
        corner_yx=state.corner_yx.numpy(),
        flipped=state.flipped.numpy(),
        gain=state.gain.numpy(),
        tokens=state.tokens.numpy(),
        target_boxes=state.target_boxes.numpy(),
        target_mask=state.target_mask.numpy(),
    )


def _shapes(atlas: Atlas, test: bool, easy: bool) -> Shapes:
    """The atlas as layout needs it, with the pool of one split, group by group."""
    wanted = (atlas.test == test) & (atlas.easy if easy else np.ones_like(atlas.easy))
    members = np.flatnonzero(wanted)
    pool = members[np.argsort(atlas.group[members], kind="stable")].astype(np.int64)
    groups = atlas.group[pool]
    first = np.searchsorted(groups, groups, side="left").astype(np.int64)
    last = np.searchsorted(groups, groups, side="right").astype(np.int64)
    return Shapes(
        hull=atlas.hull,
        samples=atlas.samples,
        mask=atlas.mask,
        mask_scale=EXTENT / CELL * atlas.mask.shape[1],
        tintable=atlas.tintable,
        upright=atlas.upright,
        pool=pool,
        kin=atlas.kin,
        group_first=first,
        group_size=last - first,
    )
