"""What the web site stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow.model import DATA

FIRM, HOUR = DATA, DATA + 1  # whose site it is, and when it opens
TOPIC = DATA + 2  # as chosen on the form, from 1
COPY, CONSENT = DATA + 3, DATA + 4  # boxes of the form
RHYTHM = DATA + 5  # of the newsletter, as chosen
SENT = DATA + 6  # 1 once sent, then name, address, message, topic, copy
SENT_LENGTH = 6
SIGNED = SENT + SENT_LENGTH  # 1 once signed up, then address and rhythm
SIGNED_LENGTH = 3
