"""VNavActivate, VNavPlan and VNavTrajectory: fair briefs, plans that are judged right, ways."""

import gymnasium
import numpy as np
import pytest
import torch
from oracles import team_plans
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from vgym.core.keys import stream
from vgym.core.text import bag
from vgym.envs.navigation.command.picture import draw_brief, draw_with_torch
from vgym.envs.navigation.command.plans import carry_out
from vgym.envs.navigation.command.task import CommandTask
from vgym.envs.navigation.command.types import MARKS, STEPS
from vgym.envs.navigation.command.wording import COLOURS, SHAPES, TOKENS, vocabulary
from vgym.envs.navigation.team.robots import NAMES, RADII, ROBOTS
from vgym.envs.navigation.worlds.world import CELL

LEVELS = ("activate", "plan", "trajectory")
IDS = {level: f"VNav{level.capitalize()}-v0" for level in LEVELS}
SMALL = {"image_size": 64, "worlds": 3}
JOBS = ("fetch", "haul", "reach", "crawl", "fly")
THINGS = (None, "parcel", "plank")


def make(level: str, **settings):
    action = "continuous" if level == "trajectory" else "discrete"
    return CommandTask(level=level, action=action, **{**SMALL, **settings})


def keys(count: int, name: str = "command") -> np.ndarray:
    return np.array([stream(f"{name}/{n}") for n in range(count)], np.uint64)


def told(state, row):
    """One row as the oracle simulator reads it."""
    kinds = [NAMES[k] for k in state.kind[row].tolist()]
    things = {k: THINGS[v] for k, v in enumerate(state.lies[row].tolist()) if v}
    closed = {k for k, v in enumerate(state.chest[row].tolist()) if v}
    jobs = [(JOBS[w], a, b) for w, a, b in state.jobs[row].tolist() if w >= 0]
    return kinds, things, closed, jobs


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "settings",
    [{}, {"difficulty": 0.0}, {"difficulty": 1.0}, {"robots": 2}, {"robots": 8}, {"split": "test"}],
    ids=str,
)
def test_the_truth_is_worth_one(level, settings):
    task = make(level, **settings)
    state = task.reset(keys(60))
    outcome = task.step(state, task.oracle(state))
    assert outcome.success.all() and outcome.terminated.all()
    assert torch.allclose(outcome.reward, torch.ones(60))


@pytest.mark.parametrize("level", LEVELS)
def test_random_answers_are_seldom_right(level):
    envs = gymnasium.make_vec(IDS[level], num_envs=64, **SMALL)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    results = [envs.step(envs.action_space.sample()) for _ in range(8)]
    assert np.mean([r[4]["success"] for r in results]) < 0.15
    assert np.mean([r[1] for r in results]) < 0.25


def test_constant_answers_earn_next_to_nothing():
    task = make("activate")
    state = task.reset(keys(200))
    for sent in (torch.zeros(200, 6), torch.ones(200, 6)):
        assert task.step(state, sent.long()).reward.mean() < 0.02
    task = make("trajectory")
    state = task.reset(keys(200))
    assert task.step(state, torch.full((200, 2, 5, 2), 0.5)).reward.max() < 1e-5
    task = make("plan")
    state = task.reset(keys(200))
    assert task.step(state, torch.zeros(200, STEPS, 6, dtype=torch.int64)).reward.max() == 0


def test_those_needed_are_the_nearest_who_can():
    """By Dijkstra over the cells, from each robot to each mark."""
    task = make("activate", difficulty=1.0)
    state = task.reset(keys(40))
    able = {
        "fetch": {"wheeled", "tall"}, "haul": {"wheeled", "tall"}, "reach": {"tall"},
        "crawl": {"small"}, "fly": {"drone"},
    }  # fmt: skip
    for row in range(40):
        kinds, _, _, jobs = told(state, row)
        ways = np.array([ways_of(task, state, row, robot) for robot in range(len(kinds))])
        needed: set[int] = set()
        for job, (what, source, _) in enumerate(jobs):
            who = [r for r, kind in enumerate(kinds) if kind in able[what]]
            who.sort(key=lambda r: ways[r, source])
            count = 2 if what == "haul" else 1
            assert not needed & set(who[:count])
            needed |= set(who[:count])
            assert ways[who[count], source] > 1.1 * ways[who[count - 1], source]
            assert sorted(who[:count]) == torch.nonzero(state.crew[row, job]).flatten().tolist()
        assert sorted(needed) == torch.nonzero(state.needed[row]).flatten().tolist()
        assert len(needed) < len(kinds)


def ways_of(task, state, row, robot):
    """Metres from one robot to every mark: scipy's shortest paths over cells."""
    slot = int(task.generator.places.pool.slots(state.world[row : row + 1].numpy())[0])
    radius = RADII.index(ROBOTS[state.kind[row, robot]].radius)
    clear = task.generator.places.pool.walkable_in(slot, radius)
    height, width = clear.shape
    number = np.arange(height * width).reshape(height, width)
    starts, ends, lengths = [], [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, height - dy), slice(max(-dx, 0), width - max(dx, 0)))
        b = (slice(dy, height), slice(max(dx, 0), width - max(-dx, 0)))
        passable = clear[a] & clear[b]
        if dy and dx:
            passable &= clear[b[0], a[1]] & clear[a[0], b[1]]
        starts.append(number[a][passable])
        ends.append(number[b][passable])
        lengths.append(np.full(passable.sum(), CELL * np.hypot(dy, dx)))
    graph = coo_matrix(
        (np.concatenate(lengths), (np.concatenate(starts), np.concatenate(ends))),
        shape=(number.size, number.size),
    ).tocsr()
    column, line = (state.pose[row, robot, :2] / CELL).floor().long().tolist()
    metres = dijkstra(graph, directed=False, indices=number[line, column])
    cells = (state.mark_xy[row] / CELL).floor().long()
    return [metres[number[y, x]] for x, y in cells.tolist()]


@pytest.mark.parametrize("robots", [2, 4])
def test_plans_are_judged_as_the_slow_simulator_judges(robots):
    task = make("plan", robots=robots, difficulty=1.0)
    state = task.reset(keys(300))
    random = np.random.default_rng(robots)
    plans = state.reference.numpy().copy()
    for row in range(1, 300):  # the first row stays the truth
        for _ in range(random.integers(0, 4)):
            plans[row, random.integers(STEPS), random.integers(robots)] = random.integers(11)
        if row % 3 == 0:
            plans[row] = np.roll(plans[row], random.integers(robots), axis=1)
        if row % 7 == 0:
            plans[row] = random.permutation(plans[row])
    state.plan = torch.from_numpy(plans)
    verdict = carry_out(state)
    feasible, solved, by_crews, progress = [], [], [], []
    for row in range(300):
        kinds, things, closed, jobs = told(state, row)
        site, able = team_plans.start(robots, things, closed), True
        for orders in plans[row].tolist():
            after = team_plans.act(site, tuple(orders), kinds, things)
            if after is None:
                able = False
                break
            site = after
        done = team_plans.done(site, jobs, kinds)
        crews = [set(torch.nonzero(crew).flatten().tolist()) for crew in state.crew[row]]
        as_told = [share * (by == crew) for (share, by), crew in zip(done, crews, strict=False)]
        feasible.append(able)
        progress.append(np.mean(as_told))
        solved.append(able and all(share == 1 for share, _ in done))
        by_crews.append(all(share == 1 for share in as_told))
    assert 30 < sum(feasible) < 270 and 10 < sum(solved) < 250
    assert verdict.feasible.tolist() == feasible
    assert verdict.solved.tolist() == solved
    assert verdict.by_crews.tolist() == by_crews
    np.testing.assert_allclose(verdict.progress.numpy(), progress, atol=1e-6)


def test_no_plan_is_shorter_than_the_reference():
    task = make("plan", robots=2, difficulty=0.5)
    state = task.reset(keys(25))
    steps = (state.reference != 0).any(2).sum(1).tolist()
    for row in range(25):
        assert team_plans.shortest(*told(state, row)) == steps[row]


def test_a_plan_that_dawdles_works_but_is_no_success():
    task = make("plan", difficulty=0.0)
    state = task.reset(keys(50))
    late = torch.roll(state.reference, 1, 1)
    fits = (state.reference[:, -1] == 0).all(1)
    outcome = task.step(state, late)
    assert fits.any() and outcome.metrics["plan_correct"][fits].all()
    assert not outcome.success[fits].any()
    steps = outcome.metrics["plan_steps"][fits]
    assert torch.allclose(outcome.reward[fits], 0.5 * (steps - 1) / steps)


def test_success_takes_those_who_should_and_nobody_else():
    task = make("plan", difficulty=0.0)
    state = task.reset(keys(200))
    names = np.array(NAMES)[state.kind.numpy()]
    farther, more = state.reference.clone(), state.reference.clone()
    tried = np.zeros(200, np.bool_)
    for row in range(200):
        (crew,) = np.nonzero(state.needed[row].numpy())
        same = np.flatnonzero((names[row] == names[row, crew[0]]) & ~state.needed[row].numpy())
        more[row, 0, np.flatnonzero(~state.needed[row].numpy())[0]] = 1
        if len(crew) == 1 and len(same):
            tried[row] = True
            farther[row, :, same[0]] = farther[row, :, crew[0]]
            farther[row, :, crew[0]] = 0
    outcome = task.step(state, farther)
    assert tried.sum() > 100 and outcome.metrics["plan_correct"][tried].all()
    for name in ("crews_correct", "robots_correct", "plan_progress"):
        assert not outcome.metrics[name][tried].any(), name
    assert not outcome.success[tried].any() and not outcome.reward[tried].any()
    outcome = task.step(state, more)
    assert outcome.metrics["crews_correct"].all() and not outcome.metrics["robots_correct"].any()
    assert not outcome.success.any() and (outcome.reward < 0.5).all()


def test_crews_do_their_own_jobs():
    task = make("plan", difficulty=1.0)
    state = task.reset(keys(300))
    swapped = state.reference.clone()
    tried = torch.zeros(300, dtype=torch.bool)
    for row, jobs in enumerate(state.jobs.tolist()):
        kinds = [job[0] for job in jobs]
        twice = [j for j in range(1, 3) if kinds[j] == kinds[0] and kinds[j] != 1]
        if twice:  # two robots of a kind for two jobs of a kind
            one, other = (int(state.crew[row, j].nonzero()[0]) for j in (0, twice[0]))
            if state.kind[row, one] == state.kind[row, other]:
                swapped[row][:, [one, other]] = swapped[row][:, [other, one]]
                tried[row] = True
    outcome = task.step(state, swapped)
    assert tried.sum() > 20
    for name in ("plan_correct", "robots_correct"):
        assert outcome.metrics[name][tried].all(), name
    assert not outcome.metrics["crews_correct"][tried].any() and not outcome.success[tried].any()


def test_words_name_what_is_wanted_alone():
    assert not {*NAMES, "team", "marks"} & set(vocabulary().words)
    task = make("plan")
    state = task.reset(keys(40))
    for row, text in enumerate(task.instructions(state, list(range(40)))):
        colours, shapes = state.mark_look[row].unbind(1)
        looks = {f"{[*COLOURS][c]} {SHAPES[s]}" for c, s in zip(colours, shapes, strict=True)}
        said = {m for _, a, b in state.jobs[row].tolist() for m in (a, b) if m >= 0}
        assert sum(look in text for look in looks) == len(said)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("difficulty", [0.5, 0.0])
def test_words_alone_earn_next_to_nothing(level, difficulty):
    """The best of the true answers for all and by first word, and that of the likest words."""
    settings = {"difficulty": difficulty, "worlds": 4, "image_size": 36}
    train = make(level, **settings)
    known = train.reset(keys(1000, "known"))
    answers, first = train.oracle(known), known.tokens[:, 0]
    bags = bag(known.tokens, train.vocabulary_size).float()
    popular = answers.flatten(1).unique(dim=0, return_counts=True)
    tried = popular[0][popular[1].argsort(descending=True)[:24]].reshape(-1, *answers.shape[1:])
    paid = torch.stack([train.step(known, each.expand_as(answers)).reward for each in tried])
    for split in ("train", "val", "test"):
        task = make(level, split=split, **settings)
        state = task.reset(keys(600, "new"))
        draws = np.random.default_rng(0)
        if level == "trajectory":
            floor = task.step(state, torch.from_numpy(draws.random((600, 2, 5, 2)))).reward.mean()
        else:
            drawn = draws.integers(0, task.action_space.nvec, (600, len(task.action_space.nvec)))
            floor = task.step(state, torch.from_numpy(drawn)).reward.mean()
        likest = (bag(state.tokens, task.vocabulary_size).float() @ bags.T).argmax(1)
        blind = {"constant": tried[paid.mean(1).argmax()].expand(600, *answers.shape[1:])}
        blind["nearest words"] = answers[likest]
        blind["first word"] = blind["constant"].clone()
        for word in first.unique():
            best = tried[paid[:, first == word].mean(1).argmax()]
            blind["first word"][state.tokens[:, 0] == word] = best
        for name, answer in blind.items():
            share = (task.step(state, answer).reward.mean() - floor) / (1 - floor)
            assert share < (0.1 if difficulty else 0.25), (name, split)


@pytest.mark.parametrize("recipe", ["viki", "viki-2", "viki-2-partial"])
def test_published_rewards_of_plans(recipe):
    task = make("plan", reward=recipe)
    state = task.reset(keys(40))
    assert torch.allclose(task.step(state, state.reference).reward, torch.ones(40))
    wrong = task.step(state, torch.full_like(state.reference, 9))
    assert (wrong.reward <= 0.2).all()


def test_published_reward_of_ways():
    task = make("trajectory", reward="viki-trajectory")
    state = task.reset(keys(40))
    assert torch.allclose(task.step(state, task.oracle(state)).reward, torch.ones(40), atol=1e-4)


def test_facts_of_agreement_with_the_reference():
    task = make("plan")
    state = task.reset(keys(40))
    plan = state.reference.clone()
    plan[:, 1:] = 0
    metrics = task.step(state, plan).metrics
    assert (metrics["plan_steps"] == 1).all() and (metrics["matching_steps"] == 1).all()
    assert (metrics["matching_prefix"] == 1).all() and not metrics["plan_exact"].any()
    moved = torch.where((state.reference >= 1) & (state.reference <= 6), 1, state.reference)
    kinds = task.step(state, moved).metrics
    assert (kinds["matching_types"] == kinds["plan_steps"]).all()


def test_ways_hold_on_to_the_shortest():
    task = make("trajectory")
    state = task.reset(keys(60))
    ends = state.mark_xy.gather(1, state.legs[:, :, 1, None].expand(-1, -1, 2))
    assert (state.ways[:, :, -1] - ends).abs().max() < 0.2
    off = (task.oracle(state) + torch.tensor([0.08, 0.0])).clamp(0, 1)
    outcome = task.step(state, off)
    assert not outcome.success.any() and 0 < outcome.reward.mean() < 0.5
    assert (outcome.metrics["dtw_m"] > 1).all()


def test_pictures_show_what_tells_briefs_apart():
    task = make("activate", image_size=256)
    state = task.reset(keys(8))
    first = torch.zeros(8, 256, 256, 3, dtype=torch.uint8)
    task.draw(state, first)
    for field, change in (
        ("kind", (state.kind + 1) % 4),
        (
            "mark_look",
            torch.stack((state.mark_look[..., 0], (state.mark_look[..., 1] + 1) % 4), -1),
        ),
        ("chest", ~state.chest),
        ("lies", (state.lies + 1) % 3),
        ("mark_xy", state.mark_xy.roll(1, 1)),
    ):
        kept = getattr(state, field)
        setattr(state, field, change)
        other = torch.zeros_like(first)
        task.draw(state, other)
        setattr(state, field, kept)
        assert (first != other).any(-1).flatten(1).any(1).all(), field


@pytest.mark.parametrize("size", [36, 64, 131])
@pytest.mark.parametrize("level", ["activate", "trajectory"])
def test_compiled_pictures_are_those_of_torch(level, size):
    task = make(level, image_size=size, robots=8)
    state = task.reset(keys(40, str(size)))
    generator = torch.Generator().manual_seed(size)
    side = state.mark_xy.abs().max()
    state.drawn = (torch.rand(state.drawn.shape, generator=generator) * 1.4 - 0.2) * side
    state.drawn[3, 0, 2] = torch.nan
    state.answered[::3] = True
    state.pose[5, 0, :2] = -1e12  # off every picture
    state.mark_xy[6, 1] = 1e12
    rows = torch.tensor([*range(0, 40, 2), 5, 3])
    drawn = torch.randint(0, 256, (40, size, size, 3), generator=generator, dtype=torch.uint8)
    expected = drawn.clone()
    sight = task._plans.frame_of(task._slot(state))
    draw_brief(drawn, sight, state, rows, level == "trajectory")
    draw_with_torch(expected, sight[rows], state, rows, level == "trajectory")
    assert torch.equal(drawn, expected)


def test_marks_off_the_picture_are_left_out():
    task = make("activate")
    state = task.reset(keys(2))
    state.mark_xy = state.mark_xy + 1000
    square = torch.zeros(2, 64, 64, 3, dtype=torch.uint8)
    draw_brief(square, torch.tensor([[4.0, 0.0, 60.0]] * 2), state, torch.arange(2), False)


def test_words_fit():
    task = make("plan", robots=8, difficulty=1.0)
    for key in keys(120):
        state = task.reset(np.array([key]))
        text = task.instructions(state, [0])[0]
        tokens = vocabulary().encode(text, 2 * TOKENS)
        assert np.count_nonzero(tokens) <= TOKENS and 1 not in tokens


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="activate, plan, trajectory"):
        make("walk")
    with pytest.raises(ValueError, match="robots=9"):
        make("activate", robots=9)
    with pytest.raises(ValueError, match="discrete"):
        CommandTask(level="plan", action="continuous")
    assert MARKS == 6


@pytest.mark.parametrize("env_id", ["VNavActivate-v0", "VNavPlan-v0"])
def test_an_answer_that_draws_nothing_leaves_the_picture(env_id: str) -> None:
    """No ways are drawn where none are asked for: what is seen is the state's, saved or not."""
    envs = gymnasium.make_vec(
        env_id, num_envs=3, image_size=48, worlds=2, autoreset_mode="DISABLED"
    )
    before, _ = envs.reset(seed=0)
    after = envs.step(envs.unwrapped.oracle())[0]
    np.testing.assert_array_equal(after["image"], before["image"])
    np.testing.assert_array_equal(envs.unwrapped.observe()["image"], before["image"])
