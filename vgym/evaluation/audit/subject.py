"""What is audited: an id with settings, its episodes by split, its floor and its ceiling."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from gymnasium import spaces

from vgym.core.action_forms import ActionForm
from vgym.core.attempts import AttemptTask
from vgym.core.keys import episode_keys
from vgym.core.spoken import Spoken
from vgym.core.task import Task, load_task
from vgym.evaluation.audit.floor import ORACLE, UNIFORM
from vgym.evaluation.audit.playing import MOST_STEPS, Policy, play, play_all
from vgym.evaluation.audit.share import Earned, Share, share_of
from vgym.evaluation.contract.candidate import Candidate
from vgym.registration import Row

FEWEST = 8  # episodes
KEPT = 8  # episodes by which it is seen whether one goes on
FITTED = 1 << 40  # the seed of the first episode that is learnt from; judged ones begin at 0


@dataclass(frozen=True)
class Effort:
    """How much an audit plays.

    Attributes:
        name: what users call it.
        judged: episodes that an attack is judged on, of each split.
        chosen: training episodes by which the best of several policies is chosen.
        fitted: training episodes that a learner is fitted on.
        walked: of episodes that take many steps, the share of these numbers that is played.
        most: steps of an episode that are played; what comes later is not looked at.
    """

    name: str
    judged: int
    chosen: int
    fitted: int
    walked: float = 0.25
    most: int = MOST_STEPS

    def of(self, task: Task[Any]) -> Effort:
        """The same for a task: fewer episodes where each takes many steps."""
        return self if one_step(task) else self.scaled(max(FEWEST, int(self.judged * self.walked)))

    def scaled(self, judged: int) -> Effort:
        """The same with so many judged episodes, and the others in proportion."""
        chosen, fitted = (
            max(FEWEST, n * judged // self.judged) for n in (self.chosen, self.fitted)
        )
        return dataclasses.replace(self, judged=max(2, judged), chosen=chosen, fitted=fitted)


BRIEF = Effort("brief", judged=64, chosen=32, fitted=512, most=200)
QUICK = Effort("quick", judged=256, chosen=128, fitted=2048)
WHOLE = Effort("whole", judged=1024, chosen=512, fitted=8192)
EFFORTS = {effort.name: effort for effort in (BRIEF, QUICK, WHOLE)}


def one_step(task: Task[Any]) -> bool:
    """Whether an episode is over after an answer, or after a few: looks before it are a walk."""
    if isinstance(task, AttemptTask) or task.config.max_episode_steps == 1:
        return True
    start = task.reset(_keys(task, FITTED - KEPT, KEPT))
    once = play(task, start, ORACLE, most=1)
    return bool(once.over.all())


@dataclass
class Subject:
    """An id with settings, whose floor and ceiling are measured once and shared by all attacks.

    Raises:
        ValueError: an unknown id, one whose world is another program, or settings that it refuses.
    """

    id: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    wanted: Effort = QUICK
    seed: int = 0

    def __post_init__(self) -> None:
        self._candidate = Candidate(self.id, self.settings)
        self._tasks: dict[str, Task[Any]] = {}
        self.in_words = False  # whether `step` takes words
        self._starts: dict[tuple[str, int, int], Any] = {}
        self._earned: dict[tuple[Policy, str], Earned] = {}
        self.effort = self.wanted.of(self.task())

    def task(self, split: str | None = None) -> Task[Any]:
        """The task of a split, of the first if none is named."""
        split = split or self.splits[0]
        if split not in self._tasks:
            keywords = {**self._candidate.keywords, "split": split}
            task = load_task(self._candidate.row.task, keywords)
            if isinstance(task.action_space, Spoken):  # attacks send what words are read as
                task.action_space, self.in_words = task.action_space.numbers, True
            self._tasks[split] = task
        return self._tasks[split]

    @property
    def row(self) -> Row:
        """The id's row of the registry."""
        return self._candidate.row

    @property
    def splits(self) -> tuple[str, ...]:
        """Those that are judged, the one to learn from first."""
        return self.row.family.splits

    # -- what is asked for -------------------------------------------------------------------

    @property
    def form(self) -> ActionForm | None:
        """How places are answered; None where no place is asked for."""
        found = getattr(self.task(), "form", None)
        return found if isinstance(found, ActionForm) else None

    @property
    def space(self) -> spaces.Space[Any]:
        """Of actions."""
        return self.task().action_space

    @cached_property
    def answered(self) -> bool:
        """Whether an episode is an answer or a few; if not it takes many steps."""
        return one_step(self.task())

    @property
    def team(self) -> int:
        """How many robots act at once; 0 for no team."""
        return len(self.task().agents)

    @property
    def limit(self) -> int:
        """Steps of an episode that are played at most."""
        return min(self.task().config.max_episode_steps or MOST_STEPS, self.effort.most)

    # -- episodes ----------------------------------------------------------------------------

    def start(
        self, split: str | None = None, count: int | None = None, first: int | None = None
    ) -> Any:
        """The state in which the episodes of these seeds begin; not to be written to.

        ``envs.reset(seed=first)`` of the id starts the same ones.

        Args:
            split: of which; of the first, if not said.
            count: how many; as many as are judged, if not said.
            first: the seed of the first; that of the judged ones, if not said.
        """
        split = split or self.splits[0]
        first = self.seed if first is None else first
        count = self.effort.judged if count is None else count
        if (split, first, count) not in self._starts:
            task = self.task(split)
            self._starts[split, first, count] = task.reset(_keys(task, first, count))
        return self._starts[split, first, count]

    def lessons(self) -> Any:
        """The state in which the training episodes begin that learners are fitted on."""
        return self.start(None, self.effort.fitted, FITTED)

    # -- what is earned ----------------------------------------------------------------------

    def earned(self, policy: Policy, split: str | None = None) -> Earned:
        """What a policy earns in the judged episodes of a split, or of the first; played once."""
        return self.all_earned([policy], split)[0]

    def all_earned(self, policies: Sequence[Policy], split: str | None = None) -> list[Earned]:
        """The same of several, played side by side."""
        split = split or self.splits[0]
        missing = [policy for policy in policies if (policy, split) not in self._earned]
        for policy, earned in zip(missing, self._played(missing, split), strict=True):
            self._earned[policy, split] = earned
        return [self._earned[policy, split] for policy in policies]

    def random(self, split: str | None = None) -> Earned:
        """The floor: uniform answers in the judged episodes."""
        return self.earned(UNIFORM, split)

    def oracle(self, split: str | None = None) -> Earned:
        """The ceiling in the judged episodes."""
        return self.earned(ORACLE, split)

    def share(self, earned: Earned, split: str | None = None, floor: Policy = UNIFORM) -> Share:
        """The share of the oracle's return over a floor, that of uniform answers, of judged
        episodes."""
        return share_of(earned, self.earned(floor, split), self.oracle(split))

    def best(self, groups: Sequence[list[Policy]]) -> list[Policy]:
        """Of each group the one that earns most in training episodes which none is judged on."""
        rivals = [policy for group in groups if len(group) > 1 for policy in group]
        first = FITTED - self.effort.chosen - KEPT
        start = self.start(None, self.effort.chosen, first) if rivals else None
        earned = play_all(self.task(), start, rivals, self.seed, self.effort.most)
        means = {id(policy): each.mean for policy, each in zip(rivals, earned, strict=True)}
        return [max(group, key=lambda policy: means.get(id(policy), 0.0)) for group in groups]

    def _played(self, policies: Sequence[Policy], split: str) -> list[Earned]:
        start, task = self.start(split), self.task(split)
        # The oracle ends of itself: its ceiling is that of whole episodes.
        steps = [MOST_STEPS if policy is ORACLE else self.effort.most for policy in policies]
        earned: dict[Policy, Earned] = {}
        for most in dict.fromkeys(steps):
            some = [policy for policy, own in zip(policies, steps, strict=True) if own == most]
            played = play_all(task, start, some, self.seed, most)
            earned.update(zip(some, played, strict=True))
        return [earned[policy] for policy in policies]


def _keys(task: Task[Any], first: int, count: int) -> Any:
    seeds = first + np.arange(count, dtype=np.uint64)
    return episode_keys(task.salt, seeds.astype(np.uint64), np.zeros(count, np.int64))
