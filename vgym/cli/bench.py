"""``vgym bench``: play agents on environments and report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.baselines.agents import AGENTS, DEFAULT_AGENTS, check_agent_name, make_agent, unfit
from vgym.cli import options as words
from vgym.cli.bench_progress import play
from vgym.cli.bench_sources import takers
from vgym.cli.bench_subjects import check, protocols, subjects_of
from vgym.cli.console import spinner
from vgym.cli.own_packages import import_packages
from vgym.cli.parser import add_command
from vgym.cli.streams import Printed
from vgym.number_options import count, seed
from vgym.registration import registered, row_of

if TYPE_CHECKING:
    from vgym.cli.parser import Commands
    from vgym.evaluation.agent import Agent
    from vgym.evaluation.benchmark import Subject
    from vgym.evaluation.results import Row

EPISODES = 128
NUM_ENVS = 64
GOES_ON = "the same command with --resume goes on"
_WITH_EXTRAS = ", ".join(f"{row.name} (vgym[{row.extra}])" for row in AGENTS.values() if row.extra)
_EXAMPLES = """
examples:
  vgym bench                                             everything; a few minutes
  vgym bench --envs VGround-v0 --agents random,oracle --episodes 1000
  vgym bench --envs VGroundPoint-v0 --agents my_package.agents:MyAgent,oracle
  vgym bench --envs VMine-v0 --import my_package --agents random,oracle
  vgym bench --difficulty 0 --seed 7 --out easy
  vgym bench --envs VGround-v0 --difficulty 0,0.5,1 --workers 2 --out ladder
  vgym bench --envs VGui-v0 --engine ray --workers 2     on a cluster of Ray
  vgym bench --source photos --split test
  vgym bench --source my_screens.jsonl --envs VGroundPoint-v0
  vgym bench --pictures masked                           and what is earned without looking
  vgym bench --out report --resume                       go on where a run was stopped

Episode j of a cell is `env.reset(seed=SEED + j)`, so all agents meet the same episodes. Of a source
with records, such as photos or a file of yours, each record is played once, in order.
Writes episodes.jsonl after every block of 64 episodes, results.json (a row a cell) after every
cell, results.csv and report.html at the end. What is stopped keeps its blocks: the same command
with --resume plays the others, and comes to what an unbroken run comes to.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    text = "play agents on environments and report"
    bench = add_command(commands, "bench", run, text, _EXAMPLES)
    bench.add_argument(
        "--envs", metavar="ID,ID", help="default: all; with --source, all that can play it"
    )
    bench.add_argument(
        "--agents",
        metavar="NAME,NAME",
        default=",".join(DEFAULT_AGENTS),
        help="default: %(default)s; yours is package.module:Class; those that need an extra: "
        + _WITH_EXTRAS,
    )
    bench.add_argument(
        "--episodes",
        type=count,
        help=f"of each cell at most (default {EPISODES}; of long ones fewer)",
    )
    bench.add_argument("--seed", type=seed, default=0, help="of the first episode (default 0)")
    bench.add_argument("--out", type=Path, default=Path("report"), help="folder (default ./report)")
    again = bench.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="go on with the results that --out holds"
    )
    again.add_argument("--overwrite", action="store_true", help="begin anew, whatever --out holds")
    bench.add_argument(
        "--num-envs",
        type=count,
        default=NUM_ENVS,
        help=f"batch size; changes the speed alone (default {NUM_ENVS})",
    )
    words.add_source_options(
        bench, "synthetic, screens, photos, or a path (default: those that ship)"
    )
    bench.add_argument(
        "--votes",
        type=count,
        default=1,
        metavar="K",
        help="each point or box is the densest region of K answers (GUI-RC; default 1)",
    )
    bench.add_argument(
        "--pictures",
        metavar="WAY,WAY",
        help="play all once more with every picture masked (grey) or perturbed (noise): what is "
        "earned without looking",
    )
    bench.add_argument(
        "--workers",
        type=count,
        default=1,
        metavar="N",
        help="processes that play; changes the speed alone (default 1)",
    )
    bench.add_argument(
        "--engine",
        choices=("processes", "ray"),
        default="processes",
        help="where --workers run: here, or on a cluster of Ray (vgym[ray]; RAY_ADDRESS=HOST:6379 "
        "joins one)",
    )
    bench.add_argument(
        "--price",
        metavar="in=X,out=Y",
        help="of a million tokens, for agents that count them: adds what they cost",
    )
    words.add_set_option(bench)
    words.add_setting_options(bench, several=True)


def run(options: argparse.Namespace) -> int:
    """Play every cell, print the table and write the report."""
    ids = words.names(options.envs, [row.id for row in registered()], words.check_gymnasium_makes)
    if options.envs is None:  # what everybody can run
        ids = [id for id in ids if row_of(id).native]
    names = words.names(options.agents, list(AGENTS), check_agent_name)
    with spinner():
        from vgym.evaluation.benchmark import Benchmark, CannotSave
        from vgym.evaluation.pictures import player
        from vgym.evaluation.usage import Price, lines

        price = None if options.price is None else Price.parse(options.price)
        ways = _ways(options.pictures)
        subjects = subjects_of(ids, names, options)
        benchmark = Benchmark(
            subjects,
            [],
            options.episodes or EPISODES,
            options.out,
            seed=options.seed,
            split=options.split,
            num_envs=options.num_envs,
            command=options.command_line,
            pictures=ways,
            workers=options.workers,
            engine=options.engine,
            prepare=partial(import_packages, options.imports),
            price=price,
            tell=partial(print, file=sys.stderr),
        )
        benchmark.open(resume=options.resume, overwrite=options.overwrite)  # before all that waits
        if options.source is not None and options.envs is None:
            subjects = takers(subjects, options.split, options.source)
        else:
            check(subjects, options)
        makers = [partial(_made, name, options.votes) for name in names]
        agents = [maker() for maker in makers]
        called = [player(agent.name, way) for agent in agents for way in ways]
        for name in called:
            if called.count(name) > 1:
                raise ValueError(f"two agents are named {name!r}; give each a name of its own")
    plain = {agent.name: name for agent, name in zip(agents, names, strict=True)}
    benchmark.subjects, benchmark.agents = subjects, agents
    benchmark.makers = {agent.name: maker for agent, maker in zip(agents, makers, strict=True)}
    benchmark.unfit = lambda subject, agent: unfit(plain[agent.name], subject.id, subject.settings)
    if not benchmark.cells:
        raise ValueError(f"none of the agents {', '.join(names)} can play {', '.join(ids)}")
    say = Printed()
    try:
        try:
            with _compiled_ahead(subjects, options.workers):
                play(benchmark, say)
        finally:  # whatever ended it
            if benchmark.rows:
                benchmark.finish()
    except KeyboardInterrupt:
        print(f"interrupted: what was finished is kept; {GOES_ON}", file=sys.stderr)
        code = 130
    except CannotSave as error:
        print(f"vgym: {error}; {GOES_ON}" if benchmark.rows else f"vgym: {error}", file=sys.stderr)
        return 1
    except Exception:
        if benchmark.rows:
            print(f"what was finished is kept in {options.out}; {GOES_ON}", file=sys.stderr)
        raise
    else:
        code = 0
    if benchmark.rows:
        for line in filter(None, (row.unread for row in benchmark.rows)):
            say(line)
        for line in lines(benchmark.rows):
            say(line)
        for line in _blind_lines(benchmark.rows):
            say(line)
        for line in protocols(subjects, options.split):
            say(line)
        marked = " (partial)" if benchmark.partial else ""
        beside = "beside it results.json, results.csv, episodes.jsonl"
        say(f"\n{options.out / 'report.html'}{marked}; {beside}")
    if say.fault and not code:
        raise say.fault
    return code


def _compiled_ahead(subjects: Sequence[Subject], workers: int) -> AbstractContextManager[None]:
    """Within it, a core that nobody plays on compiles the last environments."""
    from vgym.evaluation.compiled_ahead import compiled_ahead, free_cores

    if len(subjects) == 1 or free_cores(workers) < 1:
        return nullcontext()
    return compiled_ahead([(subject.id, subject.settings) for subject in subjects])


def _made(name: str, votes: int) -> Agent:
    """The agent of that name, asked so many times for each answer."""
    agent = make_agent(name)
    if votes == 1:
        return agent
    from vgym.evaluation.voting import Voting

    return Voting(agent, votes)


def _ways(asked: str | None) -> list[str]:
    """How pictures are shown: as they are, and what is asked for beside."""
    from vgym.core.config import choice
    from vgym.evaluation.pictures import PICTURES, SHOWN

    others = tuple(name for name in PICTURES if name != SHOWN)
    check = partial(choice, "--pictures", valid=others)
    return [SHOWN] if asked is None else [SHOWN, *words.names(asked, [*others], check)]


def _blind_lines(rows: list[Row]) -> Iterator[str]:
    """What agents earned without looking beside what they earn, each pair of rows two lines."""
    from vgym.cli.compare import pairs_table
    from vgym.evaluation.compare import blind_pairs

    for way, pairs in blind_pairs(rows).items():
        names = [pair.agents[0] for pair in pairs]
        alone = f"solved shown alone {{}}, {way} alone {{}}"
        yield ""
        yield from pairs_table(pairs, names, ("shown", way, "difference"), alone)
