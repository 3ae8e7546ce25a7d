"""A picture from above and a map in which it is to be found, to metres."""
