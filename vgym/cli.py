"""The command line. What is heavy (torch, numba, OpenCV) is imported by the command that needs it.

Exit codes: 0 done, 1 something could not be written, 2 a wrong word on the command line,
130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import gymnasium

import vgym
from vgym.baselines.agents import AGENTS, DEFAULT_AGENTS, make_agent, plays
from vgym.registration import registered, row_of, unknown

if TYPE_CHECKING:
    from rich.console import Console

    from vgym.evaluation.benchmark import Benchmark, Subject

# Commands that parse their own words: where their main is, imported when asked for.
_ELSEWHERE = {
    "score-screenspot": (
        "vgym.evaluation.screenspot",
        "print ScreenSpot's own table for a file of predictions",
    ),
    "capture": ("vgym.data.capture.command", "screens and their controls from web pages of yours"),
}
COMPILING = "compiling drawing kernels once (about half a minute) ..."
LOADING = "loading ..."
COMPILING_AFTER_S = 8.0  # loading alone is done by then
SPLITS = ("train", "val", "test")

# As many as fill the table in well under three minutes on two busy cores.
EPISODES = 400
NUM_ENVS = 50
_WITH_EXTRAS = ", ".join(f"{row.name} (vgym[{row.extra}])" for row in AGENTS.values() if row.extra)

_OVERVIEW = """
examples:
  vgym list                                   every environment, one line each
  vgym show VGround-v0 --seed 3 --out x.png   the picture with its truth drawn
  vgym bench                                  agents x environments: table and report.html
  vgym rewards show dense                     what a reward pays for
  vgym score-screenspot out.json --data DIR   the benchmark's own table

`vgym COMMAND --help` shows examples of each.
"""
_SHOW = """
examples:
  vgym show VGround-v0 --seed 3 --out x.png
  vgym show VGround-v0 --difficulty 1 --image-size 512
  vgym show VGroundPoint-v0 --source photos --split test
  vgym show VGroundMany-v0 --answer-by saliency     truth green, the agent's answer orange
"""
_BENCH = """
examples:
  vgym bench                                             everything; a few minutes
  vgym bench --envs VGround-v0 --agents random,oracle --episodes 1000
  vgym bench --difficulty 0 --seed 7 --out easy
  vgym bench --source photos --split test
  vgym bench --source my_screens.jsonl --envs VGroundPoint-v0

Episode j of a cell is `env.reset(seed=SEED + j)`, so all agents meet the same episodes.
Writes results.json, results.csv and report.html; results.json after every cell.
"""
_REWARDS = """
examples:
  vgym rewards                           the recipes by subject, one line each
  vgym rewards --for VNav-v0             those that fit what an environment states
  vgym rewards --facts VGui-v0           what it states: name, shape, unit, meaning
  vgym rewards show giou                 source, formula, range, known failure modes
  vgym rewards show giou --out giou.png  also what it pays around the right answer, as a picture
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after ``vgym``; None reads them from the process.

    Returns:
        The exit code; see the module.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] and words[0] in _ELSEWHERE:
            return int(importlib.import_module(_ELSEWHERE[words[0]][0]).main(words[1:]))
        parsed = _parser().parse_args(words)
        parsed.command_line = shlex.join(["vgym", *words])
        code: int = parsed.run(parsed)
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse: help was asked for, or a word was wrong
        return stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away (`vgym list | head -1`): nothing is wrong, nobody is listening.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 1
    except (ValueError, ImportError) as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 2


# -- the commands ---------------------------------------------------------------------------


def _list(_: argparse.Namespace) -> int:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("id", "what to do", "action"):
        table.add_column(name, no_wrap=name == "id")
    with _spinner():
        for row in registered():
            action = f"needs vgym[{row.extra}]" if row.extra else ""
            action = f"{row.made_by}.parallel_env()" if row.made_by else action
            action = action or _action_in_words(row.id)
            table.add_row(row.id, *map(escape, (row.summary, action)))
    _console().print(table)
    return 0


def _show(options: argparse.Namespace) -> int:
    import numpy as np
    from gymnasium.vector import AutoresetMode
    from PIL import Image

    _check_gymnasium_makes(options.id)
    out = options.out or Path(f"{options.id}-seed{options.seed}.png")
    _check_folder(out)
    agent = None if options.answer_by is None else make_agent(options.answer_by)
    # Without autoreset the state after the answer is still that of the episode shown.
    with _spinner():
        envs = gymnasium.make_vec(
            options.id,
            num_envs=1,
            autoreset_mode=AutoresetMode.DISABLED,
            render_mode="rgb_array",
            split=options.split,
            **_given(options, "source", "difficulty", "image_size"),
        )
    batch: Any = envs.unwrapped
    observation, _ = envs.reset(seed=options.seed)
    phrase = batch.instructions()[0]
    print(f"{options.id} seed {options.seed}: {phrase}")
    if agent is not None:
        agent.reset(options.seed)
        _, reward, _, _, info = envs.step(agent.act(observation, [phrase], envs))
        terms = {k: v for k, v in info["reward_terms"].items() if not k.startswith("_")}
        earned = ", ".join(f"{name} {float(value[0]):.3f}" for name, value in terms.items())
        solved = "solved" if bool(info["success"][0]) else "not solved"
        print(f"{agent.name}: {solved}, reward {float(reward[0]):.3f} ({earned})")
    frames = envs.render()
    assert frames is not None
    Image.fromarray(np.asarray(frames[0])).save(out, "PNG")
    envs.close()
    print(f"wrote {out}")
    return 0


def _bench(options: argparse.Namespace) -> int:
    ids = _names(options.envs, [row.id for row in registered()], "environment")
    if options.envs is None:  # what everybody can run
        ids = [id for id in ids if row_of(id).native]
    for id in ids:
        _check_gymnasium_makes(id)
    names = _names(options.agents, list(AGENTS), "agent")
    with _spinner():
        from vgym.evaluation.benchmark import Benchmark, CannotSave

        subjects = _subjects(ids, options)
        for subject in subjects:
            gymnasium.make_vec(subject.id, split=options.split, **subject.settings).close()
        from vgym.evaluation.voting import Voting

        agents = [make_agent(name) for name in names]
        if options.votes > 1:
            agents = [Voting(agent, options.votes) for agent in agents]
    plain = {agent.name: name for agent, name in zip(agents, names, strict=True)}
    benchmark = Benchmark(
        subjects,
        agents,
        options.episodes or EPISODES,
        options.out,
        seed=options.seed,
        split=options.split,
        num_envs=options.num_envs,
        command=options.command_line,
        plays=lambda subject, agent: plays(plain[agent.name], subject.id),
    )
    if not benchmark.cells:
        raise ValueError(f"none of the agents {', '.join(names)} can play {', '.join(ids)}")
    code = 0
    try:
        _play(benchmark)
    except KeyboardInterrupt:
        print("interrupted: reporting the cells that were finished", file=sys.stderr)
        code = 130
    except CannotSave as error:
        print(f"vgym: {error}", file=sys.stderr)
        code = 1
    if not benchmark.rows:
        return code
    from vgym.evaluation.terminal import results_table

    _console().print(results_table(benchmark.rows))
    try:
        benchmark.finish()
    except CannotSave as error:
        if code != 1:
            print(f"vgym: {error}", file=sys.stderr)
        return code or 1
    marked = " (partial)" if benchmark.partial else ""
    print(f"\n{options.out / 'report.html'}{marked}, results.json and results.csv beside it")
    return code


def _rewards(options: argparse.Namespace) -> int:
    from rich.markup import escape
    from rich.table import Table

    from vgym.rewards.facts import FACTS, glossary
    from vgym.rewards.recipes import by_subject

    if options.facts is not None:
        stated = _stated(options.facts)
        print(glossary([name for name in FACTS if name in stated]))
        return 0
    subjects = by_subject()
    if options.env is not None:
        stated = _stated(options.env)
        fitting = {head: [r for r in rs if r.fits(stated)] for head, rs in subjects.items()}
        subjects = {head: rewards for head, rewards in fitting.items() if rewards}
    names = [reward.name for rewards in subjects.values() for reward in rewards]
    heads = [f"{subject} ({len(rewards)})" for subject, rewards in subjects.items()]
    widest = max(map(len, names + heads))
    for head, rewards in zip(heads, subjects.values(), strict=True):
        table = Table(box=None, header_style="dim", pad_edge=False)
        table.add_column(head, no_wrap=True, min_width=widest)
        table.add_column("range", no_wrap=True, min_width=len("[-0.15, 1.475]"))
        table.add_column("what it pays for", no_wrap=True)
        for reward in rewards:
            low, high = reward.range
            interval = escape(f"[{low:g}, {high:.4g}]")
            table.add_row(escape(reward.name), interval, escape(reward.doc))
        _console().print(table, "")
    fit = "" if options.env is None else f" fit {options.env}"
    print(f"{len(names)} recipes{fit}; `vgym rewards show NAME` prints a card")
    return 0


def _stated(given: str) -> frozenset[str]:
    """Names of the facts that the environment of an id states."""
    from vgym.core.task import load_task

    row = row_of(given)
    if not row.task:
        raise ValueError(
            f"{given} states no facts: what it pays is on its page, docs/environments.md"
        )
    return load_task(row.task, dict(row.settings)).stated


def _rewards_show(options: argparse.Namespace) -> int:
    from vgym.rewards import recipe
    from vgym.rewards.facts import glossary

    reward = recipe(options.name)
    print(reward.card())
    print("\nfacts:")
    print(glossary(dict.fromkeys(name for form in reward.forms for name in form.needs)))
    if options.out is None:
        print(f"\nlandscape: vgym rewards show {options.name} --out {options.name}.png")
        return 0
    _check_folder(options.out)
    from PIL import Image

    from vgym.evaluation.landscape import landscape

    Image.fromarray(landscape(reward)).save(options.out, "PNG")
    print(f"\nwrote {options.out}")
    return 0


def _check_folder(out: Path) -> None:
    if out.is_dir() or not out.parent.is_dir():
        raise ValueError(f"--out {out} must name a file in a folder that exists")


def _check_gymnasium_makes(id: str) -> None:
    made_by = row_of(id).made_by
    if made_by:
        raise ValueError(f"{id} is an environment of PettingZoo: {made_by}.parallel_env() makes it")


# -- parts of bench -------------------------------------------------------------------------


def _subjects(ids: list[str], options: argparse.Namespace) -> list[Subject]:
    """What to benchmark: each id on the source asked for, or on all that ship with it."""
    from vgym.evaluation.benchmark import Subject

    shared = _given(options, "difficulty", "image_size")
    subjects = []
    for id in ids:
        family = row_of(id).family
        for source in family.sources if options.source is None else [options.source]:
            # Real pictures have no difficulty to set.
            made = source in ("synthetic", "screens")
            settings = {k: v for k, v in shared.items() if made or k != "difficulty"}
            label = id
            if source != family.sources[0]:
                label = f"{id} {Path(source).stem}"
                settings["source"] = source
            if options.episodes is None:  # a few minutes are to be enough for all ids
                subjects.append(Subject(label, id, {**family.bench, **settings}, family.episodes))
            else:
                subjects.append(Subject(label, id, settings))
    return subjects


def _play(benchmark: Benchmark) -> None:
    """Play every cell behind progress bars on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
    )
    total = sum(benchmark.episodes_of(subject) for subject, _ in benchmark.cells)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        everything = bars.add_task("all", total=total)
        cell = bars.add_task("", total=benchmark.episodes)
        now: list[object] = []

        def progress(subject: Subject, agent: Any, more: int) -> None:
            if now != [subject, agent]:
                now[:] = [subject, agent]
                episodes = benchmark.episodes_of(subject)
                bars.reset(cell, total=episodes, description=f"{subject.label} {agent.name}")
            bars.advance(cell, more)
            bars.advance(everything, more)

        for _ in benchmark.play(progress):
            pass


# -- words in and out -----------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Argparse, with the nearest spelling of a command that does not exist."""

    commands: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        word = next(iter(args or ()), "-")
        if self.commands and not word.startswith("-") and word not in self.commands:
            self.error(unknown("command", word, self.commands))
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}\nsee `{self.prog} --help`", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> _Parser:
    parser = _Parser(
        prog="vgym",
        description="Environments that tie words to places, with dense spatial rewards.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"vgym {vgym.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, epilog: str = ""
    ) -> _Parser:
        made = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    command("list", _list, "every environment, one line each")
    show = command("show", _show, "one episode's picture with its truth drawn", _SHOW)
    show.add_argument("id", metavar="ID", help="an environment, see `vgym list`")
    show.add_argument("--seed", type=_seed, default=0, help="which episode (default 0)")
    show.add_argument("--out", type=Path, metavar="PNG", help="default ID-seedSEED.png")
    show.add_argument("--answer-by", metavar="AGENT", help=f"draw an answer: {', '.join(AGENTS)}")
    show.add_argument(
        "--source", help="one that ships, such as photos, or a path (default: ID's own)"
    )
    _shared(show)

    bench = command("bench", _bench, "play agents on environments and report", _BENCH)
    bench.add_argument("--envs", metavar="ID,ID", help="default: all")
    bench.add_argument(
        "--agents",
        metavar="NAME,NAME",
        default=",".join(DEFAULT_AGENTS),
        help=f"default: %(default)s; those that need an extra: {_WITH_EXTRAS}",
    )
    bench.add_argument(
        "--episodes", type=_count, help=f"of each cell (default {EPISODES}; of long ones fewer)"
    )
    bench.add_argument("--seed", type=_seed, default=0, help="of the first episode (default 0)")
    bench.add_argument("--out", type=Path, default=Path("report"), help="folder (default ./report)")
    bench.add_argument(
        "--num-envs",
        type=_count,
        default=NUM_ENVS,
        help=f"batch size; changes the speed alone (default {NUM_ENVS})",
    )
    bench.add_argument(
        "--source", help="synthetic, screens, photos, or a path (default: those that ship)"
    )
    bench.add_argument(
        "--votes",
        type=_count,
        default=1,
        metavar="K",
        help="each point or box is the densest region of K answers (GUI-RC; default 1)",
    )
    _shared(bench)

    rewards = command("rewards", _rewards, "the reward recipes", _REWARDS)
    which = rewards.add_mutually_exclusive_group()
    which.add_argument("--for", dest="env", metavar="ID", help="the recipes that fit this id")
    which.add_argument("--facts", metavar="ID", help="the facts that this id states")
    rewards_commands = rewards.add_subparsers(metavar="show NAME")
    card = rewards_commands.add_parser("show", help="one recipe's card and landscape")
    card.add_argument("name", metavar="NAME")
    card.add_argument("--out", type=Path, metavar="PNG", help="write the landscape as well")
    card.set_defaults(run=_rewards_show)
    for name, (_, text) in _ELSEWHERE.items():
        commands.add_parser(name, help=text)
    parser.commands = tuple(commands.choices)
    rewards.commands = ("show",)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--split", default="train", choices=SPLITS, help="default train")
    parser.add_argument("--difficulty", type=float, help="0 to 1 (default 0.5)")
    parser.add_argument(
        "--image-size", type=_count, metavar="PX", help="a side (default: the environment's own)"
    )


def _names(given: str | None, valid: list[str], what: str) -> list[str]:
    """The names of a comma-separated list, each once, or all valid ones.

    Raises:
        ValueError: one is unknown, with the nearest; or there is none.
    """
    if given is None:
        return valid
    names = list(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    for name in names:
        if name not in valid:
            raise ValueError(unknown(what, name, valid))
    if not names:
        raise ValueError(f"no {what} is named in {given!r}. Valid: {', '.join(valid)}.")
    return names


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Those options that were given, as keywords of an environment."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _count(text: str) -> int:
    """A positive whole number."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 1 << 62:
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed: a whole number from 0")
    return int(text)


def _action_in_words(id: str) -> str:
    try:
        env = gymnasium.make(id)
    except Exception as error:  # one that is broken, such as a user's own, hides no other
        return f"cannot be made: {error}"
    words = _space_in_words(env.action_space)
    env.close()
    return words


def _space_in_words(space: gymnasium.Space[Any]) -> str:
    """A space, short: ``4 numbers in [0, 1]``, ``256x256x3``, ``24 choices of 11``."""
    from gymnasium import spaces

    if isinstance(space, spaces.Box):
        shape = "x".join(map(str, space.shape))
        if space.dtype.kind == "u":
            return shape
        return f"{shape} numbers in [{space.low.min():g}, {space.high.max():g}]"
    if isinstance(space, spaces.MultiDiscrete):
        return f"{space.nvec.size} choices of {int(space.nvec.max())}"
    return "text" if isinstance(space, spaces.Text) else str(space)


def _console() -> Console:
    from rich.console import Console

    # Piped output is for programs: wide enough that no cell is folded.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


@contextmanager
def _spinner() -> Iterator[None]:
    """A spinner on standard error; after a few seconds it says what takes so long."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(LOADING) as status:

        def explain() -> None:
            status.update(COMPILING)
            if not console.is_terminal:
                console.print(COMPILING)

        timer = threading.Timer(COMPILING_AFTER_S, explain)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


if __name__ == "__main__":
    sys.exit(main())
