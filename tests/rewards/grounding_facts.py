"""Random facts for the published grounding rewards, and a row of them as a plain sample."""

from typing import Any

import torch
from torch import Tensor

from vgym.rewards.facts import FACTS, MASKS

H, W = 480, 640
# Axes that must agree with others get the same length.
LENGTHS = {"M": 4, "P": 4, "K": 3, "Q": 3, "T": 3, "L": 2, "I": 3, "J": 2, "F": 9, "N": 4, "Y": 5}
LENGTHS |= {"U": 4, "V": 3, "S": 4, "W": 4, "X": 4}
TARGETS = {"prediction_boxes": "target_boxes", "prediction_points": "target_points"}


class Maker:
    """Draws the facts that a form needs; predictions are near, wild or equal to their targets."""

    def __init__(self, seed: int, rows: int, lengths: dict[str, int] | None = None) -> None:
        self.g = torch.Generator().manual_seed(seed)
        self.rows = rows
        self.lengths = LENGTHS | (lengths or {})

    def rand(self, *shape: int) -> Tensor:
        return torch.rand(self.rows, *shape, generator=self.g, dtype=torch.float64)

    def ints(self, high: int, *shape: int) -> Tensor:
        return torch.randint(0, high, (self.rows, *shape), generator=self.g)

    def boxes(self, *shape: int) -> Tensor:
        low = self.rand(*shape, 2) * torch.tensor([W - 110.0, H - 110.0])
        return torch.cat((low, low + 5 + self.rand(*shape, 2) * 100), -1)

    def near(self, truth: Tensor, count: int) -> Tensor:
        """As many as asked, each the truth moved by 0, a little, or far."""
        chosen = truth[:, torch.arange(count) % truth.shape[1]] if truth.shape[1] else None
        if chosen is None:
            return self.boxes(count)[..., : truth.shape[-1]]
        scale = torch.tensor([0.0, 3.0, 12.0, 200.0])[self.ints(4, count)][..., None]
        moved = chosen + (self.rand(*chosen.shape[1:]) - 0.5) * scale
        if truth.shape[-1] == 4:
            moved = torch.cat((torch.minimum(moved[..., :2], moved[..., 2:]), moved[..., 2:]), -1)
            # Exact repeats of the first, now and then.
            again = (self.rand(count) < 0.1)[..., None]
            moved = torch.where(again, moved[:, :1], moved)
        return moved

    def facts(self, needs: tuple[str, ...], masked: bool = True) -> dict[str, Tensor]:
        facts: dict[str, Tensor] = {}
        for name in sorted(needs, key=lambda name: not name.startswith(("target", "box_before"))):
            facts[name] = self.one(name, facts)
        if masked:
            for name in needs:
                if name in MASKS and MASKS[name] not in facts:
                    count = facts[name].shape[1]
                    facts[MASKS[name]] = self.rand(count) < 0.75
            if "prediction_points_mask" in facts and "prediction_mask" in facts:
                facts["prediction_points_mask"] = facts["prediction_mask"]
        return facts

    def one(self, name: str, facts: dict[str, Tensor]) -> Tensor:
        fact = FACTS[name]
        axes = [int(a) if a.isdigit() else self.lengths[a] for a in fact.axes[1:]]
        if name in ("prediction_boxes", "look_boxes", "claim_boxes"):
            truth = facts.get("target_boxes", facts.get("keyframe_boxes", self.boxes(axes[0])))
            return self.near(truth, axes[0])
        if name.endswith("_tube"):
            if name == "target_tube":
                return self.boxes(*axes[:1])
            return self.near(facts["target_tube"], axes[0])
        if name in ("prediction_points", "thought_points", "target_points"):
            truth = facts.get("target_boxes", self.boxes(axes[0]))
            middle = (truth[..., :2] + truth[..., 2:]) / 2
            if name == "target_points" or not truth.shape[1]:
                return middle if truth.shape[1] == axes[0] else self.rand(*axes) * 400
            boxes = facts.get("prediction_boxes")
            if boxes is not None and boxes.shape[1] == axes[0] and len(axes) == 2:
                near = self.rand(axes[0])[..., None] < 0.7
                own = (boxes[..., :2] + boxes[..., 2:]) / 2 + self.rand(*axes) * 10
                return torch.where(near, own, self.near(middle, axes[0]))
            return self.near(middle, axes[0])
        if name == "box_after":
            empty = torch.tensor([100.0, 100.0, 100.0, 130.0], dtype=torch.float64)
            moved = self.boxes()
            return torch.where(self.rand(1) < 0.1, empty, moved)
        if name in ("target_boxes", "keyframe_boxes", "box_before"):
            return self.boxes(*axes[:-1])
        if name == "size_hw":
            return torch.tensor([[float(H), float(W)]], dtype=torch.float64).repeat(self.rows, 1)
        if name == "asked_direction":
            way = torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]], dtype=torch.float64)
            return way[self.ints(4)]
        if name == "asked_turn_deg":
            degrees = torch.tensor([30.0, -90, 180, 45], dtype=torch.float64)[self.ints(4)]
            return torch.nn.functional.one_hot(self.ints(3), 3) * degrees[:, None]
        if name == "turned_deg":
            return (self.rand(3) - 0.5) * 200 * (self.rand(1) < 0.8)
        if name == "asked_scale":
            return torch.tensor([0.5, 0.8, 1.5, 2.0], dtype=torch.float64)[self.ints(4)]
        if name == "asked_distance_px":
            return 20 + self.rand() * 200
        if name.endswith("_frames"):
            return self.ints(9, 2).sort(1).values
        if name.endswith(("_span", "_spans")):
            return (self.rand(*axes) * 20).sort(-1).values
        if name.endswith("_times"):
            return self.rand(*axes) * 8
        if name == "training_step":
            return self.ints(3000)
        if name in ("answer_value", "target_value"):
            return 100 + self.rand() * 10
        if name == "predicted_order":
            return self.ints(4, *axes)
        if name == "target_order":
            return self.rand(*axes).argsort(1)
        if name in ("target_salience", "target_uncertainty"):
            return self.rand(*axes) * (self.rand(1) < 0.8)
        if fact.dtype == "bool":
            return self.rand(*axes) < 0.7
        if fact.dtype == "int":
            return self.ints(4 if name in ("task_kind", "transfers", "target_count") else 3, *axes)
        return self.rand(*axes)


def sample(facts: dict[str, Tensor], row: int) -> dict[str, Any]:
    """One row as numbers and lists of the present members; tubes as boxes by frame."""
    masks = set(MASKS.values())
    found: dict[str, Any] = {}
    for name, fact in facts.items():
        if name in masks:
            continue
        values = fact[row].tolist()
        mask = facts.get(MASKS.get(name, ""))
        if name.endswith("_tube"):
            kept = [True] * len(values) if mask is None else mask[row].tolist()
            found[name] = {i: box for i, box in enumerate(values) if kept[i]}
            continue
        if mask is not None:
            values = [v for v, keep in zip(values, mask[row].tolist(), strict=True) if keep]
        found[name] = values
    if "target_points" in found and "target_mask" in facts:
        kept = facts["target_mask"][row].tolist()
        if len(kept) == len(found["target_points"]):
            found["target_points_all"] = found["target_points"]
            found["target_points"] = [
                p for p, keep in zip(found["target_points"], kept, strict=True) if keep
            ]
    return found
