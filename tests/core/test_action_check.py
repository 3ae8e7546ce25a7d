"""What comes in at ``step``: numbers of the space, or no answer at all."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.error import InvalidAction
from scipy import sparse as scipy_sparse

from vgym.core.action_check import WHY_LENGTH, NoAnswer, as_batch_of_one, check_actions

CPU = torch.device("cpu")


def test_the_message_of_a_bad_row() -> None:
    box = spaces.Box(0, 1, (2,), np.float32)
    with pytest.raises(InvalidAction, match=r"action\[1\] = \[0.5, 320.0\] is outside \[0, 1\].*"):
        check_actions([[0.5, 0.5], [0.5, 320.0]], box, 2, CPU)
    with pytest.raises(InvalidAction, match=r"action\[0\] = 9 is outside \[0, 8\]"):
        check_actions([9], spaces.Discrete(9), 1, CPU)
    with pytest.raises(
        InvalidAction, match=r"action\[0\] = \[3, 0\] is outside \[\[0, 0\], \[2, 4"
    ):
        check_actions([[3, 0]], spaces.MultiDiscrete([3, 5]), 1, CPU)


def test_rows_that_do_not_count_may_hold_anything() -> None:
    active = np.array([False, True])
    box = spaces.Box(-1, 1, (2,), np.float32)
    checked = check_actions([[np.nan, 7], [0.5, 1.0]], box, 2, CPU, active=active).values
    assert checked.tolist() == [[-1, -1], [0.5, 1]]
    checked = check_actions([-4, 3], spaces.Discrete(5), 2, CPU, active=active).values
    assert checked.tolist() == [0, 3]
    with pytest.raises(InvalidAction, match=r"action\[1\]"):
        check_actions([[0, 0], [0.5, np.nan]], box, 2, CPU, active=active)


def test_a_discrete_space_may_start_elsewhere() -> None:
    space = spaces.Discrete(3, start=5)
    assert check_actions([7], space, 1, CPU).values.tolist() == [7]
    for wrong in (4, 8):
        with pytest.raises(InvalidAction, match=r"\[5, 7\]"):
            check_actions([wrong], space, 1, CPU)


def test_the_given_array_is_left_alone() -> None:
    given_array = np.array([[0.5, 0.25]], np.float32)
    checked = check_actions(given_array, spaces.Box(0, 1, (2,), np.float32), 1, CPU).values
    checked[:] = 0
    assert given_array.tolist() == [[0.5, 0.25]]


def test_numbers_are_checked_in_the_type_of_the_space() -> None:
    """In float32 a longitude is off by up to 1.7 m, and the largest legal one is not itself."""
    low, high = np.array([-180.0, -90.0]), np.array([180.0, 90.0])
    earth = spaces.Box(low, high, dtype=np.float64)
    place = [139.123456789012, 35.6]
    for given in ([place], np.array([place]), torch.tensor([place], dtype=torch.float64)):
        values = check_actions(given, earth, 1, CPU).values
        assert values.dtype == torch.float64 and values[0].tolist() == place
    assert check_actions([[7, 8]], earth, 1, CPU).values.tolist() == [[7.0, 8.0]]
    for wrong in ([180.0000001, 0], [np.nan, 0], [np.inf, 0]):
        with pytest.raises(InvalidAction):
            check_actions([wrong], earth, 1, CPU)


def test_no_answer_stands_where_an_action_would() -> None:
    box = spaces.Box(-1, 1, (2,), np.float32)
    checked = check_actions([[0.5, 0.5], NoAnswer("no box"), NoAnswer()], box, 3, CPU)
    assert checked.unread is not None and checked.unread.tolist() == [False, True, True]
    assert checked.why is not None
    assert checked.why.tolist() == ["", "no box", "no answer was given"]
    assert checked.values[0].tolist() == [0.5, 0.5]
    assert (checked.values.abs() <= 1).all()
    discrete = check_actions((NoAnswer("?"), 3), spaces.Discrete(4, start=2), 2, CPU)
    assert discrete.values.tolist() == [2, 3]
    objects = np.array([NoAnswer("?"), 3], object)
    assert check_actions(objects, spaces.Discrete(4), 2, CPU).values.tolist() == [0, 3]
    assert as_batch_of_one(NoAnswer("?")) == [NoAnswer("?")]


def test_read_answers_are_not_marked() -> None:
    checked = check_actions([1, 2], spaces.Discrete(4), 2, CPU)
    assert checked.unread is None and checked.why is None


def test_the_other_rows_are_still_checked() -> None:
    with pytest.raises(InvalidAction, match=r"action\[1\] = 9"):
        check_actions([NoAnswer(), 9], spaces.Discrete(4), 2, CPU)
    with pytest.raises(InvalidAction, match="2 actions for 3 environments"):
        check_actions([NoAnswer(), 1], spaces.Discrete(4), 3, CPU)
    with pytest.raises(InvalidAction):
        check_actions([NoAnswer(), "click"], spaces.Discrete(4), 2, CPU)


def test_a_row_that_does_not_count_is_not_marked() -> None:
    active = np.array([False, True])
    checked = check_actions([NoAnswer(), 1], spaces.Discrete(4), 2, CPU, active=active)
    assert checked.unread is None and checked.values.tolist() == [0, 1]


def test_one_robot_of_a_team_may_give_no_answer() -> None:
    space = spaces.MultiDiscrete([5, 5, 5])
    checked = check_actions([[1, NoAnswer("lost"), 2], [3, 3, 3]], space, 2, CPU, agents=3)
    assert checked.unread is not None and checked.why is not None
    assert checked.unread.tolist() == [[False, True, False], [False] * 3]
    assert checked.values.tolist() == [[1, 0, 2], [3, 3, 3]]
    whole = check_actions([NoAnswer("all lost"), [3, 3, 3]], space, 2, CPU, agents=3)
    assert whole.why is not None and whole.why[0].tolist() == ["all lost"] * 3


def test_reasons_are_words_of_bounded_length() -> None:
    assert len(NoAnswer("x" * 10_000).why) == WHY_LENGTH
    for wrong in ("", None, 7):
        with pytest.raises(ValueError, match="why="):
            NoAnswer(wrong)


def test_no_answer_in_an_unbounded_space() -> None:
    endless = spaces.Box(-np.inf, np.inf, (2,), np.float32)
    checked = check_actions([NoAnswer(), np.zeros(2)], endless, 2, CPU)
    assert checked.values.tolist() == [[0, 0], [0, 0]]
    below = spaces.Box(-np.inf, -5, (1,), np.float32)
    assert check_actions([NoAnswer()], below, 1, CPU).values.tolist() == [[-5]]


def test_no_answer_changes_nothing_about_the_other_rows() -> None:
    unsigned = check_actions([np.uint64(1), NoAnswer()], spaces.Discrete(5), 2, CPU)
    assert unsigned.values.tolist() == [1, 0]
    for wrong in (True, 0.5):
        with pytest.raises(InvalidAction):
            check_actions([wrong, NoAnswer()], spaces.Discrete(5), 2, CPU)
    box = spaces.Box(0, 1, (2,), np.float32)
    assert check_actions([torch.ones(2), NoAnswer()], box, 2, CPU).values.tolist()[0] == [1, 1]


def test_arrays_of_objects() -> None:
    space = spaces.MultiDiscrete([5, 5])
    table = np.array([[1, NoAnswer("lost")], [2, 3]], object)
    for given in (table, list(table)):
        checked = check_actions(given, space, 2, CPU, agents=2)
        assert checked.values.tolist() == [[1, 0], [2, 3]]
        assert checked.unread is not None and checked.unread.tolist() == [
            [False, True],
            [False] * 2,
        ]
    with pytest.raises(InvalidAction):
        check_actions(np.array(NoAnswer(), object), spaces.Discrete(2), 1, CPU)


def test_whole_numbers_of_a_box_neither_wrap_nor_round() -> None:
    bytes_ = spaces.Box(0, 255, (1,), np.uint8)
    assert check_actions([[255]], bytes_, 1, CPU).values.tolist() == [[255]]
    for wrong in (256, -1, 0.7, -0.5):
        with pytest.raises(InvalidAction):
            check_actions([[wrong]], bytes_, 1, CPU)


def test_what_is_no_answer_by_mistake_is_told_how() -> None:
    for wrong in (None, NoAnswer, "left"):
        with pytest.raises(InvalidAction, match=r"vgym\.NoAnswer"):
            check_actions(as_batch_of_one(wrong), spaces.Discrete(2), 1, CPU)


SPARSE = (
    lambda: torch.ones(2).to_sparse(),
    lambda: torch.ones(2, dtype=torch.float64).to_sparse(),
    lambda: scipy_sparse.csr_matrix(np.ones((1, 2))),
)


@pytest.mark.parametrize("sparse", SPARSE)
def test_sparse_actions_are_refused_with_a_cure(sparse: Callable[[], Any]) -> None:
    box = spaces.Box(0, 1, (2,), np.float32)
    with pytest.raises(InvalidAction, match=r"a dense one: \.to_dense\(\) of torch, .*toarray"):
        as_batch_of_one(sparse())
    batches = [[sparse(), sparse()], [sparse(), NoAnswer()]]
    if isinstance(sparse(), torch.Tensor):
        batches.append(torch.ones(2, 2).to_sparse())
    for batch in batches:
        with pytest.raises(InvalidAction, match="a dense one"):
            check_actions(batch, box, 2, CPU)
    dense = sparse().to_dense() if isinstance(sparse(), torch.Tensor) else sparse().toarray()[0]
    assert check_actions(as_batch_of_one(dense), box, 1, CPU).values.tolist() == [[1, 1]]


def test_what_is_masked_is_no_number() -> None:
    box = spaces.Box(0, 1, (2,), np.float32)
    row = np.ma.array([0.5, 0.25], mask=[False, True])
    for batch in (
        [row, row],
        np.ma.stack([row, row]),
        [[0.5, np.ma.masked]] * 2,
        [row, NoAnswer()],
    ):
        with pytest.raises(InvalidAction, match=r"masked in places; send \.filled"):
            check_actions(batch, box, 2, CPU)
    with pytest.raises(InvalidAction, match="masked in places"):
        as_batch_of_one(row)
    for whole in (row.filled(1), np.ma.array([0.5, 1.0])):
        assert check_actions(as_batch_of_one(whole), box, 1, CPU).values.tolist() == [[0.5, 1]]


def test_what_an_object_gives_is_looked_at_too() -> None:
    class Masked:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.ma.array([0.5, 0.25], mask=[False, True])

    endless: list[Any] = []
    endless.append(endless)
    box = spaces.Box(0, 1, (2,), np.float32)
    for strange, why in ((Masked(), "masked"), (endless, "not an array of numbers|not numeric")):
        with pytest.raises(InvalidAction, match=why):
            check_actions(as_batch_of_one(strange), box, 1, CPU)


def test_tensors_that_numpy_cannot_hold_are_refused() -> None:
    box = spaces.Box(0, 1, (2,), np.float32)
    with pytest.raises(InvalidAction, match="on the meta device"):
        check_actions(as_batch_of_one(torch.zeros(2, device="meta")), box, 1, CPU)
    strange = (
        torch.zeros(2, dtype=torch.complex64).conj(),
        torch.zeros(2, dtype=torch.float8_e4m3fn),
    )
    for one in strange:
        with pytest.raises(InvalidAction, match="not an array of numbers"):
            check_actions(as_batch_of_one(one), box, 1, CPU)
    assert check_actions(torch.ones(1, 2).bfloat16(), box, 1, CPU).values.tolist() == [[1, 1]]
