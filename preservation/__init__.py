"""What an archive owes to those after us: nothing lost, nothing changed, and what was signed stays signed."""
