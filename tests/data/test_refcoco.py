"""RefCOCO from JSON and from pickles, of which hostile ones never run."""

import json
import os
import pickle
import pickletools
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vgym.data import DataError, load, load_refcoco

REFS: list[dict[str, object]] = [
    {
        "ref_id": 1,
        "ann_id": 11,
        "image_id": 7,
        "category_id": 1,
        "split": "val",
        "file_name": "COCO_train2014_000000000007_11.jpg",
        "sentences": [
            {"sent": "man on left", "sent_id": 0, "tokens": ["man", "on", "left"], "raw": "man"},
            {"sent": "the older gentleman", "sent_id": 1, "tokens": [], "raw": ""},
        ],
    },
    {"ref_id": 2, "ann_id": 12, "image_id": 7, "split": "testA", "sentences": [{"sent": "cat"}]},
]
INSTANCES: dict[str, list[dict[str, object]]] = {
    "images": [{"id": 7, "file_name": "a.png", "height": 90, "width": 120}],
    "annotations": [
        {"id": 11, "image_id": 7, "category_id": 1, "bbox": [10, 20, 30.5, 40]},
        {"id": 12, "image_id": 7, "category_id": 17, "bbox": [0, 0, 5, 5]},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    Image.new("RGB", (120, 90)).save(tmp_path / "images" / "a.png")
    (tmp_path / "instances.json").write_text(json.dumps(INSTANCES))
    return tmp_path


def files(folder: Path, name: str) -> tuple[Path, Path, Path]:
    return folder / name, folder / "instances.json", folder / "images"


def write_json(folder: Path, refs: object) -> None:
    (folder / "refs.json").write_text(json.dumps(refs))


def test_json_export(folder: Path) -> None:
    write_json(folder, REFS)
    source = load_refcoco(*files(folder, "refs.json"))
    assert source.texts() == ["man on left", "the older gentleman"]
    assert all(item.boxes.tolist() == [[10, 20, 40.5, 60]] for item in source)
    assert source[1].record == "refs.json:refs[0], sentence 1"
    assert source.name == "refs/val"
    other = load_refcoco(*files(folder, "refs.json"), split="testA")
    assert [(item.expression, item.boxes.tolist()) for item in other] == [("cat", [[0, 0, 5, 5]])]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_of_plain_values(folder: Path, protocol: int) -> None:
    (folder / "refs(unc).p").write_bytes(pickle.dumps(REFS, protocol))
    source = load_refcoco(*files(folder, "refs(unc).p"))
    assert source.texts() == ["man on left", "the older gentleman"]


def test_a_pickle_as_python_2_wrote_it(folder: Path) -> None:
    # Byte strings (S, U), a unicode string (V) and a long (L), as cPickle's protocol 0 has them.
    text = (
        b"(lp1\n(dp2\nS'split'\np3\nS'val'\np4\nsS'ann_id'\np5\nI11\nsS'image_id'\np6\nL7L\n"
        b"sS'sentences'\np7\n(lp8\n(dp9\nS'sent'\np10\nVcaf\\u00e9 table\np11\nsasa."
    )
    (folder / "refs.p").write_bytes(text)
    assert load_refcoco(*files(folder, "refs.p")).texts() == ["café table"]


class Hostile:
    """On unpickling it makes a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_hostile_pickle_is_refused_and_does_not_run(folder: Path, protocol: int) -> None:
    target = folder / "made"
    payload = pickle.dumps([*REFS, Hostile(target)], protocol)
    (folder / "refs.p").write_bytes(payload)
    with pytest.raises(DataError, match=r"refs\.p is not a pickle of plain values: it holds the"):
        load_refcoco(*files(folder, "refs.p"))
    assert not target.exists()
    pickle.loads(payload)  # the payload is a live one
    assert target.exists()


def test_the_second_barrier_refuses_every_class(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder / "made"
    (folder / "refs.p").write_bytes(pickle.dumps(Hostile(target)))
    every = frozenset(opcode.name for opcode in pickletools.opcodes)
    monkeypatch.setattr("vgym.data.refcoco.PLAIN_OPCODES", every)
    with pytest.raises(DataError, match=r"it names .*mkdir"):
        load_refcoco(*files(folder, "refs.p"))
    assert not target.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        pickle.dumps(REFS)[:-20],
        pickle.dumps(OrderedDict(a=1)),
        pickle.dumps({1, 2}),
        pickle.dumps(b"bytes", 4),
        b"\x80\x02]r\xff\xff\xff\x7f.",  # a memo of two thousand million entries
        b"]K\x01a]a\x85",
        b"K\x01K\x02a.",  # append to a number
        b"]}]K\x01s.",  # a list as a key
        b"c__builtin__\neval\n.",
        b"Pid\n.",
        b"\x95\xff\xff\xff\xff\xff\xff\xff\xff.",
        b"I" + b"9" * 5000 + b"\n.",
    ],
)
def test_other_pickles(folder: Path, content: bytes) -> None:
    (folder / "refs.p").write_bytes(content)
    with pytest.raises(DataError, match=r"refs\.p is not a pickle of plain values"):
        load_refcoco(*files(folder, "refs.p"))


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damaged_pickles_never_escape(folder: Path, data: st.DataObject) -> None:
    content = bytearray(pickle.dumps(REFS, data.draw(st.integers(0, 5))))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (folder / "refs.p").write_bytes(content)
    try:
        load_refcoco(*files(folder, "refs.p"))
    except ValueError:  # DataError, or no such split
        pass


@pytest.mark.parametrize("value", [{"a": 1}, [1], "refs", None])
def test_plain_values_of_another_form(folder: Path, value: object) -> None:
    write_json(folder, value)
    with pytest.raises(DataError, match="does not hold a list of refs"):
        load_refcoco(*files(folder, "refs.json"))


def test_unknown_split(folder: Path) -> None:
    write_json(folder, REFS)
    with pytest.raises(ValueError, match=r"no split 'test' .*it has testA, val") as caught:
        load_refcoco(*files(folder, "refs.json"), split="test")
    assert "(nearest: 'testA')" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sentences": []}, "no sentence"),
        ({"sentences": ["cat"]}, "no sentence"),
        ({"sentences": None}, "no sentence"),
        ({"sentences": [{"sent": ""}]}, "bad expression"),
        ({"sentences": [{"raw": "cat"}]}, "bad expression"),
        ({"ann_id": 99}, "unknown annotation"),
        ({"image_id": 99}, "unknown image"),
        ({"image_id": [7]}, "unknown image"),
    ],
)
def test_broken_refs(folder: Path, changes: dict[str, object], reason: str) -> None:
    bad = {**REFS[1], "split": "val", **changes}
    write_json(folder, [bad, *REFS])
    source = load_refcoco(*files(folder, "refs.json"))
    assert len(source) == 2 and source.summary.reasons == {reason: 1}
    with pytest.raises(DataError, match=r"^refs\.json:refs\[0\], sentence 0: "):
        load_refcoco(*files(folder, "refs.json"), strict=True)


def with_instances(folder: Path, **changes: object) -> None:
    (folder / "instances.json").write_text(json.dumps({**INSTANCES, **changes}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"image_id": 8}, "two images"),
        ({"category_id": 17}, "two categories"),
        ({"ann_id": 12}, "two categories"),
    ],
)
def test_a_ref_unlike_its_annotation_is_refused(
    folder: Path, changes: dict[str, object], reason: str
) -> None:
    other = {"id": 8, "file_name": "b.png"}
    with_instances(folder, images=[*INSTANCES["images"], other])
    write_json(folder, [REFS[0], {**REFS[0], **changes, "sentences": [{"sent": "that"}]}])
    source = load_refcoco(*files(folder, "refs.json"))
    assert source.texts() == ["man on left", "the older gentleman"]
    assert source.summary.reasons == {reason: 1}
    assert "is not the" in source.summary.first_errors[0]
    with pytest.raises(DataError, match=r"^refs\.json:refs\[1\], sentence 0: the ref's "):
        load_refcoco(*files(folder, "refs.json"), strict=True)


@pytest.mark.parametrize("ids", [(None, None), (11, 11), (11, 11.0), ([11], [11]), (11.5, 11.5)])
def test_annotations_of_one_id_or_of_none_are_not_one(
    folder: Path, ids: tuple[object, object]
) -> None:
    boxes = ([10, 20, 30, 40], [50, 20, 30, 40])
    rows = [
        {"id": id, "image_id": 7, "category_id": 1, "bbox": box}
        for id, box in zip(ids, boxes, strict=True)
    ]
    with_instances(folder, annotations=[*rows, {**INSTANCES["annotations"][1], "category_id": 1}])
    write_json(folder, [{**REFS[0], "ann_id": ids[0]}, {**REFS[0], "ann_id": 12.0}])
    source = load_refcoco(*files(folder, "refs.json"))
    assert [item.record for item in source] == [f"refs.json:refs[1], sentence {n}" for n in (0, 1)]
    first = source.summary.first_errors[0]
    assert first.startswith("instances.json:annotations[0]: the id "), first
    assert source.summary.skipped == 4  # two rows, two sentences


def test_a_repeated_annotation_is_one_and_told(folder: Path) -> None:
    with_instances(folder, annotations=INSTANCES["annotations"] * 2)
    write_json(folder, REFS)
    source = load_refcoco(*files(folder, "refs.json"))
    assert len(source) == 2 and source.summary.reasons == {"repeated annotation": 2}


def test_load_takes_a_folder_with_refs(folder: Path) -> None:
    write_json(folder, REFS)
    assert load(folder).texts() == ["man on left", "the older gentleman"]
    (folder / "refs.p").write_bytes(pickle.dumps(REFS))
    with pytest.raises(ValueError, match=r"holds refs\.json, refs\.p; name one"):
        load(folder)
    assert load(folder / "refs.p").texts() == ["man on left", "the older gentleman"]


def test_splits_of_refs_are_not_mixed(folder: Path) -> None:
    write_json(folder, REFS)
    seen = {split: set(load(folder, split=split).texts()) for split in ("val", "test")}
    assert not seen["val"] & seen["test"]
