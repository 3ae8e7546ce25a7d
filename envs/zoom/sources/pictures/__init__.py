"""Large pictures that ship, and what people have annotated in them."""
