"""Large pictures that ship, and what people have annotated in them."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
