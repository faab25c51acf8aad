"""The errors of sohoa: a small tree, one exit code each, each message naming its remedy.

An error's text is shown to people as it is, so it says what happened, why, and what to do.
"""

from __future__ import annotations

from datetime import datetime


class SohoaError(Exception):
    """Something that a person can act on. `exit_code` is what the command line ends with."""

    exit_code = 1
    away = ""
    """What is away (or full) and may come back with nothing changed here: ``database``, ``storage``, ``search``.
    Empty: waiting does not help.
    """


class UsageError(SohoaError):
    """The call itself is wrong: an unknown unit, a path that does not exist, a bad setting."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or its value is not understood."""


class RefusedError(SohoaError):
    """A file was refused at the door (or could not be read); the rest of the batch goes on.

    `reason` is a short stable code for scripts and events (``empty``, ``encrypted``, …); the
    message is the line for people.
    """

    exit_code = 3

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ServiceError(SohoaError):
    """An outside service or program is missing, down or too old."""

    exit_code = 4


class AwayError(ServiceError):
    """A service does not answer now, or says that it cannot at the moment; `away` says which."""

    def __init__(self, away: str, message: str) -> None:
        super().__init__(message)
        self.away = away


class StorageError(SohoaError):
    """Bytes could not be kept or came back different from what was kept."""

    exit_code = 5


class LockedError(StorageError):
    """The store is bound to keep an object for now; `until` when, where it says so (aware, UTC)."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class FullError(StorageError):
    """There is no room at the moment; `away` says in what."""

    def __init__(self, away: str, message: str) -> None:
        super().__init__(message)
        self.away = away


class NotFoundError(SohoaError):
    """No such result, unit, batch or object (or none that the caller may see)."""

    exit_code = 6
