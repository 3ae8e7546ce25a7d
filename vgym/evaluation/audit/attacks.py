"""The table of attacks, in the order in which they are tried: cheap and plain ones first."""

from __future__ import annotations

from vgym.evaluation.audit.attack import Attack
from vgym.evaluation.audit.blind import BLIND
from vgym.evaluation.audit.degenerate import DEGENERATE
from vgym.evaluation.audit.leaks import LEAKS
from vgym.evaluation.audit.loops import LOOPS
from vgym.evaluation.audit.readings import READINGS
from vgym.evaluation.audit.recipes import RECIPE

ATTACKS: tuple[Attack, ...] = (*DEGENERATE, *BLIND, *LEAKS, *READINGS, *LOOPS, *RECIPE)
