"""Furniture is sane: real sizes, legal places, textures that exist, every model and colour."""

from __future__ import annotations

import numpy as np
import pytest

from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS, Kind, Model, build
from vgym.envs.navigation.furniture.solids import COLOUR_RGB
from vgym.envs.navigation.render.textures import FACES, NAMES
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import BILLBOARD, BOX, CEILING, COLOURS, CYLINDER

WHERE = {
    *("wall", "corner", "centre", "beside", "around", "hung", "on_top", "window", "curtain"),
    *("any", "edge", "scattered"),
}
HOSTED = {"beside", "around", "on_top"}  # go nowhere without a host
FLAT = {"rug", "bath mat"}


def colours(kind: Kind) -> tuple[int, ...]:
    return (0, *(COLOURS.index(name) for name in kind.colours))


def every_model(kind: Kind) -> list[Model]:
    number = KIND_NUMBER[kind.name]
    return [build(number, m, c) for m in range(kind.models + 1) for c in colours(kind)]


def reach(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Furthest corners of the parts, worked out from the definition of Parts alone."""
    g = model.parts.geometry.astype(np.float64)
    c, s = np.abs(g[:, 2]), np.abs(g[:, 3])
    board = model.parts.code[:, 0] == BILLBOARD
    half_x = np.where(board, g[:, 4], c * g[:, 4] + s * g[:, 5])
    half_y = np.where(board, g[:, 5], s * g[:, 4] + c * g[:, 5])
    low = np.array([(g[:, 0] - half_x).min(), (g[:, 1] - half_y).min(), g[:, 6].min()])
    high = np.array([(g[:, 0] + half_x).max(), (g[:, 1] + half_y).max(), g[:, 7].max()])
    return low, high


def test_there_are_many_kinds_with_distinct_plain_names() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) >= 64
    assert len(set(names)) == len(names)
    assert all(KIND_NUMBER[name] == number for number, name in enumerate(names))
    for name in names:  # "the chair" must not also mean an office chair
        assert not [other for other in names if other.endswith(" " + name)], name


def test_every_kind_of_room_has_enough_to_be_told_by() -> None:
    for room in ROOM_KINDS:
        if room != "room":
            assert sum(room in kind.rooms for kind in KINDS) >= 5, room


def test_row_is_legal() -> None:
    for kind in KINDS:
        assert kind.where in WHERE
        assert kind.models >= 2
        assert kind.rooms and set(kind.rooms) <= set(ROOM_KINDS)
        assert all(0 < weight <= 8 for weight in kind.rooms.values())
        assert set(kind.colours) <= set(COLOURS[1:]) and len(set(kind.colours)) == len(kind.colours)
        assert set(kind.hosts) <= set(KIND_NUMBER)
        assert kind.hosts or kind.where not in HOSTED
        assert set(kind.one_of) | set(kind.islands) <= set(kind.rooms)
        assert kind.seats in ("around", "back") and 0 < kind.clear <= 1


def test_what_stands_by_another_shares_a_room_with_it() -> None:
    for kind in KINDS:
        if kind.where in HOSTED:
            hosts = {room for name in kind.hosts for room in KINDS[KIND_NUMBER[name]].rooms}
            assert set(kind.rooms) <= hosts


def test_parts_are_sane() -> None:
    for kind in KINDS:
        for model in every_model(kind):
            geometry, code, tint = model.parts
            assert 2 <= len(geometry) <= 12
            assert (
                geometry.dtype == np.float32 and code.dtype == np.int16 and tint.dtype == np.uint8
            )
            assert set(code[:, 0].tolist()) <= {BOX, CYLINDER, BILLBOARD}
            assert (code[:, 1] >= 0).all() and (code[:, 1] < len(NAMES)).all()
            assert (code[:, 3] == 0).all() and (code[:, 4] == -1).all()
            assert (geometry[:, 4:6] > 0).all() and (geometry[:, 7] > geometry[:, 6]).all()
            assert np.allclose(np.hypot(geometry[:, 2], geometry[:, 3]), 1, atol=1e-6)
            stretched = [NAMES[t] in FACES for t in code[:, 1]]
            board = code[:, 0] == BILLBOARD
            assert (code[:, 2] == (np.array(stretched) | board)).all()


def test_size_is_the_box_around_the_parts() -> None:
    for kind in KINDS:
        for model in every_model(kind):
            low, high = reach(model)
            assert low[2] >= -1e-6 and high[2] <= CEILING + 1e-6
            assert np.allclose(high - low, model.size, atol=1e-5)
            assert np.allclose((low + high)[:2], 0, atol=1e-5)
            assert np.isclose(low[2], model.z0, atol=1e-6)
            assert max(model.size) <= 3.0
            assert min(model.size[:2]) >= 0.02
            assert model.size[2] >= (0.005 if kind.name in FLAT else 0.02)


def test_on_the_floor_unless_hung() -> None:
    for kind in KINDS:
        for model in every_model(kind):
            assert (model.z0 > 0) == (kind.where in ("hung", "window", "curtain"))
            assert model.blocks == (kind.stands and kind.name not in FLAT)


def test_what_carries_others_is_flat_on_top() -> None:
    for kind in KINDS:
        if not any(kind.name in other.hosts and other.where == "on_top" for other in KINDS):
            continue
        for model in every_model(kind):
            g = model.parts.geometry
            top = g[:, 7] >= model.z0 + model.size[2] - 0.01
            area = np.where(model.parts.code[:, 0] == CYLINDER, np.pi, 4.0) * g[:, 4] * g[:, 5]
            assert area[top].max() > 0.4 * model.size[0] * model.size[1]


def test_models_differ() -> None:
    for kind in KINDS:
        number = KIND_NUMBER[kind.name]
        shapes = [build(number, m, 0) for m in range(kind.models + 1)]
        for i, one in enumerate(shapes):
            for other in shapes[:i]:
                assert not (
                    np.array_equal(one.parts.geometry, other.parts.geometry)
                    and np.array_equal(one.parts.code, other.parts.code)
                )


def test_a_colour_covers_much_of_the_surface() -> None:
    """At least a ninth of the area of the sides and tops shows the colour that names it."""
    for kind in KINDS:
        number = KIND_NUMBER[kind.name]
        for name in kind.colours:
            for m in range(kind.models + 1):
                model = build(number, m, COLOURS.index(name))
                g = model.parts.geometry
                area = (g[:, 4] + g[:, 5]) * (g[:, 7] - g[:, 6]) + g[:, 4] * g[:, 5]
                own = (model.parts.tint == COLOUR_RGB[name]).all(-1)
                assert area[own].sum() > area.sum() / 9, (name, m)


def test_colours_are_far_apart() -> None:
    table = np.array([COLOUR_RGB[name] for name in COLOURS[1:]], float)
    gaps = np.linalg.norm(table[:, None] - table[None], axis=-1)
    assert gaps[~np.eye(len(table), dtype=bool)].min() > 80


def test_scale_stretches_every_length() -> None:
    one, two = (build(KIND_NUMBER["sofa"], 1, 0, scale) for scale in (1.0, 2.0))
    turn = [2, 3]
    lengths = [0, 1, 4, 5, 6, 7]
    assert np.allclose(two.parts.geometry[:, lengths], 2 * one.parts.geometry[:, lengths])
    assert np.array_equal(two.parts.geometry[:, turn], one.parts.geometry[:, turn])
    assert np.allclose(two.size, np.multiply(one.size, 2))


def test_arrays_are_shared_and_so_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        build(0, 0, 0).parts.geometry[0, 0] = 1.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, 0, 0), "kind is -1"),
        ((len(KINDS), 0, 0), f"kind is {len(KINDS)}"),
        ((0, 3, 0), "model of 'armchair' is 3"),
        ((0, 0, len(COLOURS)), "colour of 'armchair'"),
        ((KIND_NUMBER["urinal"], 0, 1), "colour of 'urinal' is 1"),
        ((0, 0, 0, 0.0), "scale is 0.0"),
    ],
)
def test_misuse_is_told(arguments: tuple[int, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build(*arguments)
