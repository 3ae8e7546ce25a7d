"""Forms of an answer: each says a place, and what cannot be one is refused with a cure."""

import copy
import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.error import InvalidAction
from gymnasium.vector.utils import batch_space
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from vgym.core.action_check import check_actions
from vgym.core.spoken import Spoken
from vgym.envs.geolocation.answers import (
    FORMS,
    LEVELS,
    AnswerForm,
    LonLats,
    count_of,
    from_square,
    read_answer,
    to_square,
    written,
)
from vgym.geometry.cells import cell_of, farthest_corner
from vgym.geometry.sphere import great_circle_distance

CPU = torch.device("cpu")


# Metres from a place to the nearest that a form can say.
OFF_M = {
    "lonlat": 0.0,
    "square": 3_000.0,  # by a pole, where the square is flat
    "text": 1e-4,
    **{name: farthest_corner(level) for name, level in LEVELS.items()},
}
ODD = [[180.0, 0.0], [-180.0, 0.0], [0.0, 90.0], [13.0, -90.0], [179.999, 89.99], [0.0, 0.0]]


def form_of(name: str) -> AnswerForm:
    return FORMS[name](LEVELS.get(name, 0))


def places(count: int) -> Tensor:
    drawn = torch.rand(count, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return torch.cat((from_square(drawn), torch.tensor(ODD, dtype=torch.float64)))


@pytest.mark.parametrize("name", OFF_M)
def test_what_is_encoded_is_read_as_the_place(name: str) -> None:
    form, truth = form_of(name), places(2000)
    action: Any = form.encode(truth)
    space = form.space()
    action = space.said(action) if isinstance(space, Spoken) else action.numpy()
    assert all(one in space for one in action[::50])
    checked = check_actions(action, space, len(truth), CPU)
    away = great_circle_distance(form.decode(checked.values), truth)
    assert away.max() <= OFF_M[name]
    if name in LEVELS:
        assert away.max() > OFF_M[name] / 2, "the bound says nothing"


def test_random_play_is_uniform_on_the_sphere() -> None:
    many = batch_space(LonLats(), 8000)
    many.seed(3)
    spoken = FORMS["text"]().space()
    spoken.seed(3)
    one = LonLats()
    one.seed(3)
    said = [read_answer(spoken.sample()) for _ in range(600)]
    for places in (many.sample(), np.stack([one.sample() for _ in range(600)]), np.stack(said)):
        # An equal-area square, of whose halves and quarters each holds as many.
        square = to_square(torch.from_numpy(places)).numpy()
        off = 4 * 0.5 / len(places) ** 0.5
        assert (abs(square.mean(0) - 0.5) < off).all()
        for quarter in (0.25, 0.75):
            assert (abs((square < quarter).mean(0) - quarter) < off).all()
    assert many.shape == (8000, 2) and many.sample() in many


def test_it_is_said_where_cells_are_too_large() -> None:
    for level, said in ((4, True), (5, True), (6, False)):
        for id in ("VGeo-v0", "VGeoPhoto-v0"):
            env = gymnasium.make(id, max_episode_steps=1, action="cell", level=level)
            words = env.unwrapped.task.config.protocol
            assert ("some places none is right for" in words) is said, words


@pytest.mark.parametrize("name", FORMS)
def test_anything_of_the_space_is_a_place(name: str) -> None:
    form = form_of(name)
    space = batch_space(form.space(), 64)
    space.seed(0)
    checked = check_actions(space.sample(), form.space(), 64, CPU)
    lonlat = form.decode(checked.values)
    assert lonlat.dtype == torch.float64 and lonlat.shape == (64, 2)
    assert (lonlat.abs() <= torch.tensor([180.0, 90.0])).all()


def test_points_of_the_square_are_places_of_equal_area() -> None:
    square = torch.rand(200_000, 2, generator=torch.Generator().manual_seed(1))
    counted = torch.bincount(cell_of(from_square(square), 1), minlength=48)
    expected = len(square) / 48
    assert ((counted - expected).square() / expected).sum() < 90  # 47 degrees of freedom, p = 2e-4


@pytest.mark.parametrize("level", [0, 2, 3])
def test_scores_are_a_distribution_and_their_best_the_place(level: int) -> None:
    form = FORMS["scores"](level)
    scores = torch.rand(5, count_of(level), generator=torch.Generator().manual_seed(2))
    scores[1] = 0
    scores[2] = 1
    shares = form.shares(scores)
    assert shares is not None
    torch.testing.assert_close(shares.sum(1), torch.ones(5, dtype=torch.float64))
    torch.testing.assert_close(shares[1], shares[2])
    assert (cell_of(form.decode(scores), level) == scores.argmax(1)).all()
    assert FORMS["cell"](level).shares(scores.argmax(1)) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([2.35, 95.0], r"action\[0\] = \[2.35, 95.0\]: the latitude 95 is outside \[-90, 90\]; is"),
        ([135.5, 95.0], r"the latitude 95 is outside \[-90, 90\]; send \[longitude, latitude\]"),
        ([48.86, 135.5], r"the latitude 135.5 .* is the latitude first\? Send \[longitude"),
        (
            [540.0, 10.0],
            r"the longitude 540 is outside \[-180, 180\]; send -180, which is the same",
        ),
        ([-181.0, 10.0], r"the longitude -181 is outside .*; send 179, which"),
        ([181.0000001, 10.0], r"send -178.9999999, which"),
        ([np.nan, 10.0], r"not finite, and no place; for no answer send vgym.NoAnswer"),
        ([2.35, np.inf], r"finite"),
    ],
)
def test_what_is_no_place_is_named_with_a_cure(value: list[float], words: str) -> None:
    with pytest.raises(InvalidAction, match=words):
        check_actions([value], LonLats(), 1, CPU)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("48.86 N, 2.35 E", [2.35, 48.86]),
        ("48,86 N; 2,35 E", [2.35, 48.86]),
        ("33° 52' 10\" S 151° 12' 30\" E", [151.2083, -33.8694]),
        ("\u0664\u0668\u066b\u0668\u0666 N, \u0662\u066b\u0663\u0665 E", [2.35, 48.86]),
        ("Nairobi", [36.82, -1.29]),
        ("reykjavík", [-21.9, 64.14]),
        ("Paris, Texas", [-95.56, 33.66]),
        ("Nan, Thailand", [100.78, 18.78]),
    ],
)
def test_words_that_mean_a_place(text: str, place: list[float]) -> None:
    np.testing.assert_allclose(read_answer(text), place, atol=0.06)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "."),
        ("somewhere over the rainbow", "no place is called 'somewhere over the rainbow'"),
        ("95 N, 2 E", "95"),
        ("lat 12, lon 540", "540"),
        ("the middle of 7", "."),
        ("\x00\ud800", "."),
        ("nan, nan", "NaN is no place"),
        ("[NaN, NaN]", "NaN is no place"),
        ("48.86, nan", "NaN is no place"),
        ("(" * 900, "."),
    ],
)
def test_words_that_mean_none_say_why(text: str, why: str) -> None:
    found = read_answer(text)
    assert isinstance(found, str) and found, found
    assert why == "." or why in found


def test_one_megabyte_is_not_read() -> None:
    space = FORMS["text"]().space()
    assert isinstance(space, Spoken)
    said = space.heard("1 " * 500_000)
    assert said == "the answer has 1,000,000 characters; at most 1,000 are read"


@given(st.text(max_size=60))
def test_reading_is_total(text: str) -> None:
    found = read_answer(text)
    if isinstance(found, str):
        assert found
    else:
        assert found in LonLats()


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_what_is_written_is_read(lon: float, lat: float) -> None:
    np.testing.assert_allclose(read_answer(written(np.array([lon, lat]))), [lon, lat], atol=1e-10)


@given(
    st.tuples(*[st.floats(allow_nan=True, width=64) | st.sampled_from([180.0, -180.0, 90.0])] * 2)
)
def test_every_pair_is_a_place_or_refused_in_words(value: tuple[float, float]) -> None:
    try:
        checked = check_actions([value], LonLats(), 1, CPU)
    except InvalidAction as error:
        assert "send" in str(error).lower()
    else:
        assert checked.values.tolist() == [list(value)]


@pytest.mark.parametrize("name", FORMS)
def test_spaces_are_copied_and_pickled(name: str) -> None:
    space = form_of(name).space()
    for other in (copy.deepcopy(space), pickle.loads(pickle.dumps(space))):
        assert other == space and isinstance(other, type(space))
    assert isinstance(space, gymnasium.Space)
