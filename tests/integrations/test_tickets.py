"""Answers that come back with a ticket are paid what the environment pays, whatever comes back."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from vgym.integrations.episodes import Episode, Outcome, Setup, Start
from vgym.integrations.tickets import (
    ROWS,
    Ticket,
    demonstrations,
    of_columns,
    of_row,
    openings,
    score,
    tickets,
)
from vgym.integrations.training_log import told_of, warn_of_flat

SMALL = Setup("VGround-v0", "qwen2.5-vl", settings={"image_size": 64})
OTHER = Setup("VGroundPoint-v0", settings={"image_size": 64, "reward": "sparse"})


def played(ticket: Ticket, answer: Any) -> Outcome:
    with ticket.episode() as episode:
        episode.answer(answer)
        return episode.outcome


def test_many_answers_of_several_setups_are_paid_as_alone() -> None:
    held = [*tickets(SMALL, 5), *tickets(OTHER, 5)] * 4  # more than the rows of a batch
    assert len(held) > ROWS
    said: list[Any] = []
    for number, ticket in enumerate(held):
        oracle = openings([ticket])[0][1]["content"]
        said.append([oracle, f"[{number}, 2, 30, 40]", "no idea"][number % 3])
    outcomes = score(held, said)
    for ticket, answer, came in zip(held[:12], said, outcomes, strict=False):
        assert came == played(ticket, answer)
        assert came.ended and len(came.rewards) == came.steps == 1
    for at in range(0, len(held), 10):  # a ticket that comes again is paid again
        for a, b, one, other in zip(said, said[at:], outcomes, outcomes[at:], strict=False):
            assert (a != b) or (one == other)


@pytest.mark.parametrize(
    "answer", [None, 3, object(), [], {}, "\ud800", "9" * 10**6, b"[1, 2]", {"content": None}]
)
def test_what_is_no_text_is_an_answer_that_cannot_be_read(answer: Any) -> None:
    (came,) = score(tickets(SMALL, 1), [answer])
    assert came.unread == 1 and came.why and came.value == 0 and came.ended


def test_misuse_is_refused_with_a_cure() -> None:
    held = tickets(SMALL, 2)
    with pytest.raises(ValueError, match="1 answers were given for 2 tickets"):
        score(held, ["x"])
    with pytest.raises(ValueError, match="no column seed, record: make it by `vgym export`"):
        of_columns({"setup": [held[0].setup]})
    row = held[0]._asdict()
    for odd in ({"seed": "3"}, {"seed": 1.5}, {"seed": None}, {"seed": -1}, {"seed": float("inf")}):
        with pytest.raises(ValueError, match="is no ticket"):
            of_row({**row, **odd})
    assert of_row({**row, "seed": 3.0, "record": np.int64(2)}) == Ticket(held[0].setup, 3, 2)
    for text in ("[1]", "null", "{}", "{", '{"env": 5}', '{"env": "VGround-v0", "settings": null}'):
        with pytest.raises(ValueError, match="is no setup"):
            score([Ticket(text, 0)], ["x"])
    for row in ({}, {"setup": "{}", "seed": "x"}, {"setup": None, "seed": 1}, {"setup": "{}"}):
        with pytest.raises(ValueError, match="is no ticket: `vgym export` writes them"):
            of_row(row)
    with pytest.raises(ValueError, match="VGround-v0"):
        score([Ticket(Setup("VGrond-v0").as_json(), 0)], ["x"])
    assert score([], []) == []


def test_columns_of_a_data_set_are_tickets_again() -> None:
    held = [*tickets(SMALL, 2), *tickets(Setup("VGeoPhoto-v0", settings={"image_size": 64}), 2)]
    columns = {name: [getattr(t, name) for t in held] for name in Ticket._fields}
    assert of_columns(columns) == held and held[2].record == 0


def test_records_and_draws_of_one_source_are_each_their_own() -> None:
    setup = Setup("VGeoPhoto-v0", settings={"image_size": 64})
    drawn, first, third = (Ticket(setup.as_json(), 0, k) for k in (None, 0, 2))
    said = "48.86 N, 2.35 E"
    alone = [played(ticket, said) for ticket in (drawn, first, third)]
    together = score([drawn, first, third, drawn], [said] * 4)
    assert [came.value for came in together] == [c.value for c in (*alone, alone[0])]
    assert len({came.value for came in alone}) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore")  # threads and fork: which is the point
def test_a_child_of_a_process_that_was_scoring_does_not_wait() -> None:
    code = (
        "import os, threading\n"
        "from vgym.integrations.episodes import ALONE\n"
        "held = threading.Event()\n"
        "def hold():\n"
        "    with ALONE: held.set(); threading.Event().wait(20)\n"
        "threading.Thread(target=hold, daemon=True).start(); held.wait()\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    with ALONE: os._exit(7)\n"
        "os._exit(os.waitpid(child, 0)[1] >> 8)\n"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=60).returncode == 7


def test_openings_and_demonstrations_are_those_of_one_episode() -> None:
    setup = Setup("VZoom-v0", "qwen3-vl", "native", settings={"image_size": 64})
    held = tickets(setup, 3)
    for (messages, said), (whole, earned), ticket in zip(
        openings(held), demonstrations(held), held, strict=True
    ):
        with ticket.episode() as episode:
            assert str(messages) == str(episode.opening)
            assert str(whole[:2]) == str(messages) and whole[2] == said
            for message in whole[2:]:
                if message["role"] == "assistant":
                    episode.answer(message)
            assert episode.outcome.success and episode.outcome.value == pytest.approx(earned)
        assert all("places" not in message for message in whole)


def test_an_environment_is_used_again() -> None:
    env = SMALL.chat_env()
    first = Episode(SMALL, Start(3), env)
    first.answer("[1, 2, 3, 4]")
    with Episode(SMALL, Start(3), env) as again:
        assert str(again.opening) == str(first.opening) and not again.outcome.ended
    env.reset(seed=1)  # whoever made it still has it
    env.close()


def test_a_batch_without_advantages_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    held = [ticket for ticket in tickets(SMALL, 3) for _ in range(4)]
    outcomes = score(held, ["no idea"] * 12)
    means, table = told_of(held, outcomes)
    assert (
        means["vgym/no_advantage"] == 1 and means["vgym/unread"] == 1 and means["vgym/success"] == 0
    )
    assert "100 % of the groups of this batch have no advantage" in caplog.text
    assert len(table["seed"]) == 12 and means["vgym/terms/iou"] == 0
    caplog.clear()
    assert warn_of_flat(["a", "a", "b", "b"], [0, 1, 0, 0.5]) == 0 and not caplog.text
    assert warn_of_flat(["a", "b"], [0, 1]) is None  # groups of one tell nothing
    assert told_of([], []) == ({}, {})
