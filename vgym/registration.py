"""One table of ids. Entry points are strings, so importing this loads neither torch nor numba."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import ModuleType
from typing import Any

import gymnasium

from vgym.spelling import nearest


@dataclass(frozen=True)
class Family:
    """What several ids have in common, for whoever loops over them.

    Attributes:
        name: agents say by it what they can play.
        sources: those that ship, the default first.
        bench: settings that `vgym bench` plays them with where nothing else is asked for.
        episodes: how many it plays then; None for its own number.
        benched: how many of the sources, the first ones, it plays where no id is asked for; None
            for all.
        subject: the heading under which `vgym rewards` lists recipes made for them.
        splits: those that the sources that ship have; the first is played where none is asked for.
        chat: settings that suit language models, where nothing else is asked for.
    """

    name: str
    sources: tuple[str, ...] = ("synthetic",)
    bench: Mapping[str, Any] = field(default_factory=dict)
    episodes: int | None = None
    benched: int | None = None
    subject: str = "grounding"
    splits: tuple[str, ...] = ("train", "val", "test")
    chat: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One id: which task, with which settings, in one line of words.

    Attributes:
        task: ``"module:Class"`` of a :class:`vgym.core.task.Task`; "" where the world is another
            program.
        settings: keywords that make the id what it is.
        max_episode_steps: after how many an episode is truncated; None for never.
        entry_point, vector_entry_point: what Gymnasium calls.
        made_by: the module whose `parallel_env` makes the environment; "" where Gymnasium does.
        page: ``"module:Class"`` whose docstring is the id's page; "" for the task.
        extra: of ``pip install vgym[extra]``; "" for none.
    """

    id: str
    task: str
    summary: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    family: Family = Family("own")
    max_episode_steps: int | None = None
    entry_point: str = "vgym.core.single_env:Env"
    vector_entry_point: str = "vgym.core.vector_env:VectorEnv"
    made_by: str = ""
    page: str = ""
    extra: str = ""

    @property
    def native(self) -> bool:
        """Whether it is a `Task` that Gymnasium makes, with nothing to install."""
        return bool(self.task) and not self.made_by and not self.extra


_WALKS = 12  # episodes of walks and flows, which take many steps each
_WALKED = {"image_size": 64}

GROUNDING = Family("grounding", sources=("synthetic", "photos"))
CLICK = Family("gui-click", ("screens", "synthetic"), subject="screens")
FLOW = Family("gui-flow", episodes=_WALKS, subject="screens", chat={"action": "continuous"})
WEB = Family("gui-web", episodes=_WALKS, subject="screens", chat={"action": "text"})
NAVIGATION = Family("navigation", bench=_WALKED, episodes=_WALKS, subject="navigation")
MAZE = Family("maze", bench=_WALKED, episodes=_WALKS, subject="navigation")
TEAM = Family("team", subject="navigation")
COMMAND = Family("command", bench=_WALKED, episodes=_WALKS, subject="navigation")
# Of each source of VZoom the class that is called with the settings, the default first.
ZOOM_SOURCES = {
    "scenes": "vgym.envs.zoom.sources.scenes:Scenes",
    "sky": "vgym.envs.zoom.sources.sky:SkySource",
    "aerial": "vgym.envs.zoom.sources.pictures.source:Aerial",
    "oldmap": "vgym.envs.zoom.sources.pictures.source:OldMap",
    "earth": "vgym.envs.zoom.sources.earth:Earth",
    "scores": "vgym.envs.zoom.sources.scores:ScoresSource",
    "pages": "vgym.envs.zoom.sources.pages:PagesSource",
}
ZOOM = Family(
    "zoom",
    tuple(ZOOM_SOURCES),
    episodes=24,
    benched=1,  # the others take a minute and more
    subject="zoom and pages",
)
PAGES = Family("pages", ("sqlite",), episodes=24, subject="zoom and pages")
GEO = Family("geolocation", ("earth",), episodes=64, subject="Earth")

GEO_PHOTO = Family("geo-photo", ("places",), subject="Earth", splits=("test",))
MATCH = Family("geo-match", ("earth", "aerial"), episodes=64)

_GROUNDING = "vgym.envs.grounding.task:GroundingTask"
_NAVIGATION = "vgym.envs.navigation.task:NavigationTask"
_COMMAND = "vgym.envs.navigation.command.task:CommandTask"

TABLE: tuple[Row, ...] = (
    Row(
        "VGround-v0",
        _GROUNDING,
        "draw the box of what the phrase names",
        {"answer": "box"},
        GROUNDING,
    ),
    Row(
        "VGroundPoint-v0",
        _GROUNDING,
        "point at what the phrase names",
        {"answer": "point"},
        GROUNDING,
    ),
    Row(
        "VGroundMany-v0",
        _GROUNDING,
        "box everything the phrase names",
        {"answer": "boxes"},
        GROUNDING,
    ),
    Row(
        "VGui-v0",
        "vgym.envs.gui.click.task:GuiTask",
        "click the control that the words mean",
        family=CLICK,
    ),
    Row(
        "VGuiFlow-v0",
        "vgym.envs.gui.flow.task:FlowTask",
        "several steps in a simulated application",
        family=FLOW,
        max_episode_steps=50,
    ),
    Row(
        "VZoom-v0",
        "vgym.envs.zoom.task:ZoomTask",
        "look closer, again and again, and box the small thing in the very large picture",
        family=ZOOM,
        max_episode_steps=6,
    ),
    Row(
        "VZoomPages-v0",
        "vgym.envs.zoom.pages.task:PagesTask",
        "search a stack of pages, open one, look closer, and box the answer",
        family=PAGES,
        max_episode_steps=8,
    ),
    Row(
        "VGeo-v0",
        "vgym.envs.geolocation.task:GeoTask",
        "say where on Earth the cross is, after a look around and in the gazetteer",
        family=GEO,
        max_episode_steps=6,
    ),
    Row(
        "VGeoPhoto-v0",
        "vgym.envs.geolocation.photo.task:GeoPhotoTask",
        "say where on Earth a photograph was taken",
        family=GEO_PHOTO,
    ),
    Row(
        "VGeoMatch-v0",
        "vgym.envs.geolocation.match.task:MatchTask",
        "find where in a large picture from above a small one lies, to metres",
        family=MATCH,
    ),
    Row(
        "VNav-v0",
        _NAVIGATION,
        "walk to what the words name",
        {"goal": "object"},
        NAVIGATION,
        max_episode_steps=500,
    ),
    Row(
        "VNavPoint-v0",
        _NAVIGATION,
        "walk to a point, by its direction",
        {"goal": "point"},
        NAVIGATION,
        max_episode_steps=500,
    ),
    Row(
        "VNavInstruction-v0",
        _NAVIGATION,
        "follow a described route",
        {"goal": "route"},
        NAVIGATION,
        max_episode_steps=500,
    ),
    Row(
        "VMaze-v0",
        "vgym.envs.navigation.mazes.task:MazeTask",
        "nine rodent paradigms: learn what pays, and remember it",
        family=MAZE,
        max_episode_steps=1000,
    ),
    Row(
        "VNavActivate-v0",
        _COMMAND,
        "choose the robots for a job",
        {"level": "activate"},
        COMMAND,
    ),
    Row(
        "VNavPlan-v0",
        _COMMAND,
        "plan what each robot does",
        {"level": "plan"},
        COMMAND,
    ),
    Row(
        "VNavTrajectory-v0",
        _COMMAND,
        "draw two robots' ways",
        {"level": "trajectory", "action": "continuous"},
        COMMAND,
    ),
    Row(
        "VNavTeam-v0",
        "vgym.envs.navigation.team.task:TeamTask",
        "several robots of different kinds, together, by PettingZoo",
        family=TEAM,
        max_episode_steps=400,
        made_by="vgym.envs.navigation.team_v0",
    ),
    Row(
        "VGuiWeb-v0",
        "",
        "do what the words say on pages in a real Chromium",
        family=WEB,
        max_episode_steps=30,
        entry_point="vgym.envs.gui.web.env:WebEnv",
        vector_entry_point="vgym.envs.gui.web.vector_env:WebVectorEnv",
        page="vgym.envs.gui.web.vector_env:WebVectorEnv",
        extra="web",
    ),
)

_registered: dict[str, Row] = {}

_PATH = re.compile(r"\w+(\.\w+)*:[^\W\d]\w*")


def register(
    id: str,
    task: str | type[Any],
    *misplaced: object,
    summary: str = "",
    family: Family | str | None = None,
    max_episode_steps: int | None = None,
    **settings: Any,
) -> None:
    """Register a :class:`vgym.core.task.Task` subclass as a Gymnasium id, single and batched.

    What can be known of the task without importing it is checked at once, the rest at the first
    ``make``; ``vgym check ID`` holds it to the contract.

    Args:
        id: such as ``"VMine-v0"``.
        task: ``"package.module:Class"`` of the task, imported at the first ``make``; not the
            class itself, since environments are remade by name in other processes.
        summary: one line for ``vgym list``.
        family: what the id has in common with others (sources, bench settings, which agents can
            play it), or the name of a family: an existing one, such as ``"grounding"``, whose
            agents then play it too, or a new one of your own (a ``Family`` if it is spelt almost
            like one of vgym's).
        max_episode_steps: after how many an episode is truncated where nothing else is said; None
            for the task's own.
        **settings: fixed settings of this id (fields of the task's config).

    Raises:
        ValueError: ``task`` is not of the form ``"module:Class"``, is known to be no task, or has
            no such setting; the id is taken; or the family's name is almost one of vgym's.
        TypeError: a summary without its name.

    >>> register("VMine-v0", task="my_package.tasks:MyTask", summary="an example")
    >>> gymnasium.spec("VMine-v0").id
    'VMine-v0'
    >>> unregister("VMine-v0")
    """
    if misplaced:
        raise TypeError(f"{misplaced[0]!r:.99} has no name; say summary={misplaced[0]!r:.99}")
    if isinstance(task, type):
        raise ValueError(
            f"task must be a string; for this class '{task.__module__}:{task.__qualname__}'"
        )
    if not isinstance(task, str) or not _PATH.fullmatch(task):
        raise ValueError(f"task must be 'package.module:Class', got {task!r}")
    if id in gymnasium.registry:
        raise ValueError(f"the id {id!r} is taken; choose another, or unregister it first")
    _check_settings(task, settings)
    _add(Row(id, task, summary, settings, _family(family), max_episode_steps))


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
        raise ValueError(
            unknown("environment", id, _registered)
            + " `vgym list` shows all; one of yours is known once its module is imported: "
            "vgym COMMAND --import MODULE."
        )
    return _registered[id]


def id_of(task: type[Any], settings: Mapping[str, Any]) -> str | None:
    """The id of a task class with the given settings; None where none is registered.

    Args:
        task: the class. settings: all of its settings, by name.
    """
    path = f"{task.__module__}:{task.__qualname__}"
    fits = (
        row.id
        for row in _registered.values()
        if row.task == path and row.settings.items() <= settings.items()
    )
    return next(fits, None)


def named(path: str, what: str) -> Any:
    """What stands at ``"package.module:name"``, imported.

    Args:
        path: the path. what: what it should be, for errors.

    Raises:
        ModuleNotFoundError: there is no such module. ValueError: it holds no such name, with the
            nearest.
    """
    module, _, attribute = path.partition(":")
    found = module_of(module, f"{what} {path!r}")
    if not hasattr(found, attribute):
        public = [name for name in vars(found) if not name.startswith("_")]
        near = nearest(attribute, public)
        hint = f"did you mean {near[0]!r}?" if near else f"{module} is {found.__file__}"
        raise ValueError(f"{what} {path!r}: {module!r} holds no {attribute!r}; {hint}")
    return getattr(found, attribute)


def module_of(name: str, where: str) -> ModuleType:
    """The module of that name, imported; ``where`` it was named, for the error.

    Raises:
        ModuleNotFoundError: there is none. What it cannot import itself is raised as it is.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if not f"{name}.".startswith(f"{missing}."):
            raise  # something that it imports
        raise ModuleNotFoundError(
            f"{where}: there is no module {missing!r}; install it, or put the folder that holds it "
            "on PYTHONPATH",
            name=missing,
        ) from None


def unknown(what: str, given: object, valid: Iterable[object]) -> str:
    """The answer to every unknown name: the nearest spelling, and the valid ones."""
    names = [str(v) for v in valid]
    near = nearest(given, names)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"unknown {what} {given!r}{hint} Valid: {', '.join(names)}."


def register_all() -> None:
    """Register the built-in table; importing vgym twice changes nothing."""
    for row in TABLE:
        if row.id not in _registered:
            _add(row)


def _family(given: Family | str | None) -> Family:
    """The family given, or that of a name: one there is, or a new one."""
    if given is None:
        return Family("own")
    if isinstance(given, Family):
        return given
    if not isinstance(given, str) or not given:
        raise ValueError(f"family={given!r} must be a vgym.Family or a name")
    known = {row.family.name: row.family for row in _registered.values()}
    if given in known:
        return known[given]
    # Only ours: what other packages call their families must not decide what this one may.
    near = nearest(given, dict.fromkeys(row.family.name for row in TABLE), cutoff=0.8)
    if near:
        raise ValueError(
            f"family={given!r:.100} is none of vgym's; did you mean {near[0]!r}? For a new one of "
            f"that name say family=vgym.Family({given!r:.100})"
        )
    return Family(given)


def _check_settings(task: str, settings: Mapping[str, Any]) -> None:
    """Refuse what is known to be wrong; a task that is not imported yet is not imported for it."""
    for name in settings:
        near = nearest(name, ("summary", "family"), cutoff=0.8)
        if near:
            raise ValueError(f"unknown keyword {name!r}; did you mean {near[0]!r}?")
    module, _, attribute = task.partition(":")
    found = getattr(sys.modules.get(module), attribute, None)
    if found is None:
        return
    if not hasattr(found, "config_class"):
        raise ValueError(f"{task} is {found!r:.100}, no subclass of vgym.core.task.Task")
    names = [field.name for field in fields(found.config_class)]
    for name in settings:
        if name not in names:
            raise ValueError(unknown(f"keyword of {attribute}", name, names))


def _add(row: Row) -> None:
    if not row.made_by:
        gymnasium.register(
            id=row.id,
            entry_point=row.entry_point,
            vector_entry_point=row.vector_entry_point,
            max_episode_steps=row.max_episode_steps,
            kwargs={"task": row.task, **row.settings} if row.task else dict(row.settings),
        )
    _registered[row.id] = row
