"""What the codes on sheets between documents say, and how it is written.

A separator carries the Code 128 ``PATCHT`` that scanner software knows. A cover sheet carries it too, and a QR code
beside it: ``SOHOA1|u=UNIT|p=PROCEDURE|d=DOSSIER|r=REGISTER LINE``, parts that are not told left out, values in
percent-encoding (RFC 3986) so that the code holds plain ASCII whatever the register's line is made of.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from core.text import nfc, squeeze
from pipeline.records import SheetCode, SheetKind

SEPARATOR_TEXT = "PATCHT"
COVER_START = "SOHOA1"
"""First part of a cover's code; the number is that of this format."""
LONGEST = 600
"""Characters of a cover's code. More would make a QR code too fine to survive a worn scanner."""
_PARTS = ("u", "p", "d", "r")
_SAFE = "./-_:, "


def cover(unit: str, procedure: str = "", dossier: str = "", register_line: str = "") -> SheetCode:
    """The code of a cover sheet. Raises ValueError where it would be too long."""
    unit, procedure, dossier, register_line = map(_plain, (unit, procedure, dossier, register_line))
    values = zip(_PARTS, (unit, procedure, dossier, register_line), strict=True)
    parts = [f"{letter}={quote(value, safe=_SAFE)}" for letter, value in values if value]
    text = "|".join((COVER_START, *parts))
    if len(text) > LONGEST:
        raise ValueError(f"what the cover sheet says is too long ({len(text)} of {LONGEST} characters)")
    return SheetCode(SheetKind.COVER, unit, procedure, dossier, register_line, text)


def separator() -> SheetCode:
    """The code of a sheet that separates, and says nothing."""
    return SheetCode(SheetKind.SEPARATOR, text=SEPARATOR_TEXT)


def parse(text: str) -> SheetCode | None:
    """What a code that was seen on a page says; None for one that is on no sheet of ours.

    Parts of later formats are passed over, and of a part that is given twice the first counts: a sheet that was
    printed must go on dividing, and `SheetCode.text` keeps all of it.
    """
    if text == SEPARATOR_TEXT:
        return separator()
    start, *parts = text.split("|")
    if start != COVER_START or len(text) > 2 * LONGEST:
        return None
    values = dict.fromkeys(_PARTS, "")
    for part in parts:
        letter, _, value = part.partition("=")
        if letter in values and not values[letter]:
            values[letter] = _plain(unquote(value))
    return SheetCode(SheetKind.COVER, values["u"], values["p"], values["d"], values["r"], text)


def _plain(value: str) -> str:
    return squeeze("".join(c if c.isprintable() else " " for c in nfc(value)))
