"""Values of columns that say in what state something is."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How lines and dossiers came in."""

    FILE = "file"
    """A spreadsheet, from the pages or the command line."""
    API = "api"
    """Pushed by the one-stop software, dossier by dossier."""


class ComponentState(StrEnum):
    """What became of a component of a dossier (Quyết định 766/QĐ-TTg)."""

    NONE = "none"
    """Not digitized."""
    DIGITIZED = "digitized"
    REUSED = "reused"
    """Taken from a repository instead of asking the citizen for it."""
    REUSED_PORTAL = "reused_portal"
    """The same, from the national portal's repository."""


class Outcome(StrEnum):
    """What came of looking for the line of a result."""

    LINKED = "linked"
    UNSURE = "unsure"
    """Lines that could be it, of which a person must choose."""
    NONE = "none"
    """No line in any register that could be it."""
    NOT_LISTED = "not_listed"
    """A person said that it is in no register."""


class Verdict(StrEnum):
    """What a person, or a later look, said about a line that could be a result's."""

    OPEN = ""
    LINKED = "linked"
    OTHER = "other"
    """It is another paper."""
