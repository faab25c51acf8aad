"""What the sheets between documents say: made from a list of papers, and checked against what the catalog knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from core.errors import UsageError
from pipeline.records import SheetCode, SheetKind
from pipeline.sheet_codes import COVER_START, SEPARATOR_TEXT, cover, parse, separator

__all__ = ["COVER_START", "SEPARATOR_TEXT", "SheetCode", "SheetKind", "cover", "covers", "line", "parse", "separator"]

LONGEST_LINE = 200
"""Characters of one line of a slip."""
_DOSSIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.]{0,60}-\d{6}-\d{1,8}")
"""Codes of dossiers: ``000.00.53.H48-220921-0099``, ``H61.12.3-230420-0001``."""


def covers(unit: str, procedure: str, lines: Iterable[str]) -> tuple[SheetCode, ...]:
    """A cover for each paper of a list; each line is the code of a dossier, or else a line of a register.

    Raises UsageError for a line that is too long.
    """
    made = []
    for text in lines:
        dossier, register_line = (text, "") if _DOSSIER.fullmatch(text) else ("", text)
        if len(text) > LONGEST_LINE:
            raise UsageError(
                f"a line of the list has {len(text)} characters: give at most {LONGEST_LINE} ({text[:40]}…)"
            )
        try:
            made.append(cover(unit, procedure, dossier, register_line))
        except ValueError as error:
            raise UsageError(f"{text[:40]}…: {error}") from error
    return tuple(made)


def line(code: SheetCode) -> str:
    """What a slip calls the paper behind this cover; empty where the cover names none."""
    return code.dossier or code.register_line


def unknown(code: SheetCode, unit: str, procedures: Collection[str]) -> str:
    """What on a cover cannot be right in a batch of `unit`: its unit or its procedure; empty: nothing."""
    if code.unit and code.unit != unit:
        return code.unit
    if code.procedure and code.procedure not in procedures:
        return code.procedure
    return ""
