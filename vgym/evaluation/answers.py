"""An agent's answers as actions: from the convention that it writes in to the form asked for.

An agent that declares a convention (see :mod:`vgym.evaluation.agent`) answers a row with a point, a
box, or a list of boxes where several are asked for, in numbers about the picture that it was shown.
An answer of which nothing lies in the picture is none: the row is malformed, and says why. So is
one that is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from gymnasium.error import InvalidAction
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.action_check import NoAnswer, as_array
from vgym.core.action_forms import ActionForm
from vgym.evaluation.agent import Agent, AgentError, code_of
from vgym.geometry.conventions import Convention, Order


def act(agent: Agent, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
    """One action a row of ``envs``, as `step` takes them.

    Args:
        agent: is asked; what it answers is converted from its convention, if it declares one and
            the task asks for places. Boxes beyond those that a set may hold are left out.
        observation, instructions, envs: see `Agent.act`.

    Raises:
        AgentError: answers of another number or shape than its rows ask for; `AgentRaised` where
            the agent's own code raised.
    """
    with code_of(agent.name):
        answers = agent.act(observation, instructions, envs)
    form = form_of_places(envs)
    declared = getattr(agent, "convention", None)
    if declared is None or form is None:
        if isinstance(answers, list | tuple):
            return [NoAnswer() if answer is None else answer for answer in answers]
        return answers
    try:
        count = len(answers)
    except TypeError:
        count = None
    if count != len(instructions):
        gave = f"{answers!r:.100}" if count is None else f"{count} answers"
        raise AgentError(
            f"agent {agent.name!r} gave {gave} for {len(instructions)} rows; an answer a row is "
            "asked for"
        )
    convention = Convention.parse(declared)
    places = np.full((len(answers), form.slots, form.numbers), np.nan, np.float32)
    used = np.zeros((len(answers), form.slots), np.bool_)
    why: dict[int, NoAnswer] = {}
    for row, answer in enumerate(answers):
        if answer is None or isinstance(answer, NoAnswer):
            why[row] = answer or NoAnswer()
            continue
        said = _numbers(agent.name, answer, form)[: form.slots]
        places[row, : len(said)], used[row, : len(said)] = said, True
    xyxy = _corners(torch.from_numpy(places), convention, form)
    for row in np.flatnonzero(_outside(xyxy.numpy(), used, form.size_hw)).tolist():
        height, width = form.size_hw
        why[row] = NoAnswer(
            f"{places[row, used[row]].tolist()} in {convention} lies outside the picture of "
            f"{width}x{height} pixels"
        )
    height, width = form.size_hw
    fractions = (xyxy / torch.tensor([width, height] * 2)).clamp(0, 1).nan_to_num(0)
    actions = form.encode(fractions[..., : form.numbers], torch.from_numpy(used)).numpy()
    return [why.get(row, action) for row, action in enumerate(actions)] if why else actions


@contextmanager
def refusals_named(agent: Agent, answers: Any, envs: Any) -> Iterator[None]:
    """Within it an agent's answers are taken for actions: who gave those that are none is said.

    Raises:
        AgentError: for an `InvalidAction`, with the convention that the numbers suggest, if any.
    """
    try:
        yield
    except InvalidAction as error:
        suggested = _suggested(answers, form_of_places(envs))
        if suggested is None or getattr(agent, "convention", None) is not None:
            raise AgentError(f"agent {agent.name!r}: {error}") from error
        convention, row = suggested
        raise AgentError(
            f"agent {agent.name!r} answered {row!r:.100}, which is no action of "
            f"{envs.unwrapped.single_action_space}; an agent that answers in places says how it "
            f'writes them: set convention = "{convention}" on its class, if it is that '
            "(docs/your_agent.md)"
        ) from error


def _suggested(answers: Any, form: ActionForm | None) -> tuple[Convention, Any] | None:
    """The convention in which answers that are no actions may be written, and one of them."""
    if form is None:
        return None
    try:
        rows = [_as_float(row, np.float64) for row in answers if not isinstance(row, NoAnswer)]
    except InvalidAction:
        return None
    shape = (form.numbers,)
    sets = [row.shape[1:] == shape or row.size == 0 for row in rows]
    sound = sets if form.is_set else [row.shape == shape for row in rows]
    rows = [row for row in rows if row.size]
    if not rows or not all(sound):
        return None
    numbers = np.concatenate([row.reshape(-1, form.numbers) for row in rows])
    if not (numbers >= 0).all():  # NaN among them
        return None
    height, width = form.size_hw
    order: Order = "xy" if form.numbers == 2 else "xyxy"
    largest = max(rows, key=np.max).tolist()
    if numbers.max() <= 1:
        return Convention("fraction", order), largest
    if (numbers <= np.tile([width, height], form.numbers // 2)).all():
        return Convention("pixels", order), largest
    return (Convention("0-1000", order), largest) if numbers.max() <= 1000 else None


def form_of_places(envs: Any) -> ActionForm | None:
    """How a batch is told a point, a box or boxes; None where it asks for no place."""
    form = getattr(getattr(envs.unwrapped, "task", None), "form", None)
    return form if isinstance(form, ActionForm) else None


def _numbers(name: str, answer: Any, form: ActionForm) -> NDArray[np.float32]:
    """(k, 2) points or (k, 4) boxes of one row; a single one where no set is asked for."""
    try:
        numbers = _as_float(answer, np.float32)
    except InvalidAction:
        numbers = np.full(1, np.nan, np.float32)  # of no shape that is asked for
    if form.is_set:
        what = "a list of boxes, four numbers each"
        sound = numbers.shape[1:] == (form.numbers,) or (numbers.size == 0 and len(answer) == 0)
        numbers = numbers.reshape(-1, form.numbers) if sound else numbers
    else:
        what = "a point, two numbers" if form.numbers == 2 else "a box, four numbers"
        sound = numbers.shape == (form.numbers,)
        numbers = numbers[None]
    if not sound:
        raise AgentError(
            f"agent {name!r} answered {answer!r:.100} where {what}, is asked for; where it has no "
            "answer it returns vgym.NoAnswer(why) in the row's place"
        )
    return numbers


def _as_float(answer: Any, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """An answer's numbers; what is too large for the type is infinite.

    Raises:
        InvalidAction: it is no regular array of numbers. NumPy would read texts such as "1_0" and
            "nan" as numbers, too.
    """
    array = as_array(answer)
    if array.dtype.kind == "b":
        raise InvalidAction("True and False are no numbers")
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def _corners(places: Tensor, convention: Convention, form: ActionForm) -> Tensor:
    """(B, slots, 4) pixels, corners sorted; a point is a box of no area."""
    if form.numbers == 2:
        return convention.to_pixels(places, form.size_hw, "point").repeat(1, 1, 2)
    boxes = convention.to_pixels(places, form.size_hw, "box")
    a, b = boxes[..., :2], boxes[..., 2:]
    return torch.cat([torch.minimum(a, b), torch.maximum(a, b)], -1)


def _outside(
    xyxy: NDArray[np.float32], used: NDArray[np.bool_], size_hw: tuple[int, int]
) -> NDArray[np.bool_]:
    """(B,) rows whose answer is not finite, or of which nothing touches the picture."""
    touching = (xyxy[..., :2] <= size_hw[::-1]).all(-1) & (xyxy[..., 2:] >= 0).all(-1)
    broken = used & ~np.isfinite(xyxy).all(-1)
    missed = used.any(1) & ~(touching & used).any(1)
    return np.logical_or(broken.any(1), missed)
