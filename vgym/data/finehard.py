"""FineHARD, and what is written as it is: regions with descriptions, right and nearly right.

A JSON file is a list of ::

    {"f_path": "coyo/1.jpg", "bbox_info": [{"bbox": [x0, y0, x1, y1, score], "short_expr": "a dog",
     "long_expr": "...", "flag_short_neg": 1, "short_expr_negs": {"0": "a cat", "1": "..."}}]}

Boxes are fractions of the picture, with or without a score behind. Each region is an item of its
own, ``short_expr`` its expression, since nothing says that another region of the picture could not
be described so; ``long_expr`` is in `Item.extra`. Where ``flag_short_neg`` is 1, it asks which of
the descriptions is right (`Item.choice`), with up to five of the wrong ones, in an order of the
record's own. Pictures are relative to the file's folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vgym.data.choices import MOST_OPTIONS, checked_choice, shuffled
from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.items import NO_BOXES, Choice, Item, ItemSource
from vgym.data.json_text import first_value, read_json
from vgym.data.record_checks import checked_expression
from vgym.data.tally import Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

QUESTION = "which of these does the picture show?"
MAX_REGIONS = 1000  # of a picture


def describes_regions(path: Path) -> bool:
    """Whether a JSON file begins as these do."""
    first = first_value(path)
    return isinstance(first, dict) and {"f_path", "bbox_info"} <= first.keys()


def load_finehard(
    path: Path | str, *, strict: bool = False, convention: str | Convention | None = None
) -> ItemSource:
    """One item for each region, in the file's order.

    Args:
        path: The file.
        strict: Raise at the first unusable region instead of skipping and counting it.
        convention: How boxes are written; by default ``"fraction/xyxy"``.

    Raises:
        ValueError, DataError: As of `vgym.data.load_jsonl`.
    """
    path = Path(path)
    content = read_json(path)
    if not isinstance(content, list):
        raise DataError(f"{path} must hold one JSON list")
    tally = Tally(path.stem, path, path.parent, strict=strict)
    for position, fields in enumerate(content):
        record = f"{path.name}[{position}]"
        regions = fields.get("bbox_info") if isinstance(fields, dict) else None
        if not isinstance(regions, list) or len(regions) > MAX_REGIONS:
            what = f"bbox_info must be a list of up to {MAX_REGIONS} regions"
            tally.refuse(record, RecordProblem("bad bbox_info", what))
            continue
        for number, region in enumerate(regions):
            one = f"{record}.bbox_info[{number}]"
            try:
                _add(fields.get("f_path"), region, one, tally)
            except RecordProblem as problem:
                tally.refuse(one, problem)
    return tally.finish(convention, own="fraction/xyxy")


def _add(name: object, region: object, record: str, tally: Tally) -> None:
    if not isinstance(region, dict):
        raise RecordProblem("not an object", f"a region must be an object, got {shown(region)}")
    expression = checked_expression(region.get("short_expr"))
    box = region.get("bbox")
    if not isinstance(box, list) or len(box) not in (4, 5):
        raise RecordProblem("bad bbox", f"bbox must be 4 numbers and a score, got {shown(box)}")
    image, size_hw = tally.picture(name)
    extra = {"long_expr": region["long_expr"]} if "long_expr" in region else {}
    choice = _choice(expression, region, record)
    tally.add(Item(image, expression, NO_BOXES, size_hw, record, {}, extra, choice), [box[:4]])


def _choice(expression: str, region: dict[str, object], record: str) -> Choice | None:
    wrong = region.get("short_expr_negs")
    if region.get("flag_short_neg") != 1 or not isinstance(wrong, dict):
        return None
    others = [text for text in map(checked_expression, wrong.values()) if text != expression]
    options = list(dict.fromkeys([expression, *others]))[:MOST_OPTIONS]
    if len(options) < 2:
        return None
    return shuffled(checked_choice(QUESTION, options, 0), record)
