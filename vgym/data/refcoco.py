"""RefCOCO, RefCOCO+ and RefCOCOg: people's expressions for objects in COCO pictures.

Two files belong together: the refs (``refs(unc).p`` as published, or the same list written as JSON)
and COCO's ``instances.json``, which holds the boxes. Every sentence is one item with one box.

The published refs are Python pickles, and a pickle can run code. They are therefore read by an
unpickler that knows only plain values: lists, tuples, dicts, strings, numbers, booleans and None.
A file with anything else in it, be it harmless, is refused before any of it is built.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vgym.data.coco import (
    OWN_CONVENTION,
    coco_picture,
    read_tables,
    refuse_faulty,
    refuse_repeats,
)
from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.files import read_bytes
from vgym.data.items import NO_BOXES, Item, ItemSource
from vgym.data.json_text import read_json
from vgym.data.layouts import picture_folder
from vgym.data.record_checks import checked_expression
from vgym.data.record_keys import KeyedRows, Row, as_key
from vgym.data.spelling import nearest_spelling
from vgym.data.tally import Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

MAX_PICKLE_BYTES = 500_000_000
# All that is needed for plain values; nothing here imports, calls or looks anything up.
PLAIN_OPCODES = frozenset(
    "PROTO FRAME STOP MARK POP POP_MARK MEMOIZE PUT BINPUT LONG_BINPUT GET BINGET LONG_BINGET "
    "NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT "
    "STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 "
    "EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 "
    "EMPTY_DICT DICT SETITEM SETITEMS".split()
)

# What damaged or hostile instructions raise, from the scan as from the unpickler.
_PICKLE_DAMAGE = (
    pickle.UnpicklingError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
)


class _PlainUnpickler(pickle.Unpickler):
    """An unpickler that builds no object of any class."""

    def find_class(self, module: str, name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"it names {module}.{name}")


def _read_plain_pickle(path: Path) -> object:
    content = read_bytes(path, MAX_PICKLE_BYTES)
    try:
        for position, (opcode, argument, _) in enumerate(pickletools.genops(content)):
            if opcode.name not in PLAIN_OPCODES:
                raise pickle.UnpicklingError(f"it holds the instruction {opcode.name}")
            # The unpickler allocates its memo up to the largest index that it is told.
            if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > position:
                raise pickle.UnpicklingError(f"its memo index {argument} is out of order")
        # Python 2 wrote the published files: their byte strings are UTF-8 text.
        value: object = _PlainUnpickler(
            io.BytesIO(content), encoding="utf-8", errors="replace"
        ).load()
    except _PICKLE_DAMAGE as error:
        raise DataError(f"{path} is not a pickle of plain values: {error}") from None
    return value


def load_refcoco(
    refs_path: Path | str,
    instances_json: Path | str,
    images_dir: Path | str | None = None,
    *,
    split: str = "val",
    strict: bool = False,
    convention: str | Convention | None = None,
) -> ItemSource:
    """The sentences of one split of RefCOCO, RefCOCO+ or RefCOCOg.

    Args:
        refs_path: The refs, ``.json`` or the published pickle (``.p``, ``.pkl``).
        instances_json: COCO's annotations with the boxes.
        images_dir: The folder of the pictures; by default found near the annotations (see
            `vgym.data.layouts`).
        split: ``train``, ``val``, ``test``, ``testA`` or ``testB``, as the refs name it.
        strict: Raise at the first unusable row or sentence instead of skipping and counting it.
        convention: How the annotations' boxes are written; by default ``"pixels/xywh"``.

    Raises:
        ValueError: If no ref belongs to ``split``; the splits there are listed. For an unknown
            convention.
        DataError: If a file is missing or of another form, if nothing is usable, if most boxes are
            written in another convention (`ConventionError`) or, when strict, for the first
            unusable row or sentence.
    """
    path, instances = Path(refs_path), Path(instances_json)
    refs = read_json(path) if path.suffix.lower() == ".json" else _read_plain_pickle(path)
    if not isinstance(refs, list) or not all(isinstance(ref, dict) for ref in refs):
        raise DataError(f"{path} does not hold a list of refs")
    splits = sorted({str(ref.get("split")) for ref in refs})
    if split not in splits:
        hint = nearest_spelling(split, splits)
        raise ValueError(f"{path} has no split {split!r}{hint}; it has {', '.join(splits)}")
    tables = read_tables(instances, ("images", "annotations"))
    if images_dir is None:
        names = (image.get("file_name") for image in tables["images"])
        images_dir = picture_folder(instances, names)
    tally = Tally(f"{path.stem}/{split}", instances, Path(images_dir), strict=strict)
    images = KeyedRows(tables["images"], "image")
    annotations = KeyedRows(tables["annotations"], "annotation")
    for rows in (images, annotations):
        refuse_faulty(rows, instances.name, tally)
        refuse_repeats(rows, instances.name, tally)
    for position, ref in enumerate(refs):
        if ref.get("split") != split:
            continue
        sentences = ref.get("sentences")
        if not isinstance(sentences, list | tuple) or not sentences:
            sentences = [None]
        for number, sentence in enumerate(sentences):
            record = f"{path.name}:refs[{position}], sentence {number}"
            try:
                _add(sentence, ref, images, annotations, record, tally)
            except RecordProblem as problem:
                tally.refuse(record, problem)
    return tally.finish(convention, own=OWN_CONVENTION)


def _add(
    sentence: object,
    ref: Row,
    images: KeyedRows,
    annotations: KeyedRows,
    record: str,
    tally: Tally,
) -> None:
    if not isinstance(sentence, dict):
        raise RecordProblem("no sentence", "the ref has no sentence of the form {'sent': ...}")
    expression = checked_expression(sentence.get("sent"))
    image = images.find(ref, "image_id", "the ref's image_id")
    annotation = annotations.rows[annotations.find(ref, "ann_id", "the ref's ann_id")]
    if images.find(annotation, "image_id", "its annotation's image_id") != image:
        raise RecordProblem("two images", _unlike("image_id", ref, annotation))
    categories = as_key(ref.get("category_id")), as_key(annotation.get("category_id"))
    if None not in categories and categories[0] != categories[1]:
        raise RecordProblem("two categories", _unlike("category_id", ref, annotation))
    path, size_hw = coco_picture(images.rows[image], tally)
    item = Item(path, expression, NO_BOXES, size_hw, record)
    tally.add(item, [annotation.get("bbox")])


def _unlike(field: str, ref: Row, annotation: Row) -> str:
    return (
        f"the ref's {field} {shown(ref[field])} is not the {shown(annotation[field])} of its "
        f"annotation {shown(ref['ann_id'])}"
    )
