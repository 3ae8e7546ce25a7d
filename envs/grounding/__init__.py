"""Grounding: a phrase names something in a picture; answer with its box, a point or boxes."""
