"""What is asked in an episode of VZoom, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

QUESTIONS = ("locate", "relation", "attribute", "count", "read")
MOST_CHOICES = 6


@dataclass
class Asked:
    """What a source asks, one row an episode. A whole is the large picture, at its full size.

    Places are pixels of the whole in float64: wholes are wider than float32 can halve.
    """

    picture: Tensor  # (B,) int64 which whole: a number, or the key that a whole is made from
    whole_hw: Tensor  # (B, 2) float64 height and width, pixels
    question: Tensor  # (B,) int64 of the source's own numbering
    kind: Tensor  # (B,) int64 into QUESTIONS
    tokens: Tensor  # (B, L) int32
    target_boxes: Tensor  # (B, 1, 4) float64 xyxy: what must be found, or looked at, to answer
    legible_px: Tensor  # (B,) float32 shorter side at which it can be told from others, when shown
    choices: Tensor  # (B,) int64 how many the words offer, up to MOST_CHOICES; 0 for a place
    right: Tensor  # (B,) int64 which of them is true; 0 for a place


def nothing_asked(batch: int, length: int) -> dict[str, Tensor]:
    """The fields of `Asked` with nothing to find.

    Args:
        batch: rows. length: tokens of an instruction.
    """
    number = torch.zeros(batch, dtype=torch.int64)
    return {
        "picture": number,
        "whole_hw": torch.ones(batch, 2, dtype=torch.float64),
        "question": number.clone(),
        "kind": number.clone(),
        "tokens": torch.zeros(batch, length, dtype=torch.int32),
        "target_boxes": torch.zeros(batch, 1, 4, dtype=torch.float64),
        "legible_px": torch.ones(batch),
        "choices": number.clone(),
        "right": number.clone(),
    }
