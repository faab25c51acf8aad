"""Measurements: `./run bench` for those of a few minutes, `./run measure` for long ones with a report."""
