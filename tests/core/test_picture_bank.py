"""The bank of shown pictures, against letterboxing each by itself."""

import threading

import numpy as np
import pytest
import torch

from vgym.core.letterbox import PADDING, fitted, letterbox
from vgym.core.picture_bank import LEFT, TOP, PictureBank, gathered

CPU = torch.device("cpu")
SIZES = [(40, 60), (60, 40), (30, 30), (90, 160), (60, 60)]


def _pictures(colours: int) -> list[np.ndarray]:
    """One of each size; ``colours`` different colours in each at most."""
    random = np.random.default_rng(0)
    palette = random.integers(0, 256, (colours, 3), np.uint8)
    return [palette[random.integers(0, colours, size)] for size in SIZES]


@pytest.mark.parametrize("colours", [1, 2, 256, 257, 5000])
def test_shows_what_letterboxing_does(colours: int) -> None:
    pictures = _pictures(colours)
    bank = PictureBank(pictures.__getitem__, len(pictures), (60, 60), CPU)
    images = torch.zeros(8, 60, 60, 3, dtype=torch.uint8)
    numbers, rows = np.array([4, 0, 1, 2, 3, 4]), torch.tensor([7, 0, 2, 3, 4, 5])
    bank.draw(numbers, images, rows)
    for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
        np.testing.assert_array_equal(images[row], letterbox(pictures[number], (60, 60))[0])
    assert not images[1].any() and not images[6].any()


def test_pictures_may_lie_in_memory_that_nobody_may_write() -> None:
    """As those that Pillow decodes do: torch would warn of each."""
    pictures = _pictures(5000)
    for picture in pictures:
        picture.flags.writeable = False
    bank = PictureBank(pictures.__getitem__, len(pictures), (60, 60), CPU)
    images = torch.zeros(5, 60, 60, 3, dtype=torch.uint8)
    bank.draw(np.arange(5), images, torch.arange(5))
    np.testing.assert_array_equal(images[4], pictures[4])


@pytest.mark.parametrize("room", [1, 60 * 60 * 3 + 1000, 10**9])
@pytest.mark.parametrize("enlarge", [False, True])
def test_any_room_and_the_torch_path_show_the_same(room: int, enlarge: bool) -> None:
    pictures = _pictures(100)
    read: list[int] = []

    def reader(number: int) -> np.ndarray:
        read.append(number)
        return pictures[number]

    bank = PictureBank(reader, 5, (60, 60), CPU, enlarge=enlarge, most_bytes=room)
    whole = PictureBank(pictures.__getitem__, 5, (60, 60), CPU, enlarge=enlarge)
    random = np.random.default_rng(1)
    for _ in range(6):
        numbers = random.integers(0, 5, 20)
        got, want = torch.zeros(2, 20, 60, 60, 3, dtype=torch.uint8)
        bank.draw(numbers, got, torch.arange(20))
        whole.draw(numbers, want, torch.arange(20))
        assert torch.equal(got, want)
        by_torch = gathered(whole._bytes, whole._entries[numbers], 60, 60)
        assert torch.equal(by_torch, want)
    assert bank.used_bytes <= max(room, 60 * 60 * 3 + 768)
    assert len(read) == 5 if room == 10**9 else len(read) > 5


def test_small_pictures_stay_small_where_asked() -> None:
    picture = np.full((10, 20, 3), 200, np.uint8)
    bank = PictureBank(lambda _: picture, 1, (36, 36), CPU, enlarge=False)
    images = torch.zeros(1, 36, 36, 3, dtype=torch.uint8)
    bank.draw(np.zeros(1, np.int64), images, torch.zeros(1, dtype=torch.int64))
    assert (images[0, 13:23, 8:28] == 200).all()
    assert int((images[0] == PADDING).all(-1).sum()) == 36 * 36 - 200


@pytest.mark.parametrize("colours", [100, 5000])
def test_moved_pictures_are_cut_to_the_frame(colours: int) -> None:
    pictures = _pictures(colours)
    bank = PictureBank(pictures.__getitem__, 5, (60, 60), CPU, enlarge=False, part_hw=(90, 90))
    corners = np.array([(0, 0), (-20, 30), (55, -59), (-70, 0), (-100, -29), (60, 0), (0, -60)])
    numbers = np.array([4, 0, 4, 3, 3, 2, 4])
    images = torch.zeros(7, 60, 60, 3, dtype=torch.uint8)
    bank.draw(numbers, images, torch.arange(7), corners)
    for image, number, (left, top) in zip(images, numbers, corners.tolist(), strict=True):
        picture = fitted(pictures[number], (60, 60), enlarge=False, part_hw=(90, 90))
        wide = np.full((300, 300, 3), PADDING, np.uint8)
        high, across = picture.shape[:2]
        wide[120 + top : 120 + top + high, 120 + left : 120 + left + across] = picture
        np.testing.assert_array_equal(image, wide[120:180, 120:180])
    entries = bank._entries[numbers]
    entries[:, [LEFT, TOP]] = corners
    assert torch.equal(gathered(bank._bytes, entries, 60, 60), images)


def test_one_byte_a_pixel_for_few_colours() -> None:
    few, many = _pictures(256)[4], _pictures(5000)[4]
    for picture, size in ((few, 60 * 60 + 768), (many, 3 * 60 * 60)):
        bank = PictureBank(lambda _, p=picture: p, 1, (60, 60), CPU)
        bank.draw(
            np.zeros(1, np.int64),
            torch.zeros(1, 60, 60, 3, dtype=torch.uint8),
            torch.zeros(1, dtype=torch.int64),
        )
        assert bank.used_bytes == size


@pytest.mark.parametrize("room", [1, 10**9])
def test_what_cannot_be_read_is_padding_and_is_not_asked_for_again(room: int) -> None:
    pictures = _pictures(5000)
    read: list[int] = []

    def reader(number: int) -> np.ndarray | None:
        read.append(number)
        return None if number in (1, 3) else pictures[number]

    bank = PictureBank(reader, 5, (60, 60), CPU, most_bytes=room)
    numbers = np.array([3, 0, 1, 2, 3, 4, 0])
    assert bank.readable(numbers).tolist() == [False, True, False, True, False, True, True]
    for _ in range(3):
        images = torch.zeros(7, 60, 60, 3, dtype=torch.uint8)
        bank.draw(numbers, images, torch.arange(7))
        for number, image in zip(numbers.tolist(), images, strict=True):
            bad = number in (1, 3)
            want = (
                np.full((60, 60, 3), PADDING) if bad else letterbox(pictures[number], (60, 60))[0]
            )
            np.testing.assert_array_equal(image, want)
        by_torch = gathered(bank._bytes, bank._entries[[1, 3]], 60, 60)
        assert (by_torch == PADDING).all()
        assert not bank.readable(np.array([1, 3])).any()
    assert read.count(1) == read.count(3) == 1
    assert room == 1 or len(read) == 5


def test_a_picture_lost_since_it_was_dropped_is_not_readable() -> None:
    pictures = dict(enumerate(_pictures(5000)))
    bank = PictureBank(pictures.get, 5, (60, 60), CPU, most_bytes=1)
    assert bank.readable(np.array([0])).all() and bank.readable(np.array([2])).all()
    del pictures[0], pictures[2]
    assert bank.readable(np.array([0, 2])).tolist() == [False, True], "2 is still held"
    assert bank.readable(np.array([1])).all()
    assert not bank.readable(np.array([2])).any()


def test_threads_share_a_bank_that_is_too_small_for_them() -> None:
    pictures = _pictures(5000)
    bank = PictureBank(pictures.__getitem__, 5, (60, 60), CPU, most_bytes=1)
    want = torch.zeros(5, 60, 60, 3, dtype=torch.uint8)
    bank.draw(np.arange(5), want, torch.arange(5))
    wrong = []

    def look(seed: int) -> None:
        random = np.random.default_rng(seed)
        images = torch.zeros(8, 60, 60, 3, dtype=torch.uint8)
        for _ in range(20):
            numbers = random.integers(0, 5, 8)
            bank.draw(numbers, images, torch.arange(8))
            if not torch.equal(images, want[torch.from_numpy(numbers)]):
                wrong.append(numbers)

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
