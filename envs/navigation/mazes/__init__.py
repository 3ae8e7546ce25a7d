"""VMaze: the nine rodent paradigms of CheeseBench, seen in first person."""
