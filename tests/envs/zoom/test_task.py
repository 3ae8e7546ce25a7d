"""VZoom's turns: looking, answering, running out of pixels, and what is paid for it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.error import InvalidAction
from numpy.typing import NDArray
from PIL import Image
from rollouts import make, make_vec
from torch import Tensor

from vgym.core import state as states
from vgym.core.action_check import NoAnswer
from vgym.core.keys import episode_keys
from vgym.core.letterbox import PADDING
from vgym.core.task import load_task
from vgym.envs.zoom.moves import ABOUT, ANSWER, MOVES, OUT, UNDO, ZOOM
from vgym.envs.zoom.task import ZoomTask
from vgym.envs.zoom.windows import to_view
from vgym.registration import ZOOM_SOURCES, row_of
from vgym.rewards import recipe
from vgym.rewards.recipes import recipes_for
from vgym.rewards.search import view_potential

ANSWERS = ("box", "point", "choice")
TURNS = 6


def task_of(**settings: Any) -> ZoomTask:
    task = load_task(row_of("VZoom-v0").task, {"image_size": 64, **settings})
    assert isinstance(task, ZoomTask)
    return task


def begin(task: ZoomTask, rows: int) -> Any:
    seeds = np.arange(rows, dtype=np.uint64)
    return task.reset(episode_keys(task.salt, seeds, np.zeros(rows, np.int64)))


def said(kind: int, numbers: Any = (0.5, 0.5, 0.5, 0.5), rows: int = 1) -> Tensor:
    """A move in the form `continuous`."""
    first = (kind + 0.5) / len(MOVES)
    return torch.tensor([[first, *numbers]], dtype=torch.float32).repeat(rows, 1)


def played(task: ZoomTask, policy: Any, begun: Any) -> tuple[NDArray[Any], ...]:
    """Success and return of one episode a row, from a state that is left as it is."""
    rows = states.rows_of(begun)
    state, over = states.copied(begun), np.zeros(rows, np.bool_)
    success, total = over.copy(), np.zeros(rows)
    for turn in range(TURNS):
        outcome = task.step(state, policy(turn, state))
        total += np.where(over, 0, outcome.reward.numpy())
        success |= outcome.success.numpy() & ~over
        over |= outcome.terminated.numpy()
        if over.all():
            break
    return success, total


@pytest.mark.parametrize("action", ["continuous", "cells"])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("source", list(ZOOM_SOURCES))
def test_the_oracle_solves_and_earns_most(source: str, answer: str, action: str) -> None:
    try:
        task = task_of(source=source, answer=answer, action=action, image_size=224)
    except ValueError:
        pytest.skip(f"{source} asks for no {answer}")
    success, total = played(task, lambda turn, state: task.oracle(state), begin(task, 200))
    assert success.mean() >= 0.99
    assert total.max() <= 1 and total.mean() > 0.85


@pytest.mark.parametrize("answer", ["box", "choice"])
def test_looking_about_at_random_earns_no_more_than_answering_at_once(answer: str) -> None:
    task, rows = task_of(answer=answer), 2000
    draws = np.random.default_rng(0)

    def box(least: float) -> Tensor:
        side = least + (1 - least) * draws.random((rows, 1, 2))
        low = draws.random((rows, 1, 2)) * (1 - side)
        return torch.from_numpy(np.concatenate((low, low + side), 1).reshape(rows, 4))

    def look(least: float, looks: int) -> Any:
        def policy(turn: int, state: Any) -> Tensor:
            kind = torch.full((rows,), ZOOM if turn < looks else ANSWER)
            return task.moves.at_box(kind, box(least), cover=True)

        return policy

    begun = begin(task, rows)
    at_once = played(task, look(0.0, 0), begun)[1]
    assert abs(at_once.mean()) < 0.04
    for least in (0.0, 0.5, 0.9):
        for looks in (1, 5):
            more = played(task, look(least, looks), begun)[1] - at_once  # of the same episodes
            error = more.std() / rows**0.5
            assert error < 0.01 and more.mean() < 3 * error, (least, looks)


def test_the_potential_pays_blind_views_nothing_wherever_the_target_may_be() -> None:
    share = torch.tensor([0.9, 0.5, 0.1, 1e-3], dtype=torch.float64)
    legible = torch.tensor(1e-2, dtype=torch.float64)
    hit, miss = (view_potential(share, torch.full_like(share, s), legible) for s in (1.0, 0.0))
    torch.testing.assert_close(share * hit + (1 - share) * miss, torch.zeros_like(share))
    assert (hit > 0).all() and (hit.diff() >= 0).all() and hit[-1] == 1 and (miss >= -1).all()
    whole, nothing = torch.ones(2), torch.zeros(2)
    assert view_potential(whole, torch.tensor([1.0, 0.4]), legible).tolist() == [0, 0]
    assert view_potential(nothing, nothing, legible).isfinite().all()


def test_views_are_paid_back_and_forth() -> None:
    task = task_of(expose="truth")
    state, search = begin(task, 50), torch.zeros(50, dtype=torch.float64)
    action = task.oracle(state)
    for one in (action, said(OUT, rows=50), said(OUT, rows=50), said(UNDO, rows=50)):
        search += task.step(state, one).score.terms["search"]
    gone = task.step(state, said(UNDO, rows=50))
    search += gone.score.terms["search"]
    ones = torch.ones_like(search)
    torch.testing.assert_close(search, ones, atol=1e-5, rtol=0)  # where the oracle had led
    assert gone.facts["tool_calls"].tolist() == [5] * 50
    last = task.step(state, said(UNDO, rows=50))
    torch.testing.assert_close(search + last.score.terms["search"], ones * 0, atol=1e-5, rtol=0)


def test_pixels_run_out_and_answers_are_still_heard() -> None:
    env = make("VZoom-v0", pixels=2 * 48 * 48)
    _, info = env.reset(seed=1)
    assert info["view"].shape == (4,)
    budgets = []
    for _ in range(3):
        observation, _, terminated, truncated, info = env.step(said(ABOUT)[0].numpy())
        assert not terminated and not truncated
        budgets.append(observation["budget"].tolist())
    assert [pixels for _, pixels in budgets] == [0.5, 0.0, 0.0]
    assert info["pixels_shown"] == 2 * 48 * 48 and info["turns"] == 3
    _, _, terminated, _, info = env.step(said(ANSWER)[0].numpy())
    assert terminated and info["target_seen"] in (True, False)


def test_a_budget_of_less_than_a_view_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pixels=100 shows no view: one of 48x48 takes 2304"):
        make("VZoom-v0", pixels=100)
    make("VZoom-v0", pixels=0)


def test_what_was_seen_stays_seen(tmp_path: Path) -> None:
    Image.new("RGB", (90, 90), "white").save(tmp_path / "whole.png")
    record = {"image": "whole.png", "expression": "the dot", "boxes": [[40, 40, 48, 48]]}
    (tmp_path / "one.jsonl").write_text(json.dumps(record))
    env = make("VZoom-v0", source=str(tmp_path / "one.jsonl"), image_size=96, max_episode_steps=90)
    env.reset(seed=0)
    seen = [1.0]  # the whole is shown at its own size
    for _ in range(70):
        state = env.unwrapped.batch.state
        seen.append(float(state.seen_share[0]))
        env.step(said(ABOUT)[0].numpy())
    assert seen == sorted(seen)


def test_who_answers_with_boxes_is_told_how_large_a_point_is() -> None:
    told = make("VZoom-v0", source="earth").unwrapped.batch.task.speech().brief
    assert "boxes 18 km a side" in told
    for settings in ({"source": "earth", "answer": "point"}, {"source": "scenes"}):
        assert "18 km" not in make("VZoom-v0", **settings).unwrapped.batch.task.speech().brief


def test_a_turn_without_an_answer_shows_nothing_and_costs_a_turn() -> None:
    envs = make_vec("VZoom-v0", 2)
    before, _ = envs.reset(seed=0)
    after, _, terminated, _, info = envs.step([NoAnswer("unreadable"), said(ANSWER)[0].numpy()])
    assert terminated.tolist() == [False, True] and info["parse_error"][0] == "unreadable"
    np.testing.assert_array_equal(after["image"][0], before["image"][0])
    assert after["budget"][0].tolist() == pytest.approx([5 / 6, 1.0])


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("source", list(ZOOM_SOURCES))
def test_an_answer_before_looking_is_heard_and_nothing_was_seen(source: str, answer: str) -> None:
    task = task_of(source=source, answer=answer, expose="truth")
    state = begin(task, 20)
    if answer == "choice":
        right = task.moves.choosing(torch.full((20,), ANSWER), state.right)
    else:
        target = to_view(state.target_boxes[:, 0], state.window)
        if answer == "point":
            target = ((target[:, :2] + target[:, 2:]) / 2).repeat(1, 2)
        right = task.moves.at_box(torch.full((20,), ANSWER), target, cover=False)
    for action, solved in ((said(ANSWER, (0, 0, 0, 0), 20), False), (right, True)):
        outcome = task.step(begin(task, 20), torch.as_tensor(action))
        assert outcome.terminated.all() and not outcome.picture_changed.any()
        metrics = outcome.metrics
        assert (metrics["turns"] == 1).all() and (metrics["search_length"] == TURNS).all()
        for name in ("pixels_shown", "target_seen", "target_legible", "scanpath", "fixations"):
            assert not metrics[name].any(), name
        # Who knows the answer without a look is paid for it, and for no view.
        if solved:
            assert outcome.success.all() and (outcome.reward > 0.55).all()
        assert (outcome.reward <= 0.6 + 1e-6).all()
        assert solved or answer == "choice" or not outcome.success.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.01, 1.01])
def test_numbers_that_are_no_places_are_refused_and_nothing_moves(bad: float) -> None:
    env = make("VZoom-v0")
    before, _ = env.reset(seed=0)
    action = said(ZOOM)[0].numpy()
    action[3] = bad
    with pytest.raises(InvalidAction):
        env.step(action)
    after = env.step(said(OUT)[0].numpy())[0]
    np.testing.assert_array_equal(after["image"], before["image"])


def test_recipes_of_whole_episodes_are_paid_once_at_the_end() -> None:
    names = set(recipes_for(task_of(answer="box").stated))
    assert {"geovis", "deepeyes", "deepeyes-sound", "vigorl-zoom", "sparse", "giou"} <= names
    refused = {"ergo", "pixel-reasoner", "vrag", "unidoc", "zoom-zero"}
    assert not refused & names
    assert "geovis" not in recipes_for(task_of(answer="choice").stated)
    for name in ("geovis", "deepeyes", "vigorl-zoom"):
        task = task_of(answer="box", reward=name)
        state, paid = begin(task, 20), []
        for _ in range(3):
            outcome = task.step(state, task.oracle(state))
            paid.append(outcome.reward)
            if outcome.terminated.all():
                break
        assert len(paid) == 2 and not paid[0].any()
        torch.testing.assert_close(paid[1], recipe(name)(outcome.facts).value.float())
        assert (paid[1] >= 0.9).all()


def test_a_wrong_choice_loses_what_guessing_gains() -> None:
    task = task_of(answer="choice")
    state = begin(task, 400)
    guess = torch.arange(400) % state.choices
    outcome = task.step(state, task.moves.choosing(torch.full((400,), ANSWER), guess))
    right, term = outcome.success, outcome.score.terms["answer"]
    assert torch.equal(right, state.right == guess) and 0.1 < right.double().mean() < 0.5
    assert (term[right] == 1).all()
    lost = -1 / (state.choices[~right] - 1)
    torch.testing.assert_close(term[~right].double(), lost.double(), atol=1e-6, rtol=0)


def test_what_lies_beyond_the_whole_is_grey() -> None:
    task = task_of(image_size=(64, 128))
    state = begin(task, 3)
    images = torch.zeros(3, 64, 128, 3, dtype=torch.uint8)
    task.draw(state, images)
    again = torch.full_like(images, 255)
    task.draw_overview(state, again, torch.arange(3))
    assert torch.equal(images, again)
    for image, view in zip(images, task.sense(state)["view"].tolist(), strict=True):
        x = view[0] + (torch.arange(128) + 0.5) / 128 * (view[2] - view[0])
        beyond = (x < -0.01) | (x > 1.01)
        assert beyond.any() and (image[:, beyond] == PADDING).all()
        inside = image[:, (x > 0.05) & (x < 0.95)]
        assert not (inside == PADDING).all(-1).all(0).any()


def test_states_with_windows_that_no_move_leads_to_are_refused() -> None:
    envs = make_vec("VZoom-v0", 2).unwrapped
    envs.reset(seed=0)
    envs.step(said(ABOUT, rows=2).numpy())
    for field, box in (
        ("window", [10.0, 10.0, 10.0, 10.0]),
        ("window", [100.0, 100.0, 300.0, 200.0]),
        ("window", [-5e4, 0.0, 0.0, 5e4]),
        ("before", [0.0, 0.0, 1.0, 1.0]),
    ):
        held = envs.state_dict()
        tensor = held["state"][field].clone()
        tensor.view(2, -1, 4)[1, 0] = torch.tensor(box)
        held["state"][field] = tensor
        with pytest.raises(ValueError, match=field):
            envs.load_state_dict(held)


@pytest.mark.parametrize("field", ["picture", "question", "whole_hw"])
@pytest.mark.parametrize("source", list(ZOOM_SOURCES))
def test_numbers_that_no_source_has_are_refused_or_painted(source: str, field: str) -> None:
    """No number of a state leads a kernel out of its arrays, and what is played is finite."""
    envs = make_vec("VZoom-v0", 2, source=source).unwrapped
    envs.reset(seed=0)
    whole = envs.state_dict()
    for number in (-1, 10**6, 2**63 - 1):
        held = {**whole, "state": {**whole["state"], field: whole["state"][field].clone()}}
        held["state"][field][1] = number
        try:
            envs.load_state_dict(held)
        except ValueError as refused:
            assert field in str(refused) or "window" in str(refused)
            continue
        envs.instructions()
        observation, reward, *_ = envs.step(envs.oracle())
        assert np.isfinite(reward).all()
        assert all(np.isfinite(observation[name]).all() for name in ("view", "budget"))
