"""What a JSON file is that is not in the COCO format, and what to do with it."""

from pathlib import Path

from vgym.data.errors import shown

_ONE_A_LINE = (
    "it is a list of records as JSONL has them: write each on a line of its own, "
    "jq -c '.[]' {name} > {stem}.jsonl, and read that file"
)
_AS_COCO = "it looks like Label Studio's own JSON: export it as COCO, and read its result.json"

# keys of the first record -> what the file is and how to read it
_KNOWN: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(("image", "expression")), _ONE_A_LINE),
    (frozenset(("image", "boxes")), _ONE_A_LINE),
    (
        frozenset(("img_filename", "bbox")),
        "it looks like ScreenSpot: name it screenspot_web.json (or _mobile, _desktop), or put it "
        "into a folder annotations beside images/ for ScreenSpot-Pro",
    ),
    (
        frozenset(("sentences", "ann_id")),
        "it looks like the refs of RefCOCO: name it refs.json, beside instances.json",
    ),
    (frozenset(("annotations", "data")), _AS_COCO),
    (frozenset(("image", "label")), _AS_COCO),
)


def advice(path: Path, content: object) -> str:
    """A clause that says what the content of ``path`` looks like; "" where nothing is known."""
    if not isinstance(content, list):
        return f", not {shown(content)}"
    if not content or not isinstance(content[0], dict):
        return f"; it is a list of {shown(content[0]) if content else 'nothing'}"
    for keys, words in _KNOWN:
        if keys <= content[0].keys():
            return f"; {words.format(name=path.name, stem=path.stem)}"
    given = ", ".join(str(key)[:40] for key in list(content[0])[:8])
    return (
        f"; it is a list of records with the keys {given}. vgym.data.load tells what can be read, "
        "such as JSONL with image, expression and boxes"
    )
