"""Electronic signatures: those that came in, looked at; archive copies, signed for a unit."""
