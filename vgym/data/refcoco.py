"""RefCOCO, RefCOCO+ and RefCOCOg: people's expressions for objects in COCO pictures.

Two files belong together: the refs (``refs(unc).p`` as published, or the same list written as JSON)
and COCO's ``instances.json``, which holds the boxes. Every sentence is one item with one box.

The published refs are Python pickles, and a pickle can run code. They are therefore read by an
unpickler that knows only plain values: lists, tuples, dicts, strings, numbers, booleans and None.
A file with anything else in it, be it harmless, is refused before any of it is built.
"""

import io
import pickle
import pickletools
from pathlib import Path
from typing import NoReturn

from vgym.data.coco import coco_picture, identity, read_tables
from vgym.data.errors import DataError, RecordProblem
from vgym.data.items import Item, ItemSource
from vgym.data.json_text import check_file, read_json
from vgym.data.record_checks import Tally, checked_boxes, checked_expression
from vgym.data.spelling import nearest_spelling

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
    check_file(path, MAX_PICKLE_BYTES)
    content = path.read_bytes()
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
    images_dir: Path | str,
    *,
    split: str = "val",
    strict: bool = False,
) -> ItemSource:
    """The sentences of one split of RefCOCO, RefCOCO+ or RefCOCOg.

    Args:
        refs_path: The refs, ``.json`` or the published pickle (``.p``, ``.pkl``).
        instances_json: COCO's annotations with the boxes.
        images_dir: The folder of the pictures.
        split: ``train``, ``val``, ``test``, ``testA`` or ``testB``, as the refs name it.
        strict: Raise at the first unusable ref instead of skipping and counting it.

    Raises:
        ValueError: If no ref belongs to ``split``; the splits there are listed.
        DataError: If a file is missing or of another form, if nothing is usable, or, when strict,
            for the first unusable sentence.
    """
    path = Path(refs_path)
    refs = read_json(path) if path.suffix == ".json" else _read_plain_pickle(path)
    if not isinstance(refs, list) or not all(isinstance(ref, dict) for ref in refs):
        raise DataError(f"{path} does not hold a list of refs")
    splits = sorted({str(ref.get("split")) for ref in refs})
    if split not in splits:
        hint = nearest_spelling(split, splits)
        raise ValueError(f"{path} has no split {split!r}{hint}; it has {', '.join(splits)}")
    tables = read_tables(Path(instances_json), ("images", "annotations"))
    images = {identity(entry): entry for entry in tables["images"]}
    annotations = {identity(entry): entry for entry in tables["annotations"]}
    tally = Tally(f"{path.stem}/{split}", Path(images_dir), strict=strict)
    for position, ref in enumerate(refs):
        if ref.get("split") != split:
            continue
        sentences = ref.get("sentences")
        if not isinstance(sentences, list | tuple) or not sentences:
            sentences = [None]
        for number, sentence in enumerate(sentences):
            record = f"{path.name}:refs[{position}], sentence {number}"
            try:
                image = images.get(identity(ref, "image_id"))
                annotation = annotations.get(identity(ref, "ann_id"))
                tally.keep(_item(sentence, image, annotation, record, tally))
            except RecordProblem as problem:
                tally.refuse(record, problem)
    return tally.finish()


def _item(
    sentence: object,
    image: dict[str, object] | None,
    annotation: dict[str, object] | None,
    record: str,
    tally: Tally,
) -> Item:
    if not isinstance(sentence, dict):
        raise RecordProblem("no sentence", "the ref has no sentence of the form {'sent': ...}")
    expression = checked_expression(sentence.get("sent"))
    if image is None:
        raise RecordProblem("unknown image", "the ref's image_id is not among the images")
    if annotation is None:
        raise RecordProblem("unknown annotation", "the ref's ann_id is not among the annotations")
    path, size_hw = coco_picture(image, tally)
    boxes = checked_boxes([annotation.get("bbox")], size_hw, path, xywh=True)
    return Item(path, expression, boxes, size_hw, record)
