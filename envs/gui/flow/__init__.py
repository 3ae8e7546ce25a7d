"""VGuiFlow: several steps in a simulated application, judged by the application's state."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
