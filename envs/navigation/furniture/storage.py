"""Things to keep other things in."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CHROME,
    DARK_STEEL,
    STEEL,
    Draw,
    cloth,
    shell,
    steel,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, Surface, box, cylinder, legs, pair, skin


def _fronted(
    width: float, depth: float, z0: float, z1: float, body: Surface, face: str
) -> list[Solid]:
    """A case with a face stretched over its front."""
    return [
        box(0, -0.01, width, depth - 0.02, z0, z1, body),
        box(0, depth / 2 - 0.01, width - 0.03, 0.018, z0 + 0.02, z1 - 0.02, skin(face, body.tint)),
    ]


def _wardrobe(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width, height = ((1.2, 2.0), (1.6, 2.15), (1.0, 1.9))[model]
    solids = _fronted(width, 0.58, 0.06, height, body, "wardrobe")
    solids.append(box(0, -0.02, width - 0.06, 0.50, 0.0, 0.06, BLACK))
    if model != 1:
        solids.append(box(0, 0.01, width + 0.08, 0.64, height, height + 0.06, body))
    else:
        solids.append(box(0.2, 0.30, 0.45, 0.012, 0.2, 2.0, skin("mirror")))
    return solids


def _dresser(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width, height = ((0.9, 0.82), (1.4, 0.76), (0.6, 1.15))[model]
    face = "drawers_wide" if model == 1 else "drawers"
    return [
        *legs(width - 0.04, 0.42, 0.10, 0.06, body),
        *_fronted(width, 0.46, 0.10, height, body, face),
        box(0, 0, width + 0.04, 0.50, height, height + 0.03, body),
    ]


def _bookcase(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width, height = ((0.9, 1.9), (1.2, 1.2), (0.7, 2.1))[model]
    solids = [
        box(0, -0.13, width, 0.03, 0.0, height, body),
        *pair(width / 2 - 0.02, 0, 0.04, 0.30, 0.0, height, body),
        box(0, -0.01, width - 0.08, 0.22, 0.08, height - 0.04, skin("bookshelf")),
        box(0, 0, width - 0.08, 0.30, 0.0, 0.08, body),
        box(0, 0, width, 0.30, height - 0.04, height, body),
    ]
    return solids


def _shelving_unit(model: int, colour: int) -> list[Solid]:
    frame = steel(colour, (150, 155, 160)) if model != 1 else wood(colour, 2)
    width, height = ((1.1, 1.8), (0.9, 1.6), (1.4, 2.0))[model]
    step = (height - 0.15) / 3
    tiers = [box(0, 0, width, 0.44, z, z + 0.03, frame) for z in (0.1 + step * i for i in range(4))]
    card = skin("box_card")
    load = [
        box(-width * 0.22, 0, width * 0.4, 0.34, 0.13, 0.13 + step * 0.7, card),
        box(width * 0.22, 0, width * 0.34, 0.34, 0.13 + step, 0.13 + step * 1.55, card),
        box(
            -width * 0.2, 0, 0.3, 0.30, 0.13 + 2 * step, 0.13 + step * 2.5, shell(0, (60, 110, 190))
        ),
    ]
    return [*legs(width + 0.02, 0.46, height, 0.04, frame), *tiers, *load]


def _display_cabinet(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model + 1)
    height = (1.85, 1.7, 2.0)[model]
    glass = skin("glass_door") if model == 1 else skin("mirror", (190, 215, 220))
    return [
        box(0, 0, 0.95, 0.40, 0.0, 0.75, body),
        box(0, 0.208, 0.90, 0.015, 0.08, 0.72, skin("cupboard", body.tint)),
        box(0, -0.03, 0.90, 0.32, 0.75, height, body),
        *pair(0.215, 0.14, 0.40, 0.02, 0.80, height - 0.06, glass),
        box(0, 0, 1.0, 0.42, height, height + 0.06, body),
    ]


def _sideboard(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width = (1.5, 1.3, 1.8)[model]
    feet = legs(width - 0.1, 0.36, 0.16, 0.05, DARK_STEEL if model == 2 else body)
    door = skin("cupboard", body.tint)
    third = (width - 0.06) / 3
    fronts = [box(x, 0.208, third - 0.02, 0.016, 0.19, 0.74, door) for x in (-third, third)]
    middle = skin("drawers" if model != 1 else "cupboard", body.tint)
    return [
        *feet,
        box(0, 0, width, 0.40, 0.16, 0.78, body),
        *fronts,
        box(0, 0.208, third - 0.02, 0.016, 0.19, 0.74, middle),
        box(0, 0, width + 0.04, 0.44, 0.78, 0.81, body),
    ]


def _tv_stand(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model + 1)
    width = (1.4, 1.2, 1.7)[model]
    if model == 1:
        return [
            box(0, 0, width, 0.40, 0.0, 0.06, body),
            *pair(width / 2 - 0.02, 0, 0.04, 0.40, 0.06, 0.46, body),
            box(0, -0.18, width, 0.03, 0.06, 0.46, body),
            box(-0.2, 0.02, 0.42, 0.26, 0.06, 0.16, BLACK),
            box(0, 0, width, 0.40, 0.46, 0.50, body),
        ]
    half = width / 2 - 0.04
    doors = [
        box(x, 0.208, half - 0.02, 0.016, 0.12, 0.44, skin("drawers_wide", body.tint))
        for x in (-half / 2, half / 2)
    ]
    return [*legs(width, 0.38, 0.10, 0.05, BLACK), box(0, 0, width, 0.40, 0.10, 0.48, body), *doors]


def _wall_shelf(model: int, colour: int) -> list[Solid]:
    board = wood(colour, model)
    books = [
        box(-0.2, 0.0, 0.34, 0.16, 1.33, 1.55, skin("books")),
        cylinder(0.28, 0, 0.07, 1.33, 1.50, skin("terracotta")),
    ]
    if model == 1:
        books = [box(0.1, 0, 0.5, 0.16, 1.33, 1.56, skin("books"))]
    if model == 2:
        books.append(box(0, 0, 0.8, 0.22, 1.68, 1.72, board))
    brackets = [box(x, -0.05, 0.03, 0.12, 1.2, 1.29, DARK_STEEL) for x in (-0.3, 0.3)]
    return [box(0, 0, 0.9, 0.22, 1.29, 1.33, board), *brackets, *books]


def _wall_cupboard(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    solids = _fronted((0.8, 1.0, 1.2)[model], 0.34, 1.42, 2.1, body, "kitchen_front")
    solids.append(box(0, 0, 0.7, 0.26, 1.40, 1.42, STEEL))
    return solids


def _coat_rack(model: int, colour: int) -> list[Solid]:
    pole = wood(0, model + 1) if model != 1 else DARK_STEEL
    coat = cloth(colour, (95, 85, 70))
    return [
        cylinder(0, 0, 0.22, 0.0, 0.04, pole),
        cylinder(0, 0, 0.03, 0.04, 1.75, pole),
        box(0, 0, 0.44, 0.03, 1.62, 1.66, pole),
        box(0, 0, 0.03, 0.44, 1.54, 1.58, pole),
        box(0.17, 0, 0.20, 0.26, 0.85, 1.60, coat),
        box(0.17, 0, 0.22, 0.46, 1.10, 1.48, coat),
        cylinder(-0.18, 0, 0.13, 1.64, 1.66, coat),
        cylinder(-0.18, 0, 0.08, 1.66, (1.76, 1.80, 1.74)[model], coat),
    ]


def _shoe_rack(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model) if model != 1 else steel(colour)
    shoes = [(-0.25, 0.10, (40, 40, 44)), (0.12, 0.10, (150, 35, 35)), (-0.05, 0.36, (110, 70, 40))]
    pairs = [
        box(x, 0.02, 0.22, 0.24, z + 0.03, z + 0.13, skin("leather", tint)) for x, z, tint in shoes
    ]
    sides = [box(x, 0, 0.03, 0.30, 0.0, 0.62, frame) for x in (-0.42, 0.42)]
    tiers = [box(0, 0, 0.82, 0.30, z, z + 0.03, frame) for z in (0.10, 0.36)]
    return [*sides, *tiers, box(0, 0, 0.87, 0.30, 0.59, 0.63, frame), *pairs]


def _toy_chest(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    band = skin("paint", (250, 200, 60))
    return [
        box(0, 0, 0.8, 0.44, 0.03, 0.40, body),
        box(0, 0, 0.84, 0.48, 0.40, 0.46, body if model != 2 else cloth(0, (250, 160, 120))),
        box(0, 0, 0.82, 0.46, 0.0, 0.05, band),
        box(0, 0, 0.81, 0.45, 0.20, 0.26, band),
    ]


def _laundry_basket(model: int, colour: int) -> list[Solid]:
    weave = shell(colour) if model == 1 else skin("wicker", shell(colour, (225, 200, 160)).tint)
    linen = skin("fabric", (245, 245, 240))
    if model == 1:
        return [box(0, 0, 0.56, 0.40, 0.0, 0.38, weave), box(0, 0, 0.48, 0.32, 0.38, 0.48, linen)]
    lid = (
        cylinder(0, 0, 0.25, 0.56, 0.62, weave)
        if model == 0
        else cylinder(0, 0, 0.2, 0.56, 0.66, linen)
    )
    return [cylinder(0, 0, 0.23, 0.0, 0.56, weave), lid]


def _bin(model: int, colour: int) -> list[Solid]:
    body = steel(colour) if model == 0 else shell(colour, (95, 100, 105))
    if model == 1:
        return [
            box(0, 0, 0.36, 0.30, 0.0, 0.56, body),
            box(0, 0, 0.40, 0.34, 0.56, 0.62, body),
            box(0, 0.155, 0.14, 0.012, 0.25, 0.40, skin("paint")),
        ]
    return [
        cylinder(0, 0, 0.16, 0.0, 0.46, body),
        cylinder(0, 0, 0.17, 0.46, 0.50, BLACK),
        cylinder(0, 0, 0.13 if model == 0 else 0.05, 0.50, 0.54, body),
        box(0, 0.17, 0.10, 0.06, 0.02, 0.05, BLACK),
    ]


def _cardboard_box(model: int, colour: int) -> list[Solid]:
    card = skin("box_card")
    lower = box(0, 0, 0.5, 0.4, 0.0, 0.36, card)
    if model == 0:
        return [lower, box(0, 0, 0.08, 0.41, 0.30, 0.365, skin("plain", (225, 200, 150)))]
    if model == 1:
        return [lower, box(0.04, 0.02, 0.38, 0.32, 0.36, 0.62, card)]
    return [
        lower,
        box(-0.03, 0, 0.42, 0.34, 0.36, 0.64, card),
        box(0.02, 0, 0.3, 0.3, 0.64, 0.84, card),
    ]


def _suitcase(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (60, 65, 75))
    height = (0.62, 0.52, 0.74)[model]
    return [
        box(0, 0, 0.42, 0.24, 0.05, height, body),
        box(0, 0.121, 0.40, 0.012, 0.06, height - 0.01, skin("suitcase", body.tint)),
        *pair(0.10, -0.09, 0.02, 0.02, height, height + 0.30, CHROME),
        box(0, -0.09, 0.22, 0.03, height + 0.30, height + 0.33, BLACK),
        *pair(0.16, 0, 0.05, 0.22, 0.0, 0.05, BLACK),
    ]


def _locker(model: int, colour: int) -> list[Solid]:
    body = steel(colour, (150, 165, 180))
    doors = (3, 2, 4)[model]
    door = skin("locker", body.tint)
    fronts = [
        box(0.38 * (i - (doors - 1) / 2), 0.235, 0.36, 0.018, 0.08, 1.80, door)
        for i in range(doors)
    ]
    return [box(0, 0, 0.38 * doors + 0.02, 0.46, 0.0, 1.84, body), *fronts]


def _filing_cabinet(model: int, colour: int) -> list[Solid]:
    body = steel(colour, (175, 178, 180))
    width, height = ((0.46, 1.30), (0.9, 1.0), (0.46, 0.70))[model]
    face = "drawers_wide" if model == 1 else "drawers"
    return _fronted(width, 0.60, 0.0, height, body, face)


def _safe(model: int, colour: int) -> list[Solid]:
    size = (0.6, 0.75, 0.5)[model]
    body = steel(colour, (75, 80, 85))
    return [
        *legs(size - 0.04, size - 0.06, 0.06, 0.08, BLACK),
        *_fronted(size, size, 0.06, size * 1.3, body, "safe"),
    ]


def _wine_rack(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model + 1)
    height = (0.9, 1.2, 1.6)[model]
    tiers = 3 + model
    solids = [box(x, 0, 0.04, 0.30, 0.0, height, frame) for x in (-0.32, 0.32)]
    solids.append(box(0, 0, 0.68, 0.30, height - 0.04, height, frame))
    for i in range(tiers - 1):
        z = 0.1 + (height - 0.1) / tiers * i
        solids += [
            box(0, 0, 0.60, 0.28, z, z + 0.03, frame),
            box(-0.02, 0.02, 0.46, 0.26, z + 0.03, z + 0.13, skin("stripes", (70, 110, 60))),
        ]
    return solids


def _crate(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (200, 200, 205)) if model == 1 else skin("pine")
    rim = body if model == 1 else skin("oak")
    return [
        box(0, 0, 0.60, 0.44, 0.0, 0.36, body),
        box(0, 0, 0.64, 0.48, 0.30, 0.36, rim),
        box(0, 0, 0.64, 0.48, 0.0, 0.06, rim),
        *([box(0, 0, 0.5, 0.34, 0.36, 0.44, skin("books"))] if model == 2 else []),
    ]


STORAGE: dict[str, Draw] = {
    "wardrobe": _wardrobe,
    "dresser": _dresser,
    "bookcase": _bookcase,
    "shelving unit": _shelving_unit,
    "display cabinet": _display_cabinet,
    "sideboard": _sideboard,
    "television stand": _tv_stand,
    "wall shelf": _wall_shelf,
    "wall cupboard": _wall_cupboard,
    "coat rack": _coat_rack,
    "shoe rack": _shoe_rack,
    "toy chest": _toy_chest,
    "laundry basket": _laundry_basket,
    "bin": _bin,
    "cardboard box": _cardboard_box,
    "suitcase": _suitcase,
    "locker": _locker,
    "filing cabinet": _filing_cabinet,
    "safe": _safe,
    "wine rack": _wine_rack,
    "crate": _crate,
}
