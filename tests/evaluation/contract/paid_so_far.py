"""What a brief audit still finds in our own ids: the share that must not be exceeded, and why it is
so. An entry goes when its attack is no longer found."""

PAID: dict[tuple[str, str], tuple[float, str]] = {
    ("VGui-v0", "target and distractors"): (
        0.45,
        "what is asked for lies whole in the frame, which cuts off one in six of the others; icons "
        "that come once can be named; a difficulty asks for sizes of its own",
    ),
}
