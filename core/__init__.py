"""What every other package shares: text rules, settings, errors. Imports nothing of ours."""
