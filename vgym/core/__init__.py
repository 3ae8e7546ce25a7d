"""What every environment shares: tasks, the episode loop, keyed randomness, drawing."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
