"""Shop: products by category and by search, a cart, an order."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
