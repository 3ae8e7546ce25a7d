"""Moves of several turns: what numbers mean, and what a look, a layer and a guess do."""

from typing import Any

import numpy as np
import pytest
import torch
from rollouts import make_vec
from torch import Tensor

from vgym.envs.geolocation.camera import WIDTH_KM, lonlat_of
from vgym.envs.geolocation.moves import FORMS, GUESS, LAYER, LOOK, LOOKUP, MOVES, ZOOM
from vgym.geometry.sphere import great_circle_distance

GRID, NAMES = 32, 50_000
SIZE = (48, 48)


def batch(rows: int = 8, **settings: Any) -> Any:
    envs = make_vec("VGeo-v0", rows, **{"action": "moves", "difficulty": 0.5, **settings})
    envs.reset(seed=0)
    return envs


def said(kind: int, *numbers: float, rows: int = 8) -> Any:
    given = [(kind + 0.5) / len(MOVES), *numbers, *[0.5] * (4 - len(numbers))]
    return np.tile(np.array(given, np.float32), (rows, 1))


def copied(state: Any) -> dict[str, Tensor]:
    from vgym.core.state import flatten

    return flatten(state)


@pytest.mark.parametrize("name", FORMS)
def test_guesses_are_read_as_the_place(name: str) -> None:
    form = FORMS[name](GRID, NAMES)
    lon = torch.linspace(-180, 180, 41, dtype=torch.float64)
    lat = torch.linspace(-90, 90, 31, dtype=torch.float64)
    places = torch.cartesian_prod(lon, lat)
    action = form.guessing(places)
    assert all(one in form.space() for one in action.numpy()[::97])
    move = form.decode(action)
    assert (move.kind == GUESS).all()
    away = great_circle_distance(move.lonlat, places)
    inner = places[:, 1].abs() < 80
    assert away[inner].max() < {"moves": 100.0, "moves-cells": 75_000.0}[name]


def test_numbers_are_parts_of_their_range() -> None:
    form = FORMS["moves"](GRID, NAMES)
    ends = torch.tensor([[0.0] * 5, [1.0] * 5, [0.5] * 5])
    move = form.decode(ends)
    assert move.kind.tolist() == [0, 3, 2]
    assert move.zoom.tolist() == [ZOOM, 1 / ZOOM, 1.0]
    assert move.turn_deg.tolist() == [-180, 180, 0]
    assert move.layer.tolist() == [0, 2, 1]
    assert move.name.tolist() == [0, NAMES - 1, NAMES // 2]


def test_cells_reach_every_name_and_nothing_is_a_choice() -> None:
    form = FORMS["moves-cells"](GRID, NAMES)
    every = torch.cartesian_prod(*[torch.arange(GRID)] * 4)
    move = form.decode(torch.cat((torch.full((len(every), 1), LOOKUP), every), 1))
    assert len(move.name.unique()) == NAMES
    assert (move.zoom == 1).any() and (move.turn_deg == 0).any()
    assert move.zoom.min() > 1 / ZOOM - 1e-9 and move.zoom.max() <= ZOOM


def test_a_look_moves_the_middle_zooms_and_turns() -> None:
    envs = batch()
    before = copied(envs.unwrapped.state)
    view = envs.unwrapped.state.view
    want = lonlat_of(view, torch.tensor([[0.3, 0.6]]).expand(8, 2), SIZE)
    observed = envs.step(said(LOOK, 0.3, 0.6, 0.75, 0.75))[0]
    after = envs.unwrapped.state
    aim = torch.stack((after.view.lon, after.view.lat), 1)
    assert great_circle_distance(aim, want).max() < 1.0
    np.testing.assert_allclose(after.view.width_km, before["view.width_km"] / 2, rtol=1e-6)
    turned = (after.view.heading_deg - before["view.heading_deg"]) % 360
    np.testing.assert_allclose(turned, 90, atol=1e-4)
    compass = np.rad2deg(np.arctan2(*observed["compass"].T)) % 360
    np.testing.assert_allclose(compass, after.view.heading_deg, atol=1e-3)
    for name in ("place", "view.days", "view.layer", "answered", "found"):
        assert (before[name] == copied(after)[name]).all(), name


def test_widths_are_bounded_both_ways() -> None:
    out, near = batch(max_episode_steps=9), batch(max_episode_steps=9)
    for _ in range(6):
        out.step(said(LOOK, 0.5, 0.5, 0.0))
        near.step(said(LOOK, 0.5, 0.5, 1.0))
    state = out.unwrapped.state
    assert (state.view.width_km == state.widest_km).all()
    assert (near.unwrapped.state.view.width_km == WIDTH_KM[0]).all()


def test_a_point_in_space_cannot_become_the_middle() -> None:
    envs = batch(16, difficulty=0.0, projection="orthographic", max_episode_steps=9)
    for _ in range(2):
        envs.step(said(LOOK, 0.5, 0.5, 0.0, rows=16))
    before = copied(envs.unwrapped.state)
    envs.step(said(LOOK, 0.0, 0.0, 0.5, rows=16))
    after = copied(envs.unwrapped.state)
    assert (before["view.width_km"] > 12_800 * 1.42).any(), "no corner shows space"
    stayed = (before["view.lon"] == after["view.lon"]) & (before["view.lat"] == after["view.lat"])
    assert stayed.any()
    assert all(value.isfinite().all() for value in after.values())


def test_a_layer_changes_the_picture_alone() -> None:
    envs = batch()
    first = envs.unwrapped.observe()
    observed = envs.step(said(LAYER, 0.9))[0]
    assert (observed["layer"].argmax(1) == 2).all()
    other = first["layer"].argmax(1) != 2
    changed = (observed["image"] != first["image"]).any((1, 2, 3))
    assert other.any() and (changed == other).all()
    assert (observed["compass"] == first["compass"]).all()


def test_a_guess_ends_and_turns_run_out() -> None:
    envs = batch(max_episode_steps=3)
    left = [float(envs.unwrapped.observe()["turns"][0, 0])]
    for _ in range(2):
        observed, reward, terminated, truncated, _ = envs.step(said(LOOK, 0.5, 0.5))
        left.append(float(observed["turns"][0, 0]))
        assert not (terminated | truncated).any() and (reward == 0).all()
    assert left == pytest.approx([1, 2 / 3, 1 / 3])
    _, reward, terminated, truncated, info = envs.step(said(LOOK, 0.5, 0.5))
    assert truncated.all() and not terminated.any()
    assert (reward == 0).all() and not info["answer_read"].any() and not info["success"].any()
    assert info["reward_flagged"].all() and (info["distance_km"] > 20_000).all()
    assert all(chain == (None,) * 4 for chain in info["guess"]["chain"])
    envs.reset(seed=0)
    envs.step(said(LOOK, 0.5, 0.5))
    _, reward, terminated, _, info = envs.step(envs.unwrapped.oracle())
    assert terminated.all() and info["success"].all() and (info["turns"] == 2).all()
    assert reward.min() > 0.95
