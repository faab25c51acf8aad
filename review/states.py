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


class Likeness(StrEnum):
    """Why two results may be the same paper."""

    BYTES = "bytes"
    """Their files have the same bytes."""
    PAGES = "pages"
    """Their pages look and read alike."""
    IDENTITY = "identity"
    """Issuer, kind, number and year are the same."""


class Verdict(StrEnum):
    """What people said of two results that may be the same paper."""

    OPEN = "open"
    """Nobody looked yet."""
    SAME = "same"
    """One paper, scanned twice: one of the two stands for both."""
    NEW_VERSION = "new_version"
    """The later one took the place of the earlier one, by a decision."""
    DIFFERENT = "different"


class SampleState(StrEnum):
    """How far a sample has come."""

    WAITING = "waiting"
    JUDGED = "judged"
