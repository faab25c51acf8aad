"""Words of staging that the database, the pages and the command line share. Nothing here knows a database."""

from __future__ import annotations

from enum import StrEnum


class BatchState(StrEnum):
    """How far a batch has come that archive staff opened."""

    OPEN = "open"
    """Paper comes in and is put in order."""
    CLOSED = "closed"
    """What was expected and what came in agree (or why not is written down); its scans are being handed on."""
    HANDED_ON = "handed_on"
    """All its scans went on to be read."""


class Way(StrEnum):
    """How a file came in."""

    UPLOAD = "upload"
    """Over the pages."""
    WATCHED = "watched"
    """From a watched folder, such as a scanner's network share."""
    COMMAND = "command"
    CONTRACTOR = "contractor"
    """In a folder of work that was bought in."""


class Sides(StrEnum):
    """Which sides of the paper go through the scanner."""

    FRONT = "front"
    BOTH = "both"
    """Front and back in one go."""
    TWO_STACKS = "two_stacks"
    """All fronts as one file, then all backs, last one first, as a second file."""


class UploadState(StrEnum):
    """How far a file has come that a browser sends."""

    RECEIVING = "receiving"
    """Pieces of it are here; the rest is to come."""
    WHOLE = "whole"
    """All its bytes are here; the door has not looked at it yet."""
    DONE = "done"
    """It is in the batch, or its bytes were in the unit already."""
    REFUSED = "refused"
    """It cannot be taken. Its bytes are not kept."""


UNFINISHED_UPLOADS = (UploadState.RECEIVING.value, UploadState.WHOLE.value)
