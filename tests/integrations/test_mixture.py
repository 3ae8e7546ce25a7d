"""Several setups in one run: how often each comes, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from vgym.integrations.episodes import Setup
from vgym.integrations.mixture import MixedChatEnv, MixedEnv, Mixture
from vgym.integrations.tickets import score

POINT = Setup("VGroundPoint-v0", settings={"image_size": 64, "instruction": "text"})
SCREEN = Setup("VGui-v0", settings={"image_size": 64, "instruction": "text", "source": "synthetic"})
BOX = Setup("VGround-v0", settings={"image_size": 64, "reward": "sparse"})


def test_weights_are_shares_and_change_evenly() -> None:
    mixture = Mixture.of([POINT, SCREEN, BOX], [6, 3, 1])
    counts = np.bincount(mixture.choices(20_000), minlength=3) / 20_000
    assert np.allclose(counts, [0.6, 0.3, 0.1], atol=0.02)
    course = Mixture.of([POINT, SCREEN], [1, 0], [0, 1], over=10_000)
    choices = course.choices(20_000)
    assert choices[:100].mean() < 0.1 and (choices[10_000:] == 1).all()
    assert choices[4500:5500].mean() == pytest.approx(0.5, abs=0.06)
    assert (choices[:500] == course.choices(500)).all()  # whatever comes later


def test_tickets_count_on_and_finite_sources_begin_anew() -> None:
    photos = Setup("VGeoPhoto-v0", settings={"image_size": 64})
    records = len(photos.starts(10_000))
    found = Mixture.of([POINT, photos], [1, 3]).tickets(2 * records, seed=5)
    of_photos = [t for t in found if t.record is not None]
    assert len(of_photos) > records
    assert [t.record for t in of_photos[:records]] == list(range(records))
    assert of_photos[records].record == 0 and of_photos[records].seed == 5 + records
    points = [t.seed for t in found if t.record is None]
    assert points == list(range(5, 5 + len(points)))


def test_each_is_paid_by_its_own_recipe() -> None:
    held = Mixture.of([POINT, BOX]).tickets(8)
    outcomes = score(held, ['{"box": [1, 1, 60, 60]}'] * 8)
    paid = {t.setup: set(o.terms) for t, o in zip(held, outcomes, strict=True)}
    assert len(paid) == 2 and paid[BOX.as_json()] != paid[POINT.as_json()]


def test_it_is_an_environment_of_gymnasium_where_spaces_agree() -> None:
    env = MixedEnv(Mixture.of([POINT, SCREEN], [1, 1]))
    seen = Counter()
    for seed in range(12):
        observation, info = env.reset(seed=seed)
        again, told = env.reset(seed=seed)
        assert info["mixture"] == told["mixture"] and observation in env.observation_space
        assert (observation["image"] == again["image"]).all()
        seen[info["mixture"]] += 1
        assert env.step(env.action_space.sample())[2]
    assert min(seen[0], seen[1]) > 1
    env.reset(seed=3)
    following = [env.reset()[1]["mixture"] for _ in range(40)]
    env.reset(seed=3)
    assert following == [env.reset()[1]["mixture"] for _ in range(40)] and len(set(following)) == 2
    env.close()
    with pytest.raises(ValueError, match=r"VGround-v0 has another .* MixedChatEnv"):
        MixedEnv(Mixture.of([POINT, BOX]))


def test_it_speaks_whatever_the_spaces() -> None:
    walk = Setup(
        "VNavPoint-v0", calls="native", settings={"image_size": 36, "rooms": 4, "worlds": 2}
    )
    env = MixedChatEnv(Mixture.of([BOX, walk]))
    played = set()
    for seed in range(8):
        messages, info = env.reset(seed)
        assert info["setup"] == env.setup.as_json() and messages[0]["role"] == "system"
        played.add(env.setup.env)
        _, reward, *_ = env.step(env.oracle())
        assert np.isfinite(reward)
    assert played == {"VGround-v0", "VNavPoint-v0"}
    env.close()


@pytest.mark.parametrize(
    ("weights", "later", "over", "match"),
    [
        ([1], None, 1, "1 weights were given for 2"),
        ([0, 0], None, 1, "not all 0"),
        ([1, -1], None, 1, "at least 0"),
        ([1, float("nan")], None, 1, "must be numbers"),
        ([1, 1], [1], 1, "1 weights"),
        ([1, 1], [0, 1], 0, "over=0"),
    ],
)
def test_bad_weights_are_refused(weights, later, over, match) -> None:
    with pytest.raises(ValueError, match=match):
        Mixture.of([POINT, BOX], weights, later, over)
    with pytest.raises(ValueError, match="at least one setup"):
        Mixture.of([])
