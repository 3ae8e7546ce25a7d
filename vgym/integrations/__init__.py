"""Floor 5: the environments in harnesses that people have already, one module each."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
