"""The published zoom recipes: worked numbers, slow references, and their known flaws as flaws."""

import pytest
import torch
from oracles import published_zoom as oracle
from torch import Tensor

from vgym.rewards import recipe
from vgym.rewards.published.zoom_bonus import distinct_zooms

H, W = 400.0, 600.0
BOX = [100.0, 100.0, 140.0, 120.0]


def row(**given: object) -> dict[str, Tensor]:
    """Facts of one row, each given without its batch axis."""
    named = {}
    for name, value in given.items():
        tensor = torch.as_tensor(value)
        real = tensor.is_floating_point() or name.endswith(("boxes", "points", "hw"))
        named[name] = (tensor.double() if real else tensor)[None]
    return named


def earn(name: str, **given: object) -> float:
    score = recipe(name)(row(**given))
    assert not score.flagged.any()
    return score.value.item()


def far_zooms(count: int) -> Tensor:
    return torch.tensor([[20.0 * i, 0.0] for i in range(count)]).reshape(count, 2)


def boxes_in(generator: torch.Generator, *shape: int) -> Tensor:
    """Boxes, some beyond the image or empty: `(*shape, 4)` double."""
    low = torch.rand(*shape, 2, generator=generator).double() * torch.tensor([W, H]) - 20
    size = torch.rand(*shape, 2, generator=generator).double() * 250 - 5
    return torch.cat((low, low + size), -1)


def members(values: Tensor, there: Tensor) -> list[list[float]]:
    return values[there].tolist()


class TestVigorl:
    def test_worked_numbers(self) -> None:
        for right, zooms, good, value in (
            (1, 3, True, 1.16),
            (0, 4, True, 0.64),
            (0, 1, True, 0.40),
            (1, 1, True, 1.0),
            (1, 0, True, 1.0),
            (1, 3, False, 0.6),
            (1, 4, True, 1.24),
        ):
            given = {"format_ok": good, "zoom_points": far_zooms(zooms)}
            assert earn("vigorl-zoom", answer_score=right, **given) == pytest.approx(value)
            click = [[120.0, 110.0]] if right else [[0.0, 0.0]]
            clicked = {"prediction_points": click, "target_boxes": [BOX], **given}
            assert earn("vigorl-zoom", **clicked) == pytest.approx(value)

    def test_published_flaw_zooms_pay_without_limit(self) -> None:
        given = {"answer_score": 0, "format_ok": True}
        paid = [earn("vigorl-zoom", **given, zoom_points=far_zooms(n)) for n in (1, 10)]
        assert paid == pytest.approx([0.4, 1.12]), "the audit's numbers"
        paid = [earn("vigorl-zoom-sound", **given, zoom_points=far_zooms(n)) for n in (1, 10)]
        assert paid == [0, 0]
        right = {"answer_score": 1, "format_ok": True, "zoom_points": far_zooms(10)}
        assert earn("vigorl-zoom", **right) == pytest.approx(1.72), "above its range"
        assert earn("vigorl-zoom-sound", **right) == 1
        click = {"prediction_points": [[120.0, 110.0]], "target_boxes": [BOX], "format_ok": True}
        for zooms, value in (
            ([[120.0, 110.0], [0.0, 0.0]], 0.8),
            ([[0.0, 0.0], [120.0, 110.0]], 1),
        ):
            paid_for = earn("vigorl-zoom-sound", **click, zoom_points=zooms)
            assert paid_for == pytest.approx(value), "the last zoom is on the target"

    def test_which_zooms_are_distinct(self) -> None:
        for points, count in (
            ([[0.0, 0.0], [10.0, 0.0]], 2),
            ([[0.0, 0.0], [9.99, 0.0]], 1),
            ([[0.0, 0.0], [6.0, 0.0], [12.0, 0.0]], 2),
            ([[6.0, 0.0], [0.0, 0.0], [12.0, 0.0]], 1),
            ([[5.0, 5.0]] * 4, 1),
        ):
            facts = row(zoom_points=points)
            assert distinct_zooms(facts).item() == count

    def test_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(0)
        points = torch.rand(200, 7, 2, generator=generator) * 30
        there = torch.rand(200, 7, generator=generator) > 0.3
        right = torch.rand(200, generator=generator)
        good = torch.rand(200, generator=generator) > 0.2
        facts = {
            "zoom_points": torch.where(there[..., None], points, torch.nan),
            "zoom_points_mask": there,
            "answer_score": right,
            "format_ok": good,
        }
        for name, expected in (
            ("vigorl-zoom", oracle.vigorl),
            ("vigorl-zoom-sound", oracle.vigorl_sound),
        ):
            value = recipe(name)(facts).value
            for i in range(200):
                exact = expected(right[i].item(), bool(good[i]), members(points[i], there[i]))
                assert value[i].item() == pytest.approx(exact, abs=1e-5)


class TestDeepEyes:
    def test_worked_numbers(self) -> None:
        for right, good, calls, value in (
            (1, True, 1, 2.0),
            (1, True, 0, 0.8),
            (0, True, 1, 0.0),
            (0, False, 0, -0.2),
            (1, False, 3, 1.8),
        ):
            given = {"answer_score": right, "format_ok": good, "tool_calls": calls}
            assert earn("deepeyes", **given) == pytest.approx(value)
            assert oracle.deepeyes(right, good, calls) == pytest.approx(value)

    def test_published_flaw_any_zoom_pays(self) -> None:
        """The sibling wants to see the target."""
        given = {"answer_score": 1, "format_ok": True, "target_boxes": [BOX], "size_hw": [H, W]}
        assert earn("deepeyes", answer_score=1, format_ok=True, tool_calls=1) == 2
        for zoom, value in (
            ([0.0, 0.0, 50.0, 50.0], 0.8),
            ([0.0, 0.0, W, H], 0.8),
            ([90.0, 90.0, 150.0, 130.0], 2.0),
            (BOX, 2.0),
            ([118.0, 0.0, 300.0, 200.0], 2.0),
            ([121.0, 0.0, 300.0, 200.0], 0.8),
        ):
            assert earn("deepeyes-sound", zoom_boxes=[zoom], **given) == pytest.approx(value)
        nothing = torch.zeros(0, 4)
        assert earn("deepeyes-sound", zoom_boxes=nothing, **given) == pytest.approx(0.8)
        wrong = {**given, "answer_score": 0}
        assert earn("deepeyes-sound", zoom_boxes=[BOX], **wrong) == 0

    def test_a_target_as_large_as_the_image_can_be_zoomed_in_on(self) -> None:
        whole = [[0.0, 0.0, W, H]]
        given = {"zoom_boxes": whole, "target_boxes": whole, "size_hw": [H, W]}
        assert earn("deepeyes-sound", answer_score=1, format_ok=True, **given) == 2

    def test_the_sibling_against_a_loop(self) -> None:
        generator = torch.Generator().manual_seed(1)
        zooms, targets = boxes_in(generator, 400, 3), boxes_in(generator, 400, 1).clamp(0, 380)
        targets[..., 2:] = targets[..., :2] + 20
        zooms[::2, 0] = targets[::2, 0] + torch.randn(200, 4, generator=generator) * 15
        there = torch.rand(400, 3, generator=generator) > 0.3
        value = recipe("deepeyes-sound")(
            {
                "answer_score": torch.ones(400),
                "format_ok": torch.ones(400),
                "zoom_boxes": torch.where(there[..., None], zooms, targets),
                "zoom_boxes_mask": there,
                "target_boxes": targets,
                "size_hw": torch.tensor([[H, W]]).expand(400, 2),
            }
        ).value
        seen = 0
        for i in range(400):
            target = targets[i, 0].tolist()
            shown = any(oracle.shows(zoom, target, H, W) for zoom in members(zooms[i], there[i]))
            seen += shown
            assert value[i].item() == pytest.approx(0.8 + 1.2 * shown)
        assert 50 < seen < 350


class TestPixelReasoner:
    def given(self, calls: int, share: float, right: float = 0.0) -> dict[str, object]:
        return {
            "answer_score": right,
            "last_call_failed": False,
            "tool_calls": calls,
            "group_tool_share": share,
        }

    @pytest.mark.parametrize(
        ("share", "calls", "image", "video"),
        [
            (1 / 8, 1, 0.175, 0.2333),
            (1 / 8, 2, 0.125, 0.1833),
            (2 / 8, 1, 0.025, 0.0333),
            (0.3, 1, 0, 0),
            (0.9, 1, 0, 0),
            (1, 4, -0.15, -0.15),
            (1 / 16, 1, 0.475, 0.6333),
            (0, 0, 0, 0),
            (0.5, 0, 0, 0),
        ],
    )
    def test_worked_numbers(self, share: float, calls: int, image: float, video: float) -> None:
        given = self.given(calls, share)
        assert earn("pixel-reasoner", **given) == pytest.approx(image, abs=5e-5)
        assert earn("pixel-reasoner-video", **given) == pytest.approx(video, abs=5e-5)
        assert oracle.curiosity(calls, share, 2.0) == pytest.approx(image, abs=5e-5)
        right = {**given, "answer_score": 1.0}
        assert earn("pixel-reasoner", **right) == pytest.approx(1 + image, abs=5e-5)
        failed = {**right, "last_call_failed": True}
        assert earn("pixel-reasoner", **failed) == pytest.approx(image, abs=5e-5)

    def test_published_flaws(self) -> None:
        """A junk call and a wrong answer pay; the rarer the more; many calls cost without limit."""
        assert earn("pixel-reasoner", **self.given(1, 1 / 16)) == pytest.approx(0.475)
        assert earn("pixel-reasoner", **self.given(1, 1 / 64)) > 2, "more than a right answer"
        assert earn("pixel-reasoner", **self.given(40, 1.0)) < -1
        for share in (1 / 64, 1 / 16, 1 / 8):
            assert earn("pixel-reasoner-sound", **self.given(1, share)) == 0
            right = earn("pixel-reasoner-sound", **self.given(1, share, 1.0))
            assert right == pytest.approx(1 + 0.5 * (0.3 - share))
        assert earn("pixel-reasoner-sound", **self.given(40, 1.0)) == pytest.approx(-0.15)

    def test_the_sibling_against_the_formula(self) -> None:
        for calls in range(6):
            for share in (0.0, 0.1, 0.3, 1.0):
                for right in (0.0, 1.0):
                    expected = right + oracle.curiosity_sound(right, calls, share)
                    value = earn("pixel-reasoner-sound", **self.given(calls, share, right))
                    assert value == pytest.approx(expected)


class TestPages:
    def ndcg(self, name: str, retrieved: list[int], gold: list[int]) -> float:
        facts = row(retrieved_pages=retrieved, gold_pages=gold, answer_score=1.0, format_ok=True)
        return recipe(name)(facts).terms["ndcg"].item()

    def test_worked_numbers(self) -> None:
        for name in ("vrag", "vrag-sound"):
            assert self.ndcg(name, [9, 4], [4]) == pytest.approx(0.630930, abs=1e-6)
            assert self.ndcg(name, [4, 9, 5], [4, 5]) == pytest.approx(0.919721, abs=1e-6)
            assert self.ndcg(name, [4, 5], [5, 4]) == 1
        given = {"retrieved_pages": [9, 4], "gold_pages": [4]}
        full = earn("vrag", answer_score=1.0, format_ok=True, **given)
        assert full == pytest.approx(0.926186, abs=1e-6)
        assert earn("vrag", answer_score=1.0, format_ok=False, **given) == 0

    def test_published_flaw_a_page_counts_twice(self) -> None:
        assert self.ndcg("vrag", [4, 4, 4], [4]) == pytest.approx(1 + 0.630930 + 0.5)
        assert self.ndcg("vrag-sound", [4, 4, 4], [4]) == 1
        given = {"retrieved_pages": [4, 4, 4], "gold_pages": [4]}
        assert earn("vrag", answer_score=1.0, format_ok=True, **given) > 1
        assert earn("vrag-sound", answer_score=1.0, format_ok=True, **given) == pytest.approx(1)

    def test_vrag_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(2)
        retrieved = torch.randint(0, 6, (200, 5), generator=generator)
        gold = torch.stack([torch.randperm(6, generator=generator)[:3] for _ in range(200)])
        taken = torch.rand(200, 5, generator=generator) > 0.3
        wanted = torch.rand(200, 3, generator=generator) > 0.4
        judge = torch.rand(200, generator=generator)
        good = torch.rand(200, generator=generator) > 0.2
        facts = {
            "retrieved_pages": retrieved,
            "retrieved_mask": taken,
            "gold_pages": gold,
            "gold_mask": wanted,
            "answer_score": judge,
            "format_ok": good,
        }
        for name, once, formula in (
            ("vrag", False, oracle.vrag),
            ("vrag-sound", True, oracle.vrag_sound),
        ):
            value = recipe(name)(facts).value
            for i in range(200):
                found = oracle.ndcg(
                    retrieved[i][taken[i]].tolist(), gold[i][wanted[i]].tolist(), once
                )
                expected = formula(judge[i].item(), bool(good[i]), found)
                assert value[i].item() == pytest.approx(expected, abs=1e-5)

    def unidoc(self, **further: object) -> dict[str, object]:
        return {
            "answer_score": 1.0,
            "retrieved_pages": [4],
            "gold_pages": [4],
            "prediction_boxes": [BOX],
            "target_boxes": [BOX],
            "selection_share": 1.0,
            "format_grade": 1.0,
            **further,
        }

    def test_published_flaw_one_region_for_two_targets(self) -> None:
        two = [[0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 11.0]]
        given = self.unidoc(prediction_boxes=two[:1], target_boxes=two)
        score = recipe("unidoc")(row(**given))
        assert score.terms["region"].item() == pytest.approx(4 / 3)
        assert score.value.item() == pytest.approx(1 + 1 / 30)
        sound = recipe("unidoc-sound")(row(**given))
        assert sound.terms["region"].item() == pytest.approx(2 / 3)

    def test_grades(self) -> None:
        for name, search in (("unidoc", 0.35), ("unidoc-sound", 0.3)):
            assert earn(name, **self.unidoc()) == pytest.approx(1.0)
            half = self.unidoc(format_grade=0.5)
            assert earn(name, **half) == pytest.approx(search), "the search alone"
            assert earn(name, **self.unidoc(format_grade=0.0)) == 0

    def test_unidoc_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(3)
        targets = boxes_in(generator, 200, 3)
        noise = torch.randn(200, 4, 4, generator=generator) * 12
        regions = torch.cat((targets, targets[:, :1]), 1) + noise
        read = torch.rand(200, 4, generator=generator) > 0.4
        wanted = torch.rand(200, 3, generator=generator) > 0.4
        judge, rerank = torch.rand(2, 200, generator=generator).double()
        grade = torch.tensor([0.0, 0.5, 1.0]).double()[torch.arange(200) % 3]
        value = recipe("unidoc")(
            {
                "answer_score": judge,
                "retrieved_pages": torch.tensor([[2, 1]]).expand(200, 2),
                "gold_pages": torch.tensor([[1]]).expand(200, 1),
                "prediction_boxes": regions,
                "prediction_mask": read,
                "target_boxes": targets,
                "target_mask": wanted,
                "selection_share": rerank,
                "format_grade": grade,
            }
        ).value
        found = oracle.ndcg([2, 1], [1])
        for i in range(200):
            region = oracle.region_f1(members(regions[i], read[i]), members(targets[i], wanted[i]))
            exact = oracle.unidoc(judge[i].item(), found, rerank[i].item(), region, grade[i].item())
            assert value[i].item() == pytest.approx(exact, abs=1e-5)


class TestErgo:
    def given(self, zooms: object) -> dict[str, object]:
        return {"zoom_boxes": zooms, "size_hw": [H, W], "format_ok": True}

    def test_our_numbers(self) -> None:
        half = [[0.0, 0.0, W / 2, H]]
        whole = [[0.0, 0.0, W, H]]
        for right, alone, zooms, value in (
            (1, 1, half, 1.0),
            (1, 1, whole, 0.8),
            (1, 0, half, 0.5),
            (0, 1, half, 0.6),
            (1, 1, torch.zeros(0, 4), 0.8),
            (1, 1, [*half, [0.0, 0.0, 9.0, 9.0]], 0.8),
        ):
            given = self.given(zooms)
            assert earn("ergo", answer_score=right, zoom_only_score=alone, **given) == (
                pytest.approx(value)
            )

    def test_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(4)
        zooms = boxes_in(generator, 200, 3) * 1.5
        there = torch.rand(200, 3, generator=generator) > 0.4
        right, alone = torch.rand(2, 200, generator=generator).double()
        value = recipe("ergo")(
            {
                "answer_score": right,
                "zoom_only_score": alone,
                "format_ok": torch.ones(200),
                "zoom_boxes": torch.where(there[..., None], zooms, torch.nan),
                "zoom_boxes_mask": there,
                "size_hw": torch.tensor([[H, W]]).expand(200, 2),
            }
        ).value
        for i in range(200):
            shown = members(zooms[i], there[i])
            expected = oracle.ergo(right[i].item(), alone[i].item(), shown, True, H, W)
            assert value[i].item() == pytest.approx(expected)


class TestGeovis:
    def search(self, *zooms: list[float], target: list[float] = BOX) -> float:
        facts = row(
            prediction_boxes=[BOX],
            target_boxes=[target],
            zoom_boxes=torch.tensor(zooms).reshape(-1, 4),
            size_hw=[H, W],
        )
        return recipe("geovis")(facts).terms["search"].item()

    def test_our_numbers(self) -> None:
        assert self.search(BOX) == pytest.approx(1)
        assert self.search([0.0, 0.0, W, H]) == pytest.approx(0)
        assert self.search() == 0
        assert self.search([130.0, 0.0, 300.0, 200.0]) < 0.25, "a quarter of the target in view"
        # Areas of 240000, 800 and the zoom halfway between them in the logarithm.
        side = (240000 * 800) ** 0.25
        square = [100.0, 100.0, 100 + side, 100 + side]
        assert self.search(square) == pytest.approx(0.5)
        whole = [0.0, 0.0, W, H]
        assert self.search(whole, target=whole) == 1

    def test_only_the_last_zoom_counts(self) -> None:
        assert self.search(BOX, [0.0, 0.0, 10.0, 10.0]) == 0
        assert self.search([0.0, 0.0, 10.0, 10.0], BOX) == pytest.approx(1)

    def test_against_the_formula(self) -> None:
        generator = torch.Generator().manual_seed(5)
        zooms, targets = boxes_in(generator, 300, 3), boxes_in(generator, 300, 1)
        there = torch.rand(300, 3, generator=generator) > 0.3
        facts = {
            "prediction_boxes": targets,
            "target_boxes": targets,
            "zoom_boxes": torch.where(there[..., None], zooms, torch.nan),
            "zoom_boxes_mask": there,
            "size_hw": torch.tensor([[H, W]]).expand(300, 2),
        }
        score = recipe("geovis")(facts)
        assert not score.flagged.any()
        search = score.terms["search"]
        for i in range(300):
            target, shown = targets[i, 0].tolist(), members(zooms[i], there[i])
            expected = oracle.last_view(shown, target, H, W)
            assert search[i].item() == pytest.approx(expected, abs=1e-5)
