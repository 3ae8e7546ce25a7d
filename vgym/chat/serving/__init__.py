"""Episodes over HTTP, for trainers in other processes; the protocol is OpenEnv's where it fits."""

from __future__ import annotations

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
