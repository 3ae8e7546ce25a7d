"""Floor 5: play agents, measure with confidence intervals, report. Agents are passed in."""
