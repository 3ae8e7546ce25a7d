"""How a hand-written agent puts an answer into words the environment takes.

An agent thinks in *fractions* of the picture's width and height; the task's action form
(:mod:`vgym.core.action_forms`) turns them into whatever the environment was made with. Places on
Earth are said as longitude and latitude, and become whatever form is asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.action_forms import ActionForm
from vgym.core.spoken import Spoken


def form_of(envs: Any) -> ActionForm:
    """The action form of a batch of environments.

    Raises:
        TypeError: the task's answers are no points or boxes, so there is no form to speak in.
    """
    form = getattr(envs.unwrapped.task, "form", None)
    if not isinstance(form, ActionForm):
        raise TypeError(
            f"{type(envs.unwrapped.task).__name__} takes no points or boxes (it has no action "
            "form); this agent cannot answer it"
        )
    return form


def say(envs: Any, fractions: NDArray[np.floating[Any]], used: NDArray[np.bool_]) -> Any:
    """Answers in the environments' own action form.

    Args:
        envs: a batch of B environments.
        fractions: (B, slots, 2) points or (B, slots, 4) xyxy boxes, in [0, 1].
        used: (B, slots) which slots hold an answer.

    Returns:
        One action a row: an array, or a tensor for environments on a GPU.

    Raises:
        TypeError: see :func:`form_of`.
    """
    device = envs.unwrapped.task.device
    values = torch.from_numpy(np.ascontiguousarray(fractions, np.float32)).to(device)
    action = form_of(envs).encode(values, torch.from_numpy(used).to(device))
    return action.numpy() if device.type == "cpu" else action


def say_places(envs: Any, lonlat: Tensor) -> Any:
    """Guesses of places in the environments' own action form.

    Args:
        envs: a batch of B environments whose task has `saying`.
        lonlat: (B, 2) degrees.

    Returns:
        One action a row: an array, a tensor for environments on a GPU, or a tuple of texts.
    """
    batch = envs.unwrapped
    action = batch.task.saying(lonlat.to(batch.task.device))
    space = batch.single_action_space
    if isinstance(space, Spoken):
        return space.said(action)
    return action.numpy() if action.device.type == "cpu" else action
