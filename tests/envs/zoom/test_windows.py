"""Windows nest without drift, whatever the aspect, and moves are said and read exactly."""

import numpy as np
import pytest
import torch
from oracles import windows as exact

from vgym.envs.zoom.moves import FORMS, MOVES
from vgym.envs.zoom.types import MOST_CHOICES, Asked, ZoomConfig, nothing_asked
from vgym.envs.zoom.viewing import first_view, look
from vgym.envs.zoom.windows import (
    root_window,
    scale_of,
    share_of_whole,
    share_shown,
    strays,
    to_view,
    to_whole,
    union_share,
)

ASPECTS = [
    ((43200, 21600), (224, 224)),
    ((21600, 43200), (100, 224)),
    ((10, 100000), (64, 48)),
    ((1, 1), (36, 36)),
    ((4096, 4096), (37, 91)),
]
EVERY = torch.ones(1, dtype=torch.bool)


def _asked(whole_hw: tuple[int, int], rows: int) -> Asked:
    fields = nothing_asked(rows, 3)
    whole = torch.tensor([whole_hw], dtype=torch.float64).repeat(rows, 1)
    return Asked(**{**fields, "whole_hw": whole})


@pytest.mark.parametrize(("whole_hw", "size_hw"), ASPECTS)
def test_six_moves_lead_where_fractions_say(
    whole_hw: tuple[int, int], size_hw: tuple[int, int]
) -> None:
    rows, draws = 40, np.random.default_rng(0)
    config = ZoomConfig(image_size=size_hw)
    state, form = first_view(_asked(whole_hw, rows), config), FORMS["continuous"](16)
    first = exact.root(whole_hw, size_hw)
    windows, stacks = [first] * rows, [[] for _ in range(rows)]
    for _ in range(6):
        action = draws.random((rows, 5), np.float32)
        action[::2, 0] *= 1 / 6  # every second row zooms six times
        action[::4, 3:] = action[::4, 1:3] + 0.15 * (action[::4, 3:] - action[::4, 1:3])
        move = form.decode(torch.from_numpy(action))
        look(state, move, EVERY.expand(rows), config)
        for i, numbers in enumerate(action.tolist()):
            kind = MOVES[int(move.kind[i])]
            windows[i] = exact.moved(kind, numbers[1:], windows[i], stacks[i], first)
    wanted = np.array([[float(side) for side in window] for window in windows])
    assert np.abs(state.window.numpy() - wanted).max() < 1e-4
    assert not strays(state.window, root_window(state.whole_hw, size_hw)).any()
    places = torch.from_numpy(draws.random((rows, 2)))
    whole = to_whole(places, state.window)
    told = [exact.to_whole(tuple(p), w) for p, w in zip(places.tolist(), windows, strict=True)]
    assert np.abs(whole.numpy() - np.array(told, np.float64)).max() < 1e-4
    pixels = (to_view(whole, state.window) - places) * torch.tensor(size_hw).flip(0)
    assert pixels.abs().max() < 1e-4


def test_undo_leads_back_view_by_view_and_then_nowhere() -> None:
    config = ZoomConfig(image_size=64, max_episode_steps=12)
    state, form = first_view(_asked((5000, 7000), 1), config), FORMS["continuous"](16)
    zoom = torch.tensor([[0.05, 0.2, 0.3, 0.6, 0.7]])
    undo = torch.tensor([[4.5 / 6, 0.0, 0.0, 0.0, 0.0]])
    been = []
    for _ in range(4):
        been.append(state.window)
        look(state, form.decode(zoom), EVERY, config)
    for window in (*been[::-1], been[0], been[0]):
        look(state, form.decode(undo), EVERY, config)
        assert torch.equal(state.window, window)
    assert state.can_undo.item() == 0


@pytest.mark.parametrize(
    "corners", [(0.8, 0.7, 0.2, 0.1), (0.5, 0.5, 0.5, 0.5), (0.0, 0.0, 1e-9, 1.0), (1, 1, 1, 1)]
)
def test_boxes_inverted_empty_and_below_a_pixel_are_zooms(corners: tuple[float, ...]) -> None:
    config = ZoomConfig(image_size=(48, 64))
    state, form = first_view(_asked((3000, 3000), 1), config), FORMS["continuous"](16)
    root = state.window
    for _ in range(3):
        look(state, form.decode(torch.tensor([[0.0, *corners]])), EVERY, config)
    assert not strays(state.window, root).any()
    side = (state.window[:, 2:] - state.window[:, :2]).amin()
    assert side >= 8 - 1e-9


def test_a_whole_smaller_than_the_narrowest_window_stays_as_it_is() -> None:
    config = ZoomConfig(image_size=36)
    state, form = first_view(_asked((1, 1), 1), config), FORMS["continuous"](16)
    look(state, form.decode(torch.tensor([[0.0, 0.4, 0.4, 0.5, 0.5]])), EVERY, config)
    assert state.window.tolist() == [[0.0, 0.0, 1.0, 1.0]]


@pytest.mark.parametrize("grid", [6, 7, 16, 33])
def test_cells_are_said_as_they_were_read(grid: int) -> None:
    form, draws = FORMS["cells"](grid), np.random.default_rng(grid)
    action = torch.from_numpy(draws.integers(0, [6, grid, grid, grid, grid], (500, 5)))
    action[:, 1:] = torch.cat((action[:, 1:].view(-1, 2, 2).sort(1).values.flatten(1),), 1)
    move = form.decode(action)
    for cover in (True, False):
        assert torch.equal(form.at_box(move.kind, move.box, cover=cover), action)
    points = form.at_point(move.kind, move.point)
    assert torch.equal(points[:, :3], action[:, :3])


@pytest.mark.parametrize("name", list(FORMS))
def test_choices_and_places_are_read_as_they_were_said(name: str) -> None:
    form = FORMS[name](16)
    for of in (MOST_CHOICES, 8, 10, 16):
        number = torch.arange(of)
        assert torch.equal(form.decode(form.choosing(number * 0, number, of)).number(of), number)
    choice = torch.arange(MOST_CHOICES)
    assert torch.equal(form.decode(form.choosing(choice, choice)).number(MOST_CHOICES), choice)
    assert torch.equal(form.decode(form.choosing(choice, choice)).kind, choice)
    box = torch.tensor([[0.25, 0.5, 0.75, 0.5625]], dtype=torch.float64)
    assert torch.equal(form.decode(form.at_box(choice[:1], box, cover=True)).box, box)


def test_shares_of_the_whole_and_of_a_target() -> None:
    whole = torch.tensor([[100.0, 200.0]], dtype=torch.float64)
    root = root_window(whole, (50, 50))
    assert share_of_whole(root, whole).item() == 1 and scale_of(root, (50, 50)).item() == 4
    window = torch.tensor([[-50.0, -50.0, 50.0, 50.0]], dtype=torch.float64)
    assert share_of_whole(window, whole).item() == 0.125
    box = torch.tensor([[40.0, 0.0, 60.0, 10.0]], dtype=torch.float64)
    assert share_shown(box, window).item() == 0.5


def test_what_several_windows_show_together_is_counted_once() -> None:
    draws = np.random.default_rng(1)
    corners = torch.from_numpy(draws.integers(-5, 35, (30, 5, 2, 2)).astype(np.float64))
    windows = corners.sort(2).values.flatten(2)
    there = torch.from_numpy(draws.random((30, 5)) < 0.7)
    whole = torch.tensor([[20.0, 30.0]], dtype=torch.float64).repeat(30, 1)
    y, x = np.mgrid[0:20, 0:30] + 0.5
    for i in range(30):
        seen = np.zeros((20, 30), np.bool_)
        for (x0, y0, x1, y1), counts in zip(windows[i].tolist(), there[i].tolist(), strict=True):
            seen |= counts & (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
        shares = union_share(windows, there, whole)
        assert abs(shares[i].item() - seen.mean()) < 1e-9
