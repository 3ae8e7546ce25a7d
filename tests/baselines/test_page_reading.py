"""Questions of pages are understood, and their answers found among lines that were read."""

import numpy as np
import pytest

from vgym.baselines.page_reading import Wanted, choose, find_answer, tightened, wanted
from vgym.baselines.screen_reading import Text
from vgym.envs.zoom.pages.source import StackSource
from vgym.envs.zoom.pages.types import PagesConfig

LINES = [
    Text((10.0, 10.0, 210.0, 30.0), "the cat sat on a mat"),  # 10 px a letter
    Text((10.0, 50.0, 110.0, 70.0), "Offset"),
    Text((150.0, 50.0, 190.0, 70.0), "Size"),
    Text((10.0, 90.0, 40.0, 110.0), "16"),
    Text((150.0, 90.0, 160.0, 110.0), "2"),
    Text((10.0, 130.0, 40.0, 150.0), "18"),
    Text((150.0, 130.0, 160.0, 150.0), "1"),
]


@pytest.mark.parametrize("answer", ["box", "choice"])
@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_every_question_is_understood_and_its_options_told(split: str, answer: str) -> None:
    source = StackSource(PagesConfig(split=split, answer=answer))
    asked = source.reset(np.arange(300, dtype=np.uint64))
    for row, words in enumerate(source.instructions(asked, list(range(300)))):
        question = source.questions[int(asked.question[row])]
        want = wanted(words)
        assert want is not None and want.kind == question.kind
        if question.kind != "cell" or " for " not in "".join(question.ask):
            assert want.words[0] == question.ask[0] and want.words[1:] in ((), question.ask[1:])
        if answer == "choice" and "," not in "".join((question.answer, *question.others)):
            assert len(want.options) == 6, words
            assert want.options[int(asked.right[row])] == question.answer
    assert wanted("go to the red armchair") is None


@pytest.mark.parametrize(
    ("want", "words", "box"),
    [
        (Wanted("phrase", ("cat sat",)), "cat sat", (50, 10, 120, 30)),
        (Wanted("phrase", ("c@t s4t",)), None, None),
        (Wanted("phrase", ("Cat Sot on",)), "cat sat on", (50, 10, 150, 30)),
        (Wanted("follower", ("the cat sat",)), "on", (130, 10, 150, 30)),
        (Wanted("follower", ("on a mat",)), None, None),
        (Wanted("label", ("size",)), "Size", (150, 50, 190, 70)),
        (Wanted("cell", ("Size", "18")), "1", (150, 130, 160, 150)),
        (Wanted("cell", ("Size", "99")), None, None),
        (Wanted("phrase", ("...",)), None, None),
    ],
)
def test_answers_are_found_where_they_stand(want, words, box) -> None:
    place = find_answer(want, LINES)
    assert (place.words if place else None) == words
    if place is not None:
        np.testing.assert_allclose(place.box, box, atol=6)
    assert find_answer(want, []) is None


def test_the_option_most_like_what_was_read_is_chosen() -> None:
    assert choose(["name", "page", "lock"], "pag3") == 1
    assert choose(["a", "b"], "") in (0, 1)


def test_boxes_are_drawn_in_to_the_ink_of_the_words_meant() -> None:
    image = np.full((40, 200, 3), 240, np.uint8)
    for x0, x1 in ((20, 60), (70, 110), (120, 180)):
        image[12:26, x0:x1:2] = 20
    tight = tightened(np.array([64.0, 10.0, 116.0, 28.0]), image)
    np.testing.assert_allclose(tight, [70, 10, 110, 28], atol=1)
    blank = np.array([5.0, 5.0, 9.0, 9.0])
    np.testing.assert_array_equal(tightened(blank, np.full((20, 20, 3), 9, np.uint8)), blank)
    tightened(np.array([-9.0, -9.0, 400.0, 400.0]), image)
