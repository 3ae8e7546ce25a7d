"""What agents that walk share: the sensors as arrays, and moves as the action space has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.envs.navigation import actions
from vgym.envs.navigation.types import NavigationConfig


def on_cpu(observation: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """An observation as arrays."""
    return {
        name: value.cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        for name, value in observation.items()
    }


def navigation_config(batch: Any) -> NavigationConfig:
    """The public settings of a batch of environments that observe depth and odometry.

    Raises:
        TypeError: another family. ValueError: a sensor is off.
    """
    config = batch.task.config
    if not isinstance(config, NavigationConfig):
        raise TypeError(f"this agent walks: it cannot answer a {type(config).__name__} environment")
    if not (config.depth and config.odometry):
        raise ValueError(
            f"depth={config.depth} and odometry={config.odometry} must both be True for this agent"
        )
    return config


def move(
    config: NavigationConfig,
    stop: NDArray[np.bool_],
    turns: NDArray[np.int64],
    observation: dict[str, Any],
) -> Any:
    """The action of each row, where the observation is: stop, turn to the left, or a step.

    Args:
        config: of the environments.
        stop: (B,) whether to stop.
        turns: (B,) turns to the left; negative is to the right, 0 a step ahead.
        observation: as it came, for whether its picture is a tensor.
    """
    action = actions.encode(
        config,
        actions.names(config),
        torch.from_numpy(stop),
        torch.from_numpy(turns),
        torch.zeros(len(stop), dtype=torch.bool),
    )
    image = observation["image"]
    return action.to(image.device) if isinstance(image, torch.Tensor) else action.numpy()
