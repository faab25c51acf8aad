"""Copies of everything elsewhere, and everything from such a copy."""
