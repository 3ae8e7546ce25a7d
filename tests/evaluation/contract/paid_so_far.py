"""What a brief audit still finds in our own ids: the share that must not be exceeded, and why it is
so. An entry goes when its attack is no longer found."""

PAID: dict[tuple[str, str], tuple[float, str]] = {}
