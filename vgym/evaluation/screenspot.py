"""Clicks on ScreenSpot scored as the benchmarks score them, and `vgym score-screenspot`.

An answer is right if its point, or the centre of its box, lies in the item's box, edges included.
An answer that names no place, and one that is missing, are wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.markup import escape

from vgym.chat.reading.places import Place, Unparsable
from vgym.data.errors import ConventionError
from vgym.data.items import Item
from vgym.data.screenspot import PUBLISHED_SIZES, TYPES, load_screenspot
from vgym.evaluation.screenspot_predictions import (
    Prediction,
    clicked,
    place_of,
    prediction,
    read_predictions,
)
from vgym.evaluation.screenspot_table import Cell, ScreenSpotTable, averages, rich_table
from vgym.geometry.conventions import Convention, convention_alternatives
from vgym.geometry.points import point_in_box

SHOWN_FAULTS = 5
CHANCE = 0.05  # share of the answers that another convention must have right to be named
_EPILOG = """
predictions, a JSON list or JSONL with one object a line:
  {"id": "vscode_macos_0", "point": [1043, 512]}
  {"img_filename": "pc_1.png", "instruction": "close this window", "box": [910, 78, 954, 112]}
  {"id": "screenspot_web_v2_17", "text": "<answer>[512, 430]</answer>"}
  {"id": "vscode_macos_1", "point": null}                              no answer: wrong

  `id` is the record's own; where it has none, the file's name and the position from 0.
  Instead of it, name the item by `img_filename` and `instruction`.
  Give one of `point`, `box` (its centre counts) and `text`, what the model wrote.
  Pixels of a resized picture: add "size_hw": [height, width] of what the model saw.

examples:
  vgym score-screenspot answers.jsonl --data ScreenSpot-v2
  vgym score-screenspot answers.json --data ScreenSpot-Pro --convention 0-1000
  vgym score-screenspot answers.json --data ScreenSpot --convention fraction
  vgym score-screenspot answers.jsonl --data ScreenSpot-v2/screenspot_web_v2.json
  vgym score-screenspot answers.jsonl --data ScreenSpot-Pro --language cn

Exit codes: 0 scored, 1 a file could not be read, 2 something in it is wrong.
"""


def score_predictions(
    predictions: Iterable[Prediction | Mapping[str, object]],
    items: Sequence[Item],
    convention: Convention | str = "pixels",
) -> ScreenSpotTable:
    """Score answers to a benchmark's items.

    Args:
        predictions: from `read_predictions`, or objects as such files hold them.
        items: from `vgym.data.load_screenspot`: all, or any of one benchmark.
        convention: how points, boxes and texts write numbers, such as ``"0-1000"`` or
            ``"fraction/yxyx"`` (see `vgym.geometry.conventions`).

    Returns:
        The table over all ``items``.

    Raises:
        ValueError: items of no or two benchmarks; an item answered twice; no prediction for any
            item; a convention with other bounds than inclusive ones.
        DataError: a prediction that does not say what it answers.
    """
    convention = Convention.parse(convention)
    if convention.boundary != "inclusive":
        raise ValueError(
            f"convention {str(convention)!r}: ScreenSpot counts the edges of a box as inside; "
            f"leave {convention.boundary!r} out"
        )
    benchmark = _benchmark(items)
    asked = [
        each if isinstance(each, Prediction) else prediction(each, f"predictions[{position}]")
        for position, each in enumerate(predictions)
    ]
    answers, unknown = _assign(asked, items)
    if not answers:
        first = f"; the first is {unknown[0]}" if unknown else ""
        raise ValueError(
            f"none of the {len(asked)} predictions is for one of the {len(items)} items{first}. "
            f"An item's id is like {items[0].tags['id']!r}."
        )
    places: dict[int, Place] = {}
    unparsable = []
    for index, answer in sorted(answers.items()):
        try:
            places[index] = place_of(answer)
        except Unparsable as reason:
            unparsable.append(f"{answer}: {reason}")
    inside = _hits(places, answers, items, convention)
    cells = {(group, kind): Cell(0, 0) for group in PUBLISHED_SIZES[benchmark] for kind in TYPES}
    for index, item in enumerate(items):
        cells[item.tags["group"], item.tags["type"]] += Cell(int(index in inside), 1)
    missing = tuple(items[k].tags["id"] for k in range(len(items)) if k not in answers)
    hint = _hint(places, answers, items, convention, len(inside))
    return ScreenSpotTable(benchmark, cells, tuple(unparsable), missing, unknown, hint)


def _hits(
    places: Mapping[int, Place],
    answers: Mapping[int, Prediction],
    items: Sequence[Item],
    convention: Convention,
) -> set[int]:
    """The items that are answered right, if answers are written in this convention."""
    if not places:
        return set()
    points = [
        clicked(place, answers[k].size_hw or items[k].size_hw, items[k].size_hw, convention)
        for k, place in places.items()
    ]
    # Boxes are float32: equal decimals must stay equal, or an edge would not be inside.
    boxes = torch.from_numpy(np.stack([items[k].boxes[0] for k in places]))
    inside = point_in_box(torch.tensor(points, dtype=torch.float32), boxes, "inclusive").tolist()
    return {k for k, hit in zip(places, inside, strict=True) if hit}


def _hint(
    places: Mapping[int, Place],
    answers: Mapping[int, Prediction],
    items: Sequence[Item],
    declared: Convention,
    hits: int,
) -> str:
    """In which other convention the answers would have scored far better, and how well."""
    if 2 * hits >= len(places):
        return ""
    others = [each for each in convention_alternatives("box") if each != declared]
    counts = [len(_hits(places, answers, items, each)) for each in others]
    best = max(counts)
    # More than twice as many, and more than clicks at random would hit.
    if best <= 2 * hits or best < CHANCE * len(places):
        return ""
    likely = str(others[counts.index(best)])
    return (
        f"read as {likely}, these answers would score {100 * best / len(items):.1f} (micro), not "
        f"{100 * hits / len(items):.1f}; if that is how they are written, say convention={likely!r}"
    )


def _benchmark(items: Sequence[Item]) -> str:
    names = {item.tags.get("benchmark", "") for item in items}
    if len(names) != 1 or "" in names:
        raise ValueError(
            f"items must be of one ScreenSpot benchmark, got {sorted(names)}; "
            "load them with vgym.data.load_screenspot"
        )
    return names.pop()


def _assign(
    predictions: Sequence[Prediction], items: Sequence[Item]
) -> tuple[dict[int, Prediction], tuple[str, ...]]:
    """Which prediction answers which item, and the predictions that answer none."""
    by_id: dict[str, list[int]] = defaultdict(list)
    by_words: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        by_id[item.tags["id"]].append(index)
        by_words[item.tags["file"], item.expression].append(index)
    named: dict[tuple[int, ...], list[Prediction]] = defaultdict(list)
    unknown = []
    for each in predictions:
        words = (each.file or "", each.instruction or "")
        found = by_id.get(each.id or "", [])
        if len(found) != 1:  # none, or an id that the data set gives twice
            found = by_words.get(words, [])
        elif each.file is not None and each.file != items[found[0]].tags["file"]:
            raise ValueError(
                f"{each}: the item of that id has the picture {items[found[0]].tags['file']!r}, "
                f"not {each.file!r}; are the predictions of another data set or order?"
            )
        if found:
            named[tuple(found)].append(each)
        else:
            unknown.append(str(each))
    answers: dict[int, Prediction] = {}
    for indices, those in named.items():
        # Items with the same picture and words: one answer for all, or one for each in order.
        dealt = those * len(indices) if len(those) == 1 else those
        for index, each in zip(indices, dealt, strict=False):
            first = answers.setdefault(index, each)
            if first is not each:
                raise _duplicate(first, each)
        if len(dealt) != len(indices):
            raise _duplicate(those[0], those[1])
    return answers, tuple(unknown)


def _duplicate(first: Prediction, second: Prediction) -> ValueError:
    return ValueError(f"{first} and {second} answer the same item; keep one of them")


# -- on the terminal ------------------------------------------------------------------------


def _faults(table: ScreenSpotTable) -> list[str]:
    """What a reader of the averages must know, as lines."""
    lines = [table.hint.replace("say convention=", "say --convention "), table.incomplete()]
    for what, entries in (
        ("unparsable answers, counted wrong", table.unparsable),
        ("items without a prediction, counted wrong", table.missing),
        ("predictions for items that are not in the data, not counted", table.unknown),
    ):
        if entries:
            lines.append(f"{what}: {len(entries):,}")
            lines += [f"  {_printable(entry)}" for entry in entries[:SHOWN_FAULTS]]
            if len(entries) > SHOWN_FAULTS:
                lines.append(f"  and {len(entries) - SHOWN_FAULTS:,} more")
    return [line for line in lines if line]


def _printable(text: str) -> str:
    """No line of a terminal is longer, or does more than to be read."""
    return "".join(c if c.isprintable() else "?" for c in text[:300])


def main(argv: Sequence[str] | None = None) -> int:
    """Score a file of predictions and print the table: ``vgym score-screenspot``.

    Args:
        argv: the words after the command; None reads them from the process.

    Returns:
        0 scored, 1 a file could not be read, 2 something in it is wrong.
    """
    options = _parser().parse_args(argv)
    try:
        convention = Convention.parse(options.convention)
        predictions = read_predictions(options.predictions)
        source = load_screenspot(
            options.data,
            language=options.language,
            strict=options.strict,
            convention=options.data_convention,
        )
        table = score_predictions(predictions, source, convention)
    except OSError as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 1
    except ConventionError as error:
        print(f"vgym: {error} Here: --data-convention {error.likely}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 2
    # Piped output is for programs: wide enough that no line is folded.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(rich_table(table))
    console.print(f"\n{averages(table)}")
    for line in _faults(table):
        console.print(escape(line), style="yellow", soft_wrap=True)
    if source.summary.complaint:
        console.print(f"data: {escape(str(source.summary))}", style="yellow", soft_wrap=True)
        for message in source.summary.first_errors[:SHOWN_FAULTS]:
            console.print(f"  {escape(message)}", style="yellow", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vgym score-screenspot",
        description="Score clicks on ScreenSpot, ScreenSpot-v2 or ScreenSpot-Pro and print the\n"
        "benchmark's own table: by platform (Pro: by field), by text and icon, micro and macro.\n"
        "A click on a box's edge is inside; no answer and an unreadable one are wrong.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("predictions", type=Path, metavar="PREDICTIONS", help="see below")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="the data set as downloaded and unpacked, or one of its annotation files",
    )
    parser.add_argument(
        "--convention",
        default="pixels",
        help="how the predictions, texts too, write numbers: pixels, 0-1000 or fraction, and after "
        "a slash another order, as in 0-1000/yxyx or pixels/xywh (default pixels, x before y)",
    )
    parser.add_argument(
        "--data-convention",
        metavar="FRAME/ORDER",
        help="how the boxes of the data are written, if not as published: pixels/xyxy for corners, "
        "fraction/xyxy or fraction/xywh",
    )
    parser.add_argument(
        "--language",
        default="en",
        choices=("en", "cn"),
        help="of ScreenSpot-Pro's instructions (default en)",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="stop at the first unusable record of the data, such as one with a missing picture",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
