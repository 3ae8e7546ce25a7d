"""What every environment shares: tasks, the episode loop, keyed randomness, drawing."""
