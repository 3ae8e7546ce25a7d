"""Floor 1: pure torch kernels on tensors `(..., k)` that know nothing of tasks."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
