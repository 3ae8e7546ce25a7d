"""VGui-v0: its sources, splits, difficulty, rewards and metrics."""

import json
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from rollouts import unseen
from sampling import one_in

from vgym.core.letterbox import PADDING
from vgym.data import DataError
from vgym.envs.gui.click.screens import load_screens
from vgym.envs.gui.click.shown_pages import ShownPages
from vgym.envs.gui.click.types import GuiConfig
from vgym.envs.gui.referring.expressions import LEVELS

SIZE = (200, 320)
SOURCES: dict[str, dict[str, Any]] = {"screens": {}, "synthetic": {"pages": 16}}


def _envs(num_envs: int = 16, **settings: Any) -> Any:
    return gymnasium.make_vec("VGui-v0", num_envs=num_envs, **{"image_size": SIZE, **settings})


def _state(envs: Any) -> Any:
    return envs.unwrapped.state


@pytest.mark.parametrize(
    ("split", "answer", "source"),
    one_in(5, ["train", "val", "test"], ["point", "box"], list(SOURCES)),
)
def test_the_oracle_solves_everything(split: str, answer: str, source: str) -> None:
    envs = unseen(_envs(64, source=source, answer=answer, split=split, **SOURCES[source]))
    envs.reset(seed=0)
    for _ in range(2):
        _, reward, _, _, info = envs.step(envs.unwrapped.oracle())
        assert info["success"].all() and info["hit"].all() and (reward > 0.99).all()
        assert (info["distance_px"] < 0.01).all() and (info["target_share"] > 0).all()
        envs.reset()


@pytest.mark.parametrize("source", list(SOURCES))
@pytest.mark.parametrize("difficulty", [0.0, 0.5, 1.0])
def test_a_grid_can_say_where_every_control_is(source: str, difficulty: float) -> None:
    envs = _envs(64, source=source, action="grid", difficulty=difficulty, **SOURCES[source])
    envs.reset(seed=0)
    assert envs.step(envs.unwrapped.oracle())[4]["success"].all()


def test_a_grid_that_cannot_say_where_controls_are_is_refused_with_a_cure() -> None:
    assert _envs(1, action="grid", image_size=(800, 1280)).single_action_space.n == 160**2
    with pytest.raises(ValueError, match=r"answer='box' need 547 cells.*action='pixel'.*grid=256"):
        _envs(1, action="grid", answer="box", image_size=(800, 1280))


def test_a_grid_too_coarse_for_the_smallest_control_is_taken_with_a_warning() -> None:
    asked = {"action": "grid", "image_size": (800, 1280)}
    with pytest.warns(UserWarning, match="grid=40 cannot .* need 160 cells a side; take grid=160"):
        assert _envs(1, grid=40, **asked).single_action_space.n == 40**2
    with pytest.warns(UserWarning, match="need 547 cells a side; take action='pixel' for all"):
        _envs(1, answer="box", grid=40, **asked)
    assert _envs(1, grid=160, **asked).single_action_space.n == 160**2


@pytest.mark.parametrize("source", list(SOURCES))
def test_the_middle_and_chance_pay_next_to_nothing(source: str) -> None:
    envs = _envs(256, source=source, **SOURCES[source])
    envs.reset(seed=0)
    middle = envs.step(np.full((256, 2), 0.5, np.float32))
    assert middle[1].mean() < 0.1 and middle[4]["success"].mean() < 0.1
    envs.reset(seed=1)
    envs.action_space.seed(0)
    assert envs.step(envs.action_space.sample())[1].mean() < 0.1


def test_all_levels_are_asked_alike() -> None:
    task = _envs(1, image_size=36).unwrapped.task
    state = task.reset(np.arange(800, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    counts = torch.bincount(state.level, minlength=4)
    assert len(counts) == len(LEVELS) and int(counts.min()) > 140


def test_difficulty_makes_targets_smaller() -> None:
    shares = []
    for difficulty in (0.0, 0.5, 1.0):
        envs = _envs(1, difficulty=difficulty)
        task = envs.unwrapped.task
        state = task.reset(np.arange(400, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        box = state.target_boxes[:, 0]
        shares.append(float((box[:, 2:] - box[:, :2]).prod(-1).log().mean().exp()))
    assert shares[0] > 1.3 * shares[1] > 1.7 * shares[2]


def test_what_is_asked_for_looks_like_what_there_is() -> None:
    """Of each page a look is asked for as often as it stands there beside those that can be."""
    queries = ShownPages(GuiConfig(image_size=SIZE))._mine
    _, first, look = np.unique(queries.looks, return_index=True, return_inverse=True)
    page = queries.page[first]

    def shares(counts: NDArray[Any]) -> NDArray[Any]:
        of_looks: NDArray[Any] = counts / np.bincount(page, counts)[page]
        return of_looks

    there = shares(queries.often[first])
    asked, unweighed = shares(np.bincount(look, queries.weight)), shares(np.bincount(look))
    assert abs(asked - there).mean() < 0.4 * abs(unweighed - there).mean()
    assert queries.weight.max() < 0.02 * queries.weight.sum()


def test_screens_lie_in_the_frame_as_the_view_says_and_are_never_enlarged() -> None:
    envs = _envs(16, image_size=(900, 1300))
    observation, info = envs.reset(seed=list(range(0, 128, 8)))
    state, screens = _state(envs), load_screens("screens").usable
    assert "view" not in info, "where the screen lies is to be seen"
    pages = state.page.tolist()
    info = envs.step(envs.unwrapped.oracle())[4]
    assert (info["view"][:, :2] <= 1).all() and info["_view"].all()
    for row in range(16):
        screen = screens[pages[row]]
        scale_x, _, left, top = info["view"][row]
        if scale_x == 1:
            pixels = np.asarray(Image.open(screen.image).convert("RGB"))
            want = np.full((900, 1300, 3), PADDING, np.uint8)
            x, y = int(left), int(top)
            seen = pixels[max(0, -y) : 900 - y, max(0, -x) : 1300 - x]
            want[max(0, y) :, max(0, x) :][: seen.shape[0], : seen.shape[1]] = seen
            np.testing.assert_array_equal(observation["image"][row], want)


@pytest.mark.parametrize("size", [SIZE, (800, 1280), (300, 120)], ids=str)
def test_what_the_words_name_is_whole_in_the_frame(size: tuple[int, int]) -> None:
    source = ShownPages(GuiConfig(image_size=size, difficulty=0.0))
    keys = np.arange(500, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    chosen, queries = source._drawn(keys), source._mine
    state = source._at(chosen, source._moved(keys, chosen))
    view = state.letterbox.numpy()
    keep = queries.keep[state.query] * view[:, [0, 1, 0, 1]] + view[:, [2, 3, 2, 3]]
    frame = np.array(size[::-1])
    inside = (keep[:, :2] > -1) & (keep[:, 2:] < frame + 1)
    fits = keep[:, 2:] - keep[:, :2] < frame - 1
    assert (inside | ~fits).all() and fits.mean() > 0.95
    again = source._moved(keys + np.uint64(1), chosen)
    assert (again != view[:, 2:]).any(1).mean() > 0.9


@pytest.mark.slow
def test_the_bank_at_full_size_stays_under_400_mb() -> None:
    task = _envs(1, image_size=(1440, 2560)).unwrapped.task
    bank, count = task.source.bank, len(load_screens("screens").usable)
    images = torch.zeros(1, 1440, 2560, 3, dtype=torch.uint8)
    for number in range(count):
        bank.draw(np.array([number]), images, torch.zeros(1, dtype=torch.int64))
    assert int((bank._entries[:, 0] >= 0).sum()) == count, "the bank had to drop pictures"
    assert bank.used_bytes < 400e6


def test_environments_of_one_process_share_their_screens() -> None:
    one, two = _envs(2), gymnasium.make("VGui-v0", image_size=SIZE)
    assert one.unwrapped.task.source.bank is two.unwrapped.task.source.bank
    assert _envs(2, image_size=64).unwrapped.task.source.bank is not two.unwrapped.task.source.bank


def test_synthetic_pages_do_not_depend_on_what_else_was_made() -> None:
    first = _envs(8, source="synthetic", pages=50, difficulty=0.31)
    a = first.reset(seed=3)[0]["image"]
    _envs(8, source="synthetic", pages=50, difficulty=0.31).reset(seed=90)
    alone = gymnasium.make(
        "VGui-v0", image_size=SIZE, source="synthetic", pages=50, difficulty=0.31
    )
    np.testing.assert_array_equal(alone.reset(seed=5)[0]["image"], a[2])


POINT = ("dense", "sparse", "infigui-g1", "se-gui", "gui-r1", "ui-r1", "ssl")
BOX = ("dense", "sparse", "gui-g2", "gui-g1", "gui-rcpo", "ssl")


@pytest.mark.parametrize(
    ("answer", "reward"), [("point", name) for name in POINT] + [("box", name) for name in BOX]
)
def test_recipes_pay_the_truth_most(answer: str, reward: str) -> None:
    envs = _envs(32, answer=answer, reward=reward)
    envs.reset(seed=0)
    truth = envs.step(envs.unwrapped.oracle())[1]
    envs.reset(seed=0)
    corner = np.zeros((32, 2 if answer == "point" else 4), np.float32)
    if answer == "box":
        corner[:] = (0.0, 0.0, 0.02, 0.02)
    assert truth.mean() > envs.step(corner)[1].mean() or reward == "gui-rcpo"  # knows no truth


def test_answers_of_equal_seeds_are_a_group() -> None:
    envs = _envs(4, answer="box", reward="gui-rcpo")
    envs.reset(seed=[5, 5, 5, 9])
    boxes = np.array([[0.1, 0.1, 0.3, 0.3]] * 2 + [[0.6, 0.6, 0.8, 0.8]] * 2, np.float32)
    reward = envs.step(boxes)[1]
    assert reward[:2].tolist() == [1, 1] and reward[2] == pytest.approx(0.5) and reward[3] == 1


def test_a_recipe_for_boxes_names_the_answer_that_it_lacks() -> None:
    with pytest.raises(ValueError, match=r"prediction_boxes, which VGui-v0 does not state"):
        _envs(1, reward="gui-g2")


def test_clicks_at_the_edge_and_outside() -> None:
    env = gymnasium.make("VGui-v0", image_size=SIZE)
    env.reset(seed=0)
    for corner in ((0.0, 0.0), (1.0, 1.0)):
        _, reward, _, _, info = env.step(np.array(corner, np.float32))
        assert np.isfinite(reward) and np.isfinite(info["distance_px"])
        env.reset(seed=0)
    with pytest.raises(gymnasium.error.InvalidAction, match=r"ClipAction|outside"):
        env.step(np.array([1.2, 0.5], np.float32))


# -- screens of one's own ---------------------------------------------------------------------


def _captured(folder: Path, **changes: Any) -> Path:
    Image.new("RGB", (120, 80), (240, 240, 240)).save(folder / "a.png")
    element = {"box": [10, 10, 50, 30], "role": "button", "name": "Save", "text": "Save",
               "enabled": True, "icon": "", "colour": [10, 20, 30]}  # fmt: skip
    other = {**element, "box": [60, 10, 100, 30], "name": "Open", "text": "Open"}
    screen = {
        "image": "a.png",
        "size": [120, 80],
        "page": "a",
        "platform": "web",
        "theme": "light",
        "title": "A",
        "split": "train",
        "elements": [element, other],
    }
    screen |= changes
    (folder / "screens.jsonl").write_text(json.dumps(screen) + "\n", encoding="utf-8")
    return folder


def test_captured_screens_are_a_source(tmp_path: Path) -> None:
    envs = _envs(4, source=str(_captured(tmp_path)))
    observation, _ = envs.reset(seed=0)
    assert observation["instruction"].dtype == np.int32
    assert envs.step(envs.unwrapped.oracle())[4]["success"].all()
    with pytest.raises(DataError, match="no screens for split='test'"):
        _envs(1, source=str(tmp_path), split="test")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": [60, 80]}, "'size' says"),
        ({"size": "large"}, "'size' must be"),
        ({"image": "../a.png"}, "paths must stay under"),
        ({"image": "b.png"}, "b.png"),
        ({"elements": 3}, "'elements' must be"),
        ({"elements": [7]}, "an element must be an object"),
        ({"elements": [{"box": [0, 0, 500, 10], "role": "a", "colour": [1, 2, 3]}]}, "outside the"),
        ({"elements": [{"box": [0, 0, None, 10], "role": "a"}]}, "'box' must be 4 numbers"),
        (
            {"elements": [{"box": [0.1, 0.1, 0.5, 0.4], "role": "a", "colour": [1, 2, 3]}]},
            "1 of 1 boxes are under a pixel.*multiply fractions by 'size'",
        ),
        ({"elements": []}, "no control of its screens"),
        ({"title": "x" * 5000}, "at most 1000 characters"),
    ],
)
def test_broken_screens_are_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        _envs(1, source=str(_captured(tmp_path, **changes)))


def test_a_data_set_is_asked_in_its_own_words(tmp_path: Path) -> None:
    Image.new("RGB", (300, 150), (9, 99, 199)).save(tmp_path / "shot.png")
    lines = [
        {"image": "shot.png", "expression": "open “mail” \u2603", "boxes": [[30, 30, 60, 60]]},
        {"image": "shot.png", "expression": "two", "boxes": [[0, 0, 5, 5], [9, 9, 20, 20]]},
    ]
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    envs = _envs(3, source=str(file))
    observation, _ = envs.reset(seed=0)
    assert list(observation["instruction"]) == ["open “mail” \u2603"] * 3
    _, _, _, _, info = envs.step(envs.unwrapped.oracle())
    assert info["success"].all()
    assert _state(envs).level.tolist() == [-1] * 3


@pytest.mark.parametrize("source", list(SOURCES))
def test_what_is_asked_for_is_one_of_the_controls_that_show(source: str) -> None:
    envs = _envs(32, source=source, image_size=(100, 160), **SOURCES[source])
    envs.reset(seed=0)
    found = envs.unwrapped.task.candidates(_state(envs))
    assert ((found.target & found.mask).sum(1) == 1).all() and found.mask.sum(1).min() > 1
    boxes = found.boxes[found.target]
    assert (boxes == _state(envs).target_boxes[:, 0]).all()
    within = torch.tensor([160, 100, 160, 100])
    assert (found.boxes[found.mask] >= 0).all() and (found.boxes[found.mask] <= within).all()
    assert not (found.target & ~found.mask).any()
    for name, numbers in (*found.kinds.items(), *found.marks.items()):
        assert numbers.shape == found.mask.shape, name


def test_nobody_listed_the_controls_of_a_data_set(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    record = {"image": "a.png", "expression": "click it", "boxes": [[4, 4, 20, 20]]}
    (tmp_path / "all.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    envs = _envs(1, source=str(tmp_path / "all.jsonl"))
    envs.reset(seed=0)
    assert envs.unwrapped.task.candidates(_state(envs)) is None
