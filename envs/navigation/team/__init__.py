"""VNavTeam: several robots of different kinds in one place, by PettingZoo or as a native batch."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
