"""What `vgym bench` plays: each id on the source asked for, or on those that ship with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.options import further, given
from vgym.registration import named, row_of

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Subject

_LEARNT = "tiny"  # the agent whose tasks are played too where nothing else is asked for
_EPISODES = 64  # of each of them


def check(subjects: list[Subject], options: argparse.Namespace) -> None:
    """Look at what the options ask for before anything is played.

    Sources that ship are loaded when their turn comes, so that the first row is soon there; a data
    set of somebody's is loaded now, and what an extra brings, such as a browser, is started once.

    Raises:
        ValueError: a setting or a source that an environment does not take.
        BrowserError: there is no browser for pages.
    """
    import gymnasium

    from vgym.core.config import make_config

    for subject in subjects:
        row = row_of(subject.id)
        split = options.split or row.family.splits[0]
        settings = {**row.settings, **subject.settings, "split": split}
        if options.source is None and row.task:
            make_config(named(row.task, "task").config_class, settings)
        else:
            envs = gymnasium.make_vec(subject.id, split=split, **subject.settings)
            try:
                if row.extra:
                    envs.reset(seed=options.seed)
            finally:
                envs.close()


def subjects_of(ids: list[str], names: list[str], options: argparse.Namespace) -> list[Subject]:
    """What the agents of these names play, with the settings that the options ask for."""
    from vgym.evaluation.benchmark import Subject

    plain = {**given(options, "convention", "image_size"), **further(options)}
    asked = options.difficulty or []
    subjects = []
    for id in ids:
        family = row_of(id).family
        played = family.sources[: family.benched] if options.envs is None else family.sources
        for source in played if options.source is None else [options.source]:
            label = id
            settings = dict(plain)
            if source != family.sources[0]:
                label = f"{id} {Path(source).stem}"
                settings["source"] = source
            # Real pictures have no difficulty to set.
            made = source in family.sources and source != "photos"
            for difficulty in asked if made and asked else [None]:
                name, chosen = label, settings
                if difficulty is not None:
                    name = f"{label} d={difficulty:g}" if len(asked) > 1 else label
                    chosen = {**settings, "difficulty": difficulty}
                if options.episodes is None:  # a few minutes are to be enough for all ids
                    bench = {**family.bench, **chosen}
                    subjects.append(Subject(name, id, bench, family.episodes))
                else:
                    subjects.append(Subject(name, id, chosen))
    if not (plain or asked or options.envs or options.source) and _LEARNT in names:
        subjects += _learnt(options.episodes)
    return subjects


def _learnt(episodes: int | None) -> list[Subject]:
    """The small tasks that the policies that ship were trained on."""
    from vgym.baselines.tiny_agent import policies
    from vgym.evaluation.benchmark import Subject

    return [
        Subject(f"{made_by.env} small", made_by.env, made_by.settings, episodes or _EPISODES)
        for made_by in policies().values()
        if made_by.settings.get("source", "") in ("", *row_of(made_by.env).family.sources)
    ]


def protocols(subjects: list[Subject], split: str | None) -> list[str]:
    """By which protocol ids were played whose numbers depend on one, a line each."""
    from vgym.core.config import make_config

    lines: dict[str, None] = {}
    for subject in subjects:
        row = row_of(subject.id)
        if row.task:
            played = split or row.family.splits[0]
            settings = {**row.settings, **subject.settings, "split": played}
            told = make_config(named(row.task, "task").config_class, settings).protocol
            lines |= {f"{subject.id}: {told}": None} if told else {}
    return list(lines)
