"""Values of columns that say in what state something is."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which results a target is about."""

    OLD = "old"
    """Issued before the period begins, completed, still valid, and not in the repository then."""
    NEW = "new"
    """Issued in the period."""


class Which(StrEnum):
    """Which of the lines behind a number."""

    FROZEN = "frozen"
    COUNTED = "counted"
    """The denominator."""
    DIGITIZED = "digitized"
    """The numerator."""
    MISSING = "missing"
    """What of the denominator is not digitized."""
    FALLEN = "fallen"
    """What was frozen (or issued) and does not count any more."""


class Why(StrEnum):
    """Why a line does not count any more: the first that holds, in this order."""

    WITHDRAWN = "withdrawn"
    """Its unit says that there is no such result."""
    REVOKED = "revoked"
    """The register says so, or the result that it is was revoked."""
    REPLACED = "replaced"
    EXPIRED = "expired"
