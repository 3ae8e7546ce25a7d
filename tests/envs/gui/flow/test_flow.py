"""VGuiFlow: what is solved and what cannot be any more, what pays, what is refused."""

import gymnasium
import numpy as np
import pytest
import torch
from flow_play import Player, keys, totals
from gymnasium.error import InvalidAction
from gymnasium.utils.env_checker import check_env
from rollouts import unseen
from sampling import one_in

from vgym.core.single_env import Env
from vgym.core.vector_env import VectorEnv
from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.actions import Act
from vgym.envs.gui.flow.instructions import TOKENS, vocabulary
from vgym.envs.gui.flow.model import (
    BACK,
    BACKSPACE,
    CLICK,
    DRAFT,
    ENTER,
    ESCAPE,
    FOCUS,
    KEY,
    SCROLL_BY,
    TAB,
    TYPE,
    Step,
)
from vgym.envs.gui.flow.task import FlowTask
from vgym.envs.gui.flow.templates import NAMES
from vgym.rewards import recipe

TASK = "vgym.envs.gui.flow.task:FlowTask"
FORMS = ("grid", "pixel", "continuous", "symmetric")
SPLIT_TABLES = ("FIRST", "LAST", "SUBJECTS", "MESSAGES", "MEETINGS", "MAKES", "STREETS")


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("name", NAMES)
def test_the_oracle_solves_every_template(name, split):
    task = FlowTask(templates=(name,), split=split)
    state = task.reset(keys(30, name))
    total = torch.zeros(30)
    done = torch.zeros(30, dtype=torch.bool)
    lengths = state.reference.clone()
    assert 2 <= lengths.min() and lengths.max() <= 15
    for _ in range(15):
        outcome = task.step(state, task.oracle(state))
        total += torch.where(done, 0, outcome.reward)
        assert (outcome.terminated == outcome.success).all()
        newly = outcome.success & ~done
        assert (lengths[newly] == outcome.metrics["steps"][newly]).all()
        assert (outcome.metrics["spl"][newly] == 1).all()
        done |= outcome.success
    assert done.all()
    torch.testing.assert_close(total, torch.ones(30))


@pytest.mark.parametrize(
    ("form", "size"),
    [
        *((form, 48) for form in FORMS),
        *(("continuous", size) for size in (36, (915, 412))),
        pytest.param("continuous", (800, 1280), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_the_oracle_answers_in_every_form_and_size(form, size):
    envs = unseen(VectorEnv(TASK, 16, action=form, image_size=size))
    envs.reset(seed=0)
    done = np.zeros(16, np.bool_)
    for _ in range(15):
        action = envs.oracle()
        assert all(a in envs.single_action_space for a in action)
        _, _, terminated, _, info = envs.step(action)
        assert (terminated == info["success"]).all()
        done |= terminated
        if done.all():
            break
    assert done.all()


@pytest.mark.parametrize("name", one_in(5, NAMES))
def test_there_are_a_thousand_instances(name):
    task = FlowTask(templates=(name,), difficulty=0.0)
    state = task.reset(keys(1100, "instances"))
    words_of = task.instructions(state, list(range(1100)))
    seen = set(zip(words_of, [v.tobytes() for v in state.vector.numpy()], strict=True))
    assert len(seen) >= 1000
    assert len(set(words_of)) >= 20


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_instructions_are_whole_in_tokens(split):
    task = FlowTask(split=split, templates=NAMES, difficulty=1.0)
    state = task.reset(keys(400))
    tokens = state.tokens.numpy()
    assert tokens.shape == (400, TOKENS) and not (tokens == 1).any()
    assert (tokens[:, -1] == 0).all(), "an instruction was cut"
    for row, text in enumerate(task.instructions(state, list(range(400)))):
        plain = "".join(text.lower().split())
        assert "".join(vocabulary().decode(tokens[row]).split()) == plain


def test_the_test_split_asks_with_other_words():
    said, sentences = {}, []
    for split in ("train", "test"):
        task = FlowTask(split=split, templates=NAMES, difficulty=1.0)
        state = task.reset(keys(600))
        asked = task.instructions(state, list(range(600)))
        sentences.append(set(asked))
        said[split] = " ".join(asked)
    assert not sentences[0] & sentences[1]
    tables = [getattr(words, name) for name in SPLIT_TABLES]
    cuts = [len(table) * 2 // 3 for table in tables]
    old = " ".join(w for table, cut in zip(tables, cuts, strict=True) for w in table[:cut])
    new = " ".join(w for table, cut in zip(tables, cuts, strict=True) for w in table[cut:])
    for table, cut in zip(tables, cuts, strict=True):
        train_only = [w for w in table[:cut] if len(w) > 4 and w not in new]
        test_only = [w for w in table[cut:] if len(w) > 4 and w not in old]
        assert sum(word in said["train"] for word in train_only) > len(train_only) / 3
        assert sum(word in said["test"] for word in test_only) > len(test_only) / 3
        assert not [word for word in train_only if word in said["test"]]
        assert not [word for word in test_only if word in said["train"]]


# -- what cannot be put right ---------------------------------------------------------------------


def test_another_mail_archived_spoils():
    play = Player("mail-archive")
    goal = play.moment.episode.goal
    other = next(
        w.event for w in play.moment.screen.widgets if w.event and w.event[0] == "mark"
        and w.event[1] != goal[0]
    )  # fmt: skip
    play.click(*other)
    outcome = play.click("archive")
    assert outcome.metrics["unrecoverable"].all() and outcome.terminated.all()
    assert not outcome.success.any() and outcome.reward == 0


def test_a_mail_to_the_wrong_address_spoils():
    play = Player("mail-write")
    play.click("write")
    for field, slot in ((1, 2), (2, 1), (3, 0)):  # address and text exchanged
        play.click("field", field)
        play.act(TYPE, which=slot)
    outcome = play.click("send")
    assert outcome.terminated.all() and not outcome.success.any()


def test_another_event_deleted_spoils():
    play = Player("calendar-cancel", 2)
    goal = play.moment.episode.goal
    others = [w.event for w in play.moment.screen.widgets if w.event and w.event[0] == "event"]
    other = next(event for event in others if event[1] != goal[0])
    play.click(*other)
    play.click("delete")
    outcome = play.click("yes")
    assert outcome.terminated.all() and not outcome.success.any()


def test_the_asked_change_with_another_one_is_no_success():
    """A setting that nobody asked about must be put back before the asked one counts."""
    play = Player("settings-switch", 0)
    goal = play.moment.episode.goal
    plan = play.task.episodes.plan
    while plan(play.moment).length > 1:
        play.task.step(play.state, play.task.oracle(play.state))
    other = next(
        w.event for w in play.moment.screen.widgets if w.kind == "switch" and w.event[1] != goal[0]
    )
    outcome = play.click(*other)
    assert plan(play.moment).length == 2 and outcome.metrics["plan_done"] < 1
    outcome = play.click("set", goal[0])
    assert not outcome.success.any() and not outcome.terminated.any()
    assert play.click(*other).success.all()


def test_a_file_deleted_for_good_spoils():
    play = Player("files-rename", 1)
    while not [w for w in play.moment.screen.widgets if w.event and w.event[0] == "file"]:
        play.task.step(play.state, play.task.oracle(play.state))
    event = next(w.event for w in play.moment.screen.widgets if w.event and w.event[0] == "file")
    if play.vector[5] != event[1] + 1:
        play.click(*event)
    play.click("delete")
    outcome = play.click("ok")
    assert outcome.terminated.all() and outcome.metrics["plan_done"] == -1


def test_an_order_of_the_wrong_thing_spoils():
    play = Player("shop-order")
    wrong = play.moment.screen.widgets
    product = next(
        w.event for w in wrong if w.event and w.event[0] == "product"
        and w.event[1] != play.moment.episode.goal[0]
    )  # fmt: skip
    play.click(*product)
    play.click("add")
    play.click("cart")
    play.click("checkout")
    for field in (2, 3, 4):
        play.click("field", field)
        play.act(TYPE, which=field - 2)
    outcome = play.click("place")
    assert outcome.terminated.all() and not outcome.success.any()


def test_a_form_without_consent_is_not_sent():
    play = Player("contact-question")
    while play.task.episodes.plan(play.moment).length > 2:
        play.task.step(play.state, play.task.oracle(play.state))
    outcome = play.click("send")
    assert not outcome.terminated.any()
    assert any("agree" in w.text for w in play.moment.screen.widgets if w.kind == "note")
    assert play.solve()[-1].success.all()


# -- what pays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_no_loop_pays(name):
    """Random play: the plan's change adds up over every way back, and no prize is paid twice."""
    play = Player(name, 1, reward="flow-potential")
    torch.manual_seed(0)
    seen: dict[bytes, float] = {}
    advance = further = 0.0
    best = 0.0
    for _ in range(200):
        action = torch.from_numpy(play.task.action_space.sample())[None]
        if torch.rand(()) < 0.3:
            action = play.task.oracle(play.state)
        here = play.state.vector.numpy().tobytes()
        before = play.state
        left = int(before.left)
        if left == 1:
            action[:, 0] = SCROLL_BY  # keep the episode open
        outcome = play.task.step(play.state, action)
        if outcome.terminated.any():
            break
        advance += float(outcome.score.terms["advance"])
        further += float(outcome.score.terms["further"])
        after = play.state.vector.numpy().tobytes()
        if after == here:
            assert outcome.score.terms["advance"] == 0
        if after in seen:
            assert advance == pytest.approx(seen[after], abs=1e-5)
        seen[after] = advance
        best = max(best, advance)
        assert outcome.score.terms["further"] >= 0
        assert further <= 1 and further <= best + 0.5 / int(play.state.reference) + 1e-5


def test_the_same_click_near_the_target_pays_once():
    play = Player("shop-remove", 0)
    screen, place = play.moment.screen, play.moment.episode.place
    _, x, y, _ = play.task._aim.at(screen, place, Step(CLICK, ("cart",)))
    near = play.act(CLICK, x, y + 0.3).reward
    nearer = play.act(CLICK, x, y + 0.15).reward
    assert 0 < near < 0.25 and nearer > 0
    for away in (0.15, 0.3, 0.15, 0.45):
        assert play.act(CLICK, x, y + away).reward == 0
    hit = play.act(CLICK, x, y).reward
    assert float(near + nearer + hit) == pytest.approx(0.25)


def test_recipes_sum_up_over_the_oracle():
    for name, most in (("dense", 1.0), ("sparse", 1.0), ("flow-potential", 1.0)):
        outcomes = Player("mail-reply", 3, reward=name).solve()
        assert totals(outcomes) == pytest.approx(most, abs=1e-5)
        low, high = recipe(name).range
        assert all(low <= float(o.reward) <= high for o in outcomes)


def test_random_play_solves_next_to_nothing():
    envs = unseen(VectorEnv(TASK, 64, image_size=36))
    envs.reset(seed=0)
    envs.action_space.seed(0)
    solved, ended = 0, 0
    for _ in range(60):
        _, _, terminated, truncated, info = envs.step(envs.action_space.sample())
        solved += int(info["success"].sum())
        ended += int((terminated | truncated).sum())
    assert ended > 50 and solved / ended < 0.1


# -- actions --------------------------------------------------------------------------------------


def test_keys_do_what_keys_do():
    play = Player("contact-newsletter", 0)
    play.click("page", 3)
    play.act(KEY, which=TAB)
    assert play.vector[FOCUS] == 4
    play.act(TYPE, which=0)
    assert play.vector[DRAFT + 3] == 1
    play.act(KEY, which=BACKSPACE)
    assert play.vector[DRAFT + 3] == 0
    play.act(KEY, which=ESCAPE)
    assert play.vector[FOCUS] == 0
    play.act(TYPE, which=0)
    assert play.vector[DRAFT + 3] == 0, "nothing has the keyboard"
    rhythm = play.moment.episode.goal[2]
    play.click("rhythm", rhythm)
    play.act(KEY, which=TAB)
    play.act(TYPE, which=3)
    assert play.vector[DRAFT + 3] == 0, "the instruction has one text only"
    play.act(TYPE, which=0)
    assert play.act(KEY, which=ENTER).success.all()


@pytest.mark.parametrize("kind", [CLICK, TYPE, KEY, SCROLL_BY, BACK])
@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.5, 0.999)])
def test_the_edges_of_the_space_do_no_harm(kind, place):
    task = FlowTask(action="continuous", templates=NAMES)
    state = task.reset(keys(60))
    for which in range(5):
        for _ in range(3):
            action = task.form.encode([Act(kind, *place, which)] * 60)
            assert task.action_space.contains(action[0].numpy())
            assert task.step(state, action).reward.isfinite().all()


@pytest.mark.parametrize(
    ("form", "bad"),
    [
        ("continuous", [0.1, np.nan, 0.5, 0.5]),
        ("continuous", [0.1, 1.5, 0.5, 0.5]),
        ("symmetric", [0.1, -1.5, 0.5, 0.5]),
        ("continuous", [0.1, 0.5, 0.5]),
        ("grid", [5, 0, 0, 0]),
        ("grid", [1, 0, 0, 5]),
        ("grid", [0, 59, 0, 0]),
        ("pixel", [0, 640, 0, 0]),
        ("pixel", [0, 0, 400, 0]),
        ("grid", [0, -1, 0, 0]),
    ],
)
def test_bad_actions_are_refused_and_move_nothing(form, bad):
    env = Env(TASK, action=form)
    env.reset(seed=0)
    before = {name: value.clone() for name, value in env.state_dict()["state"].items()}
    with pytest.raises(InvalidAction):
        env.step(np.array(bad, np.float32 if form in ("continuous", "symmetric") else np.int64))
    after = env.state_dict()["state"]
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"templates": ("mail-archiv",)}, "mail-archive"),
        ({"templates": "mail-archive"}, "tuple"),
        ({"templates": ()}, "tuple"),
        ({"action": "girdd"}, "grid"),
        ({"source": "photos"}, "synthetic"),
        ({"reward": "spl-typo"}, "unknown reward"),
        ({"reward": "iou"}, "cannot be paid here"),
    ],
)
def test_bad_settings_say_what_is_valid(settings, said):
    with pytest.raises(ValueError, match=said):
        FlowTask(**settings)


# -- batches --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, marks=pytest.mark.slow),
        {"image_size": 48},
        {"image_size": 48, "max_episode_steps": 3},
    ],
    ids=str,
)
def test_native_and_single_play_the_same(settings):
    envs = VectorEnv(TASK, 5, **settings)
    observed, _ = envs.reset(seed=20)
    singles = [Env(TASK, **settings) for _ in range(5)]
    firsts = [env.reset(seed=20 + i)[0] for i, env in enumerate(singles)]
    for i, first in enumerate(firsts):
        np.testing.assert_array_equal(first["image"], observed["image"][i])
        np.testing.assert_array_equal(first["instruction"], observed["instruction"][i])
    envs.action_space.seed(0)
    for n in range(40):
        action = envs.action_space.sample() if n % 3 else envs.oracle()
        observed, reward, terminated, truncated, _ = envs.step(action)
        for i, env in enumerate(singles):
            single, value, over, cut, _ = env.step(action[i])
            assert np.float32(value) == reward[i]
            assert (over, cut) == (terminated[i], truncated[i])
            if over or cut:
                single, _ = env.reset()
            np.testing.assert_array_equal(single["image"], observed["image"][i])


def test_forgetting_changes_nothing(monkeypatch):
    """Episodes and moments are remembered for speed alone."""
    module = "vgym.envs.gui.flow.episodes"
    plain = VectorEnv(TASK, 6)
    monkeypatch.setattr(f"{module}._KEPT_EPISODES", 1)
    monkeypatch.setattr(f"{module}._KEPT_MOMENTS", 1)
    forgetful = VectorEnv(TASK, 6)
    plain.reset(seed=3)
    forgetful.reset(seed=3)
    plain.action_space.seed(1)
    for n in range(12):
        action = plain.action_space.sample() if n % 2 else plain.oracle()
        a, b = plain.step(action), forgetful.step(action)
        np.testing.assert_array_equal(a[0]["image"], b[0]["image"])
        np.testing.assert_array_equal(a[1], b[1])


@pytest.mark.filterwarnings("ignore:.*not having a spec.*")
def test_the_single_environment_passes_the_checker():
    for form in FORMS:
        check_env(Env(TASK, action=form, image_size=36, render_mode="rgb_array"))


def test_the_portrait_shows_words_and_next_step():
    env = Env(TASK, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    assert before.shape[1] == 640 and before.shape[0] > 400
    env.step(env.oracle())
    assert not np.array_equal(env.render(), before)
    assert gymnasium.spaces.flatdim(env.action_space) == 5 + 59 + 37 + 5
