"""Episodes as a data set on disk: prompts with their pictures, or whole demonstrations, in shards.

A shard is written whole or not at all, and one that is there is not written again: a run that was
broken off goes on where it stopped. The same words give the same files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from vgym.chat.messages import Message, encoded, parts_of, pictures_of
from vgym.core.extras import missing
from vgym.data.whole_files import check_folder, write_whole
from vgym.evaluation.machine import versions
from vgym.integrations.episodes import Setup
from vgym.integrations.tickets import Ticket, alike, demonstrations, openings
from vgym.registration import row_of, unknown

Format = Literal["parquet", "jsonl"]
Trainer = Literal["trl", "verl", "openrlhf"]
FORMATS = ("parquet", "jsonl")
TRAINERS = ("trl", "verl", "openrlhf")
SHARD = 500  # rows of a file
_ABOUT = "export.json"  # what a folder was made by
Progress = Callable[[int, int], None]  # called with how many rows are done, and of all


@dataclass(frozen=True)
class Export:
    """What is written.

    Args:
        setups: what is played. tickets: which episodes, of these setups.
        trainer: whose columns the rows have.
        format: "parquet", pictures within; or "jsonl", pictures as files beside it.
        demonstrations: whole conversations, led by the oracle, in place of prompts.
        rows: of a shard.

    Raises:
        ValueError: an unknown trainer or format, or nothing to write.
    """

    setups: Sequence[Setup]
    tickets: Sequence[Ticket]
    trainer: Trainer = "trl"
    format: Format = "parquet"
    demonstrations: bool = False
    rows: int = SHARD

    def __post_init__(self) -> None:
        for what, value, known in (
            ("trainer", self.trainer, TRAINERS),
            ("format", self.format, FORMATS),
        ):
            if value not in known:
                raise ValueError(unknown(what, value, known))
        if not self.tickets:
            raise ValueError("there is no episode to write")
        if self.rows < 1:
            raise ValueError(f"rows={self.rows!r} of a shard must be at least 1")
        several = [setup.env for setup in self.setups if setup.calls == "native"]
        if self.trainer == "verl" and several and len(self.setups) > 1:
            raise ValueError(
                f"{several[0]} takes several answers, by tools that verl's rows and file of tools "
                "name: export it alone"
            )

    def about(self) -> dict[str, Any]:
        """What tells one export from another: who goes on must agree in all of it."""
        first, last = self.tickets[0], self.tickets[-1]
        return {
            "setups": [asdict(setup) for setup in self.setups],
            "episodes": len(self.tickets),
            "tickets": hashlib.sha256(json.dumps(self.tickets).encode()).hexdigest(),
            "first": first._asdict(),
            "last": last._asdict(),
            "trainer": self.trainer,
            "format": self.format,
            "demonstrations": self.demonstrations,
            "rows": self.rows,
            "vgym": versions().get("vgym"),
        }

    def write(self, folder: Path, progress: Progress | None = None) -> list[Path]:
        """Write all shards that are not there yet, a card, and of verl a file of tools.

        Returns:
            The shards, in order.

        Raises:
            ValueError: the folder holds another export. OSError: the disk is full, or cannot be
                written to; the shards before are kept, and the same call goes on behind them.
            ImportError: "parquet" without the extra ``export``.
        """
        if self.format == "parquet":
            _datasets()
        check_folder(folder, "--out")
        (folder / "data").mkdir(parents=True, exist_ok=True)
        self._agree(folder)
        count = -(-len(self.tickets) // self.rows)
        shards = [
            folder / "data" / f"train-{n:05d}-of-{count:05d}.{self.format}" for n in range(count)
        ]
        for number, shard in enumerate(shards):
            now = self.tickets[number * self.rows : (number + 1) * self.rows]
            if not shard.exists():
                self._shard(shard, now, number * self.rows)
            if progress is not None:
                progress(min((number + 1) * self.rows, len(self.tickets)), len(self.tickets))
        self._beside(folder)
        return shards

    def _agree(self, folder: Path) -> None:
        about = json.loads(json.dumps(self.about()))
        file = folder / _ABOUT
        if file.exists():
            try:
                before = dict(json.loads(file.read_text("utf-8")))
            except (ValueError, TypeError):
                raise ValueError(f"{file} is damaged; delete {folder}, or name another") from None
            other = [name for name in about if before.get(name) != about[name]]
            if other:
                raise ValueError(
                    f"{folder} holds another export: its {', '.join(other)} are not these; name "
                    "another folder, or delete it"
                )
        write_whole(file, json.dumps(about, indent=1) + "\n")

    def _shard(self, shard: Path, now: Sequence[Ticket], first: int) -> None:
        rows = self._rows(now, first)
        if self.format == "parquet":
            _write_parquet(shard, list(rows), self.trainer, self.demonstrations)
            return
        pictures = shard.parent / "images"
        pictures.mkdir(exist_ok=True)
        lines = []
        for number, row in enumerate(rows):
            names = []
            for k, picture in enumerate(row["images"]):
                name = f"images/{first + number:07d}-{k}.png"
                write_whole(shard.parent / name, picture["bytes"])
                names.append(name)
            lines.append(json.dumps({**row, "images": names}, ensure_ascii=True) + "\n")
        write_whole(shard, "".join(lines))

    def _rows(self, now: Sequence[Ticket], first: int) -> Iterator[dict[str, Any]]:
        made: dict[int, dict[str, Any]] = {}
        for places in alike(now):
            held = [now[place] for place in places]
            what = Setup.from_json(held[0].setup)
            if self.demonstrations:
                for place, (messages, earned) in zip(places, demonstrations(held), strict=True):
                    made[place] = _demonstration(now[place], messages, earned, what)
            else:
                row_for = {"trl": _trl, "verl": _verl, "openrlhf": _openrlhf}[self.trainer]
                for place, (messages, said) in zip(places, openings(held), strict=True):
                    made[place] = row_for(now[place], messages, _words(said), what, first + place)
        for place in range(len(now)):
            yield made[place]

    def _beside(self, folder: Path) -> None:
        write_whole(folder / "README.md", _card(self))
        if self.trainer == "verl":
            from vgym.integrations.verl import tools_config

            several = [setup for setup in self.setups if setup.calls == "native"]
            if several:
                config = tools_config(several[0])
                write_whole(folder / "tools.yaml", json.dumps(config, indent=1) + "\n")


# -- rows ------------------------------------------------------------------------------------


def _trl(
    ticket: Ticket, messages: list[Message], answer: str, setup: Setup, index: int
) -> dict[str, Any]:
    prompt = [{"role": m["role"], "content": _parts(m)} for m in messages]
    told = {"answer": answer, **_ticket(ticket, setup)}
    return {"prompt": prompt, "images": _images(messages), **told}


def _verl(
    ticket: Ticket, messages: list[Message], answer: str, setup: Setup, index: int
) -> dict[str, Any]:
    told: dict[str, Any] = {**ticket._asdict(), "index": index, "need_tools_kwargs": False}
    agent = "single_turn_agent"
    if setup.calls == "native":
        agent = "tool_agent"
        told["need_tools_kwargs"] = True
        told["tools_kwargs"] = {
            name: {"create_kwargs": ticket._asdict()}
            for name in (tool["function"]["name"] for tool in _tools(ticket.setup))
        }
    return {
        "data_source": setup.env,
        "agent_name": agent,
        "prompt": [{"role": m["role"], "content": _tagged(m)} for m in messages],
        "images": _images(messages),
        "ability": row_of(setup.env.removeprefix("vgym:")).family.subject,
        "reward_model": {"style": "rule", "ground_truth": answer},
        "extra_info": told,
    }


def _openrlhf(
    ticket: Ticket, messages: list[Message], answer: str, setup: Setup, index: int
) -> dict[str, Any]:
    return {
        "input": [{"role": m["role"], "content": _tagged(m)} for m in messages],
        "label": json.dumps(ticket._asdict()),
        "images": _images(messages),
        "datasource": setup.env,
        "answer": answer,
    }


def _demonstration(
    ticket: Ticket, messages: list[Message], earned: float, setup: Setup
) -> dict[str, Any]:
    said = [
        {
            "role": m["role"],
            "content": _parts(m),
            "tool_calls": m.get("tool_calls") or [],
            "tool_call_id": m.get("tool_call_id") or "",
        }
        for m in messages
    ]
    tools = json.dumps(_tools(ticket.setup)) if setup.calls == "native" else ""
    return {
        "messages": said,
        "images": _images(messages),
        "tools": tools,
        "return": earned,
        **_ticket(ticket, setup),
    }


def _ticket(ticket: Ticket, setup: Setup) -> dict[str, Any]:
    recipe = setup.settings.get("reward", "dense")
    return {**ticket._asdict(), "environment": ticket.setup, "recipe": str(recipe)}


def _words(said: Message) -> str:
    """What the oracle says: its text, or its call in JSON."""
    calls = [call["function"] for call in said.get("tool_calls", ())]
    return json.dumps(calls[0]) if calls else str(said["content"])


def _parts(message: Message) -> list[dict[str, Any]]:
    return [
        {"type": "image", "text": None} if part["type"] == "image" else dict(part)
        for part in parts_of(message)
    ]


def _tagged(message: Message) -> str:
    """The words, with a tag where a picture stands; tags in words are written apart."""
    return "\n".join(
        "<image>" if p["type"] == "image" else p["text"].replace("<image>", "< image >")
        for p in parts_of(message)
    )


def _images(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [{"bytes": encoded(picture), "path": None} for picture in pictures_of(messages)]


@lru_cache(8)
def _tools(setup: str) -> list[dict[str, Any]]:
    """Those of a setup in JSON, for each of its rows."""
    env = Setup.from_json(setup).chat_env()
    env.close()
    return env.tools


# -- files -----------------------------------------------------------------------------------


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        cure = missing("datasets", "export", error)
        raise ImportError(f"{cure}; or --format jsonl, which needs nothing") from error
    return datasets


def _write_parquet(
    shard: Path, rows: list[dict[str, Any]], trainer: str, demonstrations: bool
) -> None:
    datasets = _datasets()
    Features, Image = datasets.Features, datasets.Image
    List, Value = datasets.List, datasets.Value
    text, whole = Value("string"), Value("int64")
    said = List({"role": text, "content": List({"type": text, "text": text})})
    tagged = List({"role": text, "content": text})
    of_ticket = {"setup": text, "seed": whole, "record": whole, "environment": text, "recipe": text}
    call = {"id": text, "type": text, "function": {"name": text, "arguments": text}}
    columns: Mapping[str, Any]
    if demonstrations:
        each = {
            "role": text,
            "content": List({"type": text, "text": text}),
            "tool_calls": List(call),
            "tool_call_id": text,
        }
        columns = {"messages": List(each), "tools": text, "return": Value("float64"), **of_ticket}
    elif trainer == "trl":
        columns = {"prompt": said, "answer": text, **of_ticket}
    elif trainer == "openrlhf":
        columns = {"input": tagged, "label": text, "datasource": text, "answer": text}
    else:
        ticket = {"setup": text, "seed": whole, "record": whole}
        tools = rows[0]["extra_info"].get("tools_kwargs")
        of_tools = {"tools_kwargs": {n: {"create_kwargs": ticket} for n in tools}} if tools else {}
        told = {**ticket, "index": whole, "need_tools_kwargs": Value("bool"), **of_tools}
        columns = {
            **{"data_source": text, "agent_name": text, "prompt": tagged, "ability": text},
            **{"reward_model": {"style": text, "ground_truth": text}, "extra_info": told},
        }
    features = Features({**columns, "images": List(Image())})
    held = datasets.Dataset.from_list(rows, features=features)
    part = shard.with_name(f".{shard.name}.part")
    try:
        from pyarrow.parquet import write_table

        write_table(held.data.table, part)  # as `to_parquet`, which draws bars
        part.replace(shard)
    finally:
        part.unlink(missing_ok=True)


def _first_split(env: str) -> str:
    return row_of(env.removeprefix("vgym:")).family.splits[0]


def _card(export: Export) -> str:
    setups = "\n".join(
        f"- `{s.env}`, dialect `{s.dialect}`, split {s.split or _first_split(s.env)}, settings "
        f"`{json.dumps(dict(s.settings))}`"
        for s in export.setups
    )
    what = "demonstrations of the oracle" if export.demonstrations else "prompts"
    return f"""---
license: other
task_categories: [visual-question-answering]
configs:
- config_name: default
  data_files: data/*.{export.format}
---
# {len(export.tickets):,} {what} of vgym

{setups}

Written by `vgym export` of vgym {versions().get("vgym")}, for {export.trainer}. A row is an
episode, which its columns `setup`, `seed` and `record` begin again; answers are scored by
`vgym.integrations.tickets.score`.

**Provenance and licence.** Pictures of sources that ship with vgym are drawn by it out of its
assets, whose authors and licences (public domain, CC0, CC BY, MIT, Apache 2.0, BSD, OFL) stand file
by file in `assets/SOURCES.md` of vgym; CC BY asks that they be named. Pictures of a source of your
own keep the licence that they have.
"""
