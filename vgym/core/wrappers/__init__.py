"""Ways to plug environments into trainers, one file each."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
