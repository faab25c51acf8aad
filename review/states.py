"""The words of the review desk that database, functions and pages share. Nothing here knows a database."""

from __future__ import annotations

from enum import StrEnum


class Second(StrEnum):
    """Which documents a second person has to enter without seeing what the first one entered."""

    NONE = "none"
    SAMPLED = "sampled"
    """A share of them, drawn by chance."""
    ALL = "all"


class Outcome(StrEnum):
    """What became of a document that somebody is done with."""

    VERIFIED = "verified"
    """It is checked."""
    WAITING = "waiting"
    """A second person must enter it."""
    DISAGREED = "disagreed"
    """Two people entered different values: a third one decides."""
    SAMPLED = "sampled"
    """It was drawn for a sample, and has been judged."""
