"""What was found in a file at the door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probed:
    """The outcome: a number of pages, or why the file is refused (reason code and a clause)."""

    pages: int = 0
    reason: str = ""
    why: str = ""
