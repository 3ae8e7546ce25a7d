"""The simulated applications: each holds its rules, its screens and its task templates."""
