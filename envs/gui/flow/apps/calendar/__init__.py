"""Calendar: a month, the chosen day's events, a form for one event."""
