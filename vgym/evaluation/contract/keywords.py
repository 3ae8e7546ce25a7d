"""Keywords: known ones change something, unknown ones are refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from vgym.core.action_forms import FORMS
from vgym.core.config import Config
from vgym.core.shared_sources import forget
from vgym.core.task import Task
from vgym.evaluation.contract.candidate import Candidate, field_names
from vgym.evaluation.contract.differing import differing
from vgym.evaluation.contract.episodes import trace
from vgym.registration import named, registered

NOBODYS = "no_such_keyword"
_SHARED = {field.name for field in fields(Config)}
_OF_EVERY_KIND: tuple[Any, ...] = (True, 1, 2, 0.5, "some", "fraction", ("some",))
# The methods of a config that read all of it, whatever it is used for.
_READ_ALL = ("__init__", "__eq__", "__hash__", "__repr__")


def keywords(candidate: Candidate) -> Iterator[str]:
    """A keyword that is taken changes something; one that means nothing is refused."""
    made: type[Task[Any]] = named(candidate.row.task, "task")
    for parameter in inspect.signature(made.__init__).parameters.values():
        named_one = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        if named_one and parameter.name != "self":
            yield (
                f"__init__ takes {parameter.name!r} beside the config; make it a field of "
                "config_class"
            )
    for name in candidate.keywords.keys() - set(field_names(made)):
        yield f"{name!r} is taken and no field of config_class: nothing saves or copies it"
    if _taken(candidate, **{NOBODYS: 1}):
        yield f"{NOBODYS}=1 is accepted; hand **settings to Task.__init__, which refuses it"
        return
    if _taken(candidate, action="no such form"):
        yield "action='no such form' is accepted and ignored; name the forms in `actions`"
    yield from _without_effect(candidate)
    unread = set(field_names(made)) - _read(candidate, made) - _unused(made)
    for sibling in _siblings(candidate):
        if unread:
            unread -= _read(sibling, made)
    for name in sorted(unread):
        free = name not in _SHARED and getattr(made.config_class, name, None) is not None
        if not free and not _takes_any(candidate, name):
            continue  # nothing but its default is taken here
        yield f"{name!r} is accepted and ignored: nothing reads it"


def _without_effect(candidate: Candidate) -> Iterator[str]:
    """Shared keywords of which two values play the same."""
    plain = candidate.batch(1)
    size = plain.task.config.size_hw
    other = (size[0] + 12, size[1] + 20)
    if _taken(candidate, image_size=other):
        shape = candidate.batch(1, image_size=other).task.pictures["image"].shape
        if shape == plain.task.pictures["image"].shape:
            yield f"image_size={other} is accepted and ignored: the picture has the shape {shape}"
    pairs: tuple[tuple[str, Any, Any], ...] = (("difficulty", 0, 1), ("split", "train", "test"))
    for name, low, high in pairs:
        if name in plain.task.config.unused or not (
            _taken(candidate, **{name: low}) and _taken(candidate, **{name: high})
        ):
            continue
        seeds = list(range(8))
        played = [trace(candidate.batch(8, **{name: value}), seeds) for value in (low, high)]
        if not any(differing(played[0], played[1])):
            yield (
                f"{name}={high!r} plays as {name}={low!r}: accepted and ignored; use it, or name "
                "it in `unused` of the config"
            )
    for form in (*FORMS, "discrete"):
        if form != plain.task.config.action and _taken(candidate, action=form):
            if candidate.batch(1, action=form).single_action_space == plain.single_action_space:
                yield f"action={form!r} is accepted and ignored: the action space is the same"


def _takes_any(candidate: Candidate, name: str) -> bool:
    """Whether the keyword takes one of a few values of every kind."""
    return any(_taken(candidate, **{name: value}) for value in _OF_EVERY_KIND)


def _siblings(candidate: Candidate) -> Iterator[Candidate]:
    """Other ids of the same task: what one of them has no use for is another's."""
    for row in registered():
        if row.task == candidate.row.task and row.id != candidate.id:
            yield Candidate(row.id, candidate.settings)


def _unused(made: type[Task[Any]]) -> set[str]:
    """Keywords that every id takes and that the task says it has no use for."""
    return set(made.config_class.unused) & _SHARED


def _taken(candidate: Candidate, **keywords: Any) -> bool:
    """Whether an environment can be made with these keywords."""
    try:
        candidate.batch(1, **keywords)
    except (ValueError, TypeError):
        return False
    return True


def _read(candidate: Candidate, made: type[Task[Any]]) -> set[str]:
    """The keywords that were read while environments were made and played."""
    seen: set[str] = set()
    forget()  # what is kept of earlier environments would not be made again
    with _noting(made, seen):
        choices: list[dict[str, Any]] = [{"action": form} for form in FORMS]
        choices += [{"source": source} for source in made.config_class.sources]
        for more in ({}, *choices):
            if _taken(candidate, **more):
                trace(candidate.batch(2, **more), [0, 1])
    return seen


@contextmanager
def _noting(made: type[Task[Any]], seen: set[str]) -> Iterator[None]:
    """Note in ``seen`` which fields of the task's config are read."""
    config_class = made.config_class
    muted = [0]

    def noted(self: Config, name: str) -> Any:
        if not muted[0]:
            seen.add(name)
        return object.__getattribute__(self, name)

    def muting(method: Callable[..., Any]) -> Callable[..., Any]:
        def quiet(*args: Any, **keywords: Any) -> Any:
            muted[0] += 1
            try:
                return method(*args, **keywords)
            finally:
                muted[0] -= 1

        return quiet

    methods: dict[str, Any] = {name: muting(getattr(config_class, name)) for name in _READ_ALL}
    whole = property(muting(config_class.of_episodes.fget))  # type: ignore[attr-defined]
    own = {"__getattribute__": noted, "of_episodes": whole, **methods}
    made.config_class = type(config_class.__name__, (config_class,), own)
    try:
        yield
    finally:
        made.config_class = config_class
