"""The agent that searches pages and reads them, with an engine that reads without mistakes."""

from typing import Any

import gymnasium
import numpy as np
import pytest

from vgym.baselines import page_reader_agent
from vgym.baselines.screen_reading import Text
from vgym.envs.zoom.sources.pages.documents import all_words, page_bounds

ENLARGED = 2  # of what the agent hands to the engine
LEAST = 8.0  # px of a line that can be read


class Engine:
    """Tells the words that stand in the view, line by line, from the pages as they were packed."""

    def __init__(self, envs: Any) -> None:
        self.task = envs.unwrapped.task
        self.envs = envs.unwrapped

    def __call__(self, image: np.ndarray) -> list[Text]:
        state = self.envs.state
        x0, y0, x1, y1 = state.window[0].tolist()
        scale = image.shape[1] / (x1 - x0)
        if 20 * scale / ENLARGED < LEAST:
            return []
        lines, cut = [], image.shape[1] - image.shape[0]  # rows above that were not handed over
        for page, x, y in self.task.source.laid(state.picture.numpy())[0].tolist():
            if not (x < x1 and x + 1240 > x0 and y < y1 and y + 1754 > y0):
                continue
            first, end = page_bounds(page)
            words, boxes = all_words().words[first:end], all_words().boxes[first:end]
            run: list[int] = []
            for n in range(len(words) + 1):
                follows = run and n < len(words) and boxes[n][1] == boxes[run[-1]][1]
                if run and not (follows and -5 < boxes[n][0] - boxes[run[-1]][2] < 14):
                    hull = np.array([*boxes[run, :2].min(0), *boxes[run, 2:].max(0)])
                    hull = (hull + np.array([x - x0, y - y0] * 2)) * scale - np.array([0, cut] * 2)
                    if (hull[:2] >= 0).all() and (hull[2:] <= image.shape[1::-1]).all():
                        lines.append(Text(tuple(hull), " ".join(words[k] for k in run)))
                    run = []
                run.append(n)
        return lines


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, {"answer": "choice"}], ids=str)
def test_what_is_read_without_mistakes_is_mostly_answered_right(monkeypatch, settings) -> None:
    monkeypatch.setattr(page_reader_agent, "load_engine", lambda: None)
    envs = gymnasium.make_vec("VZoomPages-v0", num_envs=1, split="test", **settings)
    monkeypatch.setattr(page_reader_agent, "read_screen", Engine(envs))
    agent, solved = page_reader_agent.PageReaderAgent(), 0
    for seed in range(12):
        agent.reset(0)
        observation, _ = envs.reset(seed=seed)
        words = envs.unwrapped.instructions()
        for _ in range(8):
            action = agent.act(observation, words, envs)
            observation, _, terminated, truncated, info = envs.step(action)
            if terminated[0] or truncated[0]:
                solved += bool(info["final_info"]["success"][0])
                break
        assert terminated[0]
    assert solved >= 6, solved
