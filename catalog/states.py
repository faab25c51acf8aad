"""The states of a result, as words that the database, search and the pages share. Nothing here knows a database."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(StrEnum):
    """How far people have looked at a result."""

    TO_REVIEW = "to_review"
    """A person must look at a field."""
    ACCEPTED = "accepted"
    """Nobody had to look: every value is sure enough."""
    VERIFIED = "verified"
    """A person did, and nothing is left to look at."""


class Standing(StrEnum):
    """What a later decision did to a result."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Origin(StrEnum):
    """How a result came in."""

    BACKLOG = "backlog"
    """From a box in the archive."""
    COUNTER = "counter"
    """From a person at the one-stop desk, as its dossier ended."""
    API = "api"
    """From the one-stop software, as its dossier ended."""


class Lane(IntEnum):
    """How urgent it is to read a scan; the smaller goes first."""

    URGENT = 0
    """A new result, from the counter or by the interface: somebody waits."""
    NORMAL = 1
    """From the desk before reading, or made of pages of other scans."""
    BACKLOG = 2
    """Boxes from the archive."""


class Manner(StrEnum):
    """How a result reached the citizen."""

    COUNTER = "counter"
    POST = "post"
    """Public post, with a tracking number."""
    ELECTRONIC = "electronic"
