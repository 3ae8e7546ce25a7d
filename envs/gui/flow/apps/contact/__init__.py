"""Contact: forms of a web site, for a message and for a newsletter."""
