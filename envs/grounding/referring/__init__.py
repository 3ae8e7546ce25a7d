"""Referring expressions: what a query denotes, which is asked of a scene, how it is put."""
