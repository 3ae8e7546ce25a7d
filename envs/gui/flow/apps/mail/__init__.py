"""Mail: folders, a message, a form to write one."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
