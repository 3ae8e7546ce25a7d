"""Calendar: a month, the chosen day's events, a form for one event."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
