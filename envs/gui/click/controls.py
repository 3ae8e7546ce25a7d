"""The controls of a screen as arrays: what a perfect detector would find in its picture.

Those that are switched off, and those on which others lie, are left out: no words ask for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.keys import stream
from vgym.core.task import Candidates
from vgym.envs.gui.click.types import State
from vgym.envs.gui.elements import Element, Page
from vgym.envs.gui.referring.expressions import holding

_KINDS = ("role", "text", "icon", "colour")
_MARKS = ("written on", "with an icon", "brightness")
_SIZES = (1 / 3, 2 / 3)  # of the controls of a page: where the middle ones begin and end


class Controls(NamedTuple):
    """The n controls of a page that can be asked for."""

    boxes: NDArray[np.float32]  # (n, 4) xyxy, pixels of the page
    kinds: NDArray[np.int64]  # (n, 4) a number for each thing that can be said of them
    marks: NDArray[np.float32]  # (n, 3)
    elements: NDArray[np.int64]  # (n,) which of the page's

    @classmethod
    def of(cls, page: Page) -> Controls:
        """Those of a page, in its order."""
        boxes = np.array([element.box for element in page.elements], np.float64).reshape(-1, 4)
        holds = holding(boxes).tolist()
        kept = [i for i, each in enumerate(page.elements) if each.enabled and not holds[i]]
        some = [page.elements[i] for i in kept]
        return cls(
            np.array([element.box for element in some], np.float32).reshape(-1, 4),
            np.array([_kinds(element) for element in some], np.int64).reshape(-1, len(_KINDS)),
            np.array([_marks(element) for element in some], np.float32).reshape(-1, len(_MARKS)),
            np.array(kept, np.int64),
        )

    @property
    def sizes(self) -> NDArray[np.float32]:
        """(n,) pixels that each takes of the page."""
        found: NDArray[np.float32] = (self.boxes[:, 2:] - self.boxes[:, :2]).prod(1)
        return found

    @property
    def middling_size(self) -> float:
        """Pixels that the control in the middle of all sizes takes."""
        return float(np.median(self.sizes))

    def looks(self) -> NDArray[np.int64]:
        """(n,) a number for each sort of look: its role, what is on it and whether that comes
        again, and whether it is small, middling or large among the others."""
        role, text, icon = self.kinds.T[:3]
        written, drawn = self.marks.T[:2] > 0
        said = [role, written, written & _again(text), drawn, drawn & _again(icon)]
        size = np.searchsorted(np.quantile(self.sizes, _SIZES), self.sizes)
        sorts = np.stack([*said, size], axis=1)
        found: NDArray[np.int64] = np.unique(sorts, axis=0, return_inverse=True)[1].reshape(-1)
        return found


def seen(state: State, controls: Callable[[int], Controls], size_hw: tuple[int, int]) -> Candidates:
    """What shows of the controls of each row's page, as it lies in the frame.

    Args:
        state: of B rows. controls: those of a page, by its number.
    """
    pages, place = np.unique(state.page.cpu().numpy(), return_inverse=True)
    found = [controls(page) for page in pages.tolist()]
    height, width = size_hw
    frame = np.array([width, height, width, height], np.float32)
    view = state.letterbox.cpu().numpy()
    scale, corner = (np.tile(part, 2)[:, None] for part in (view[:, :2], view[:, 2:]))
    boxes = (_padded([each.boxes for each in found])[place] * scale + corner).clip(0, frame)
    target = state.target_boxes[:, :1].cpu().numpy().clip(0, frame)
    meant = (boxes == target).all(-1)
    count = np.array([len(each.boxes) for each in found])[place]
    there = np.arange(boxes.shape[1]) < count[:, None]
    shown = ((boxes[..., 2:] - boxes[..., :2]) >= 1).all(-1) | meant
    kinds = _padded([each.kinds for each in found])[place]
    marks = _padded([each.marks for each in found])[place]
    device = state.page.device
    return Candidates(
        torch.from_numpy(boxes).to(device),
        torch.from_numpy(there & shown).to(device),
        torch.from_numpy(there & meant).to(device),
        {name: torch.from_numpy(kinds[..., i]).to(device) for i, name in enumerate(_KINDS)},
        {name: torch.from_numpy(marks[..., i]).to(device) for i, name in enumerate(_MARKS)},
    )


def _kinds(element: Element) -> tuple[int, ...]:
    said = (element.role, element.text, element.icon, str(element.colour))
    return tuple(int(stream(words)) >> 1 for words in said)


def _marks(element: Element) -> tuple[float, ...]:
    brightness = sum(element.colour) / 765
    return float(element.text != ""), float(element.icon != ""), brightness


def _again(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whether another is the same."""
    _, place, count = np.unique(numbers, return_inverse=True, return_counts=True)
    return np.asarray(count[place.reshape(-1)] > 1)


def _padded(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """(U, N, k) of U arrays (n, k), zeros behind the n."""
    most = max(len(array) for array in arrays)
    return np.stack([np.pad(a, ((0, most - len(a)), (0, 0))) for a in arrays])
