"""Episodes as a task of lmms-eval: a folder with its YAML and the list of episodes.

    python -m vgym.integrations.lmms_eval VGround-v0 --dialect qwen2.5-vl --out vgym_tasks
    python -m lmms_eval --model qwen2_5_vl --tasks vgym_vground_v0 --include_path vgym_tasks

Where one answer ends an episode, a model that takes messages is given those of `vgym.chat`. Where
it takes several, lmms-eval gives a model one message a round, without what was said before: the
whole conversation is written into that message, its pictures first.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vgym.chat.messages import Message, parts_of
from vgym.core.action_check import NoAnswer
from vgym.evaluation.machine import versions
from vgym.integrations.episodes import SCORES, Episode, Outcome, Setup, Start

_ROUNDS = 1000  # of an episode without a limit, where none are asked for
# What stands in place of an answer that was not given; its numbers are no places.
_NOT_GIVEN = ("[LMMS_EVAL_REQUEST_FAILED", "[LMMS_EVAL_BUDGET_EXCEEDED")

Doc = Mapping[str, Any]


def pictures(doc: Doc) -> list[Any]:
    """The pictures of an episode's opening, of PIL."""
    with _begun(doc) as episode:
        return _in_one(episode.opening)[0]


def words(doc: Doc, lmms_eval_specific_kwargs: Any = None) -> str:
    """The words of an episode's opening."""
    with _begun(doc) as episode:
        return _in_one(episode.opening)[1]


def messages(doc: Doc) -> list[Message]:
    """An episode's opening in messages, pictures where they stand."""
    with _begun(doc) as episode:
        return [
            {"role": m["role"], "content": [_part(part) for part in parts_of(m)]}
            for m in episode.opening
        ]


def target(doc: Doc) -> str:
    """Nothing: what an answer earns is the environment's business."""
    return ""


def earned(doc: Doc, results: Sequence[Any]) -> dict[str, float]:
    """What an answer earns, by the names of `vgym.integrations.episodes.SCORES`."""
    with _begun(doc) as episode:
        episode.answer(_given(results[0]))
        return episode.outcome.scores


def next_round(
    doc: Doc,
    lmms_eval_specific_kwargs: Any = None,
    previous_output: Sequence[Any] | None = None,
    round_idx: int | None = None,
    previous_round_info: dict[str, Any] | None = None,
) -> Any:
    """The next thing to ask in an episode of several answers, as lmms-eval's agentic loop wants it.

    Returns:
        The words of the opening before the first round; then pictures, words, whether it is over,
        the outputs (what the episode came to so far, in JSON), and what is handed to the next
        round.
    """
    if round_idx is None or not previous_output:
        return words(doc)
    episode: Episode = (previous_round_info or {}).get("episode") or _begun(doc)
    episode.answer(_given(previous_output[-1]))
    came = asdict(episode.outcome)
    told = {"episode": episode, "state": came}
    if episode.outcome.ended:
        episode.close()
        return None, None, True, [json.dumps(came)], told
    shown, said = _in_one(episode.messages)
    return shown, said, False, [json.dumps(came)], told


def earned_in_rounds(doc: Doc, results: Sequence[Any]) -> dict[str, float]:
    """What an episode earned of which the last output is that of `next_round`."""
    came = json.loads(_first(results[0]))
    return Outcome(**{name: came[name] for name in asdict(Outcome())}).scores


def write_task(
    folder: str | Path,
    setup: Setup,
    episodes: int,
    *,
    seed: int = 0,
    name: str = "",
    rounds: int | None = None,
    max_new_tokens: int = 1024,
) -> Path:
    """Write a task's folder.

    Args:
        folder: is made where it is not there; other tasks in it stay.
        setup: what is played. episodes, seed: see `Setup.starts`.
        name: of the task; by default that of the id.
        rounds: answers that an episode takes at most; None for its own limit.
        max_new_tokens: of an answer.

    Returns:
        The task's YAML.

    Raises:
        ValueError: an unknown id, dialect or setting; no name of a task; no whole number.
        TypeError: a setting that JSON cannot write.
    """
    name = name or "vgym_" + re.sub(r"\W+", "_", setup.env.removeprefix("vgym:").lower())
    if not re.fullmatch(r"[a-z]\w*", name):
        raise ValueError(f"name={name!r} must be letters, digits and underscores, a letter first")
    for what, number in (("rounds", rounds), ("max_new_tokens", max_new_tokens)):
        if number is not None and number < 1:
            raise ValueError(f"{what}={number} must be at least 1")
    said = setup.as_json()
    starts = setup.starts(episodes, seed)
    with Episode(setup, starts[0]) as first:
        most = rounds or first.turns or _ROUNDS
    lines = [json.dumps({"setup": said, "seed": s.seed, "record": s.record}) for s in starts]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    file = place / f"{name}.yaml"
    file.write_text(_yaml(name, setup, most, max_new_tokens), "utf-8")
    return file


def _yaml(name: str, setup: Setup, rounds: int, max_new_tokens: int) -> str:
    """The YAML of a task: values as JSON writes them, which YAML reads."""
    version = versions().get("vgym", "")
    module = "!function vgym.integrations.lmms_eval"
    if rounds == 1:
        ways = [
            "output_type: generate_until",
            f"doc_to_text: {module}.words",
            f"doc_to_messages: {module}.messages",
            f"process_results: {module}.earned",
        ]
    else:
        ways = [
            "output_type: generate_until_agentic",
            f"doc_to_text: {module}.next_round",
            f"process_results: {module}.earned_in_rounds",
        ]
    # Without a list of its own an answer ends at its first blank line; and thoughts are the
    # dialect's to leave out.
    kwargs = {"max_new_tokens": max_new_tokens, "temperature": 0, "do_sample": False, "until": []}
    if rounds > 1:
        kwargs["max_agentic_steps"] = rounds
    metrics = [
        {"metric": score, "aggregation": "mean", "higher_is_better": score in ("return", "success")}
        for score in SCORES
    ]
    lines = [
        f"# {setup.env} in the dialect {setup.dialect}, written by vgym {version}.",
        f"task: {name}",
        "dataset_path: json",
        f"dataset_kwargs: {json.dumps({'data_files': {'test': f'{name}.jsonl'}})}",
        "test_split: test",
        f"doc_to_visual: {module}.pictures",
        f"doc_to_target: {module}.target",
        *ways,
        "reasoning_tags: none",
        f"generation_kwargs: {json.dumps(kwargs)}",
        f"metric_list: {json.dumps(metrics)}",
        f"metadata: {json.dumps([{'version': version}])}",
    ]
    return "\n".join(lines) + "\n"


def _begun(doc: Doc) -> Episode:
    return Episode(Setup.from_json(doc["setup"]), Start(doc["seed"], doc["record"]))


def _first(result: Any) -> Any:
    """An answer, of a list of them the first: a filter of lmms-eval may leave either."""
    return result[0] if isinstance(result, list | tuple) and result else result


def _given(result: Any) -> Any:
    said = _first(result)
    if isinstance(said, str) and said.startswith(_NOT_GIVEN):
        return NoAnswer(said)
    return said


def _in_one(conversation: Sequence[Message]) -> tuple[list[Any], str]:
    """A conversation as one message: its pictures, and its words with their places in them."""
    from PIL import Image

    shown: list[Any] = []
    several = sum(p["type"] == "image" for m in conversation for p in parts_of(m)) > 1
    paragraphs = []
    for number, message in enumerate(conversation):
        lines = []
        for part in parts_of(message):
            if part["type"] != "image":
                lines.append(part["text"])
                continue
            shown.append(Image.fromarray(part["image"]))
            lines += [f"(Picture {len(shown)})"] if several else []
        if number > 1:
            lines.insert(0, "You answered:" if message["role"] == "assistant" else "Then:")
        paragraphs.append("\n".join(lines))
    return shown, "\n\n".join(paragraphs)


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """In lmms-eval's form."""
    if part["type"] != "image":
        return dict(part)
    from PIL import Image

    return {"type": "image", "url": Image.fromarray(part["image"])}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a folder, and say how it is run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("env", metavar="ID", help="of an environment")
    parser.add_argument("--dialect", required=True, help="how the model writes places")
    parser.add_argument("--episodes", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0, help="of the first episode")
    parser.add_argument("--split", help="train, val or test; by default the first of the id's")
    parser.add_argument("--history-turns", type=int, help="how many turns are shown again")
    parser.add_argument("--settings", default="{}", help='of the environment: {"image_size": 448}')
    parser.add_argument("--name", default="", help="of the task")
    parser.add_argument("--rounds", type=int, help="answers that an episode takes at most")
    parser.add_argument("--max-new-tokens", type=int, default=1024, help="of an answer")
    parser.add_argument("--out", type=Path, default=Path("vgym_tasks"), help="the folder")
    options = parser.parse_args(arguments)
    try:
        settings = json.loads(options.settings)
        if not isinstance(settings, dict):
            raise ValueError(f"--settings {options.settings} is no JSON object")
        setup = Setup(
            options.env,
            options.dialect,
            history_turns=options.history_turns,
            split=options.split,
            settings=settings,
        )
        file = write_task(
            options.out,
            setup,
            options.episodes,
            seed=options.seed,
            name=options.name,
            rounds=options.rounds,
            max_new_tokens=options.max_new_tokens,
        )
    except (ValueError, TypeError, OSError) as error:
        parser.error(str(error))
    print(f"wrote {file}")
    print(f"python -m lmms_eval --model MODEL --tasks {file.stem} --include_path {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
