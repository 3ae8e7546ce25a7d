"""Policies that look at nothing: what an answer earns that does not depend on the question."""

from vgym.evaluation.audit.degenerate.answers import ANSWERS
from vgym.evaluation.audit.degenerate.moves import MOVES
from vgym.evaluation.audit.degenerate.places import PLACES

DEGENERATE = (*PLACES, *ANSWERS, *MOVES)
