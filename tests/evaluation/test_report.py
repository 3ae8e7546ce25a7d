"""The page: it needs nothing from outside, and nothing in a phrase becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from evaluation.sample_rows import row

from vgym.evaluation.charts import Bar, Group, bar_charts
from vgym.evaluation.metrics import Estimate
from vgym.evaluation.report import render_report
from vgym.evaluation.report_style import agent_styles, colour_numbers

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp; {{7*7}} http://evil.test'
VOID = {"meta", "img", "br", "link", "input"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(**changes: str) -> str:
    return render_report([row(**changes), row(agent="oracle")], command="vgym bench --seed 3")


def test_nothing_is_loaded_from_anywhere() -> None:
    html = page()
    assert not re.search(r"https?:|ftp:|\burl\(|@import", html)
    reader = Reader(html)
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(reader.tags)
    loading = ("src", "href", "srcset", "xlink:href", "data", "action", "poster")
    sources = [v for _, name, v in reader.attributes if name in loading]
    assert sources
    assert all(value.startswith("data:image/jpeg;base64,") for value in sources)
    assert not any("//" in v for _, name, v in reader.attributes if name not in ("src",))
    policy = [v for tag, name, v in reader.attributes if (tag, name) == ("meta", "content")]
    assert any("default-src 'none'" in value for value in policy)


def test_hostile_words_stay_words() -> None:
    html = page(phrase=HOSTILE, env=HOSTILE)
    reader = Reader(html)
    assert "script" not in reader.tags
    assert reader.tags.count("img") == 2  # one card an environment, each with its own picture
    assert not any(name.startswith("on") for _, name, _ in reader.attributes)
    assert reader.text.count(HOSTILE) >= 2


def test_the_numbers_and_the_origin_are_there() -> None:
    text = Reader(page()).text
    for wanted in ("VGround-v0", "oracle", "0.250", "1,235", "the teapot", "seed 3"):
        assert wanted in text
    for wanted in ("vgym bench --seed 3", "3 to 10", "val", "gymnasium", "core"):
        assert wanted in text


def test_target_and_answer_are_drawn_where_they_are() -> None:
    html = page()
    assert 'viewBox="0 0 60 40"' in html
    assert '<rect class="truth" x="10.0" y="10.0" width="20.0" height="20.0"' in html
    assert '<rect class="answer-0" x="12.0" y="8.0" width="28.0" height="22.0"' in html


def test_a_partial_report_says_so_and_a_whole_one_does_not() -> None:
    assert "Partial." not in page()
    assert "Partial." in render_report([row()], command="", partial=True)


def test_no_rows_make_a_page_too() -> None:
    assert "No cell was finished" in Reader(render_report([], command="", partial=True)).text


def test_bars_are_as_tall_as_their_values() -> None:
    svg = bar_charts(
        [Group("a", [Bar("x", 0, Estimate(0.5, 0.4, 0.6)), Bar("y", 1, Estimate(1.0, 1.0, 1.0))])],
        "test",
    )
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', svg)]
    assert heights[0] * 2 == heights[1] > 100


def test_bars_below_zero_hang_from_the_axis() -> None:
    svg = bar_charts(
        [Group("a", [Bar("x", 0, Estimate(-0.5, -0.6, -0.4)), Bar("y", 1, Estimate(0.5, 0.4, 1))])],
        "test",
    )
    tops = [float(y) for y in re.findall(r'<rect [^>]*?y="([\d.]+)"', svg)]
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', svg)]
    axis = float(re.findall(r'class="axis"[^>]* y1="([\d.]+)"', svg)[0])
    assert np.isclose(tops[0], axis, atol=0.11)
    assert np.isclose(tops[1] + heights[1], axis, atol=0.21)


def test_letters_are_drawn_at_the_size_at_which_they_are_shown() -> None:
    bars = [Bar(f"agent {k}", k, Estimate(0.5, 0.4, 0.6)) for k in range(12)]
    for count in (1, 4, 12):
        html = bar_charts([Group("VGround-v0 photos", bars[:count])] * 5, "test")
        sizes = re.findall(
            r'<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"', html
        )
        assert len(sizes) == 5 and len(set(sizes)) == 1
        width, height, *box = map(int, sizes[0])
        assert [width, height] == box and width <= 340  # of a telephone
        rights = [
            float(x) + float(w)
            for x, w in re.findall(r'<rect [^>]*?x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', html)
        ]
        assert max(rights) <= width and len(rights) == 5 * count


@pytest.mark.parametrize(
    "others", [[], ["random"], ["my model"], ["saliency", "ocr", "a", "b"], ["my model x8", "z"]]
)
def test_an_agent_has_its_colour_by_its_name(others: list[str]) -> None:
    for name in ("oracle", "random", "centre", "wall-follower"):
        alone, among = colour_numbers([name]), colour_numbers([*others, name, "centre"])
        assert alone[name] == among[name]
    assert (
        colour_numbers(["qwen", *others])["qwen"] == colour_numbers([*others[::-1], "qwen"])["qwen"]
    )


def test_strangers_never_look_like_ours_nor_alike() -> None:
    names = ["random", "oracle", *(f"model-{k}" for k in range(8))]
    numbers = colour_numbers(names)
    assert len(set(numbers.values())) == len(names)
    many = colour_numbers([f"model-{k}" for k in range(30)])
    for number in (*numbers.values(), *many.values()):
        assert f".swatch-{number} " in agent_styles()


def test_who_was_left_out_and_which_record_it_was_are_said() -> None:
    kept = row()
    shown = replace(kept.gallery[0], record="mine.jsonl:<7>")
    html = render_report(
        [replace(kept, gallery=(shown,))], command="", left_out=["centre plays a alone: not <b>"]
    )
    text = Reader(html).text
    assert "centre plays a alone: not <b>" in text and "mine.jsonl:<7>" in text
