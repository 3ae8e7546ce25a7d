"""What the web site stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow.layout import Field, Record
from vgym.envs.gui.flow.model import DATA


class Sent(Record):
    """The message that was sent: its fields as drafts."""

    done: Field  # 1 once sent
    name: Field
    mail: Field
    message: Field
    topic: Field
    copy: Field


class Signed(Record):
    """What was signed up for."""

    done: Field  # 1 once signed up
    mail: Field
    rhythm: Field


class Store(Record):
    """Everything stored."""

    firm: Field  # whose site it is
    hour: Field  # when it opens
    topic: Field  # as chosen on the form, from 1
    copy: Field  # boxes of the form
    consent: Field
    rhythm: Field  # of the newsletter, as chosen
    sent: Sent
    signed: Signed


STORE = Store(DATA)
