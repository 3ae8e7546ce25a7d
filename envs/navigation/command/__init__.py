"""Commanding a team from above: whom to send, what each should do, which way to go."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
