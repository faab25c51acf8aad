"""What a line is known again by when its register is imported again: nothing that is corrected often.

Where a line got a dossier that it did not have before (or a later list leaves dossiers out), `plain` finds it still.
"""

from __future__ import annotations

import re
from datetime import date

from catalog.values import digest
from core.text import fold_number, fold_words
from registers.keys import holder_key, number_key

_ZEROS = re.compile(r"^0+(?=\d)")


def key(
    *,
    dossier: str,
    number: str,
    register_number: str,
    document_type: str,
    issuer: str,
    issue_date: date | None,
    holder: str,
    ids: tuple[str, ...],
) -> str:
    """Dossier and number; else issuer, type, number and year; else the number in the register of certificates; else
    holder, identity numbers, day and type. Empty where there is none of these.
    """
    bare = _bare(number)
    if dossier:
        return digest(["dossier", fold_number(dossier), bare or _bare(register_number)])
    if known := plain(issuer=issuer, document_type=document_type, number=number, issue_date=issue_date):
        return known
    kind = fold_words(document_type)
    if register_number:
        return digest(["register", fold_words(issuer), kind, _bare(register_number), bare])
    name = holder_key(holder)
    if name and (issue_date or any(ids) or bare):
        day = issue_date.isoformat() if issue_date else ""
        return digest(["holder", name, [*filter(None, ids)], day, kind, bare])
    return ""


def plain(*, issuer: str, document_type: str, number: str, issue_date: date | None) -> str:
    """Issuer, type, number and year; empty where number or year is missing."""
    counted = number_key(number, issue_date)
    if not counted:
        return ""
    return digest(["number", fold_words(issuer), fold_words(document_type), _bare(number), counted])


def _bare(number: str) -> str:
    return _ZEROS.sub("", fold_number(number))
