"""GUI-RC: several answers to one question vote on the picture, and the densest region answers.

Source: GUI-RC, arXiv 2508.05615; code ZJU-REAL/GUI-RCPO, ``GUI-RC/evaluation.py``. Unlike there,
the answer is a point of the region itself where the middle of its bounding box lies outside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.action_check import NoAnswer, check_actions
from vgym.core.opencv import cv2
from vgym.evaluation.agent import Agent
from vgym.evaluation.answers import act, form_of_places, refusals_named

EXPAND = 50  # pixels a side of the square that a point votes for


def region_vote(
    answers: NDArray[np.floating[Any]], size_hw: tuple[int, int], expand: float = EXPAND
) -> NDArray[np.float32]:
    """The point on which most answers agree.

    Args:
        answers: (K, 2) points or (K, 4) xyxy boxes, pixels; what is not finite does not vote.
        size_hw: the picture's height and width.
        expand: side of the square that stands for a point, pixels.

    Returns:
        (2,) x and y: the middle of the largest region (4-connected) that has the most votes; the
        middle of the picture where nothing voted.

    Raises:
        ValueError: answers of another shape.

    >>> region_vote(np.array([[10, 10, 20, 20], [14, 10, 30, 20], [80, 80, 90, 90]]), (100, 100))
    array([17., 15.], dtype=float32)
    """
    numbers = np.asarray(answers, np.float64)
    if numbers.ndim != 2 or numbers.shape[1] not in (2, 4):
        raise ValueError(f"answers must be (K, 2) points or (K, 4) boxes, got {numbers.shape}")
    if numbers.shape[1] == 2:
        numbers = np.concatenate([numbers - expand / 2, numbers + expand / 2], 1)
    numbers = numbers[np.isfinite(numbers).all(1)]
    height, width = size_hw
    corners = np.clip(numbers, 0, [width, height, width, height]).astype(np.int64)
    votes = np.zeros((height, width), np.int32)
    for x0, y0, x1, y1 in corners.tolist():
        votes[y0:y1, x0:x1] += 1
    if not votes.any():
        return np.array([width / 2, height / 2], np.float32)
    most = (votes == votes.max()).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(most, connectivity=4)
    region = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, wide, high = stats[region, :4].tolist()
    x, y = left + wide / 2, top + high / 2
    if labels[min(int(y), height - 1), min(int(x), width - 1)] != region:
        rows, columns = np.nonzero(labels == region)
        nearest = int(np.argmin((columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2))
        x, y = columns[nearest] + 0.5, rows[nearest] + 0.5
    return np.array([x, y], np.float32)


class Voting:
    """An agent that asks another ``votes`` times and answers with the region they agree on.

    Of tasks that are answered with one point or box; elsewhere the other agent plays as it is. A
    box comes back as the point where the votes meet, so overlap with the truth is not measured.
    """

    def __init__(self, agent: Agent, votes: int) -> None:
        self.agent, self.votes = agent, votes
        self.name = f"{agent.name} x{votes}"
        self.settings = getattr(agent, "settings", {})
        for told in ("usage", "transcript"):  # see Agent
            if hasattr(agent, told):
                setattr(self, told, getattr(agent, told))

    def reset(self, seed: int) -> None:
        """As of the agent that is asked."""
        self.agent.reset(seed)

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The vote of each row, among the answers that it was given."""
        form = form_of_places(envs)
        if form is None or form.is_set:
            return act(self.agent, observation, instructions, envs)
        device = envs.unwrapped.task.device
        height, width = form.size_hw
        scale = np.array([width, height] * (form.numbers // 2), np.float32)
        # One that keeps answers would give the first again.
        again = getattr(self.agent, "ask_again", lambda number: None)
        asked = []
        for number in range(self.votes):
            again(number)
            given = act(self.agent, observation, instructions, envs)
            with refusals_named(self.agent, given, envs):
                checked = check_actions(given, form.space(), len(instructions), device)
            answers = form.decode(checked.values)[0][:, 0].cpu().numpy() * scale
            if checked.unread is not None:
                answers[checked.unread.cpu().numpy()] = np.nan
            asked.append(answers)
        votes = np.stack(asked, 1)
        points = np.stack([region_vote(row, form.size_hw) for row in votes]) / scale[:2]
        fractions = np.tile(points, form.numbers // 2)[:, None].astype(np.float32)
        used = torch.ones(len(points), 1, dtype=torch.bool, device=device)
        action = form.encode(torch.from_numpy(fractions).to(device), used)
        unread = np.asarray(np.isnan(votes).reshape(len(votes), -1).all(1))
        if unread.any():
            return [
                NoAnswer(f"none of {self.votes} answers could be read") if none else one
                for none, one in zip(unread.tolist(), action.cpu().numpy(), strict=True)
            ]
        return action.numpy() if device.type == "cpu" else action
