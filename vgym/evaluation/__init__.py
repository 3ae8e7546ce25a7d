"""Floor 5: play agents, measure with confidence intervals, report. Agents are passed in."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
