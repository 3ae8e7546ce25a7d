"""Episodes for harnesses: which there are, and what is added up, beside a loop of Gymnasium's."""

import json
import threading
from typing import Any

import pytest

import vgym
from vgym.baselines.played_back import recorded
from vgym.chat.messages import pictures_of, text_of
from vgym.integrations.episodes import SCORES, Episode, Outcome, Setup, Start

SMALL: dict[str, Any] = {"image_size": 64, "difficulty": 0}
# One answer, and several: of which the first may end it.
PLAYED = {
    "VGround-v0": ("qwen2.5-vl", SMALL),
    "VNavPoint-v0": (
        "json",
        {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 4},
    ),
}


@pytest.mark.parametrize("env", PLAYED)
def test_they_earn_what_a_loop_of_gymnasium_earns(env: str) -> None:
    dialect, settings = PLAYED[env]
    for calls in ("text", "native"):
        setup = Setup(env, dialect, calls=calls, settings=settings)  # type: ignore[arg-type]
        recording = recorded(setup, 8, seed=3)
        for number, start in enumerate(setup.starts(8, 3)):
            with Episode(setup, start) as episode:
                asked = text_of(episode.opening[1:])
                while not episode.outcome.ended:
                    shown = pictures_of(episode.messages)
                    episode.answer(recording.answer(shown, asked))
                scores = episode.outcome.scores
                assert tuple(scores) == SCORES
                assert scores["return"] == recording.returns[number]
                assert scores["success"] == recording.successes[number]
                assert scores["unread"] == recording.unread[number]
                assert scores["steps"] <= (episode.turns or 0)
        assert any(recording.unread) and not all(recording.unread)


def test_records_of_a_finite_source_are_played_once_each() -> None:
    starts = Setup("VGeoPhoto-v0").starts(5, 10)
    assert starts == [Start(10 + j, j) for j in range(5)]
    everything = Setup("VGeoPhoto-v0").starts(10_000)
    assert len(everything) < 1000 and len({s.record for s in everything}) == len(everything)
    with Episode(Setup("VGeoPhoto-v0"), starts[2]) as one:
        with Episode(Setup("VGeoPhoto-v0"), Start(99, 2)) as same:
            assert (pictures_of(one.opening)[0] == pictures_of(same.opening)[0]).all()


def test_what_cannot_be_played_is_refused_with_a_cure() -> None:
    for setup, match in [
        (Setup("VNavTeam-v0"), "vgym bench"),
        (Setup("VGrond-v0"), "VGround-v0"),
        (Setup("VGround-v0", "qwen3"), "qwen3-vl"),
        (Setup("VGround-v0", settings={"imagesize": 4}), "image_size"),
        (Setup("VGround-v0", calls="nativ"), "native"),  # type: ignore[arg-type]
        (Setup("VGround-v0", split="tset"), "test"),
    ]:
        with pytest.raises(ValueError, match=match):
            setup.starts(2)
    for episodes in (0, -1, True, "8", 2.0):
        with pytest.raises(ValueError, match="episodes="):
            Setup("VGround-v0").starts(episodes)  # type: ignore[arg-type]
    for seed in (-1, None, 0.5):
        with pytest.raises(ValueError, match="seed="):
            Setup("VGround-v0").starts(1, seed)  # type: ignore[arg-type]


def test_a_setup_survives_json() -> None:
    setup = Setup("VZoom-v0", "gemini", "native", 2, 10_000, "test", {"source": "sky"})
    assert Setup.from_json(setup.as_json()) == setup
    with pytest.raises(TypeError, match="serializable"):
        Setup("VGround-v0", settings={"reward": print}).as_json()


def test_numbers_of_the_last_info_are_facts() -> None:
    with Episode(Setup("VGround-v0", settings=SMALL), Start(0)) as episode:
        assert (episode.turns, episode.detail, len(episode.tools)) == (1, "auto", 1)
        assert episode.outcome == Outcome()
        episode.answer("I see nothing")
        came = episode.outcome
        assert came.ended and came.unread == 1 and came.why and came.scores["unread"] == 1
        assert came.facts["iou"] == 0 and "seed" not in came.facts
        json.dumps(came.facts)
    with Episode(Setup("VGround-v0", "openai", settings=SMALL), Start(0)) as episode:
        assert episode.detail == "original"
    with Episode(Setup("VGround-v0", settings={**SMALL, "attempts": 3}), Start(0)) as episode:
        assert episode.turns == 3
        assert "at most 3 turns" in text_of(episode.opening[:1])
        for _ in range(2):
            episode.answer(vgym.NoAnswer("the request failed"))
            assert not episode.outcome.ended
        episode.answer('{"box": [1, 1, 9, 9]}')
        assert episode.outcome.ended and episode.outcome.scores["unread"] == 2 / 3


def test_threads_may_play_at_once() -> None:
    setup = Setup("VGround-v0", settings=SMALL)
    found: dict[int, float] = {}

    def play(seed: int) -> None:
        with Episode(setup, Start(seed)) as episode:
            episode.answer('{"box": [10, 10, 50, 50]}')
            found[seed] = episode.outcome.value

    threads = [threading.Thread(target=play, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = dict(found)
    for seed in range(8):
        play(seed)
    assert found == again and len(found) == 8
