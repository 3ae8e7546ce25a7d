"""Where robots move: homes and offices, mazes, and what every world is made of."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
