"""Why a file was refused, in the reader's language: a text for each reason code of the intake."""

from __future__ import annotations

from gettext import gettext

from cli.texts import N_
from core.errors import RefusedError

_REASONS: dict[str, str] = {}


def reason_text(reason: str, message: str) -> str:
    """The text for `reason`, or `message` (English) where there is none or the reader reads English."""
    template = _REASONS.get(reason)
    if template is None:
        return message
    told = gettext(template)
    return message if told == template else told


def translated(error: RefusedError) -> str:
    """What to tell about a refused file."""
    return reason_text(error.reason, str(error))


__all__ = ["N_", "reason_text", "translated"]
