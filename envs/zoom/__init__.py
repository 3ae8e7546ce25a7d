"""Zoom-in search: find the small thing in a picture far larger than any eye of a model."""
