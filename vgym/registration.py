"""One table of ids. Entry points are strings, so importing this loads neither torch nor numba."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import gymnasium

_ENV = "vgym.core.single_env:Env"
_VECTOR_ENV = "vgym.core.vector_env:VectorEnv"


@dataclass(frozen=True)
class Row:
    """One id: which task, with which settings, in one line of words."""

    id: str
    task: str
    summary: str
    settings: dict[str, Any] = field(default_factory=dict)


_GROUNDING = "vgym.envs.grounding.task:GroundingTask"
_GUI = "vgym.envs.gui.click.task:GuiTask"
_FLOW = "vgym.envs.gui.flow.task:FlowTask"
_NAVIGATION = "vgym.envs.navigation.task:NavigationTask"
_MAZE = "vgym.envs.navigation.mazes.task:MazeTask"
_COMMAND = "vgym.envs.navigation.command.task:CommandTask"

TABLE: tuple[Row, ...] = (
    Row("VGround-v0", _GROUNDING, "draw the box of what the phrase names", {"answer": "box"}),
    Row("VGroundPoint-v0", _GROUNDING, "point at what the phrase names", {"answer": "point"}),
    Row("VGroundMany-v0", _GROUNDING, "box everything the phrase names", {"answer": "boxes"}),
    Row("VGui-v0", _GUI, "click the control that the words mean"),
    Row("VGuiFlow-v0", _FLOW, "several steps in a simulated application"),
    Row("VNav-v0", _NAVIGATION, "walk to what the words name", {"goal": "object"}),
    Row("VNavPoint-v0", _NAVIGATION, "walk to a point, by its direction", {"goal": "point"}),
    Row("VNavInstruction-v0", _NAVIGATION, "follow a described route", {"goal": "route"}),
    Row("VMaze-v0", _MAZE, "nine rodent paradigms: learn what pays, and remember it"),
    Row("VNavActivate-v0", _COMMAND, "choose the robots for a job", {"level": "activate"}),
    Row("VNavPlan-v0", _COMMAND, "plan what each robot does", {"level": "plan"}),
    Row(
        "VNavTrajectory-v0",
        _COMMAND,
        "draw two robots' ways",
        {"level": "trajectory", "action": "continuous"},
    ),
)


@dataclass(frozen=True)
class Outside:
    """An id that is no :class:`vgym.core.task.Task`: its world is another program."""

    id: str
    entry_point: str
    vector_entry_point: str
    summary: str
    extra: str  # pip install vgym[extra]


OUTSIDE: tuple[Outside, ...] = (
    Outside(
        "VGuiWeb-v0",
        "vgym.envs.gui.web.env:WebEnv",
        "vgym.envs.gui.web.vector_env:WebVectorEnv",
        "do what the words say on pages in a real Chromium",
        "web",
    ),
)

_registered: dict[str, Row] = {}


def register(id: str, task: str | type[Any], *, summary: str = "", **settings: Any) -> None:
    """Register a :class:`vgym.core.task.Task` subclass as a Gymnasium id, single and batched.

    Args:
        id: such as ``"VMine-v0"``.
        task: ``"package.module:Class"`` of the task, imported at the first ``make``; not the
            class itself, since environments are remade by name in other processes.
        summary: one line for ``vgym list``.
        **settings: fixed settings of this id (fields of the task's config).

    Raises:
        ValueError: if ``task`` is not of the form ``"module:Class"``, or the id is taken.

    >>> register("VMine-v0", task="my_package.tasks:MyTask", summary="an example")
    >>> gymnasium.spec("VMine-v0").id
    'VMine-v0'
    >>> unregister("VMine-v0")
    """
    if isinstance(task, type):
        raise ValueError(
            f"task must be a string; for this class '{task.__module__}:{task.__qualname__}'"
        )
    module, _, name = task.partition(":")
    if not (module and name.isidentifier()):
        raise ValueError(f"task must be 'package.module:Class', got {task!r}")
    if id in gymnasium.registry:
        raise ValueError(f"the id {id!r} is taken; choose another, or unregister it first")
    _add(Row(id, task, summary, settings))


def unregister(id: str) -> None:
    """Take an id of ours back out of both registries.

    Raises:
        ValueError: it is no id of vgym.
    """
    row_of(id)
    del _registered[id]
    gymnasium.registry.pop(id, None)


def registered() -> tuple[Row, ...]:
    """Every id of vgym in the order of registration: what tests, docs and benchmarks loop over."""
    return tuple(_registered.values())


def row_of(id: str) -> Row:
    """The table row of an id.

    Raises:
        ValueError: unknown id; names the nearest one.
    """
    if id not in _registered:
        raise ValueError(unknown("environment", id, _registered) + " `vgym list` shows all.")
    return _registered[id]


def unknown(what: str, given: object, valid: Iterable[object]) -> str:
    """The answer to every unknown name: the nearest spelling, and the valid ones."""
    names = [str(v) for v in valid]
    near = difflib.get_close_matches(str(given), names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"unknown {what} {given!r}{hint} Valid: {', '.join(names)}."


def register_all() -> None:
    """Register the built-in table; importing vgym twice changes nothing."""
    for row in TABLE:
        if row.id not in _registered:
            _add(row)
    for other in OUTSIDE:
        if other.id not in gymnasium.registry:
            gymnasium.register(
                id=other.id,
                entry_point=other.entry_point,
                vector_entry_point=other.vector_entry_point,
            )


def _add(row: Row) -> None:
    gymnasium.register(
        id=row.id,
        entry_point=_ENV,
        vector_entry_point=_VECTOR_ENV,
        kwargs={"task": row.task, **row.settings},
    )
    _registered[row.id] = row
