"""The planner of VGuiFlow against breadth-first search over every action, and its own equation."""

import random

import pytest
from flow_play import begin, every_step, moved
from sampling import one_in

from vgym.envs.gui.flow.model import NOTE, SCROLL, SCROLL_BY, Step
from vgym.envs.gui.flow.planner import UNREACHABLE, Planner
from vgym.envs.gui.flow.templates import NAMES, TABLE, rows_for

DEEPEST = 3  # steps that a search over every action can look ahead in a test's time
SIZES = [((400, 640),), ((320, 320),), ((915, 412),)]


def brute_force(app, vector, start, goal, template, texts):
    """Steps from here over every action there is; None where it is more than ``DEEPEST``."""
    edge, seen = [vector], {tuple(vector)}
    for depth in range(1, DEEPEST + 1):
        further = []
        for at in edge:
            for step in every_step(app, at, texts):
                new = moved(app, at, step, texts)
                new[NOTE] = 0
                verdict = app.verdict(new, start, template, goal)
                if verdict > 0:
                    return depth
                if verdict == 0 and tuple(new) not in seen:
                    seen.add(tuple(new))
                    further.append(new)
        edge = further
    return None


@pytest.mark.parametrize("name", NAMES)
def test_no_shorter_way_exists(name):
    """Wherever a search over every action gets, the plan says the same."""
    for number in range(2):
        app, start, goal, template, texts = begin(name, number, share=0.2)
        planner = Planner()
        vector = start
        plan = planner.plan(app, vector, start, template, goal, len(texts))
        while plan.length > DEEPEST:  # play to where the rest can be searched
            vector = moved(app, vector, plan.first, texts)
            plan = planner.plan(app, vector, start, template, goal, len(texts))
        found = brute_force(app, vector, start, goal, template, texts)
        assert found == plan.length, app.sentence(template, goal)


@pytest.mark.parametrize(("name", "size"), one_in(4, NAMES, SIZES))
def test_every_action_obeys_the_plan_lengths(name, size):
    """No action saves more than one step, the plan's own saves exactly one, and no state is said
    to be lost that the application's verdict calls open: together, plans are shortest."""
    draw = random.Random(name)
    for number in range(4):
        app, start, goal, template, texts = begin(name, number, draw.random(), size)
        planner = Planner()

        def left(
            vector, app=app, start=start, goal=goal, template=template, texts=texts, p=planner
        ):
            return p.plan(app, vector, start, template, goal, len(texts)).length

        vector = start
        for _ in range(10):
            here = planner.plan(app, vector, start, template, goal, len(texts))
            if here.first is None:
                break
            open_states = []
            for step in every_step(app, vector, texts):
                new = moved(app, vector, step, texts)
                there = left(new)
                assert there >= here.length - 1, (app.sentence(template, goal), step)
                lost = app.verdict(new, start, template, goal) < 0
                assert lost == (there == UNREACHABLE), (app.sentence(template, goal), step)
                if 0 < there < UNREACHABLE:
                    open_states.append(new)
            follow = moved(app, vector, here.first, texts)
            assert left(follow) == here.length - 1
            vector = draw.choice(open_states) if draw.random() < 0.6 else follow


@pytest.mark.parametrize("name", NAMES)
def test_a_start_is_never_solved_nor_lost(name):
    for number in range(100):
        app, start, goal, template, _ = begin(name, number, number / 100)
        assert app.verdict(start, start, template, goal) == 0
        assert app.verdict(list(start), list(start), template, goal) == 0


@pytest.mark.parametrize("name", NAMES)
def test_scrolling_past_the_ends_stays_inside(name):
    app, start, _, _, texts = begin(name, 3, share=1.0)
    vector = list(start)
    for direction in (1, -1):
        for _ in range(30):
            app.perform(vector, Step(SCROLL_BY, direction), len(texts))
            count, shown = app.extent(vector)
            assert 0 <= vector[SCROLL] <= max(0, count - shown)
    assert vector == start


def test_the_table():
    assert len(TABLE) >= 12 and len({row.app for row in TABLE}) >= 5
    assert len(set(NAMES)) == len(NAMES)
    for difficulty in (0, 0.25, 0.5, 0.75, 1):
        assert len(rows_for(difficulty, None)) >= 6
    assert {row.name for d in (0, 0.5, 1) for row in rows_for(d, None)} == set(NAMES)
    assert [row.name for row in rows_for(0.5, ("mail-reply",))] == ["mail-reply"]
