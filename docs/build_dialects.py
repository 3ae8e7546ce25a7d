"""Makes dialects.md from the table of dialects, and runs its example.

python docs/build_dialects.py            writes it
python docs/build_dialects.py --check    exits 1 if it is out of date
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from pathlib import Path

import vgym
from vgym.chat import Dialect, dialect, dialects
from vgym.chat.reading.resizing import policies

PAGE = Path(__file__).parent / "dialects.md"
COSTS = Path(vgym.__file__).parent / "baselines" / "results" / "chat_cpu.json"
SIZES = ((800, 1280), (2160, 3840), (64, 64))  # (height, width) of the table of sizes

BEGINNING = """# Dialects

Made from the code by `docs/build_dialects.py`. The same text means other pixels to another model:
`[120, 80, 580, 440]` is pixels of the picture as its server resized it to Qwen2.5-VL, thousandths
of its sides to Qwen3-VL, thousandths with y first to Gemini. So a dialect is declared, never
guessed from the numbers:

```python
from vgym.chat import dialect

read = dialect("qwen2.5-vl").read('{"bbox_2d": [120, 80, 580, 440]}', size_hw=(800, 1280))
assert read.boxes.round().tolist() == [[119, 79, 576, 433]]  # pixels of the picture that was given
assert dialect("gemini").write([119, 79, 576, 433], size_hw=(800, 1280)) == (
    '```json\\n[{"box_2d": [99, 93, 541, 450]}]\\n```'
)
```

`read` takes what is asked for: `"box"`, `"point"`, `"boxes"`, `"points"`, `"text"` or `"calls"` of
tools. Nothing that a model says raises: `reading.error` says why nothing was read, in words.

- **What is the answer.** Thoughts are none, and a thought that is not closed leaves none. Of what
  is left the last answer counts, and where one place is asked for, the first in it. In
  `<answer>`, `<tool_call>` or `<|begin_of_box|>` the answer is what stands there, else what follows
  the last `Action:` or `Answer:`.
- **What is a number.** Plain decimals. `NaN`, `Infinity`, `1_0`, `1e3` and digits of other scripts
  are none; nothing is evaluated. A list of 400 numbers is no box.
- **What is too much.** More than 100,000 characters or 1,000 places are no answer. The time grows
  with the text alone: `python -m vgym.baselines.benchmark_chat` measures it.
- **What is lost.** Boxes are not clipped to the picture, their corners are sorted, and a box serves
  where a point is asked for, by its centre. What is written and read again misses by no more than
  the dialect rounds.

`dialect.how("box")` tells a model how to answer, in a sentence. `vgym.chat.probe.probe` asks a
model ten times where a cross is, and names the dialect, frame and resize that it really answers in.

## Dialects

| name | models | numbers | order | box | point | calls | pictures | read in |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
MIDDLE = """
Numbers are rounded to the step that stands behind them. `(box)` is a point written as a box of no
size; the box of a row without boxes is refused. Names of actions and arguments become ours as calls
are read: `left_click` is `click`, its `coordinate` or `start_box` is `point`.

## Pictures

A model that answers in pixels means pixels of the picture as its server resizes it. The client
resizes first, to a size that the server keeps (`dialect.shown_size`), so that both see one picture.
Limits are those that the published configuration has; of a server that was started with others say
so: `dialect("qwen2.5-vl", max_pixels=1003520)`, or `resize="qwen2-vl-defaults"`. A dialect in
pixels of a size that nobody knows is refused until one is given.

"""
COMPARISON = """
## What reading costs elsewhere

Two rules that are in use, written out, and the same answers read by a declared dialect. The first
takes every box of an answer in both of two frames and keeps the best *against the truth*
(`refcoco_grounding` of lmms-eval 0.7.3, which paid a fixed list of 196 boxes an Acc@0.5 of 0.845
when it was run). The second takes all numbers up to 1000 for thousandths (VLMEvalKit).

```python
{example}```

It prints

```text
{printed}```

One list of 196 boxes, the same for every picture, earns most of what there is; here it is one
answer, whose first box counts. A model that answers in pixels of a 640x480 picture and is never
wrong earns nothing; here it earns everything, because its frame was declared.
"""
BEFORE_COSTS = """
## What it costs

Processor time by `baselines/benchmark_chat.py`, on a machine that other work shared; PNG and WebP
at a quality of 100 lose nothing, and how far the others are off is in values of 0 to 255.

"""
EXAMPLE = """import json

import numpy as np

from vgym.chat import dialect

SIZE_HW = height, width = (480, 640)
random = np.random.default_rng(0)
sides = random.uniform(0.15, 0.7, (200, 2)) * (width, height)
corners = random.uniform(0, 1, (200, 2)) * ((width, height) - sides)
truths = np.concatenate((corners, corners + sides), 1).round()  # 200 boxes, pixels


def iou(a, b):
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    shared = np.prod(np.clip(high - low, 0, None))
    return shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared)


def best_of_all(text, truth):  # every box, in pixels and in thousandths, the best against the truth
    boxes = [np.array(each["bbox_2d"], float) for each in json.loads(text)]
    scales = (1, np.array([width, height] * 2) / 1000)
    return max(iou(box * scale, truth) for box in boxes for scale in scales)


def up_to_1000(text, truth):  # any box whose numbers are all up to 1000 is in thousandths
    box = np.array(json.loads(text)[0]["bbox_2d"], float)
    return iou(box * np.array([width, height] * 2) / 1000 if box.max() <= 1000 else box, truth)


def declared(text, truth):
    reading = dialect("json").read(text, size_hw=SIZE_HW)  # pixels of the picture
    return iou(reading.boxes[0], truth) if reading.ok else 0.0


def many(truth):  # 7 x 7 places in 4 sizes, whatever is asked
    places = [(x, y, s) for x in range(7) for y in range(7) for s in (0.2, 0.35, 0.5, 0.65)]
    boxes = [
        (x / 6 * (1 - s), y / 6 * (1 - s), x / 6 * (1 - s) + s, y / 6 * (1 - s) + s)
        for x, y, s in places
    ]
    boxes = np.array(boxes) * np.array([width, height] * 2)
    return json.dumps([{"bbox_2d": box.round().tolist()} for box in boxes])


def perfect(truth):
    return json.dumps([{"bbox_2d": truth.tolist()}])


for name, answer in (("196 boxes", many), ("perfect pixels", perfect)):
    for rule in (best_of_all, up_to_1000, declared):
        hits = [rule(answer(truth), truth) >= 0.5 for truth in truths]
        print(f"{name:15} {rule.__name__:12} {np.mean(hits):.3f}")
"""


def row_of(row: Dialect) -> str:
    """One line of the table."""
    frame = row.frame
    step = f", in {frame.step:g}" if frame.step not in (0, 1) else ""
    order = "y, x" if row.order == "yxyx" else "x, y"
    size_hw = (1000, 1000)
    known = row if row.resize.name != "unknown" or frame.units else dialect(row.name, resize="none")
    box = known.write([100, 200, 300, 400], size_hw=size_hw) if row.box else ""
    point = known.write([100, 200], size_hw=size_hw)
    cells = [f"`{row.name}`", row.models, f"{frame.name}{step}", order, _code(box)]
    cells += [_code(point) if row.point else "(box)", f"`{row.tools}`"]
    return " | ".join(["", *cells, f"`{row.resize.name}`", row.source, ""]).strip()


def policy_table() -> str:
    """The policies, and what they make of a few pictures."""
    heads = [f"{width}x{height}" for height, width in SIZES]
    lines = [f"| policy | {' | '.join(heads)} | read in |", f"|{' --- |' * (len(heads) + 2)}"]
    for one in policies().values():
        if one.source:
            sizes = " | ".join(f"{w}x{h}" for h, w in map(one.resized, SIZES))
            lines.append(f"| `{one.name}` | {sizes} | {one.source} |")
    return "\n".join(lines) + "\n"


def costs() -> str:
    """What reading, pictures and requests cost, as it was measured."""
    found = json.loads(COSTS.read_text(encoding="utf-8"))
    rates = [
        each["median"] for row in found["answers_per_second"].values() for each in row.values()
    ]
    cap, shares, flying = found["at_the_cap"], found["share_of_steps"], found["in_flight"]
    added = "; ".join(
        f"{id} {row['added_ms']:.2f} ms, {100 * row['share']:.1f} % of step and pictures"
        for id, row in shares.items()
    )
    sent = "; ".join(
        f"{name} {row['ms_a_request']:.1f} ms each, {100 * row['share_of_a_core']:.0f} %"
        for name, row in flying.items()
    )
    lines = [
        "| what | measured |",
        "| --- | --- |",
        f"| typical answers read a second | {min(rates):,.0f} to {max(rates):,.0f} by dialect |",
        f"| the slowest hostile text of {cap['characters']:,} characters | {cap['worst_ms']:.0f} "
        f"ms; twice the text takes at most {cap['largest_growth']:.1f} times as long |",
        f"| what conversations add to an episode's start and first step, a row | {added} |",
        "| 64 requests in flight to a server that answers after a second, share of a core "
        f"| {sent} |",
    ]
    pictures = [
        "| picture | as | bytes | ms | difference of a value, mean | largest |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {way} | {row['bytes']:,} | {row['ms']:.1f} | {row['mean_difference']:.2f} "
            f"| {row['largest_difference']} |"
            for name, ways in found["encodings"].items()
            for way, row in ways.items()
        ),
    ]
    return BEFORE_COSTS + "\n".join([*lines, "", *pictures]) + "\n"


def page() -> str:
    """The whole page; its example is run."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(EXAMPLE, "the example", "exec"), {})
    rows = "\n".join(row_of(dialect(name)) for name in dialects()) + "\n"
    comparison = COMPARISON.format(example=EXAMPLE, printed=printed.getvalue())
    return BEGINNING + rows + MIDDLE + policy_table() + comparison + costs()


def _code(text: str) -> str:
    """A cell's code; what would end the cell is written as HTML."""
    escaped = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return f"<code>{escaped.replace('|', '&#124;').replace('`', '&#96;')}</code>" if text else ""


def main() -> int:
    """Writes the page, or says whether it is as it would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.name} is out of date: python docs/build_dialects.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
