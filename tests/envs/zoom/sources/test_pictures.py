"""Annotated pictures: parts that share nothing, turns that keep truth, frames read right."""

import itertools

import numpy as np
import pytest

from vgym.asset_files import json_asset
from vgym.core.windows import Pyramid
from vgym.envs.zoom.sources.pictures.annotated import Crowd, annotated
from vgym.envs.zoom.sources.pictures.fences import CORNERS, FEWEST, LARGEST, MOST, fences_of
from vgym.envs.zoom.sources.pictures.source import Aerial, AnnotatedPictures, OldMap
from vgym.envs.zoom.sources.pictures.wholes import BLANK, Whole
from vgym.envs.zoom.sources.red_frames import FRAME_COLOUR, draw_frame
from vgym.envs.zoom.types import QUESTIONS, ZoomConfig

SPLITS = ("train", "val", "test")
KEYS = np.arange(300, dtype=np.uint64)
SOURCES = {"aerial": Aerial, "oldmap": OldMap}


def opened(name: str, split: str = "train", answer: str = "box") -> AnnotatedPictures:
    return SOURCES[name](ZoomConfig(source=name, split=split, answer=answer))


@pytest.mark.parametrize("source", SOURCES.values())
def test_annotations_lie_in_one_part_and_parts_share_nothing(
    source: type[AnnotatedPictures],
) -> None:
    for entry in json_asset(source.asset)["pictures"]:
        height, width = entry["size_hw"]
        for box in entry["parts"].values():
            assert 0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height
        for one, other in itertools.combinations(entry["parts"].values(), 2):
            shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
            assert (shared <= 0).any()
        names = [thing["name"] for thing in entry["things"]]
        assert len(set(names)) == len(names)
    found = [
        thing for split in SPLITS for p in annotated(source.asset, split) for thing in p.things
    ]
    told = [thing for entry in json_asset(source.asset)["pictures"] for thing in entry["things"]]
    assert len(found) == len(told) >= 50
    assert len({thing.name for thing in found}) == len(found)  # no name in two splits


@pytest.mark.parametrize("turn", range(8))
def test_a_turned_whole_shows_boxes_where_it_says(turn: int) -> None:
    picture = np.zeros((90, 120, 3), np.uint8)
    picture[31:39, 52:72] = 200
    whole = Whole((20.0, 10.0), (80.0, 60.0), turn)
    box = np.array([52.0, 31.0, 72.0, 39.0])
    placed = whole.of_picture(box)
    np.testing.assert_array_equal(whole.to_picture(placed), box)
    height, width = whole.size_hw
    assert (placed[:2] >= 0).all() and placed[2] <= width and placed[3] <= height
    image = np.empty((int(height), int(width), 3), np.uint8)
    whole.paint(Pyramid(picture), np.array([0, 0, width, height]), image)
    rows, columns = np.nonzero(image[..., 0])
    x0, y0, x1, y1 = placed
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x0, y0, x1, y1)
    beyond = Whole((-30.0, 10.0), (80.0, 60.0), turn)
    beyond.paint(Pyramid(picture), np.array([0, 0, width, height]), image)
    assert (image == BLANK).all(-1).sum() == 30 * 60
    for corner in CORNERS:  # of the picture, marked in it
        marked = picture.copy()
        x, y = int(20 + 79 * corner[0]), int(10 + 59 * corner[1])
        marked[y, x] = 255
        whole.paint(Pyramid(marked), np.array([0, 0, width, height]), image)
        there = whole.direction(corner)
        assert image[int(there[1] * (height - 1)), int(there[0] * (width - 1)), 0] == 255


def test_a_frame_is_drawn_outside_of_what_it_frames() -> None:
    image = np.zeros((50, 100, 3), np.uint8)
    draw_frame(np.array([20.0, 20.0, 40.0, 30.0]), np.array([10.0, 10.0, 60.0, 35.0]), image)
    red = (image == FRAME_COLOUR).all(-1)
    assert red[18:20, 18:62].all() and red[40:42, 18:62].all() and not red[20:40, 20:60].any()
    assert red.sum() == 2 * 2 * (44 + 20)
    before = image.copy()
    draw_frame(np.array([-1e9, -1e9, -1e8, -1e8]), np.array([10.0, 10.0, 60.0, 35.0]), image)
    draw_frame(np.array([-1e9, -1e9, 1e9, 1e9]), np.array([10.0, 10.0, 18.0, 14.0]), image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("split", SPLITS)
def test_frames_say_what_is_true_of_the_boxes(split: str) -> None:
    for picture in annotated(Aerial.asset, split):
        crowd = picture.crowd
        if crowd is None:
            continue
        fences = fences_of(crowd)
        assert len(fences.counted) >= 40 * crowd.countable and len(fences.related) >= 100
        assert crowd.countable or not len(fences.counted)
        assert set(fences.relations.tolist()) == set(range(6))
        frames = np.concatenate([fences.counted, fences.related])
        assert (frames[:, :2] >= crowd.area[:2]).all() and (frames[:, 2:] <= crowd.area[2:]).all()
        for frame, count in zip(fences.counted, fences.counts, strict=True):
            assert FEWEST <= count <= MOST and len(within(crowd, frame)) == count
        related = zip(fences.related, fences.relations, fences.targets, strict=True)
        for frame, relation, target in related:
            inside = within(crowd, frame)
            assert any((box == target).all() for box in inside)
            if relation == LARGEST:
                best = max(inside, key=lambda box: np.prod(box[2:] - box[:2]))
            else:
                spot = (0.5, 0.5) if relation == 1 else CORNERS[relation - 2]
                point = frame[:2] + np.array(spot) * (frame[2:] - frame[:2])
                best = min(
                    inside, key=lambda box, p=point: np.hypot(*((box[:2] + box[2:]) / 2 - p))
                )
            np.testing.assert_array_equal(best, target)


def within(crowd: Crowd, frame: np.ndarray) -> list[np.ndarray]:
    """The boxes whose middle is in the frame, one by one."""
    x0, y0, x1, y1 = frame
    middles = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in crowd.boxes]
    return [
        box for box, (x, y) in zip(crowd.boxes, middles, strict=True) if x0 < x < x1 and y0 < y < y1
    ]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", SOURCES)
def test_targets_are_what_the_words_say(name: str, split: str) -> None:
    source = opened(name, split)
    asked = source.reset(KEYS)
    words = source.instructions(asked, list(range(len(KEYS))))
    for row, key in enumerate(KEYS):
        plan = source._plan(int(key))
        picture = source.pictures[plan.picture]
        back = plan.whole.to_picture(asked.target_boxes[row, 0].numpy())
        if QUESTIONS[int(asked.kind[row])] == "locate":
            thing = next(t for t in picture.things if words[row] == f"{source.verb} {t.name}")
            np.testing.assert_allclose(back, thing.box)
        else:
            assert picture.crowd is not None and picture.crowd.one in words[row]
            assert (picture.crowd.boxes == back).all(1).any()
        corner, size = np.array(plan.whole.corner), np.array(plan.whole.size)
        shown = np.minimum(corner + size, picture.room) - np.maximum(corner, 0)
        assert (shown >= 0.55 * size).all()


@pytest.mark.parametrize("name", SOURCES)
def test_choices_hold_the_truth_once_anywhere(name: str) -> None:
    source = opened(name, answer="choice")
    asked = source.reset(KEYS)
    texts = source.instructions(asked, list(range(len(KEYS))))
    for text, right in zip(texts, asked.right.tolist(), strict=True):
        options = [each.split(" ", 1)[1] for each in text.split("? ")[1].split(", ")]
        assert len(options) == len(set(options)) == 6 and 0 <= right < 6
    shares = np.bincount(asked.right.numpy(), minlength=6) / len(KEYS)
    assert shares.max() < 0.25


@pytest.mark.parametrize("name", SOURCES)
def test_a_thing_may_lie_anywhere_in_its_whole(name: str) -> None:
    """What is learned by heart of a name is no place: over its episodes it is spread out."""
    source = opened(name)
    asked = source.reset(np.arange(4000, dtype=np.uint64))
    middle = (asked.target_boxes[:, 0, :2] + asked.target_boxes[:, 0, 2:]) / 2
    places = (middle / asked.whole_hw.flip(1)).numpy()
    words = np.array(source.instructions(asked, list(range(4000))))
    spread = [places[words == each].std(0).max() for each in np.unique(words)]
    assert np.median(spread) > 0.1
