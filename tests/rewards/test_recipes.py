"""What every recipe of our own promises, checked for each by name, and its own numbers.

Published recipes keep their flaws: they are held to their papers, each in its own test file.
"""

import math
import pickle

import pytest
import torch
from oracles import boxes as box_oracle
from oracles import sets as set_oracle
from torch import Tensor

from vgym.rewards import Reward, Score, recipe, recipes
from vgym.rewards.recipes import register

H, W = 480.0, 640.0
OURS = ("dense", "gaussian", "giou", "iou", "sparse")
FORMS = [(name, form) for name in OURS for form in recipe(name).needs]


def random_boxes(generator: torch.Generator, *shape: int, dtype: torch.dtype) -> Tensor:
    size = torch.rand(*shape, 2, generator=generator, dtype=dtype) * 150 + 4
    room = torch.tensor([W, H], dtype=dtype) - size
    low = torch.rand(*shape, 2, generator=generator, dtype=dtype) * room
    return torch.cat((low, low + size), -1)


def facts_of(form: str, prediction: Tensor, target: Tensor, **further: Tensor) -> dict[str, Tensor]:
    """Facts for predicted boxes, or for their centres if the form is points."""
    size = torch.tensor([[H, W]], dtype=target.dtype).expand(target.shape[0], 2)
    facts = {"target_boxes": target, "size_hw": size, **further}
    if form == "boxes":
        return {**facts, "prediction_boxes": prediction}
    if "prediction_mask" in facts:
        facts["prediction_points_mask"] = facts.pop("prediction_mask")
    return {**facts, "prediction_points": (prediction[..., :2] + prediction[..., 2:]) / 2}


def check(reward: Reward, score: Score, rows: int) -> None:
    low, high = reward.range
    assert score.value.shape == score.flagged.shape == (rows,)
    assert ((score.value >= low) & (score.value <= high)).all()
    for term in score.terms.values():
        assert term.shape == (rows,) and term.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("members", "targets"), [(1, 1), (3, 3), (1, 4), (5, 2)])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_in_range_and_the_sum_of_its_terms(
    name: str, form: str, members: int, targets: int, dtype: torch.dtype
) -> None:
    generator = torch.Generator().manual_seed(0)
    reward = recipe(name)
    target = random_boxes(generator, 200, targets, dtype=dtype)
    far = random_boxes(generator, 200, members, dtype=dtype)
    near = target[:, torch.arange(members) % targets] + torch.randn(
        200, members, 4, generator=generator, dtype=dtype
    )
    masks = {
        "prediction_mask": torch.rand(200, members, generator=generator) > 0.3,
        "target_mask": torch.rand(200, targets, generator=generator) > 0.3,
    }
    for prediction in (far, near):
        for further in ({}, masks):
            facts = facts_of(form, prediction, target, **further)
            score = reward(facts)
            check(reward, score, 200)
            assert score.value.dtype == dtype and not score.flagged.any()
            weights = reward.form_for(facts).weights
            total = sum(weights[key] * term for key, term in score.terms.items())
            torch.testing.assert_close(total, score.value)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_truth_earns_exactly_the_most(name: str, form: str, count: int) -> None:
    generator = torch.Generator().manual_seed(1)
    target = random_boxes(generator, 300, count, dtype=torch.float32)
    reward = recipe(name)
    assert (reward(facts_of(form, target, target)).value == reward.range[1]).all()
    shuffled = target.flip(1)
    torch.testing.assert_close(
        reward(facts_of(form, shuffled, target)).value, torch.full((300,), reward.range[1])
    )
    if name != "sparse":
        moved = target + torch.tensor([1.0, 0.0, 1.0, 0.0])
        assert (reward(facts_of(form, moved, target)).value < reward.range[1]).all()


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_order_does_not_matter(name: str, form: str) -> None:
    generator = torch.Generator().manual_seed(2)
    target = random_boxes(generator, 100, 3, dtype=torch.float64)
    prediction = random_boxes(generator, 100, 4, dtype=torch.float64)
    prediction[:, :2] = target[:, :2] + torch.randn(100, 2, 4, generator=generator) * 5
    reward = recipe(name)
    value = reward(facts_of(form, prediction, target)).value
    other = reward(facts_of(form, prediction[:, [2, 0, 3, 1]], target[:, [1, 2, 0]])).value
    torch.testing.assert_close(value, other)


@pytest.mark.parametrize(("name", "form"), [row for row in FORMS if row[0] != "dense"])
def test_a_shift_of_everything_does_not_matter(name: str, form: str) -> None:
    """The recipes that know the image shift with it; the others do not see it. `dense` pays a
    little by shares of the picture's diagonal."""
    generator = torch.Generator().manual_seed(3)
    target = random_boxes(generator, 100, 2, dtype=torch.float64)
    prediction = target + torch.randn(100, 2, 4, generator=generator) * 10
    facts = facts_of(form, prediction, target)
    shift = torch.tensor([31.0, 17.0], dtype=torch.float64)
    moved = {
        key: fact + (2 * shift.flip(-1) if key == "size_hw" else shift.repeat(fact.shape[-1] // 2))
        for key, fact in facts.items()
    }
    reward = recipe(name)
    torch.testing.assert_close(reward(moved).value, reward(facts).value)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_extras_and_repeats_never_pay(name: str, form: str) -> None:
    generator = torch.Generator().manual_seed(4)
    reward = recipe(name)
    target = random_boxes(generator, 400, 3, dtype=torch.float64) * 0.5
    # GIoU pays even a wrong box for a target that had none; its card says so.
    members = 3 if name == "giou" else 2
    noise = torch.randn(400, members, 4, generator=generator) * 30
    prediction = target[:, :members] + noise
    value = reward(facts_of(form, prediction, target)).value
    elsewhere = torch.tensor([5000.0, 5000.0, 5010.0, 5010.0]).expand(400, 1, 4)
    repeated = prediction[:, :1]
    for extra in (elsewhere, repeated, torch.cat((repeated, repeated, elsewhere), 1)):
        facts = facts_of(form, torch.cat((prediction, extra.double()), 1), target)
        assert (reward(facts).value <= value + 1e-12).all()


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_target_listed_twice_can_be_answered(name: str, form: str) -> None:
    target = torch.tensor([[[10.0, 10.0, 30.0, 40.0], [10.0, 10.0, 30.0, 40.0]]])
    assert recipe(name)(facts_of(form, target, target)).value == recipe(name).range[1]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_empty_sets(name: str, form: str) -> None:
    reward = recipe(name)
    low, high = reward.range
    one, none = torch.tensor([[True]]), torch.tensor([[False]])
    box = torch.tensor([[[10.0, 10.0, 30.0, 40.0]]])
    for members in (1, 2):
        boxes = box.expand(1, members, 4)
        cases = {(one, none): low, (none, one): low, (none, none): high, (one, one): high}
        for (predicted, wanted), expected in cases.items():
            masks = {
                "prediction_mask": torch.cat((predicted, none), 1)[:, :members],
                "target_mask": torch.cat((wanted, none), 1)[:, :members],
            }
            assert reward(facts_of(form, boxes, boxes, **masks)).value == expected
    assert reward(facts_of(form, box[:, :0], box)).value == low
    assert reward(facts_of(form, box[:, :0], box[:, :0])).value == high
    assert reward(facts_of(form, box[:0], box[:0])).value.shape == (0,)


@pytest.mark.parametrize("members", [1, 2])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_not_finite_earns_the_floor_and_is_flagged(
    name: str, form: str, bad: float, members: int
) -> None:
    reward = recipe(name)
    target = torch.tensor([[10.0, 10.0, 30.0, 40.0], [50.0, 50.0, 60.0, 60.0]])
    target = target[:members].expand(3, members, 4)
    prediction = target.clone()
    prediction[1, -1, 0] = bad
    score = reward(facts_of(form, prediction, target))
    check(reward, score, 3)
    assert score.flagged.tolist() == [False, True, False]
    assert score.value.tolist() == [reward.range[1], reward.floor, reward.range[1]]
    mask = torch.ones(3, members, dtype=torch.bool)
    mask[:, -1] = False
    score = reward(facts_of(form, prediction, target, prediction_mask=mask))
    assert not score.flagged.any(), "padding may hold anything"


@pytest.mark.parametrize("name", OURS)
def test_finite_for_degenerate_boxes(name: str) -> None:
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
    prediction, target = odd.repeat(7, 1)[:, None], odd.repeat_interleave(7, 0)[:, None]
    check(reward, reward(facts_of("boxes", prediction, target)), 49)
    check(reward, reward(facts_of("boxes", odd[None], odd.flip(0)[None])), 1)
    if "points" in reward.needs:
        check(reward, reward(facts_of("points", prediction, target)), 49)


@pytest.mark.parametrize("name", ["iou", "dense", "gaussian"])
def test_a_set_of_one_earns_its_similarity_by_either_path(name: str) -> None:
    """An absent second member sends the same answer through the matching."""
    generator = torch.Generator().manual_seed(5)
    target = random_boxes(generator, 50, 1, dtype=torch.float64)
    prediction = target + torch.randn(50, 1, 4, generator=generator) * 20
    padded = [torch.cat((boxes, torch.full_like(boxes, 9.0)), 1) for boxes in (prediction, target)]
    mask = torch.tensor([[True, False]]).expand(50, 2)
    masks = {"prediction_mask": mask, "target_mask": mask}
    for form in recipe(name).needs:
        alone = recipe(name)(facts_of(form, prediction, target)).value
        matched = recipe(name)(facts_of(form, *padded, **masks)).value
        torch.testing.assert_close(alone, matched)


def test_iou_of_sets_is_the_brute_force_soft_f1() -> None:
    generator = torch.Generator().manual_seed(6)
    for members, targets in ((2, 2), (3, 2), (2, 4), (4, 4)):
        target = random_boxes(generator, 20, targets, dtype=torch.float64)
        prediction = random_boxes(generator, 20, members, dtype=torch.float64)
        value = recipe("iou")(facts_of("boxes", prediction, target)).value
        for row in range(20):
            expected = set_oracle.soft_f1(
                prediction[row].tolist(), target[row].tolist(), box_oracle.iou
            )
            assert value[row].item() == pytest.approx(expected, abs=1e-9)


def test_giou_of_sets_counts_the_unmatched_as_minus_one() -> None:
    generator = torch.Generator().manual_seed(7)
    for members, targets in ((2, 2), (3, 2), (2, 4)):
        target = random_boxes(generator, 20, targets, dtype=torch.float64)
        prediction = random_boxes(generator, 20, members, dtype=torch.float64)
        value = recipe("giou")(facts_of("boxes", prediction, target)).value
        for row in range(20):
            best = set_oracle.best_sum(
                prediction[row].tolist(), target[row].tolist(), box_oracle.giou
            )
            spare = abs(members - targets)
            expected = (best - spare) / max(members, targets)
            assert value[row].item() == pytest.approx(expected, abs=1e-9)


def test_giou_pays_a_wrong_box_over_none() -> None:
    """Its known failure mode."""
    target = torch.tensor([[[10.0, 10.0, 30.0, 40.0], [50.0, 50.0, 60.0, 60.0]]])
    wrong = torch.tensor([[[10.0, 10.0, 30.0, 40.0], [90.0, 90.0, 95.0, 95.0]]])
    giou = recipe("giou")
    more = giou(facts_of("boxes", wrong, target)).value
    assert more > giou(facts_of("boxes", wrong[:, :1], target)).value


def test_sparse_at_its_threshold() -> None:
    target = torch.tensor([[[0.0, 0.0, 4.0, 4.0]]])
    half, less = target * torch.tensor([1.0, 1, 1, 0.5]), target * torch.tensor([1, 1, 1, 0.49])
    sparse = recipe("sparse")
    assert sparse(facts_of("boxes", half, target)).value == 1
    assert sparse(facts_of("boxes", less, target)).value == 0
    edge, outside = torch.tensor([[[4.0, 4.0]]]), torch.tensor([[[4.01, 4.0]]])
    assert sparse({"prediction_points": edge, "target_boxes": target}).value == 1
    assert sparse({"prediction_points": outside, "target_boxes": target}).value == 0
    two = torch.tensor([[[0.0, 0.0, 4.0, 4.0], [9.0, 9.0, 12.0, 12.0]]])
    assert sparse(facts_of("boxes", two.flip(1), two)).value == 1
    assert sparse(facts_of("boxes", two[:, :1], two)).value == 0
    assert sparse(facts_of("boxes", two, two[:, :1])).value == 0


def test_gaussian_worked_numbers() -> None:
    target = torch.tensor([[[100.0, 100.0, 140.0, 120.0]]])
    half_a_width = target + torch.tensor([20.0, 0, 20, 0])
    gaussian = recipe("gaussian")
    point = gaussian(facts_of("points", half_a_width, target)).value.item()
    assert point == pytest.approx(math.exp(-0.5))
    twice = torch.tensor([[[80.0, 90.0, 160.0, 130.0]]])
    score = gaussian(facts_of("boxes", twice, target))
    assert score.terms["coverage"].item() == pytest.approx(0.8)
    assert score.value.item() == pytest.approx(0.9)


class TestDense:
    dense = recipe("dense")

    def targets(self, rows: int = 4000) -> Tensor:
        generator = torch.Generator().manual_seed(8)
        return random_boxes(generator, rows, 1, dtype=torch.float32)

    def mean(self, form: str, prediction: list[float]) -> float:
        target = self.targets()
        boxes = torch.tensor(prediction).expand_as(target)
        return self.dense(facts_of(form, boxes, target)).value.mean().item()

    @pytest.mark.parametrize(
        "guess",
        [
            [0, 0, W, H],
            [W / 4, H / 4, 3 * W / 4, 3 * H / 4],
            [W / 2 - 40, H / 2 - 40, W / 2 + 40, H / 2 + 40],
            [W / 4 - 40, H / 2 - 40, W / 4 + 40, H / 2 + 40],
            [W / 2 - 1, H / 2 - 1, W / 2 + 1, H / 2 + 1],
            [-1e4, -1e4, 1e4, 1e4],
        ],
    )
    def test_answers_blind_to_the_question_earn_next_to_nothing(self, guess: list[float]) -> None:
        assert self.mean("boxes", guess) < 0.06
        assert self.mean("points", guess) < 0.06

    @pytest.mark.parametrize("form", ["boxes", "points"])
    def test_there_is_a_slope_from_everywhere_and_guesses_earn_little(self, form: str) -> None:
        """Both numbers of its card, for targets anywhere: one must not buy the other."""
        assert "for all of 100 uniform answers" in self.dense.doc and "0.07" in self.dense.doc
        generator = torch.Generator().manual_seed(9)
        target = self.targets()
        ends = torch.rand(2, len(target), 1, 2, generator=generator) * torch.tensor([W, H])
        guess = torch.cat((ends.amin(0), ends.amax(0)), -1)
        value = self.dense(facts_of(form, guess, target)).value
        off = target - guess
        pixel = off / off.abs().amax(-1, keepdim=True) * (W / 1280)
        nearer = self.dense(facts_of(form, guess + pixel, target)).value
        assert (nearer > value).float().mean() > 0.995
        assert value.mean() < 0.06
        fixed = [self.mean(form, one) for one in guess[:50, 0].tolist()]
        assert max(fixed) < 0.07

    def test_the_image_centre_earns_its_nearness_unless_the_target_is_there(self) -> None:
        target = self.targets()
        away = (target[:, 0, 0] > W / 2 + 1) & (target[:, 0, 1] > H / 2 + 1)
        target = target[away]
        tiny = torch.tensor([W / 2, H / 2, W / 2, H / 2]).expand_as(target)
        reach = (target[..., 2:] - target[..., :2]).norm(dim=-1) / 2
        centre = (target[..., 2:] + target[..., :2]) / 2
        far = ((centre - torch.tensor([W, H]) / 2).norm(dim=-1) > reach)[:, 0]
        for form in ("boxes", "points"):
            score = self.dense(facts_of(form, tiny, target))
            value = score.value - 0.0625 * score.terms["near"]
            assert far.sum() > 100 and (value[far].abs() < 1e-6).all()

    def test_flooding_with_boxes_does_not_pay(self) -> None:
        target = self.targets(200)
        x, y = torch.meshgrid(torch.arange(0, W, 160), torch.arange(0, H, 120), indexing="ij")
        low = torch.stack((x, y), -1).reshape(-1, 2)
        grid = torch.cat((low, low + torch.tensor([160.0, 120.0])), -1).expand(200, 16, 4)
        assert self.dense(facts_of("boxes", grid, target)).value.mean() < 0.06

    @pytest.mark.parametrize("form", ["boxes", "points"])
    def test_on_the_way_to_the_target_it_never_falls(self, form: str) -> None:
        target = torch.tensor([[[500.0, 300.0, 560.0, 330.0]]]).expand(201, 1, 4)
        start = torch.tensor([290.0, 225.0, 350.0, 255.0])
        way = torch.linspace(0, 1, 201)[:, None, None]
        value = self.dense(facts_of(form, start + way * (target - start), target)).value
        assert (value.diff() > 0).all()
        assert value[0] < 0.03 and value[-1] == 1

    def test_growing_to_the_size_of_the_target_never_falls(self) -> None:
        target = torch.tensor([500.0, 300.0, 560.0, 330.0])
        half = torch.linspace(0.01, 1, 100)[:, None] * torch.tensor([30.0, 15.0])
        centre = torch.tensor([530.0, 315.0])
        grown = torch.cat((centre - half, centre + half), -1)[:, None]
        value = self.dense(facts_of("boxes", grown, target.expand(100, 1, 4))).value
        assert (value.diff() > 0).all()

    def test_worked_numbers(self) -> None:
        target = torch.tensor([[[400.0, 200.0, 480.0, 280.0]]])  # 120 px right of the centre
        prediction = torch.tensor([[[360.0, 200.0, 440.0, 280.0]]])  # 40 px short of it
        score = self.dense(facts_of("boxes", prediction, target))
        near = (1 - 40 / 120) ** 2
        coverage = math.exp(-(40**2) / (2 * 80**2))
        assert score.terms["iou"].item() == pytest.approx(1 / 3)
        assert score.terms["location"].item() == pytest.approx(near * (1 + coverage) / 2)
        assert score.terms["near"].item() == pytest.approx(math.exp(-4 * 40 / 800))
        score = self.dense(facts_of("points", prediction, target))
        gaussian = math.exp(-0.5)
        assert score.terms["hit"].item() == 1
        assert score.terms["location"].item() == pytest.approx(near * (1 + gaussian) / 2)
        assert score.terms["near"].item() == pytest.approx(math.exp(-4 * 40 / 800))

    def test_a_target_at_the_image_centre_is_approached_from_half_its_diagonal(self) -> None:
        target = torch.tensor([[[W / 2 - 40, H / 2 - 30, W / 2 + 40, H / 2 + 30]]])
        point = {"prediction_points": torch.tensor([[[W / 2 + 20, H / 2]]])}
        score = self.dense({**facts_of("points", target, target), **point})
        near = (1 - 20 / 50) ** 2
        expected = near * (1 + math.exp(-0.5 * (20 / 40) ** 2)) / 2
        assert score.terms["location"].item() == pytest.approx(expected)

    def test_padding_leaves_the_gradients_finite(self) -> None:
        target = self.targets(8)
        padding = torch.full_like(target, torch.nan)
        mask = torch.tensor([[True, False]]).expand(8, 2)
        prediction = torch.cat((target + 9, padding), 1).requires_grad_()
        masks = {"prediction_mask": mask, "target_mask": mask}
        facts = facts_of("boxes", prediction, torch.cat((target, padding), 1), **masks)
        self.dense(facts).value.sum().backward()
        assert prediction.grad is not None and prediction.grad.isfinite().all()
        assert (prediction.grad[:, 0] != 0).any() and (prediction.grad[:, 1] == 0).all()

    def test_gradients_are_finite_and_lead_to_the_target(self) -> None:
        target = torch.tensor([[[400.0, 200.0, 480.0, 280.0]]]).expand(3, 1, 4)
        far = torch.tensor([[[350.0, 210.0, 390.0, 250.0]]])
        prediction = torch.cat((far, target[:1], torch.zeros(1, 1, 4))).requires_grad_()
        self.dense(facts_of("boxes", prediction, target)).value.sum().backward()
        assert prediction.grad is not None and prediction.grad.isfinite().all()
        assert prediction.grad[0, 0, 0] + prediction.grad[0, 0, 2] > 0


@pytest.mark.parametrize("name", recipes())
def test_cards_and_pickles(name: str) -> None:
    reward = recipe(name)
    card = reward.card()
    for part in (name, reward.source, "range: [", "value = ", "needs: ", *reward.failure_modes):
        assert part in card
    assert pickle.loads(pickle.dumps(reward)) == reward


def test_names() -> None:
    assert {*OURS, "geo-r", "habitat"} <= set(recipes()), "ours and published ones alike"
    assert recipes() == sorted(recipes())
    with pytest.raises(ValueError, match=r"'giuo'; did you mean 'giou'\? `vgym rewards` lists all"):
        recipe("giuo")
    with pytest.raises(ValueError, match="'iou' exists already"):
        register(recipe("iou"), subject="grounding")
