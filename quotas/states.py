"""Values of columns that say in what state something is."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which results a target is about."""

    OLD = "old"
    """Issued before the period begins, completed, still valid, and not in the repository then."""
    NEW = "new"
    """Issued in the period."""
