"""What a brief audit still finds in our own ids: the share that must not be exceeded, and why it is
so. An entry goes when its attack is no longer found."""

_BRIEF = "the words of a brief say what the picture should: which robots the job is for"

PAID: dict[tuple[str, str], tuple[float, str]] = {
    ("VNavActivate-v0", "the nearest instruction"): (0.5, _BRIEF),
    ("VNavActivate-v0", "a model of words"): (0.65, _BRIEF),
}
