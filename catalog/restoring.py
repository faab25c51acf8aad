"""A mark in the home that everything is being brought back from a backup, and that this did not come to its end yet."""

from __future__ import annotations

from pathlib import Path

from core.errors import ServiceError
from core.settings import settings

_NAME = "restoring"


def begin(what: str) -> None:
    """Leave the mark; `what` says where it comes from, without secrets."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(what, encoding="utf-8")


def unfinished() -> str:
    """What the mark says; empty: there is none."""
    try:
        return _path().read_text("utf-8").strip() or "?"
    except FileNotFoundError:
        return ""


def end() -> None:
    """Take the mark away."""
    _path().unlink(missing_ok=True)


def require_ended() -> None:
    """Raise ServiceError where the mark stands: what is there may be half of it."""
    if what := unfinished():
        raise ServiceError(f"bringing everything back from {what} was interrupted: run that `sohoa restore` again")


def _path() -> Path:
    return settings().root / _NAME
