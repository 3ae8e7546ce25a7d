"""The published GUI recipes: worked numbers, slow references, and their known flaws as flaws."""

import math
from typing import ClassVar

import pytest
import torch
from oracles import published_gui as oracle
from torch import Tensor

from vgym.rewards import Score, recipe

H, W = 480.0, 640.0
TRUTH = [100.0, 100.0, 140.0, 120.0]


def facts(**given: object) -> dict[str, Tensor]:
    """Facts of one row, or of the rows given; numbers in double precision."""
    named = {}
    for name, value in given.items():
        tensor = torch.as_tensor(value)
        axes = {"boxes": 3, "points": 3, "hw": 2, "xy": 2}.get(name.split("_")[-1], 1)
        tensor = tensor.double() if axes > 1 or tensor.is_floating_point() else tensor
        if name.endswith("_mask"):
            axes = 2
        while tensor.dim() < axes:
            tensor = tensor[None]
        named[name] = tensor
    return named


def earn(name: str, **given: object) -> float:
    score = recipe(name)(facts(**given))
    assert not score.flagged.any()
    return score.value.item()


def terms(name: str, **given: object) -> Score:
    return recipe(name)(facts(**given))


def some_boxes(rows: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Predictions near, far, degenerate and out of the image; targets in it. Double, `(B, 4)`."""
    low = torch.rand(rows, 2, generator=generator).double() * torch.tensor([W - 160, H - 160])
    target = torch.cat((low, low + 5 + torch.rand(rows, 2, generator=generator) * 150), -1)
    spread = torch.tensor([0.0, 3.0, 40.0, 900.0])[torch.arange(rows) % 4][:, None]
    prediction = target + torch.randn(rows, 4, generator=generator).double() * spread
    prediction[1::8] = prediction[1::8].round()
    prediction[2::8, 2] = prediction[2::8, 0]
    prediction[6::16] = prediction[6::16, [2, 3, 0, 1]]
    return prediction, target


class TestGuiG2:
    def parts(self, prediction: list[float], target: list[float] = TRUTH) -> dict[str, float]:
        score = terms("gui-g2", prediction_boxes=prediction, target_boxes=target, format_ok=[True])
        return {name: term.item() for name, term in score.terms.items()}

    def test_worked_numbers(self) -> None:
        x0, y0, x1, y1 = TRUTH
        assert self.parts([x0 + 20, y0, x1 + 20, y1])["point"] == round(math.exp(-0.5), 3) == 0.607
        assert self.parts([x0 + 20, y0 + 10, x1 + 20, y1 + 10])["point"] == 0.368
        assert self.parts([x0 + 40, y0, x1 + 40, y1])["point"] == 0.135
        twice = [x0 - 20, y0 - 10, x1 + 20, y1 + 10]
        tenfold = [120 - 200, 110 - 100, 120 + 200, 110 + 100]
        assert self.parts(twice)["coverage"] == 0.8
        assert self.parts(tenfold)["coverage"] == 0.198
        assert self.parts(TRUTH) == {"point": 1.0, "coverage": 1.0, "format": 1.0}

    def test_published_flaw_the_scale(self) -> None:
        """Fractions of the image: coverage is 100 for the same boxes. The sibling does not care."""
        small, large = [0.5, 0.5, 0.52, 0.52], [0.5, 0.5, 0.7, 0.7]
        centre = [0.51, 0.51, 0.51, 0.51]
        assert self.parts(small, small)["coverage"] == pytest.approx(100.0, abs=0.05)
        assert self.parts(large, large)["coverage"] == pytest.approx(1.189, abs=1e-3)
        assert self.parts(centre, small)["coverage"] == pytest.approx(200.0, abs=0.1)
        for box, target, value in ((small, small, 2), (large, large, 2), (centre, small, 0)):
            given = {"prediction_boxes": box, "target_boxes": target, "format_ok": [True]}
            assert earn("gui-g2-sound", **given) == value

    def test_published_flaw_inverted_corners(self) -> None:
        inverted = [140.0, 120.0, 100.0, 100.0]
        given = {"prediction_boxes": inverted, "target_boxes": TRUTH, "format_ok": [True]}
        assert earn("gui-g2", **given) == 3
        assert earn("gui-g2-sound", **given) == 0

    def test_published_flaw_nothing_against_nothing_is_infinite(self) -> None:
        empty = [10.0, 10.0, 10.0, 10.0]
        given = {"prediction_boxes": empty, "target_boxes": empty, "format_ok": [True]}
        score = terms("gui-g2", **given)
        assert score.flagged.item() and score.value.item() == 0
        assert math.isfinite(earn("gui-g2-sound", **given))

    def test_a_target_without_width_earns_no_point(self) -> None:
        """The code divides by zero, and pays 0 for that."""
        line = [120.0, 100.0, 120.0, 120.0]
        given = {"prediction_boxes": TRUTH, "target_boxes": line, "format_ok": [True]}
        score = terms("gui-g2", **given)
        assert score.terms["point"].item() == oracle.g2_point(TRUTH, line) == 0
        assert not score.flagged.item()

    def test_a_tiny_box_at_the_centre_earns_the_point_alone(self) -> None:
        parts = self.parts([119.5, 109.5, 120.5, 110.5])
        assert parts["point"] == 1 and parts["coverage"] < 0.1

    def test_against_the_formula(self) -> None:
        prediction, target = some_boxes(300, torch.Generator().manual_seed(0))
        for scale in (1.0, 1 / 640):
            p, t = prediction * scale, target * scale
            score = recipe("gui-g2")(
                {
                    "prediction_boxes": p[:, None],
                    "target_boxes": t[:, None],
                    "format_ok": torch.arange(300) % 2 == 0,
                }
            )
            for row in range(300):
                one, other = p[row].tolist(), t[row].tolist()
                point, cover = oracle.g2_point(one, other), oracle.g2_coverage(one, other)
                # Rounding may fall either way at a tie.
                assert score.terms["point"][row].item() == pytest.approx(point, abs=1.1e-3)
                assert score.terms["coverage"][row].item() == pytest.approx(cover, abs=1.1e-3)
                total = point + cover + (row % 2 == 0)
                assert score.value[row].item() == pytest.approx(total, abs=2.2e-3)

    def test_the_sibling_is_the_same_in_pixels(self) -> None:
        prediction, target = some_boxes(300, torch.Generator().manual_seed(1))
        whole = (prediction[:, 2:] - prediction[:, :2] > 1).all(1)
        given = {
            "prediction_boxes": prediction[whole][:, None],
            "target_boxes": target[whole][:, None],
            "format_ok": torch.ones(int(whole.sum())),
        }
        torch.testing.assert_close(
            recipe("gui-g2")(given).value - 1,
            recipe("gui-g2-sound")(given).value,
            atol=2e-3,
            rtol=0,
        )


class TestGuiG1:
    size = (100.0, 100.0)
    truth = (10.0, 10.0, 20.0, 20.0)

    def agreement(self, name: str, y1: float) -> float:
        score = terms(
            name,
            prediction_boxes=[10.0, 10.0, 20.0, y1],
            target_boxes=self.truth,
            size_hw=self.size,
        )
        return 0.125 * score.terms["agreement"].item()

    def test_published_flaw_the_pole(self) -> None:
        assert self.agreement("gui-g1", 141.0) == pytest.approx(-0.28, abs=5e-3)
        assert self.agreement("gui-g1", 153.0) == pytest.approx(-16.5, abs=0.05)
        assert self.agreement("gui-g1", 155.0) == pytest.approx(3.50, abs=5e-3)
        for y1 in (120.0, 141.0, 153.0, 155.0, 1e7):
            assert self.agreement("gui-g1-sound", y1) == 0
        assert self.agreement("gui-g1", 120.0) == 0, "a part of 0 divides by zero, which pays 0"

    def test_worked_numbers(self) -> None:
        given = {"target_boxes": self.truth, "size_hw": self.size}
        for name in ("gui-g1", "gui-g1-sound"):
            assert earn(name, prediction_boxes=self.truth, **given) == 1.375
            off = [30.0, 30.0, 40.0, 40.0]
            assert earn(name, prediction_boxes=off, **given) == pytest.approx(0.8 * 0.125)

    def test_published_flaw_one_pixel_never_overlaps(self) -> None:
        pixel = [10.0, 10.0, 11.0, 11.0]
        given = {"prediction_boxes": pixel, "target_boxes": pixel, "size_hw": self.size}
        assert earn("gui-g1", **given) == 1.125

    def test_tiny_boxes_hit_and_large_ones_too(self) -> None:
        """The reason the paper gives for its three terms."""
        given = {"target_boxes": [40.0, 40.0, 60.0, 60.0], "size_hw": self.size}
        for box in ([49.0, 49.0, 51.0, 51.0], [0.0, 0.0, 100.0, 100.0]):
            score = terms("gui-g1", prediction_boxes=box, **given)
            assert score.terms["hit"].item() == 1 and score.terms["iou"].item() < 0.05

    def test_against_the_formula(self) -> None:
        prediction, target = some_boxes(400, torch.Generator().manual_seed(2))
        given = {
            "prediction_boxes": prediction[:, None],
            "target_boxes": target[:, None],
            "size_hw": torch.tensor([[H, W]]).double().expand(400, 2),
        }
        for name, cut in (("gui-g1", False), ("gui-g1-sound", True)):
            value = recipe(name)(given).value
            for row in range(400):
                one, other = prediction[row].tolist(), target[row].tolist()
                expected = oracle.g1(one, other, H, W, cut)
                assert value[row].item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


class TestSeGui:
    def test_worked_numbers(self) -> None:
        centre = [120.0, 110.0]
        given = {"target_boxes": TRUTH, "size_hw": (H, W), "format_ok": [True]}
        assert earn("se-gui", prediction_points=centre, **given) == 3
        assert earn("se-gui-sound", prediction_points=centre, **given) == 2
        # The target's centre is (0.1875, 0.229); the farthest corner is (1, 1).
        farthest = math.hypot(1 - 0.1875, 1 - 110 / 480)
        expected = 1 - ((0.5 - 0.1875) ** 2 + (0.5 - 110 / 480) ** 2) / farthest**2
        blind = terms("se-gui", prediction_points=[320.0, 240.0], **given)
        assert blind.terms["decay"].item() == pytest.approx(expected)

    def test_published_flaw_the_image_centre_pays(self) -> None:
        """0.872 of the slope on average, never below 0.75; the sibling pays nothing."""
        generator = torch.Generator().manual_seed(3)
        centre = torch.rand(200_000, 1, 2, generator=generator)
        centre[:4, 0] = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        given = {
            "prediction_points": torch.full_like(centre, 0.5),
            "target_boxes": torch.cat((centre, centre), -1),
            "size_hw": torch.ones(len(centre), 2),
            "format_ok": torch.ones(len(centre)),
        }
        decay = recipe("se-gui")(given).terms["decay"]
        assert decay.mean().item() == pytest.approx(0.872, abs=2e-3)
        assert decay.min().item() == pytest.approx(0.75, abs=1e-4)
        assert recipe("se-gui-sound")(given).terms["decay"].max() < 1e-5

    def test_published_flaw_below_zero_outside_the_image(self) -> None:
        score = terms(
            "se-gui",
            prediction_points=[-280.0, 240.0],
            target_boxes=[310.0, 230.0, 330.0, 250.0],
            size_hw=(H, W),
            format_ok=[False],
        )
        assert score.terms["decay"].item() < -0.5 and score.value.item() >= -1

    def test_against_the_formula(self) -> None:
        prediction, target = some_boxes(300, torch.Generator().manual_seed(4))
        points = prediction[:, :2]
        given = {
            "prediction_points": points[:, None],
            "target_boxes": target[:, None],
            "size_hw": torch.tensor([[H, W]]).double().expand(300, 2),
            "format_ok": torch.ones(300),
        }
        for name, decay, form in (
            ("se-gui", oracle.se_decay, 1),
            ("se-gui-sound", oracle.se_decay_sound, 0),
        ):
            value = recipe(name)(given).value
            for row in range(300):
                p, t = points[row].tolist(), target[row].tolist()
                expected = oracle.inside(p, t) + decay(p, t, H, W) + form
                assert value[row].item() == pytest.approx(expected, abs=1e-9)


def test_ssl_zones() -> None:
    given = {"target_boxes": TRUTH}
    for dx, zone in ((0, 1.0), (15, 1.0), (16, 2 / 3), (23, 2 / 3), (24, 1 / 3), (34, 0.0)):
        point = [120.0 + dx, 110.0]
        hit = dx <= 20
        assert earn("ssl", prediction_points=point, **given) == pytest.approx(hit + 0.5 * zone)
        box = [point[0] - 3, 105.0, point[0] + 3, 115.0]
        assert earn("ssl", prediction_boxes=box, **given) == pytest.approx(hit + 0.5 * zone)
    prediction, target = some_boxes(300, torch.Generator().manual_seed(5))
    value = recipe("ssl")(
        {"prediction_points": prediction[:, None, :2], "target_boxes": target[:, None]}
    ).value
    for row in range(300):
        p, t = prediction[row, :2].tolist(), target[row].tolist()
        assert value[row].item() == pytest.approx(oracle.inside(p, t) + 0.5 * oracle.zone(p, t))


class TestLpo:
    def given(self, **further: object) -> dict[str, object]:
        return {
            "target_boxes": TRUTH,
            "size_hw": (H, W),
            "action_matches": [True],
            "window_entropy": [1.0],
            **further,
        }

    def test_worked_numbers(self) -> None:
        exact = [120.0, 110.0]
        assert earn("lpo", prediction_points=exact, **self.given()) == 1
        assert earn("lpo", prediction_points=[920.0, 110.0], **self.given()) == 0, "800 px diagonal"
        assert earn("lpo", prediction_points=[320.0, 110.0], **self.given()) == 0.75
        wrong = self.given(action_matches=[False])
        assert earn("lpo", prediction_points=exact, **wrong) == 0

    def test_published_flaw_flat_targets(self) -> None:
        flat = self.given(window_entropy=[0.2], prediction_points=[120.0, 110.0])
        assert earn("lpo", **flat) == pytest.approx(0.2)
        assert earn("lpo-sound", **flat) == 1

    def test_a_blind_click(self) -> None:
        blind = self.given(prediction_points=[320.0, 240.0])
        assert earn("lpo", **blind) > 0.5
        assert earn("lpo-sound", **blind) == 0

    def test_against_the_formula(self) -> None:
        prediction, target = some_boxes(200, torch.Generator().manual_seed(6))
        entropy = torch.rand(200, generator=torch.Generator().manual_seed(7)).double()
        value = recipe("lpo")(
            {
                "prediction_points": prediction[:, None, :2],
                "target_boxes": target[:, None],
                "size_hw": torch.tensor([[H, W]]).double().expand(200, 2),
                "action_matches": torch.arange(200) % 3 > 0,
                "window_entropy": entropy,
            }
        ).value
        for row in range(200):
            p, t = prediction[row, :2].tolist(), target[row].tolist()
            expected = oracle.lpo(p, t, H, W, row % 3 > 0, entropy[row].item())
            assert value[row].item() == pytest.approx(expected, abs=1e-9)


class TestGuiR1:
    click: ClassVar = {
        "action_matches": [1],
        "needs_point": [1],
        "needs_text": [0],
        "text_f1": [0.0],
    }

    def test_worked_numbers(self) -> None:
        good = {"target_boxes": TRUTH, "format_ok": [1], **self.click}
        assert earn("gui-r1", prediction_points=[120.0, 110.0], **good) == 1
        assert earn("gui-r1", prediction_points=[100.0, 110.0], **good) == pytest.approx(0.2)
        bad_format = {**good, "format_ok": [0]}
        assert earn("gui-r1", prediction_points=[120.0, 110.0], **bad_format) == pytest.approx(0.8)
        other = {**good, "action_matches": [0]}
        assert earn("gui-r1", prediction_points=[120.0, 110.0], **other) == pytest.approx(0.2)

    def test_a_true_point_is_hit_within_140_px(self) -> None:
        given = {"target_xy": [300.0, 300.0], "format_ok": [1], **self.click}
        assert earn("gui-r1", prediction_points=[439.0, 300.0], **given) == 1
        assert earn("gui-r1", prediction_points=[440.0, 300.0], **given) == pytest.approx(0.2)
        none = {"prediction_points_mask": [[False]]}
        corner = {**given, "target_xy": [9.0, 9.0]}
        assert earn("gui-r1", prediction_points=[9.0, 9.0], **corner) == 1
        absent = earn("gui-r1", prediction_points=[9.0, 9.0], **none, **corner)
        assert absent == pytest.approx(0.2)

    def test_text(self) -> None:
        given = {"prediction_points": [0.0, 0.0], "target_boxes": TRUTH, "format_ok": [1]}
        typed = {**given, "action_matches": [1], "needs_point": [0], "needs_text": [1]}
        assert earn("gui-r1", **typed, text_f1=[0.5]) == 1
        assert earn("gui-r1", **typed, text_f1=[0.49]) == pytest.approx(0.2)
        back = {**typed, "needs_text": [0]}
        assert earn("gui-r1", **back, text_f1=[0.0]) == 1

    def test_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(8)
        prediction, target = some_boxes(400, generator)
        points = prediction[:, :2] + (target[:, 2:] - target[:, :2]) / 2
        flags = torch.rand(4, 400, generator=generator) > 0.4
        f1 = torch.rand(400, generator=generator).double()
        action, point, text, good = flags
        given = {
            "prediction_points": points[:, None],
            "target_boxes": target[:, None],
            "action_matches": action,
            "needs_point": point,
            "needs_text": text,
            "text_f1": f1,
            "format_ok": good,
        }
        r1, ui = recipe("gui-r1")(given).value, recipe("ui-r1")(given).value
        for row in range(400):
            p, t = points[row].tolist(), target[row].tolist()
            a, n, x, g = (bool(flag[row]) for flag in flags)
            expected = oracle.gui_r1_box(p, t, a, n, x, f1[row].item(), g)
            assert r1[row].item() == pytest.approx(expected)
            assert ui[row].item() == pytest.approx(oracle.ui_r1(p, t, a, n, g))


class TestUiR1:
    def test_worked_numbers(self) -> None:
        given = {"target_boxes": TRUTH, "action_matches": [1], "needs_point": [1], "format_ok": [1]}
        assert earn("ui-r1", prediction_points=[100.0, 110.0], **given) == 3
        assert earn("ui-r1", prediction_points=[140.9, 110.0], **given) == 3, "cut to 140"
        assert earn("ui-r1", prediction_points=[141.0, 110.0], **given) == 2
        other = {**given, "needs_point": [0]}
        assert earn("ui-r1", prediction_points=[0.0, 0.0], **other) == 3, "paid twice"

    def test_length(self) -> None:
        for place in ([120.0, 110.0], [0.0, 0.0]):
            for length in (10.0, 60.0, 100.0, 300.0):
                given = {
                    "prediction_points": place,
                    "target_boxes": TRUTH,
                    "action_matches": [1],
                    "needs_point": [1],
                    "format_ok": [1],
                }
                total = earn("ui-r1", **given)
                lengths = {
                    "answer_length": [length],
                    "group_solved_share": [0.25],
                    "group_solved_length": [80.0],
                    "group_longest_length": [300.0],
                }
                expected = total + oracle.dast(total, length, 0.25, 80.0, 300.0)
                assert earn("ui-r1-e", **given, **lengths) == pytest.approx(expected)


class TestGuiRcpo:
    def group(self, boxes: Tensor, height: float = H, width: float = W) -> dict[str, Tensor]:
        """`(N, G, 4)` as rows: one for each box, with its group."""
        n, g, _ = boxes.shape
        return {
            "prediction_boxes": boxes.reshape(n * g, 1, 4),
            "group_boxes": boxes.repeat_interleave(g, 0),
            "size_hw": torch.tensor([[height, width]]).to(boxes).expand(n * g, 2),
        }

    def test_worked_numbers(self) -> None:
        boxes = torch.tensor(
            [[[0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 10.0], [5.0, 0.0, 15.0, 10.0]]]
        )
        value = recipe("gui-rcpo")(self.group(boxes)).value
        # Votes: 2 in the left half of the first box, 3 in its right half; then 3 and 1.
        torch.testing.assert_close(value, torch.tensor([2.5 / 3, 2.5 / 3, 2 / 3]))

    @pytest.mark.parametrize("members", [1, 2, 5, 16])
    def test_equals_the_grid(self, members: int) -> None:
        """Boxes off the image, empty, inverted, touching, between pixels; members missing."""
        generator = torch.Generator().manual_seed(members)
        height, width = 40, 56
        low = torch.rand(30, members, 2, generator=generator) * 60 - 8
        size = torch.rand(30, members, 2, generator=generator) * 30 - 4
        boxes = torch.cat((low, low + size), -1)
        boxes[::3] = boxes[::3].round()
        there = torch.rand(30, members, generator=generator) > 0.2
        there[0] = False
        given = self.group(boxes, height, width)
        given["group_mask"] = there.repeat_interleave(members, 0)
        padding = torch.tensor([0.0, 0.0, width, height])
        given["group_boxes"] = torch.where(
            given["group_mask"][..., None], given["group_boxes"], padding
        )
        for name, expected in (
            ("gui-rcpo", oracle.vote_density),
            ("gui-rcpo-sound", oracle.vote_dice),
        ):
            value = recipe(name)(given).value
            row = 0
            for group, present in zip(boxes.tolist(), there.tolist(), strict=True):
                voters = [box for box, is_there in zip(group, present, strict=True) if is_there]
                for own in group:
                    exact = expected(own, voters, height, width)
                    assert value[row].item() == pytest.approx(exact, abs=1e-5)
                    row += 1

    def test_published_flaw_shrinking_pays(self) -> None:
        boxes = torch.tensor([[[10.0, 10.0, 50.0, 50.0]] * 15 + [[20.0, 20.0, 60.0, 60.0]]])
        shrunk = boxes.clone()
        shrunk[0, -1] = torch.tensor([30.0, 30.0, 31.0, 31.0])
        before, after = (recipe("gui-rcpo")(self.group(b)).value[-1] for b in (boxes, shrunk))
        assert before < 0.7 and after == 1
        before, after = (recipe("gui-rcpo-sound")(self.group(b)).value[-1] for b in (boxes, shrunk))
        assert before > 0.5 and after < 0.01

    def test_published_flaw_collapse_pays(self) -> None:
        boxes = torch.tensor([[[300.0, 300.0, 333.0, 333.0]] * 16])
        for name in ("gui-rcpo", "gui-rcpo-sound"):
            assert (recipe(name)(self.group(boxes)).value == 1).all()

    def test_published_flaw_a_point_is_a_box_of_no_size(self) -> None:
        boxes = torch.tensor([[[30.0, 30.0, 30.0, 30.0], [10.0, 10.0, 50.0, 50.0]]])
        assert recipe("gui-rcpo")(self.group(boxes)).value.tolist() == [0, 1]

    def test_a_row_does_not_depend_on_the_other_rows(self) -> None:
        boxes = torch.rand(4, 6, 4, generator=torch.Generator().manual_seed(9)) * 200
        boxes[..., 2:] += 200
        given = self.group(boxes)
        value = recipe("gui-rcpo")(given).value
        alone = recipe("gui-rcpo")({name: fact[7:8] for name, fact in given.items()}).value
        assert alone == value[7]


class TestInfiGui:
    misses = torch.tensor([[200.0 + 10 * i, 200.0 + 7 * i * i] for i in range(16)])

    def value(self, name: str, points: Tensor, good: bool = True) -> float:
        given = {"prediction_points": points[None], "target_boxes": torch.tensor([[TRUTH]])}
        return recipe(name)({**given, "format_ok": torch.tensor([good])}).value.item()

    @pytest.mark.parametrize(
        ("count", "miss", "hit"),
        [(1, 0, 2), (2, 0.5, 1.71), (4, 0.75, 1.5), (8, 0.875, 1.35), (16, 0.9375, 1.25)],
    )
    def test_the_table_of_totals(self, count: int, miss: float, hit: float) -> None:
        points = self.misses[:count].clone()
        assert self.value("infigui-g1", points) == pytest.approx(miss)
        assert self.value("infigui-g1-sound", points) == 0
        points[0] = torch.tensor([120.0, 110.0])
        assert self.value("infigui-g1", points) == pytest.approx(hit, abs=5e-3)
        assert self.value("infigui-g1-sound", points) == pytest.approx(hit - 1, abs=5e-3)

    def test_gates(self) -> None:
        hit = torch.tensor([[120.0, 110.0]])
        line = torch.tensor([[120.0, 110.0], [130.0, 111.0], [140.0, 112.0]])
        assert self.value("infigui-g1", hit, good=False) == -1
        assert self.value("infigui-g1", line) == -1
        assert self.value("infigui-g1", hit.expand(3, 2)) == -1, "three times the same point"
        assert self.value("infigui-g1", hit.expand(2, 2)) == pytest.approx(1 + 1 / math.sqrt(2))
        assert self.value("infigui-g1", hit[:0]) == 0, "an empty list, well formed"
        assert self.value("infigui-g1-sound", hit, good=False) == 0
        assert self.value("infigui-g1-sound", line) == pytest.approx(1 / math.sqrt(3))
        assert self.value("infigui-g1-sound", hit.expand(3, 2)) == pytest.approx(1 / math.sqrt(3))

    def test_three_targets_named_are_no_sweep(self) -> None:
        """Controls in a row: the published gate takes their points for a line."""
        row = torch.tensor([[[100.0 + 60 * i, 100.0, 140.0 + 60 * i, 120.0] for i in range(3)]])
        points = (row[..., :2] + row[..., 2:]) / 2
        given = {"prediction_points": points, "target_boxes": row, "format_ok": torch.ones(1)}
        assert recipe("infigui-g1")(given).value == -1
        assert recipe("infigui-g1-sound")(given).value == 1

    def test_published_flaw_points_near_a_line(self) -> None:
        line = torch.tensor([[120.0, 110.0], [130.0, 111.0], [140.0, 113.0]])
        assert self.value("infigui-g1", line) == pytest.approx(1 + 1 / math.sqrt(3))
        long = torch.tensor([[120.0, 110.0], [1120.0, 1110.0], [2120.0, 2111.0]])
        assert self.value("infigui-g1", long) == pytest.approx(1 + 1 / math.sqrt(3))

    def test_published_flaw_spraying_beats_an_honest_click(self) -> None:
        honest = 0.46 * self.value("infigui-g1", torch.tensor([[120.0, 110.0]]))
        assert self.value("infigui-g1", self.misses) > honest
        honest = 0.46 * self.value("infigui-g1-sound", torch.tensor([[120.0, 110.0]]))
        assert self.value("infigui-g1-sound", self.misses) < honest

    def test_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(10)
        for count in (1, 2, 3, 6):
            points = (torch.rand(200, count, 2, generator=generator) * 12).round()
            there = torch.rand(200, count, generator=generator) > 0.25
            low = torch.rand(200, 2, 2, generator=generator) * 8
            targets = torch.cat((low, low + 2), -1)
            wanted = torch.rand(200, 2, generator=generator) > 0.4
            good = torch.rand(200, generator=generator) > 0.1
            padding = torch.tensor([torch.nan, 0.0])[torch.arange(200) % 2][:, None, None]
            given = {
                "prediction_points": torch.where(there[..., None], points, padding),
                "prediction_points_mask": there,
                "target_boxes": targets,
                "target_mask": wanted,
                "format_ok": good,
            }
            for name, formula in (
                ("infigui-g1", oracle.infigui),
                ("infigui-g1-sound", oracle.infigui_sound),
            ):
                value = recipe(name)(given).value
                for row in range(200):
                    expected = formula(
                        points[row][there[row]].tolist(),
                        targets[row][wanted[row]].tolist(),
                        bool(good[row]),
                    )
                    assert value[row].item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["gui-r1", "ui-r1"])
def test_clicks_alone_earn_what_the_formula_pays_for_right_clicks(name: str) -> None:
    generator = torch.Generator().manual_seed(9)
    prediction, target = some_boxes(400, generator)
    centre = (target[:, :2] + target[:, 2:]) / 2
    near = torch.rand(400, 1, generator=generator) < 0.5
    click = {
        "prediction_points": torch.where(near, centre, prediction[:, :2])[:, None],
        "prediction_points_mask": torch.rand(400, 1, generator=generator) < 0.9,
        "target_boxes": target[:, None],
        "format_ok": torch.rand(400, generator=generator) < 0.7,
    }
    read = click["prediction_points_mask"][:, 0]
    further = {
        "action_matches": read,  # what could not be read is no click
        "needs_point": torch.ones_like(read),
        "needs_text": torch.zeros_like(read),
        "text_f1": torch.zeros(400, dtype=torch.float64),
    }
    reward = recipe(name)
    assert reward.form_for(click).name == "click"
    assert reward.form_for({**click, **further}).name != "click"
    paid = reward(click).value
    assert torch.equal(paid, reward({**click, **further}).value) and paid.unique().numel() > 3
