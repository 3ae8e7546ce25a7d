"""What the published GUI and zoom recipes promise, for each by name; broken promises as such."""

import pickle

import pytest
import torch
from torch import Tensor

from vgym.rewards import Reward, recipe

NAMES = (
    "deepeyes",
    "deepeyes-sound",
    "ergo",
    "geovis",
    "gui-g1",
    "gui-g1-sound",
    "gui-g2",
    "gui-g2-sound",
    "gui-r1",
    "gui-rcpo",
    "gui-rcpo-sound",
    "infigui-g1",
    "infigui-g1-sound",
    "lpo",
    "lpo-sound",
    "pixel-reasoner",
    "pixel-reasoner-sound",
    "pixel-reasoner-video",
    "se-gui",
    "se-gui-sound",
    "ssl",
    "ui-r1",
    "ui-r1-e",
    "unidoc",
    "unidoc-sound",
    "vigorl-zoom",
    "vigorl-zoom-sound",
    "vrag",
    "vrag-sound",
)
FORMS = [(name, form.name) for name in NAMES for form in recipe(name).forms]
GIVEN = ("target_boxes", "size_hw")
H, W = 480.0, 640.0

# What pays though it should not, by recipe: each is on the recipe's card.
PAID: dict[str, tuple[str, ...]] = {
    "a repeated prediction": ("infigui-g1",),
    "a prediction far off": ("infigui-g1",),
    "a repeated zoom": ("vigorl-zoom-sound",),
    "a zoom far off": ("vigorl-zoom",),
    "a zoom far off, answer wrong": ("vigorl-zoom",),
    "a first junk call": (
        "deepeyes",
        "pixel-reasoner",
        "pixel-reasoner-sound",
        "pixel-reasoner-video",
    ),
    "a first junk call, answer wrong": ("pixel-reasoner", "pixel-reasoner-video"),
    "a further call": (),
    "a page twice": ("vrag", "unidoc"),
}


def truth(rows: int, seed: int = 0) -> dict[str, Tensor]:
    """Every fact at its best."""
    generator = torch.Generator().manual_seed(seed)
    low = (torch.rand(rows, 1, 2, generator=generator) * torch.tensor([500.0, 300.0])).round()
    size = (torch.rand(rows, 1, 2, generator=generator) * 100 + 20).round()
    target = torch.cat((low, low + size), -1)
    centre = low + size / 2
    one = torch.ones(rows)
    coin = (torch.rand(2, rows, generator=generator) > 0.5).float()
    return {
        "target_boxes": target,
        "size_hw": torch.tensor([[H, W]]).expand(rows, 2).clone(),
        "prediction_boxes": target.clone(),
        "prediction_points": centre.clone(),
        "target_xy": centre[:, 0].clone(),
        "group_boxes": target.expand(rows, 5, 4).clone(),
        "format_ok": one.clone(),
        "action_matches": one.clone(),
        "needs_point": coin[0],
        "needs_text": coin[1],
        "text_f1": one.clone(),
        "window_entropy": one.clone(),
        "answer_length": 0 * one,
        "group_solved_share": 0.5 * one,
        "group_solved_length": 100 * one,
        "group_longest_length": 200 * one,
        "answer_score": one.clone(),
        "zoom_only_score": one.clone(),
        "tool_calls": one.clone(),
        "last_call_failed": 0 * one,
        "group_tool_share": one / 16,
        "zoom_points": torch.cat(((torch.arange(3.0) * 30 - 99).expand(rows, 2, 3).mT, centre), 1),
        "zoom_boxes": target.clone(),
        "retrieved_pages": torch.tensor([[3, 7, 5]]).expand(rows, 3).clone(),
        "gold_pages": torch.tensor([[7, 3]]).expand(rows, 2).clone(),
        "selection_share": one.clone(),
        "format_grade": one.clone(),
    }


def anything(rows: int, seed: int = 1) -> dict[str, Tensor]:
    """Facts of any answer within what the papers' episodes allow."""
    generator = torch.Generator().manual_seed(seed)
    facts = truth(rows, seed)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    def boxes(*shape: int) -> Tensor:
        corners = uniform(*shape, 2, 2) * torch.tensor([W, H])
        return torch.cat((corners.amin(-2), corners.amax(-2)), -1)

    near = facts["target_boxes"] + torch.randn(rows, 1, 4, generator=generator) * 20
    pick = (torch.arange(rows) % 2 == 0)[:, None, None]
    facts["prediction_boxes"] = torch.where(pick, near, boxes(rows, 1))
    facts["prediction_boxes"] = facts["prediction_boxes"].clamp(min=0, max=H)
    facts["prediction_points"] = (
        facts["prediction_boxes"][..., :2] + facts["prediction_boxes"][..., 2:]
    ) / 2
    facts["group_boxes"] = boxes(rows, 5)
    facts["zoom_boxes"] = torch.where(pick, near - 10, boxes(rows, 1))
    facts["zoom_points"] = uniform(rows, 4, 2) * 40
    for name in ("format_ok", "action_matches", "last_call_failed"):
        facts[name] = (uniform(rows) > 0.3).float()
    for name in ("text_f1", "window_entropy", "answer_score", "zoom_only_score"):
        facts[name] = uniform(rows)
    for name in ("selection_share", "group_solved_share"):
        facts[name] = uniform(rows)
    facts["answer_length"] = (uniform(rows) * 200).round()
    facts["tool_calls"] = (uniform(rows) * 5).floor()
    facts["group_tool_share"] = ((uniform(rows) * 16).floor() + 1) / 16
    facts["retrieved_pages"] = torch.argsort(uniform(rows, 8), 1)[:, :3]
    facts["format_grade"] = (uniform(rows) * 3).floor() / 2
    return facts


def for_form(reward: Reward, form: str, facts: dict[str, Tensor]) -> dict[str, Tensor]:
    """The facts that this form needs, so that it is the one that is used."""
    needs = reward.needs[form]
    assert needs
    return {name: facts[name] for name in needs}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_in_range(name: str, form: str, dtype: torch.dtype) -> None:
    reward = recipe(name)
    facts = for_form(reward, form, anything(2000))
    facts = {k: f.to(dtype) if f.is_floating_point() else f for k, f in facts.items()}
    score = reward(facts)
    low, high = reward.range
    assert ((score.value >= low - 1e-5) & (score.value <= high + 1e-5)).all()
    assert not score.flagged.any() and score.value.isfinite().all()
    for term in score.terms.values():
        assert term.shape == (2000,) and term.isfinite().all()
    assert score.value.unique().numel() >= 2, "it tells answers apart"


# Of boxes in the image, 16 answers a question, and pages that are found once: else without bound.
MOST_IN_PRACTICE = {
    "gui-g1": 1.375,
    "pixel-reasoner": 1.475,
    "pixel-reasoner-video": 1 + 0.95 / 1.5,
    "unidoc": 1.0,
    "vrag": 1.0,
}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_truth_earns_the_most(name: str, form: str) -> None:
    reward = recipe(name)
    facts = truth(200)
    if name == "pixel-reasoner-sound":
        facts["group_tool_share"] = torch.zeros(200)
    value = reward(for_form(reward, form, facts)).value
    most = MOST_IN_PRACTICE.get(name, reward.range[1])
    torch.testing.assert_close(value, torch.full_like(value, most))


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_not_finite_earns_the_floor_and_is_flagged(name: str, form: str) -> None:
    reward = recipe(name)
    facts = for_form(reward, form, truth(3))
    before = reward(facts).value
    for fact, given in facts.items():
        if fact in GIVEN or not given.is_floating_point():
            continue
        for bad in (torch.nan, torch.inf, -torch.inf):
            broken = given.clone()
            broken.view(3, -1)[1, 0] = bad
            score = reward({**facts, fact: broken})
            assert score.flagged.tolist() == [False, True, False], fact
            assert score.value[1] == reward.floor
            assert (score.value[[0, 2]] == before[[0, 2]]).all()
            for term in score.terms.values():
                assert term.isfinite().all()


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_finite_for_degenerate_boxes(name: str, form: str) -> None:
    reward = recipe(name)
    odd = torch.tensor(
        [
            [0, 0, 0, 0],
            [5, 5, 1, 1],
            [3, 3, 3, 9],
            [-1e7, -1e7, 1e7, 1e7],
            [1e-6, 1e-6, 2e-6, 2e-6],
            [3e38, 3e38, 3e38, 3e38],
            [320, 240, 320, 240],
        ]
    )
    facts = truth(49)
    one, other = odd.repeat(7, 1)[:, None], odd.repeat_interleave(7, 0)[:, None]
    facts["target_boxes"], facts["target_xy"] = other, other[:, 0, :2]
    for fact in ("prediction_boxes", "zoom_boxes", "group_boxes"):
        facts[fact] = one
    for fact in ("prediction_points", "zoom_points"):
        facts[fact] = one[..., :2]
    score = reward(for_form(reward, form, facts))
    assert score.value.isfinite().all()
    for term in score.terms.values():
        assert term.isfinite().all()


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_nothing_at_all_is_scored_too(name: str, form: str) -> None:
    """Answers without a box, a point or a zoom; a batch without rows."""
    reward = recipe(name)
    facts = for_form(reward, form, anything(4))
    sets = ("prediction_boxes", "prediction_points", "zoom_boxes", "zoom_points", "retrieved_pages")
    empty = {k: f[:, :0] if k in sets or k == "group_boxes" else f for k, f in facts.items()}
    score = reward(empty)
    assert score.value.isfinite().all() and not score.flagged.any()
    assert (score.value <= reward.range[1]).all()
    assert reward({k: f[:0] for k, f in facts.items()}).value.shape == (0,)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_nothing_is_read_back_from_the_device(name: str, form: str) -> None:
    """The meta device holds no values: reading one would raise."""
    reward = recipe(name)
    facts = for_form(reward, form, truth(4))
    assert reward({k: f.to("meta") for k, f in facts.items()}).value.shape == (4,)


def more(what: str, facts: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The facts as they would be, and with what should not pay."""
    rows = len(facts["format_ok"])
    prediction = ("prediction_boxes", "prediction_points")
    zoom = ("zoom_boxes", "zoom_points")
    facts = {**facts, "tool_calls": torch.ones(rows)}
    if what.endswith("answer wrong"):
        facts["answer_score"] = torch.zeros(rows)
        far_off = torch.full((rows, 1, 2), -1e4)
        facts["prediction_points"] = far_off
    after = dict(facts)
    if what in ("a repeated prediction", "a repeated zoom"):
        for name in prediction if "prediction" in what else zoom:
            after[name] = torch.cat((facts[name], facts[name][:, :1]), 1)
    elif "far off" in what:
        for name in prediction if "prediction" in what else zoom:
            far = torch.tensor([5000.0, 5000.0, 5010.0, 5010.0])[: facts[name].shape[-1]]
            after[name] = torch.cat((facts[name], far.expand(rows, 1, -1)), 1)
    elif what.startswith("a first junk call"):
        facts["tool_calls"] = torch.zeros(rows)
    elif what == "a further call":
        after["tool_calls"] = torch.full((rows,), 2.0)
    else:
        pages = facts["retrieved_pages"]
        after["retrieved_pages"] = torch.cat((pages, pages[:, :1]), 1)
    return facts, after


@pytest.mark.parametrize("what", PAID)
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_extras_pay_where_the_card_says_so_alone(name: str, form: str, what: str) -> None:
    reward = recipe(name)
    start = anything(1000, seed=2)
    # A zoom or two, so that one more is within the papers' episodes.
    start["zoom_points"] = start["zoom_points"][:, :2]
    before, after = (for_form(reward, form, facts) for facts in more(what, start))
    gained = reward(after).value > reward(before).value + 1e-6
    told = name in PAID[what] and ("zoom" not in what or "zoom_points" in reward.needs[form])
    assert gained.any() if told else not gained.any()


@pytest.mark.parametrize("name", NAMES)
def test_cards_and_pickles(name: str) -> None:
    reward = recipe(name)
    card = reward.card()
    for part in (name, reward.source, reward.doc, "range: [", "needs: ", *reward.failure_modes):
        assert part in card
    assert reward.failure_modes and pickle.loads(pickle.dumps(reward)) == reward
