"""Search in pages: FTS5's ranking against BM25 in plain numbers, and queries that mean harm."""

import copy
import pickle
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import bm25

from vgym.data.page_index import MOST_WORDS, PageIndex, quoted

WORD = st.sampled_from(["cat", "dog", "the", "Cat", "a1", "x", "or", "near", "row_id", "e-mail"])
TEXT = st.lists(WORD, max_size=12).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXT, max_size=7), query=st.lists(WORD, min_size=1, max_size=5, unique=True))
def test_scores_are_those_of_plain_bm25(texts: list[str], query: list[str]) -> None:
    found = PageIndex(texts).search([" ".join(query)], most=len(texts))
    wanted = bm25.scores(query, texts)
    pages = found.pages[0][found.pages[0] >= 0].tolist()
    assert set(pages) == set(wanted)
    told = found.scores[0][: len(pages)]
    np.testing.assert_allclose(told, [wanted[page] for page in pages], rtol=1e-9)
    assert (np.diff(told) <= 1e-12).all()
    assert not found.scores[0][len(pages) :].any()


def test_a_batch_of_queries_finds_what_each_finds_alone() -> None:
    texts = ["one two", "two three three", "", "four one one"]
    queries = ["three one", "", "two", "nothing"]
    index = PageIndex(texts)
    together = index.search(queries, most=3)
    assert together.pages.shape == together.scores.shape == (4, 3)
    for row, query in enumerate(queries):
        alone = index.search([query], most=3)
        np.testing.assert_array_equal(together.pages[row], alone.pages[0])
        np.testing.assert_array_equal(together.scores[row], alone.scores[0])
    assert index.spread(["one", "three", "nothing"]).tolist() == [2, 1, 0]


def test_equal_pages_come_in_their_order() -> None:
    assert PageIndex(["x y", "y x", "z"] * 2).search(["x"], 9).pages[0, :5].tolist() == [
        *(0, 1, 3, 4),
        -1,
    ]


HOSTILE = {
    "nothing": "",
    "space": " \t\n\x0b\u2028 ",
    "a quote": '"',
    "quotes": '"cat" "" """',
    "operators": "cat AND OR NOT NEAR(dog, 2) ^cat + - * : ( ) {text} : cat",
    "a column": "text : cat",
    "signs": "-- ; ' \\ % _ ? ?1 :a @a $a",
    "statement": "'; DROP TABLE page; --",
    "an end": "cat\0dog",
    "half a pair": "cat \ud800 \udfff",
    "controls": "".join(map(chr, range(32))) + "cat",
    "a turn": "\u202ecat\u202c",
    "a megabyte of words": "cat " * 2**18,
    "a megabyte of different words": " ".join(map(str, range(150_000))),
    "one word of a megabyte": "x" * 2**20,
    "a megabyte of quotes": '"' * 2**20,
    "accents": "cåt " + "e" + "\u0301" * 5000,
    "other scripts": "猫 кошка 🐈 قط",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "texts", [(), ("",), ("", ""), ("cat dog", "", "dog")], ids=["empty", "blank", "blanks", "some"]
)
def test_no_query_is_more_than_words(texts: tuple[str, ...], query: str) -> None:
    index = PageIndex(texts)
    found = index.search([query, "dog"], most=4)
    assert np.isfinite(found.scores).all() and (found.scores >= 0).all()
    assert ((found.pages >= -1) & (found.pages < max(len(texts), 1))).all()
    if "".join(texts):
        assert found.pages[1].tolist() == [2, 0, -1, -1]  # the shorter page first
        says = any(word in query.lower() for word in ("cat", "cåt", "dog"))
        assert (found.pages[0] == 0).any() == says
    else:
        assert (found.pages == -1).all()


def test_operators_are_words_that_pages_may_say() -> None:
    index = PageIndex(["to be or not", "near the cat", "dog"])
    assert index.search(["OR"], 3).pages[0].tolist() == [0, -1, -1]
    assert index.search(["NEAR NOT"], 3).pages[0, :2].tolist() == [1, 0]
    assert index.search(["do*"], 1).pages[0].tolist() == [-1]


def test_long_queries_are_cut_and_repeated_words_count_once() -> None:
    words = [f"w{number}" for number in range(MOST_WORDS + 1)]
    index = PageIndex([words[-1], words[-2]])
    assert index.search([" ".join(words)], 2).pages[0].tolist() == [1, -1]
    assert quoted("a b a") == '"a" OR "b"'


def test_words_of_parts_are_found_where_the_parts_stand_together() -> None:
    index = PageIndex(["sqlite3_open opens", "open sqlite3", "sqlite3 open"])
    assert sorted(index.search(["sqlite3_open"], 3).pages[0].tolist()) == [-1, 0, 2]


def test_pages_of_anything_are_taken() -> None:
    index = PageIndex(["a\0b", "\ud800 c", "🐈" * 1000, "d " * 100_000])
    assert index.search(["b", "c", "d"], 1).pages[:, 0].tolist() == [0, 1, 3]


def test_copies_find_the_same() -> None:
    index = PageIndex(["cat", "dog cat"])
    for again in (copy.copy(index), copy.deepcopy(index), pickle.loads(pickle.dumps(index))):
        assert again.search(["cat"], 2).pages.tolist() == index.search(["cat"], 2).pages.tolist()


def test_threads_may_search_one_index() -> None:
    index = PageIndex([f"page {number} {'x ' * number}" for number in range(50)])
    wanted = index.search(["x", "7"], 50)
    wrong = []

    def search() -> None:
        for _ in range(20):
            if not (index.search(["x", "7"], 50).pages == wanted.pages).all():
                wrong.append(1)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_fewer_than_no_pages_are_refused() -> None:
    index = PageIndex(["cat"])
    assert index.search(["cat"], 0).pages.shape == (1, 0) and index.search([], 3).pages.shape == (
        0,
        3,
    )
    with pytest.raises(ValueError, match="most=-1"):
        index.search(["cat"], -1)
