"""Commanding a team from above: whom to send, what each should do, which way to go."""
