"""The probe tells six models apart, each with another frame and resize, by what they answer."""

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

import numpy as np
import pytest

from vgym.chat import dialect
from vgym.chat.probe import Probed, calibration_pictures, probe
from vgym.chat.reading.resizing import policy


class SimulatedModel:
    """Sees the picture that its server resizes, finds the red in it, and answers in its dialect.

    Args:
        name: its dialect. resize: its server's policy. thought: what stands before the answer.
    """

    def __init__(self, name: str, resize: str, thought: str = "") -> None:
        self.speaks, self.resize, self.thought = dialect(name), policy(resize), thought
        self.random = np.random.default_rng(0)

    def __call__(self, messages: Sequence[Mapping[str, Any]]) -> str:
        image = messages[0]["content"][0]["image"]
        ys, xs = np.nonzero(image[..., 0].astype(int) - image[..., 1] > 100)
        centre = np.array([xs.min() + xs.max() + 1, ys.min() + ys.max() + 1]) / 2
        given, seen = np.array(image.shape[1::-1]), np.array(self.resize.resized(image.shape[:2]))
        on_it = centre / given * seen[::-1] + self.random.normal(0, 0.7, 2)
        # What it sees is the whole picture to the model: its frame lies on that.
        frame = self.speaks.frame
        x, y = frame.written(on_it / seen[::-1], (int(seen[0]), int(seen[1])))
        assert self.speaks.point is not None
        written = {"x": frame.text(x), "y": frame.text(y), "label": ""}
        return self.thought + Template(self.speaks.point.one).substitute(written)


MODELS = {
    "qwen2.5-vl": ("qwen2.5-vl", "<think>It is near (3, 4), or [10, 20].</think>"),
    "qwen3-vl": ("qwen3-vl", ""),
    "gemini": ("none", "Here it is:\n"),
    "ui-tars-1.5": ("ui-tars", "Thought: at (1, 2)?\n"),
    "molmo": ("none", " "),
    "anthropic": ("anthropic", "The cross is here: "),
}


@pytest.mark.parametrize("name", MODELS)
def test_six_models(name: str) -> None:
    resize, thought = MODELS[name]
    found = probe(SimulatedModel(name, resize, thought))
    assert found.dialect == dialect(name), found.lines()
    assert np.median(found.misses) < 0.005
    if not found.dialect.frame.units:
        sizes = [image.shape[:2] for image, _ in calibration_pictures()]
        kept = [policy(resize).fixed_point((height, width)) for height, width in sizes]
        assert list(found.shown) == kept
    assert found.lines()[0] == f"dialect {name}"


def test_a_server_with_other_limits() -> None:
    found = probe(SimulatedModel("qwen2.5-vl", "qwen2-vl-defaults"))
    assert found.dialect is not None
    assert (found.dialect.name, found.dialect.resize.name) == ("qwen2.5-vl", "qwen2-vl-defaults")
    assert "unlike the row of that name in resize=qwen2-vl-defaults" in found.lines()


def test_a_model_that_does_not_see() -> None:
    found = probe(lambda messages: "The cross is in the middle, at (500, 500).")
    assert isinstance(found, Probed) and found.dialect is None
    assert found.lines()[0].startswith("no dialect fits; it said 'The cross")


def test_the_cross_is_where_it_is_said() -> None:
    for image, (x, y) in calibration_pictures():
        ys, xs = np.nonzero(image[..., 1] < 100)
        assert abs((xs.min() + xs.max() + 1) / 2 - x) <= 0.5
        assert abs((ys.min() + ys.max() + 1) / 2 - y) <= 0.5
