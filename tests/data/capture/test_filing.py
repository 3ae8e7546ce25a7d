"""Names of pages and pictures: every two pages have two, and a page always has the same."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgym.data.capture.filing import check_name, name_of, page_at, page_in, picture_of, site_of
from vgym.data.capture.look import Look

ALIKE = [
    *("首页", "登录", "设置", "A B", "A-B", "A_B", "A.B", "A+B", "A/B", "A  B", "A%20B", "A", "a"),
    *("a ", " a", "-a", "a-", ".a", "..", ".", "...", "-", "~", "", "/", "//", "page", "x" * 300),
    *("x" * 301, "页" * 300, "页" * 301, "\u00e9", "e\u0301", "a#b", "a?b", "a\\b", "a:b", "🙂"),
    *("a\udcff", "a\udcfe", "नमस्ते", "สวัสดี", "a/b", "a/b/c", "a/bc", "ab/c", "../a", "a-phone"),
]


def test_every_two_of_these_have_two_names() -> None:
    names = {own: name_of(own) for own in ALIKE}
    assert len(set(names.values())) == len(set(ALIKE))
    again = {name_of(own) for own in ALIKE if name_of(own) == own}
    assert again >= {"首页", "A-B", "A_B", "A.B", "A", "नमस्ते", "สวัสดี", "\u00e9"}


@given(st.lists(st.text("aAé首 -+./~%\0\udcff" + "b", max_size=6), unique=True, max_size=8))
def test_names_are_files_that_every_system_takes(owns: list[str]) -> None:
    names = [name_of(own) for own in owns]
    assert len(set(names)) == len(owns)
    for name in names:
        assert 0 < len(name.encode()) <= 161 and name[0] not in "-." and "/" not in name
        assert not any(letter in name for letter in '\\:*?"<>| \0')


def test_files_of_a_folder_and_their_folders_in_it() -> None:
    folder = PurePosixPath("/site")
    files = ["a.html", "a.htm", "b/a.html", "b-a.html", "b+a.html", "a.html.html", "a/index.html"]
    names = [page_in(folder / file, folder) for file in files]
    assert names[:4] == ["a", "a.htm", "b+a", "b-a"] and len(set(names)) == len(files)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://localhost/", "localhost/index.html"),
        ("http://localhost", "localhost/index.html"),
        ("http://localhost/index.html", "localhost/index.html"),
        ("http://localhost/index", "localhost/index"),
        ("http://localhost:8000/a/b", "localhost.8000/a+b"),
        ("https://localhost/a/", "localhost.443/a+index.html"),
        ("http://127.0.0.1/%E9%A6%96%E9%A1%B5", "127.0.0.1/首页"),
    ],
)
def test_pages_of_servers(address: str, name: str) -> None:
    parts = urlsplit(address)
    assert f"{site_of(parts)}/{page_at(parts)}" == name


def test_queries_and_routes_are_pages_of_their_own() -> None:
    ends = ["", "?id=1", "?id=2", "#/a", "#/b", "?id=1#/a", "-id-1"]
    addresses = [urlsplit(f"http://localhost/shop{end}") for end in ends]
    assert len({page_at(parts) for parts in addresses}) == len(ends)


def test_every_two_pictures_have_two_files() -> None:
    pages = ["a", "a-phone", "a-412x915", "a-412x915-dark", "a-down1", "a-phone-412x915"]
    looks = [Look(412, 915, phone, theme) for phone in (0, 1) for theme in ("light", "dark")]
    made = [picture_of(p, look, scroll) for p in pages for look in looks for scroll in (0, 1, 11)]
    assert len(set(made)) == len(made)
    longest = picture_of("x/" + name_of("页" * 300), Look(4096, 4096, True, "dark"), 100)
    assert len(longest.rpartition("/")[2].encode()) <= 255


@pytest.mark.parametrize(
    "name", ["my site", "../up", "a/b", "", "/", "..", "~", "a+b", "x" * 300, "页" * 99, "a\0b"]
)
def test_a_name_that_is_none_is_refused_with_one_that_would_do(name: str) -> None:
    with pytest.raises(ValueError, match="would do") as refused:
        check_name(name)
    check_name(str(refused.value).rsplit("'", 2)[1])


@pytest.mark.parametrize("name", ["site", "我的站点", "v1.2", "my_site-2", "x" * 150])
def test_a_name_is_taken(name: str) -> None:
    check_name(name)
