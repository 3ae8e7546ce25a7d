"""By likeness: where the view was of that looks most like this one, of a gallery of training views.

The gallery is made by the environment itself, of the training split and with its own settings, when
the agent first plays them, and kept in memory. Views of different layers are never compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vgym.baselines import view_likeness
from vgym.baselines.speaking import say_places
from vgym.baselines.training_episodes import in_training, keys_of
from vgym.compile_progress import SAID_AFTER_S, tell

_AT_ONCE = 128  # views that are painted
_OF_ANOTHER_LAYER = -1.0  # likeness, below all


class RetrievalAgent:
    """The place of the most similar training view.

    Args:
        views: in the gallery.
        size: pixels a side that they are painted with.
        describe: views (N, H, W, 3) uint8 to descriptions (N, D), whose products say how alike
            they are.
    """

    name = "retrieval"
    families = ("geolocation",)

    def __init__(
        self,
        views: int = 3000,
        size: int = view_likeness.SIDE,
        describe: Callable[[Tensor], Tensor] = view_likeness.describe,
    ) -> None:
        self._views, self._size, self._describe = views, size, describe
        self._of: Any = None  # whose episodes the gallery is of
        self._descriptions = self._layers = self._places = torch.zeros(0)

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """A place a row, from its picture and its layer alone."""
        task = envs.unwrapped.task
        if self._of != _episodes(task):
            self._collect(task)
        image, layer = (torch.as_tensor(observation[name]).cpu() for name in ("image", "layer"))
        likeness = self._describe(image) @ self._descriptions.T
        likeness[layer.argmax(1)[:, None] != self._layers] = _OF_ANOTHER_LAYER
        return say_places(envs, self._places[likeness.argmax(1)])

    def _collect(self, task: Any) -> None:
        """Paint the gallery."""
        trained = in_training(task, image_size=self._size)
        first = time.monotonic()
        parts = []
        for keys in np.split(keys_of(trained, self._views), range(_AT_ONCE, self._views, _AT_ONCE)):
            state = trained.reset(keys)
            images = torch.zeros(len(keys), *trained.picture_hw, 3, dtype=torch.uint8)
            trained.draw(state, images)
            parts.append((self._describe(images), state.view.layer, state.place))
            if time.monotonic() - first > SAID_AFTER_S:
                done = sum(len(part[2]) for part in parts)
                tell(f"vgym: {self.name} looks at training views: {done} of {self._views}", False)
        columns = (torch.cat(column) for column in zip(*parts, strict=True))
        self._descriptions, self._layers, self._places = columns
        self._of = _episodes(task)
        spent = time.monotonic() - first
        if spent > SAID_AFTER_S:
            tell(f"vgym: {self.name} looked at {self._views} training views in {spent:.0f} s", True)


def _episodes(task: Any) -> dict[str, Any]:
    """What training episodes depend on: the settings but for the split and the pictures' size."""
    settings: dict[str, Any] = task.config.of_episodes
    return {name: settings[name] for name in settings if name not in ("split", "image_size")}
