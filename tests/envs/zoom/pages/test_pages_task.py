"""Searching, opening and being paid for it: VZoomPages by hand."""

from typing import Any

import numpy as np
import pytest
import torch
from oracles import bm25
from rollouts import make, make_vec
from sampling import one_in
from torch import Tensor

from vgym.core.keys import episode_keys
from vgym.core.speech import Moment, Unusable
from vgym.core.task import load_task
from vgym.envs.zoom.moves import ANSWER, OPEN, PAGE_MOVES, SEARCH, UNDO, ZOOM
from vgym.envs.zoom.pages.task import PagesTask
from vgym.envs.zoom.pages.types import QUERIES, RESULTS
from vgym.envs.zoom.sources.pages.documents import texts_of
from vgym.registration import row_of
from vgym.rewards import recipe
from vgym.rewards.recipes import recipes_for

TURNS = 8


def task_of(**settings: Any) -> PagesTask:
    task = load_task(row_of("VZoomPages-v0").task, {"image_size": 64, **settings})
    assert isinstance(task, PagesTask)
    return task


def begin(task: PagesTask, rows: int) -> Any:
    seeds = np.arange(rows, dtype=np.uint64)
    return task.reset(episode_keys(task.salt, seeds, np.zeros(rows, np.int64)))


def said(task: PagesTask, kind: int, number: int | Tensor = 0, of: int = RESULTS) -> Tensor:
    """A move that names a number, for one row or for each."""
    numbers = torch.as_tensor(number).reshape(-1)
    return task.moves.choosing(torch.full_like(numbers, kind), numbers, of)


def gold_of(task: PagesTask, state: Any) -> Tensor:
    return torch.from_numpy(task.source.stack.stacked(state.picture.numpy())[1])


def played(task: PagesTask, policy: Any, rows: int) -> tuple[Any, ...]:
    """Success and return of one episode a row, and which moves were made."""
    state, over = begin(task, rows), np.zeros(rows, np.bool_)
    success, total, kinds = over.copy(), np.zeros(rows), []
    for turn in range(TURNS):
        action = policy(turn, state)
        kinds.append(torch.where(torch.from_numpy(over), -1, task.moves.decode(action).kind))
        outcome = task.step(state, action)
        total += np.where(over, 0, outcome.reward.numpy())
        success |= outcome.success.numpy() & ~over
        over |= outcome.terminated.numpy()
    return success, total, torch.stack(kinds, 1)


@pytest.mark.parametrize(
    ("answer", "action", "split"),
    one_in(5, ["box", "point", "choice"], ["continuous", "cells"], ["train", "val", "test"]),
)
def test_the_oracle_searches_opens_zooms_and_answers(answer: str, action: str, split: str) -> None:
    task = task_of(answer=answer, action=action, split=split, image_size=224)
    success, total, kinds = played(task, lambda turn, state: task.oracle(state), 300)
    assert success.mean() >= 0.99 and total.max() <= 1 and total.mean() > 0.9
    assert (kinds[:, :3] == torch.tensor([SEARCH, OPEN, ZOOM])).all(1).double().mean() > 0.97


def test_what_a_search_tells_is_bm25_of_the_split_within_the_stack() -> None:
    """By plain BM25 of words of plain letters, and against the order of the stack."""
    task = task_of(split="val")
    texts = texts_of(task.source.pages)
    state = begin(task, 40)
    stacked, _ = task.source.stack.stacked(state.picture.numpy())
    checked = 0
    for number in range(1, 4):
        task.step(state, said(task, SEARCH, torch.full((40,), number), QUERIES))
        for row in range(40):
            query = task.source.queries.of(int(state.question[row]))[number]
            told = [int(page) for page in state.results[row] if page >= 0]
            if not query:
                assert not told
                continue
            if not query.isascii() or not query.isalnum():
                continue
            checked += 1
            scores = bm25.scores([query], texts)
            wanted = sorted(
                (-score, place)
                for place, page in enumerate((stacked[row] - task.source.pages.start).tolist())
                if (score := scores.get(page)) is not None
            )[:RESULTS]
            found = [scores[int(stacked[row, page]) - task.source.pages.start] for page in told]
            np.testing.assert_allclose(found, [-score for score, _ in wanted], rtol=1e-3)
            np.testing.assert_allclose(state.scores[row, : len(told)], found, rtol=1e-3)
    assert checked > 40


def test_a_search_takes_a_turn_shows_nothing_and_is_sensed() -> None:
    task = task_of()
    state = begin(task, 30)
    before = state.window.clone()
    assert not task.sense(state)["results"].any()
    outcome = task.step(state, said(task, SEARCH, torch.zeros(30, dtype=torch.int64), QUERIES))
    assert torch.equal(state.window, before) and (outcome.reward == 0).all()
    assert not outcome.picture_changed.any() and (state.looks == 0).all()
    assert (outcome.metrics["searches"] == 1).all() and (outcome.metrics["turns"] == 1).all()
    sensed = task.sense(state)["results"]
    assert sensed.shape == (30, RESULTS * 4)
    assert task.sensors["results"].contains(sensed[0].numpy())
    results = sensed.view(30, RESULTS, 4)
    assert (results[:, 0, 0] == 1).all() and (results[..., 0].diff(dim=1) <= 0).all()
    assert not results[..., 3].any()
    whole = state.whole_hw.flip(1)[:, None]
    nearest = task.source.stack.nearest((results[..., 1:3] * whole).double().flatten(0, 1))
    there = state.results >= 0
    assert torch.equal(nearest.view(30, RESULTS)[there], state.results[there])


def test_opening_shows_the_page_and_undo_leads_back() -> None:
    task = task_of()
    state = begin(task, 30)
    root = state.window.clone()
    zeros = torch.zeros(30, dtype=torch.int64)
    task.step(state, said(task, SEARCH, zeros, QUERIES))
    outcome = task.step(state, said(task, OPEN, zeros + 1))
    corner = torch.from_numpy(task.source.stack.corners())[state.results[:, 1]].double()
    middle = (state.window[:, :2] + state.window[:, 2:]) / 2
    torch.testing.assert_close(
        middle, corner + torch.tensor([620.0, 877.0]).double(), atol=60, rtol=0
    )
    inside = (state.window[:, :2] <= corner + 1e-6) & (state.window[:, 2:] >= corner + 1239)
    assert inside.all() and outcome.picture_changed.all()
    assert (outcome.metrics["pages_opened"] == 1).all()
    assert (task.sense(state)["results"].view(30, RESULTS, 4)[:, 1, 3] == 1).all()
    found = outcome.metrics["page_found"]
    assert torch.equal(found, state.results[:, 1] == gold_of(task, state))
    task.step(state, said(task, UNDO))
    assert torch.equal(state.window, root)


def test_what_was_not_found_cannot_be_opened() -> None:
    task = task_of()
    state = begin(task, 5)
    before = state.window.clone()
    outcome = task.step(state, said(task, OPEN, torch.arange(5)))
    assert torch.equal(state.window, before) and (outcome.metrics["turns"] == 1).all()
    assert outcome.facts["last_call_failed"].all() and not outcome.facts["tool_calls"].any()
    assert not outcome.metrics["pages_opened"].any() and (outcome.reward == 0).all()


def test_pages_told_are_numbered_once_in_their_order() -> None:
    task = task_of(difficulty=1.0)
    state = begin(task, 20)
    told: list[list[int]] = [[] for _ in range(20)]
    for number in (1, 0, 2, 0):
        queries = torch.full((20,), number)
        facts = task.step(state, said(task, SEARCH, queries, QUERIES)).facts
        for row, found in enumerate(state.results.tolist()):
            told[row] += [page for page in found if page >= 0 and page not in told[row]]
            mask = facts["retrieved_mask"][row]
            assert facts["retrieved_pages"][row][mask].tolist() == told[row]


def test_recipes_of_pages_fit_and_pay_at_the_end() -> None:
    fitting = set(recipes_for(task_of().stated))
    assert {"vrag", "vrag-sound", "unidoc", "unidoc-sound", "deepeyes", "geovis"} <= fitting
    assert "unidoc" not in recipes_for(task_of(answer="choice").stated)
    assert {"vrag", "vrag-sound"} <= set(recipes_for(task_of(answer="choice").stated))
    for name in ("vrag", "vrag-sound", "unidoc", "unidoc-sound"):
        task = task_of(reward=name)
        state, paid = begin(task, 40), []
        for _ in range(TURNS):
            outcome = task.step(state, task.oracle(state))
            paid.append(outcome.reward)
            if outcome.terminated.all():
                break
        assert not torch.stack(paid[:-1])[:-1].any()
        right = outcome.facts
        first = right["retrieved_pages"][:, 0] == right["gold_pages"][:, 0]
        assert (paid[-1][first] > 0.99).all() and 0.2 < first.double().mean() < 1
        assert (paid[-1][~first] < 1).all()
        torch.testing.assert_close(paid[-1], recipe(name)(right).value.float())


def test_searching_and_opening_without_looking_pays_nothing() -> None:
    """Of itself; and views of a page that are chosen at random pay nothing on average."""
    task, rows = task_of(), 1500
    draws = np.random.default_rng(0)

    def policy(looks: int) -> Any:
        def act(turn: int, state: Any) -> Tensor:
            zeros = torch.zeros(rows, dtype=torch.int64)
            if turn == 0:
                return said(task, SEARCH, zeros, QUERIES)
            if turn == 1:
                return said(task, OPEN, zeros)
            side = 0.2 + 0.6 * draws.random((rows, 1, 2))
            low = draws.random((rows, 1, 2)) * (1 - side)
            box = torch.from_numpy(np.concatenate((low, low + side), 1).reshape(rows, 4))
            kind = ZOOM if turn < 2 + looks else ANSWER
            return task.moves.at_box(zeros + kind, box, cover=True)

        return act

    at_once, _, _ = (played(task, policy(0), rows)[k] for k in (1, 0, 2))
    looked = [played(task, policy(looks), rows)[1] for looks in (1, 4)]
    best = played(task, lambda turn, state: task.oracle(state), 100)[1].mean()
    for total in (at_once, *looked):
        assert total.mean() + 3 * total.std() / rows**0.5 < 0.1 * best


def test_rank_and_page_are_measured() -> None:
    task = task_of(expose="truth")
    state = begin(task, 100)
    zeros = torch.zeros(100, dtype=torch.int64)
    outcome = task.step(state, said(task, SEARCH, zeros, QUERIES))
    gold = gold_of(task, state)
    for row in range(100):
        found = state.results[row].tolist()
        page = int(gold[row])
        rank = found.index(page) + 1 if page in found else RESULTS + 1
        assert outcome.metrics["page_rank"][row] == rank
    again = task.step(state, said(task, SEARCH, zeros + QUERIES - 1, QUERIES))
    assert (again.metrics["page_rank"] <= outcome.metrics["page_rank"]).all()
    assert not again.metrics["page_found"].any()


@pytest.mark.parametrize("answer", ["box", "point", "choice"])
def test_an_answer_before_a_search_finds_no_page(answer: str) -> None:
    task = task_of(answer=answer, expose="truth")
    state = begin(task, 20)
    outcome = task.step(state, said(task, ANSWER))
    assert outcome.terminated.all() and not outcome.facts["retrieved_mask"].any()
    assert (outcome.metrics["page_rank"] == RESULTS + 1).all()
    for name in ("page_found", "searches", "pages_opened", "target_seen", "pixels_shown"):
        assert not outcome.metrics[name].any(), name
    assert answer == "choice" or not outcome.success.any()


def test_words_that_no_index_takes_are_told_which_it_does_in_a_line() -> None:
    task = task_of()
    state = begin(task, 1)
    search = next(tool for tool in task.speech().tools if tool.name == "search")
    moment = Moment("", {}, state)
    question, *keys = (words for words in task.source.queries.of(int(state.question[0])) if words)
    for number, words in enumerate((question, *keys)):
        action = torch.as_tensor(search.act({"words": f'  "{words.upper()}"? '}, moment))
        move = task.moves.decode(action[None])
        assert int(move.kind) == SEARCH and int(move.number(QUERIES)) == number
    for words in ("", "? ", "x" * 2**20, f"{question} " * 2**15, "\0" * 2**20, "\ud800"):
        with pytest.raises(Unusable) as raised:
            search.act({"words": words}, moment)
        assert f'"{keys[0]}"' in str(raised.value) and len(str(raised.value)) < 400


def test_a_batch_tells_what_single_environments_do() -> None:
    env, envs = make("VZoomPages-v0"), make_vec("VZoomPages-v0", 3)
    env.reset(seed=1)
    envs.reset(seed=0)
    action = said(envs.unwrapped.task, SEARCH, 0, QUERIES)[0].numpy()
    for move in (action, said(envs.unwrapped.task, OPEN, 2)[0].numpy()):
        one, _, _, _, info = env.step(move)
        many, *_, infos = envs.step(np.stack([move] * 3))
        for name, seen in one.items():
            np.testing.assert_array_equal(seen, many[name][1])
        assert info["searches"] == infos["searches"][1] == 1
    assert len(PAGE_MOVES) == envs.unwrapped.task.moves.moves


def test_grids_too_coarse_for_results_are_refused() -> None:
    with pytest.raises(ValueError, match="grid=9"):
        task_of(grid=9, action="cells")
    task = task_of(grid=10, action="cells")
    numbers = torch.arange(RESULTS)
    assert torch.equal(task.moves.decode(said(task, OPEN, numbers)).number(RESULTS), numbers)


@pytest.mark.parametrize(
    ("field", "value"),
    [("results", 10**6), ("results", -2), ("told_as", 3), ("best_rank", 11), ("well_selected", 1)],
)
def test_states_that_no_search_leads_to_are_refused(field: str, value: int) -> None:
    envs = make_vec("VZoomPages-v0", 2).unwrapped
    envs.reset(seed=0)
    held = envs.state_dict()
    tensor = held["state"][field].clone()
    tensor.view(2, -1)[1, 0] = value
    held["state"][field] = tensor
    with pytest.raises(ValueError, match=field):
        envs.load_state_dict(held)
