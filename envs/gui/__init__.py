"""GUI click: one instruction, one click, on real and made screens; flows; a real browser."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
