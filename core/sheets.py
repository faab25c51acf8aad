"""Cells of tables for spreadsheet programs."""

from __future__ import annotations

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""With these, spreadsheet programs begin a formula (OWASP, CSV injection)."""


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
