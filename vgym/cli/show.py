"""``vgym show``: one episode's picture with its truth, and an agent's answer, drawn."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium

from vgym.baselines.agents import AGENTS, make_agent, unfit
from vgym.cli import options as words
from vgym.cli.console import spinner
from vgym.cli.parser import add_command
from vgym.number_options import seed
from vgym.plain_numbers import brief, whole

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym show VGround-v0 --seed 3 --out x.png
  vgym show VGround-v0 --difficulty 1 --image-size 512
  vgym show VGroundPoint-v0 --source photos --split test
  vgym show VGroundPoint-v0 --source photos --record 3
  vgym show VGroundMany-v0 --answer-by saliency     truth green, the agent's answer orange
"""


def add(commands: Commands) -> None:
    """Add the command."""
    text = "one episode's picture with its truth drawn"
    show = add_command(commands, "show", run, text, _EXAMPLES)
    show.add_argument("id", metavar="ID", help="an environment, see `vgym list`")
    show.add_argument("--seed", type=seed, default=0, help="which episode (default 0)")
    show.add_argument(
        "--record",
        metavar="K",
        help="the episode about a data set's record: its number from 0, or as bench names it, "
        "such as my.jsonl:3",
    )
    show.add_argument("--out", type=Path, metavar="PNG", help="default ID-seedSEED.png")
    show.add_argument(
        "--answer-by",
        metavar="AGENT",
        help=f"draw an answer: {', '.join(AGENTS)}, or package.module:Class of yours",
    )
    words.add_source_options(show, "one that ships, such as photos, or a path (default: ID's own)")
    words.add_setting_options(show)


def run(options: argparse.Namespace) -> int:
    """Write the picture, and say what was to be found and what the answer earned."""
    import numpy as np
    from gymnasium.vector import AutoresetMode

    from vgym.data.whole_files import write_whole
    from vgym.evaluation.agent import code_of
    from vgym.evaluation.answers import act, refusals_named
    from vgym.evaluation.picture import png

    words.check_gymnasium_makes(options.id)
    out = options.out or Path(f"{options.id.replace('/', '-')}-seed{options.seed}.png")
    words.check_writable(out)
    agent = None
    if options.answer_by is not None:
        why_not = unfit(options.answer_by, options.id)
        if why_not:
            raise ValueError(f"--answer-by {options.answer_by}: it {why_not}, not {options.id}")
        agent = make_agent(options.answer_by)
    # Without autoreset the state after the answer is still that of the episode shown.
    with spinner():
        envs = gymnasium.make_vec(
            options.id,
            num_envs=1,
            autoreset_mode=AutoresetMode.DISABLED,
            render_mode="rgb_array",
            **words.given(options, "source", "split", "convention", "difficulty", "image_size"),
        )
    batch: Any = envs.unwrapped
    record = None if options.record is None else _number(options.record, envs)
    about = None if record is None else {"record": record}
    observation, _ = envs.reset(seed=options.seed, options=about)
    phrase = batch.instructions()[0]
    which = f"seed {options.seed}" if record is None else f"record {batch.task.records[record]}"
    print(f"{options.id} {which}: {phrase}")
    if agent is not None:
        with code_of(agent.name):
            agent.reset(options.seed)
        answers = act(agent, observation, [phrase], envs)
        with refusals_named(agent, answers, envs):
            _, reward, _, _, info = envs.step(answers)
        terms = {k: v for k, v in info["reward_terms"].items() if not k.startswith("_")}
        earned = ", ".join(f"{name} {float(value[0]):.3f}" for name, value in terms.items())
        solved = "solved" if bool(info["success"][0]) else "not solved"
        unread = f"no answer ({info['parse_error'][0]}), " if "parse_error" in info else ""
        print(f"{agent.name}: {unread}{solved}, reward {float(reward[0]):.3f} ({earned})")
    frames = envs.render()
    assert frames is not None
    write_whole(out, png(np.asarray(frames[0])))
    envs.close()
    print(f"wrote {out}")
    return 0


def _number(given: str, envs: Any) -> int:
    """The number of a record that is given by number or by where it stands."""
    from vgym.evaluation.runner import records_of

    records = records_of(envs)
    if records is None:
        raise ValueError("--record is for sources with records, such as a data set; use --seed")
    if given in records:
        return list(records).index(given)
    number = whole(given)
    if number is not None and 0 <= number < len(records):
        return number
    raise ValueError(
        f"no record {brief(given)}: there are 0 to {len(records) - 1}, which stand at "
        f"{records[0]} to {records[-1]}"
    )
