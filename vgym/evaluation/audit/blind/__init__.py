"""Attacks by learners that lack what is needed: the picture, the words, or both."""

from __future__ import annotations

from vgym.evaluation.audit.attack import Attack
from vgym.evaluation.audit.blind.answering import ANSWERING
from vgym.evaluation.audit.blind.attempts import ATTEMPTS
from vgym.evaluation.audit.blind.programs import PROGRAMS
from vgym.evaluation.audit.blind.walking import WALKING

BLIND: tuple[Attack, ...] = (*ANSWERING, *PROGRAMS, *WALKING, *ATTEMPTS)
