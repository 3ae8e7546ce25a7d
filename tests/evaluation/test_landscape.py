"""Landscapes: every recipe has one, and it shows what the recipe pays."""

import numpy as np
import pytest
import torch
from sampling import one_in

from vgym.evaluation.landscape import landscape
from vgym.evaluation.landscape_maps import (
    OCTAVES,
    SHIFTS,
    STRIDE,
    box_values,
    click_values,
)
from vgym.evaluation.landscape_values import PICTURE_HW, SIZE_HW, TARGET, values_around
from vgym.evaluation.plot import colours, even_axis
from vgym.rewards import Reward, as_reward, recipe, recipes
from vgym.rewards.facts import FACTS
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import by_subject


@pytest.mark.parametrize("name", one_in(8, recipes()))
def test_every_recipe_has_a_picture(name: str) -> None:
    picture = landscape(recipe(name))
    assert picture.shape == (*SIZE_HW, 3) and picture.dtype == np.uint8
    plot = picture[40:340]
    assert len(np.unique(plot.reshape(-1, 3), axis=0)) > 2, "more than ink and paper"


@pytest.mark.parametrize("name", recipes())
def test_the_example_is_within_the_range_and_no_wrong_fact_leaves_it(name: str) -> None:
    reward = recipe(name)
    low, high = reward.range
    for form in reward.forms:
        for wrong in (None, *(n for n in form.needs if FACTS[n].wrong is not None)):
            (value,) = values_around(reward, form, {}, wrong)
            assert low - 1e-6 <= value <= high + 1e-6, wrong


@pytest.mark.parametrize("name", ["dense", "gui-g2", "iou", "giou", "gaussian"])
def test_boxes_earn_most_at_the_target(name: str) -> None:
    shifted, scaled = box_values(recipe(name), recipe(name).forms[0], "prediction_boxes")
    middle = len(SHIFTS) // 2
    assert shifted[middle, middle] == shifted.max() == pytest.approx(recipe(name).range[1])
    assert scaled[middle, middle] == scaled.max()
    assert shifted.argmax() == scaled.argmax() == middle * len(SHIFTS) + middle


@pytest.mark.parametrize("side", range(4))
def test_boxes_are_moved_and_scaled_as_told(side: int) -> None:
    """A reward that pays for where one side of the box is tells left from right, up from down."""
    needs = ("prediction_boxes", "target_boxes")
    term = Term("side", lambda facts: facts["prediction_boxes"][:, 0, side], needs, "a side")
    reward = Reward("side", (Form("boxes", ((1.0, term),)),), "a test", "a side")
    shifted, scaled = box_values(reward, reward.forms[0], "prediction_boxes")
    x0, y0, x1, y1 = TARGET
    row, column = 30, 41  # up and to the right
    dx, dy = SHIFTS[column] * (x1 - x0), SHIFTS[row] * (y1 - y0)
    assert dx > 0 > dy
    assert shifted[row, column] == pytest.approx((x0 + dx, y0 + dy, x1 + dx, y1 + dy)[side])
    assert OCTAVES[-1] == 2
    (x, y), (w, h) = ((x0 + x1) / 2 + dx, (y0 + y1) / 2), (4 * (x1 - x0), 4 * (y1 - y0))
    fourfold = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    assert scaled[-1, column] == pytest.approx(fourfold[side])


@pytest.mark.parametrize("name", ["dense", "gaussian", "se-gui", "infigui-g1"])
def test_clicks_earn_most_in_the_target(name: str) -> None:
    (form,) = (f for f in recipe(name).forms if "prediction_points" in f.needs)
    values = click_values(recipe(name), form)
    assert values.shape == (PICTURE_HW[0] / STRIDE, PICTURE_HW[1] / STRIDE)
    row, column = np.unravel_index(values.argmax(), values.shape)
    x0, y0, x1, y1 = TARGET
    assert x0 < (column + 0.5) * STRIDE < x1 and y0 < (row + 0.5) * STRIDE < y1
    assert values.max() > values.min()


def test_the_sheet_shows_the_heat_map() -> None:
    """The brightest colour lies at the target alone, the darkest far from it."""
    picture = landscape(recipe("se-gui"))
    bright = (picture[40:340, 84:484] == colours(np.ones(1))).all(-1)
    rows, columns = np.nonzero(bright)
    x0, y0, x1, y1 = (side * 400 / PICTURE_HW[1] for side in TARGET)
    assert rows.size > 50
    assert y0 <= rows.min() and rows.max() <= y1 and x0 <= columns.min() and columns.max() <= x1


def test_what_cannot_be_pictured_raises() -> None:
    with pytest.raises(ValueError, match="unknown reward 'gui-g3'; did you mean"):
        landscape(recipe("gui-g3"))
    with pytest.raises(ValueError, match="'closeness' cannot be pictured: it declares no facts"):

        def closeness(facts: dict[str, torch.Tensor]) -> torch.Tensor:
            return facts["iou"]

        landscape(as_reward(closeness))


def test_axes_have_round_ticks() -> None:
    ticks = [text for _, text in even_axis("", -0.03, 1.38).ticks]
    assert ticks == ["0", "0.2", "0.4", "0.6", "0.8", "1", "1.2"]
    flat = even_axis("", 1.0, 1.0)
    assert flat.low < 1 < flat.high
    assert [text for value, text in flat.ticks if value == 1.0] == ["1"]


def test_every_recipe_has_one_subject() -> None:
    named = [reward.name for rewards in by_subject().values() for reward in rewards]
    assert sorted(named) == recipes()
    assert recipe("gui-g2").subject == "screens"
    assert recipe("spl").subject == "navigation"
    assert recipe("iou").subject == "grounding"
    assert recipe("geovista-v3").subject == "Earth"
