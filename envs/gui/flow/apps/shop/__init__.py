"""Shop: products by category and by search, a cart, an order."""
