"""Ways to plug environments into trainers, one file each."""
