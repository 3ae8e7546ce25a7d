"""Screens as draw commands; those of a widget are remembered, as most of them stay."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.envs.gui.flow.looks import LOOKS, Brush
from vgym.envs.gui.flow.memory import Memory
from vgym.envs.gui.flow.screen import Screen, Sizes, Widget
from vgym.envs.gui.toolkit.canvas import Canvas
from vgym.envs.gui.toolkit.program import CLIP, KIND, TEXT, P, Program, Q
from vgym.envs.gui.toolkit.themes import THEMES, Theme, mix

_KEPT_WIDGETS = 16384
_GROUND, _BACKDROP = -1, -2


def themes_of(split: str) -> tuple[Theme, ...]:
    """The looks that a split's applications may have."""
    return THEMES["test" if split == "test" else "train"]


class Painter:
    """Turns screens into draw commands; remembers those of each widget, most of which stay.

    Args:
        sizes: sizes of the page.
    """

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._known: Memory[tuple[object, ...], _Fragment] = Memory(_KEPT_WIDGETS)

    def program(self, screen: Screen, theme: Theme) -> Program:
        """A screen's draw commands in a theme."""
        sizes, known = self._sizes, self._known
        fragments = [self._fragment(None, theme, _GROUND)]
        bar = sizes.bar
        for n, widget in enumerate(screen.widgets):
            if screen.modal and n == screen.modal:
                fragments.append(self._fragment(None, theme, _BACKDROP))
                bar = 0  # what follows lies on the dialog
            found = known.recall((widget.look, theme.name, bar))
            fragments.append(found or self._fragment(widget, theme, bar))
        return _joined((sizes.height, sizes.width), fragments)

    def _fragment(self, widget: Widget | None, theme: Theme, bar: int) -> _Fragment:
        """The commands of a widget, or of the ground or the backdrop."""
        sizes = self._sizes
        canvas = Canvas((sizes.height, sizes.width), theme, sizes.text)
        every = (0, 0, sizes.width, sizes.height)
        if widget is not None:
            LOOKS[widget.kind](Brush(canvas, bar), widget)
        elif bar == _BACKDROP:
            canvas.fill(every, (0, 0, 0), alpha=110)
        else:
            desktop = mix(theme.bar, theme.surface, 0.4)
            canvas.fill(every, desktop if theme.platform == "desktop" else theme.page)
        made = canvas.program()
        texts = made.commands[:, KIND] & 255 == TEXT
        fragment = _Fragment(made, texts)
        if widget is not None:
            self._known.keep((widget.look, theme.name, bar), fragment)
        return fragment


class _Fragment(NamedTuple):
    """The commands of one widget, and which of them are texts."""

    program: Program
    texts: NDArray[np.bool_]


def _joined(size_hw: tuple[int, int], fragments: list[_Fragment]) -> Program:
    """One program that draws all fragments in order."""
    programs = [fragment.program for fragment in fragments]
    commands = np.concatenate([p.commands for p in programs])
    texts = np.concatenate([fragment.texts for fragment in fragments])
    counts = [len(p.commands) for p in programs]
    first_clip = _starts([len(p.clips) for p in programs])
    first_glyph = _starts([len(p.glyphs) for p in programs])
    commands[:, CLIP] += np.repeat(first_clip, counts)
    commands[:, P : Q + 1] += (np.repeat(first_glyph, counts) * texts)[:, None]
    return Program(
        size_hw,
        commands,
        np.concatenate([p.clips for p in programs]),
        np.concatenate([p.glyphs for p in programs]),
        tuple(sorted({face for p in programs for face in p.faces})),
    )


def _starts(lengths: list[int]) -> NDArray[np.int32]:
    """Where each of several pieces starts when they are put one after another."""
    return np.cumsum([0, *lengths[:-1]], dtype=np.int32)
