"""Screens of VGuiFlow: everything that can be clicked lies on the page, shows, and can be hit."""

import random

import numpy as np
import pytest
from flow_play import begin, every_step, keys, moved
from sampling import one_in

from vgym.envs.gui.flow.actions import FlowForm
from vgym.envs.gui.flow.aiming import Aim
from vgym.envs.gui.flow.desktop import Desktop
from vgym.envs.gui.flow.model import CLICK, Step
from vgym.envs.gui.flow.painting import Painter, themes_of
from vgym.envs.gui.flow.screen import ROLES
from vgym.envs.gui.flow.task import FlowTask
from vgym.envs.gui.flow.templates import NAMES
from vgym.envs.gui.toolkit.painter import paint

SIZES = [(240, 320), (324, 324), (400, 640), (800, 1280), (915, 412)]
SMALLEST = 12  # pixels of the smaller side of what can be clicked


def screens(name, size, count=25):
    """Screens on and off the way of a few instances."""
    draw = random.Random(f"{name}{size}")
    for number in range(3):
        app, start, goal, template, texts = begin(name, number, draw.random(), size)
        vector = start
        for _ in range(count):
            yield app, vector, texts
            open_states = [
                new
                for step in every_step(app, vector, texts)
                if app.verdict(new := moved(app, vector, step, texts), start, template, goal) == 0
                and new != vector
            ]
            vector = draw.choice(open_states) if open_states else start


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_every_control_lies_on_the_page_and_can_be_hit(name, size):
    desktop, draw = Desktop(size), random.Random(str(size))
    page_hw = desktop.sizes.height, desktop.sizes.width
    for app, vector, texts in screens(name, page_hw):
        screen = app.screen(vector, texts)
        aim = Aim(desktop, FlowForm("grid", size, desktop).cells)
        events = []
        for widget in screen.widgets:
            x0, y0, x1, y1 = widget.box
            assert 0 <= x0 < x1 <= page_hw[1] and 0 <= y0 < y1 <= page_hw[0], (widget, size)
        for widget in screen.widgets[screen.modal :]:
            if widget.event is None or not widget.enabled:
                continue
            assert widget.kind in ROLES
            assert min(widget.box[2] - widget.box[0], widget.box[3] - widget.box[1]) >= SMALLEST
            assert widget.text or widget.name or widget.icon
            events.append(widget.event)
            place = draw.random(), draw.random()
            act = aim.at(screen, place, Step(CLICK, widget.event))
            hit = screen.hit(*desktop.on_page((act.x, act.y), place))
            assert hit is not None and hit.event == widget.event
        assert not screen.modal or events, "a dialog that cannot be left"


@pytest.mark.parametrize("name", NAMES)
def test_a_click_on_nothing_does_nothing(name):
    for app, vector, texts in screens(name, (400, 640), 6):
        screen = app.screen(vector, texts)
        for x, y in ((-1, 5), (5, -1), (640, 5), (5, 400), (1e9, 1e9), (float("nan"), 5)):
            assert screen.hit(x, y) is None


@pytest.mark.parametrize(("name", "split"), one_in(3, NAMES, ["train", "test"]))
def test_pictures_show_the_state(name, split):
    """Steps that change what is stored or typed change the picture; same screens, same bytes."""
    for theme in themes_of(split):
        app, start, _, _, texts = begin(name, 1, size=(400, 640), test=split == "test")
        painter = Painter(app.sizes)
        image = paint([painter.program(app.screen(start, texts), theme)])[0]
        again = paint([Painter(app.sizes).program(app.screen(start, texts), theme)])[0]
        np.testing.assert_array_equal(image, again)
        assert image.std() > 5
        for step in every_step(app, start, texts):
            new = moved(app, start, step, texts)
            old_screen, new_screen = app.screen(start, texts), app.screen(new, texts)
            if old_screen.widgets == new_screen.widgets:
                continue
            other = paint([painter.program(new_screen, theme)])[0]
            assert not np.array_equal(image, other), (step, theme.name)


def test_small_pictures_are_the_page_reduced():
    small, large = FlowTask(image_size=(100, 160)), FlowTask(image_size=(300, 480))
    key = keys(1)
    import torch

    images = torch.zeros(1, 100, 160, 3, dtype=torch.uint8)
    pages = torch.zeros(1, 300, 480, 3, dtype=torch.uint8)
    a, b = small.reset(key), large.reset(key)
    small.draw(a, images)
    large.draw(b, pages)
    means = pages[0].float().reshape(100, 3, 160, 3, 3).mean((1, 3))
    assert (images[0].float() - means).abs().max() <= 0.5 + 1e-4
    view = large.letterbox(b)[0]
    assert view[:2].tolist() == [1, 1] and view[2:].sum() > 0
    torch.testing.assert_close(small.letterbox(a)[0], view / 3)
