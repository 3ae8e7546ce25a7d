"""The smallest program that shows what an attack earns, in nothing but Gymnasium's interface."""

from __future__ import annotations

import re
from textwrap import indent

from vgym.evaluation.audit.playing import Policy
from vgym.evaluation.audit.subject import Subject

_PROGRAM = """\
{imports}

n, seed = {rows}, {seed}
envs = {made}
observation, info = envs.reset(seed=seed)
returns, over, keep = np.zeros(n), np.zeros(n, bool), {{}}
for step in range({limit}):
{act}
    observation, reward, terminated, truncated, info = envs.step({given})
    returns += np.where(over, 0, {paid})
    over |= terminated | truncated
    if over.all():
        break
print(returns.mean())  # {earned:.3g}; uniform answers earn {random:.3g}, the truth {oracle:.3g}
"""


_AT_ONCE = """\
{imports}

n, seed = {rows}, {seed}
envs = {made}
observation, info = envs.reset(seed=seed)
{act}
reward = envs.step({given})[1]
print(reward.mean())  # {earned:.3g}; uniform answers earn {random:.3g}, the truth {oracle:.3g}
"""
# What `step` takes where actions are words: numbers as they are written.
_IN_WORDS = (
    "[a if isinstance(a, str) else envs.unwrapped.single_action_space.written(a) for a in actions]"
)
_OF_STEPS = ("step", "keep", "info")  # what code reads that is played for many


def script_of(subject: Subject, policy: Policy, split: str) -> str:
    """A program that plays the judged episodes of a split and prints the mean return; "" for a
    policy that has no code."""
    if not policy.code:
        return ""
    row, settings = subject.row, {**subject.settings, "split": split}
    imports = ["gymnasium", "numpy as np", "vgym"]
    made = f'gymnasium.make_vec("{subject.id}", num_envs=n'
    if row.made_by:  # PettingZoo's: the batch behind it
        imports[0] = "vgym.core.vector_env"
        settings = {**row.settings, "max_episode_steps": subject.limit, **settings}
        made = f'vgym.core.vector_env.VectorEnv("{row.task}", n'
    package = row.task.partition(":")[0].partition(".")[0]
    imports += [package] if package not in ("vgym", "__main__") else []
    named = "".join(f", {name}={value!r}" for name, value in settings.items())
    once = not any(re.search(rf"\b{name}\b", policy.code) for name in _OF_STEPS)
    once = once and bool((subject.earned(policy, split).steps == 1).all())
    return (_AT_ONCE if once else _PROGRAM).format(
        imports="\n".join(f"import {name}" for name in sorted(imports)),
        rows=subject.effort.judged,
        made=f"{made}{named})",
        seed=subject.seed,
        limit=subject.limit,
        given=_IN_WORDS if subject.in_words else "actions",
        act=policy.code if once else indent(policy.code, "    "),
        paid="reward.mean(1)" if subject.team else "reward",
        earned=subject.earned(policy, split).mean,
        random=subject.random(split).mean,
        oracle=subject.oracle(split).mean,
    )
