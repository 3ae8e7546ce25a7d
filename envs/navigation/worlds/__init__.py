"""Where robots move: homes and offices, mazes, and what every world is made of."""
