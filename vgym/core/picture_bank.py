"""Pictures at the size at which they are shown, read when first asked for, shared by all rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.core.letterbox import PADDING, fitted
from vgym.core.shared_sources import SourceLock, make_room
from vgym.row_threads import over_rows

MOST_BYTES = 384 * 2**20
_FIRST_BYTES = 16 * 2**20
_PALETTE = 3 * 256  # bytes before the pixels of a picture of few colours
START, HEIGHT, WIDTH, TOP, LEFT, FEW = range(6)  # of an entry; FEW: one byte a pixel
_UNREADABLE = (0, 0, 0, 0, 0, 0)  # the entry of what cannot be read: nothing but padding
_ROWS_AT_ONCE = 32  # of the torch path, whose indices take 8 bytes a pixel


class PictureBank:
    """Letterboxed pictures, ready to be copied into a batch, in the middle of the frame or moved.

    Only what lies within the padding is kept; of a picture that is not scaled and has at most 256
    colours, as screens often have, one byte a pixel. When `most_bytes` are full all are dropped and
    read again as needed, so a smaller bank is slower and shows the same.

    A picture that cannot be read is asked for no more, and never raises: `readable` tells before an
    episode begins, and one that has begun shows padding alone.

    Args:
        read: the picture of a number, (h, w, 3) uint8, or None if it cannot be read.
        count: numbers run from 0 to count - 1.
        size_hw: height and width to show at.
        device: where pictures are kept, and where the batch is.
        enlarge: whether a picture smaller than the frame is scaled up to it.
        part_hw: how much of a larger picture fits the frame at once (`letterbox.fitted_hw`).
        most_bytes: to keep; at least one picture is.

    Attributes:
        used_bytes: kept at present.
    """

    def __init__(
        self,
        read: Callable[[int], NDArray[np.uint8] | None],
        count: int,
        size_hw: tuple[int, int],
        device: torch.device,
        *,
        enlarge: bool = True,
        part_hw: tuple[int, int] | None = None,
        most_bytes: int | None = None,
    ) -> None:
        self.size_hw, self.enlarge, self.part_hw = size_hw, enlarge, part_hw
        self._read = read
        self._most = MOST_BYTES if most_bytes is None else most_bytes
        self._bytes = torch.empty(min(self._most, _FIRST_BYTES), dtype=torch.uint8, device=device)
        self._entries = np.full((count, 6), -1, np.int64)
        self._was_read = np.zeros(count, np.bool_)
        self.used_bytes = 0
        self._one_at_a_time = SourceLock()  # environments of several threads share a bank

    def readable(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether the pictures of those numbers can be shown; they are read as need be.

        One that has been read is taken to be readable still where there is no room to keep it.
        """
        with self._one_at_a_time:
            held = self._hold(numbers)
            for number in np.unique(numbers[~held & ~self._was_read[numbers]]).tolist():
                self._keep(number)
            readable: NDArray[np.bool_] = self._entries[numbers, HEIGHT] != 0
            return readable

    def draw(
        self,
        numbers: NDArray[np.int64],
        images: Tensor,
        rows: Tensor,
        corners: NDArray[np.int64] | None = None,
    ) -> None:
        """Show pictures in some rows of a batch, in as many rounds as the bank is too small for.

        Args:
            numbers: (k,) of the pictures.
            images: (B, H, W, 3) uint8, contiguous.
            rows: (k,) int64, on the device of ``images``.
            corners: (k, 2) x, y of the frame where their upper left corners come to lie, inside of
                it or not; None: they lie in its middle.
        """
        waiting = np.arange(len(numbers))
        with self._one_at_a_time:
            while len(waiting):
                ready = self._hold(numbers[waiting])
                part = waiting[ready]
                chosen = rows[torch.from_numpy(part).to(rows.device)]
                entries = self._entries[numbers[part]]
                if corners is not None:
                    entries[:, [LEFT, TOP]] = corners[part]
                show(images, chosen, self._bytes, entries)
                waiting = waiting[~ready]

    def _hold(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Read what is missing as far as there is room; which of the numbers are held now."""
        held: NDArray[np.bool_] = self._entries[numbers, START] >= 0
        if held.all():
            return held
        missing = np.unique(numbers[~held]).tolist()
        if all(map(self._keep, missing)):
            return np.ones_like(held)
        held = self._entries[numbers, START] >= 0
        if held.any():
            return held  # these are drawn before anything is dropped
        self._entries[self._entries[:, HEIGHT] > 0, START] = -1
        self.used_bytes = 0
        all(map(self._keep, missing))
        held = self._entries[numbers, START] >= 0
        return held

    def _keep(self, number: int) -> bool:
        """Read a picture into the bank; False where there is no room left."""
        original = self._read(number)
        self._was_read[number] = True
        if original is None:
            self._entries[number] = _UNREADABLE
            return True
        source_hw = (original.shape[0], original.shape[1])
        shown = fitted(original, self.size_hw, enlarge=self.enlarge, part_hw=self.part_hw)
        height, width = shown.shape[:2]
        top, left = (self.size_hw[0] - height) // 2, (self.size_hw[1] - width) // 2
        packed = _with_palette(shown) if source_hw == (height, width) else None
        pixels = shown.reshape(-1) if packed is None else packed
        end = self.used_bytes + len(pixels)
        if self.used_bytes and end > self._most:
            return False
        if end > len(self._bytes):
            larger = torch.empty(
                max(end, min(self._most, 2 * len(self._bytes))),
                dtype=torch.uint8,
                device=self._bytes.device,
            )
            larger[: self.used_bytes] = self._bytes[: self.used_bytes]
            self._bytes = larger
            make_room(larger.nbytes)
        self._bytes[self.used_bytes : end] = torch.from_numpy(
            np.require(pixels, requirements="W")  # torch warns of memory of a decoder's own
        )
        start, self.used_bytes = self.used_bytes, end
        self._entries[number] = start, height, width, top, left, packed is not None
        return True


def show(images: Tensor, rows: Tensor, pixels: Tensor, entries: NDArray[np.int64]) -> None:
    """Copy pictures of a bank into rows of a batch, with their padding, cut to the frame.

    Args:
        images: (B, H, W, 3) uint8, contiguous.
        rows: (k,) int64.
        pixels: (n,) uint8, the bank.
        entries: (k, 6) of the bank.
    """
    if images.device.type == "cpu":
        height, width = images.shape[1:3]
        flat = images.view(len(images), -1).numpy()
        held, onto = pixels.numpy(), rows.numpy()

        def copy(part: slice) -> None:
            _show_kernel(flat, height, width, onto[part], held, entries[part])

        over_rows(copy, len(onto), height * width // 8)  # a pixel is copied, not painted
        return
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        images[rows[part]] = gathered(pixels, entries[part], images.shape[1], images.shape[2])


def gathered(pixels: Tensor, entries: NDArray[np.int64], height: int, width: int) -> Tensor:
    """(k, height, width, 3) uint8: the pictures of `show`, by torch alone."""
    entry = torch.from_numpy(entries).to(pixels.device)[:, :, None, None]
    start, high, wide, top, left, few = entry.unbind(1)
    y = torch.arange(height, device=pixels.device)[None, :, None] - top
    x = torch.arange(width, device=pixels.device)[None, None, :] - left
    inside = (y >= 0) & (y < high) & (x >= 0) & (x < wide)
    place = torch.where(inside, y * wide + x, 0)
    number = pixels[(start + torch.where(few > 0, _PALETTE + place, 0))].long()
    first = torch.where(few > 0, start + 3 * number, start + 3 * place)
    colour = torch.stack([pixels[first + channel] for channel in range(3)], -1)
    return torch.where(inside[..., None], colour, colour.new_tensor(PADDING))


@compiled
def _show_kernel(
    images: NDArray[np.uint8],
    height: int,
    width: int,
    rows: NDArray[np.int64],
    pixels: NDArray[np.uint8],
    entries: NDArray[np.int64],
) -> None:
    for i in range(rows.shape[0]):
        image = images[rows[i]]
        start, high, wide = entries[i, START], entries[i, HEIGHT], entries[i, WIDTH]
        top, left = entries[i, TOP], entries[i, LEFT]
        few = entries[i, FEW] > 0
        # What of the picture lies within the frame.
        first, last = max(0, -top), min(high, height - top)
        near, far = max(0, -left), min(wide, width - left)
        if first >= last or near >= far:
            _pad(image, 0, 3 * width * height)
            continue
        _pad(image, 0, 3 * width * (top + first))
        _pad(image, 3 * width * (top + last), 3 * width * height)
        if far - near == width and wide == width and not few:
            begin = 3 * width * (top + first)
            _copy(image, begin, pixels, start + 3 * first * wide, 3 * (last - first) * wide)
            continue
        for y in range(first, last):
            row = 3 * width * (top + y)
            begin, end = row + 3 * (left + near), row + 3 * (left + far)
            _pad(image, row, begin)
            _pad(image, end, row + 3 * width)
            place = y * wide + near
            if few:
                numbers = pixels[start + _PALETTE + place :]
                palette, line = pixels[start : start + _PALETTE], image[begin:]
                for x in range(far - near):
                    colour = 3 * np.int64(numbers[x])
                    line[3 * x] = palette[colour]
                    line[3 * x + 1] = palette[colour + 1]
                    line[3 * x + 2] = palette[colour + 2]
            else:
                _copy(image, begin, pixels, start + 3 * place, end - begin)


@compiled
def _pad(image: NDArray[np.uint8], begin: int, end: int) -> None:
    line = image[begin:end]
    for n in range(line.shape[0]):
        line[n] = PADDING


@compiled
def _copy(
    image: NDArray[np.uint8], begin: int, pixels: NDArray[np.uint8], start: int, count: int
) -> None:
    # Of loops whose index counts up from 0 the compiler makes block copies; of slices it does not.
    target, source = image[begin : begin + count], pixels[start : start + count]
    for n in range(count):
        target[n] = source[n]


def _with_palette(image: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """A picture of at most 256 colours as palette and numbers, or None."""
    packed = np.empty(_PALETTE + image.shape[0] * image.shape[1], np.uint8)
    few = _number_colours(np.ascontiguousarray(image).reshape(-1, 3), packed)
    return packed if few else None


@compiled
def _number_colours(pixels: NDArray[np.uint8], packed: NDArray[np.uint8]) -> bool:
    """Write palette and numbers; False at the 257th colour. A hash table of 1024 places."""
    keys = np.full(1024, -1, np.int64)
    numbers = np.zeros(1024, np.uint8)
    count = 0
    packed[:_PALETTE] = 0
    for i in range(pixels.shape[0]):
        key = np.int64(pixels[i, 0]) << 16 | np.int64(pixels[i, 1]) << 8 | np.int64(pixels[i, 2])
        place = (key * 2654435761 >> 12) & 1023
        while keys[place] >= 0 and keys[place] != key:
            place = (place + 1) & 1023
        if keys[place] < 0:
            if count == 256:
                return False
            keys[place], numbers[place] = key, count
            copy_into(packed[3 * count :], pixels[i])
            count += 1
        packed[_PALETTE + i] = numbers[place]
    return True
