"""Procedures: what a result was applied for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.configuration import told_plainly
from catalog.models import Procedure
from catalog.records import ProcedureRow
from catalog.values import clean
from core.errors import UsageError
from core.text import fold_words, squeeze

_MOST = 50
_LONGEST = 200
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


@told_plainly()
def add(code: str, name: str = "", sector: str = "", document_types: Iterable[str] = ()) -> ProcedureRow:
    """Add a procedure, or give one that is known already its name, sector and the types of document that it needs.

    What is empty stays as it is. Raises UsageError for a code that is none, and for too many or too long types.
    """
    if not _CODE.fullmatch(code):
        raise UsageError(f"{code!r} is no procedure code: letters, digits, dots and dashes (like 1.004873)")
    given = {"name": squeeze(clean(name)), "sector": squeeze(clean(sector)), "document_types": _types(document_types)}
    procedure, new = Procedure.objects.get_or_create(code=code, defaults=given)
    changed = {k: v for k, v in given.items() if v and getattr(procedure, k) != v}
    if not new and changed:
        Procedure.objects.filter(pk=procedure.pk).update(**changed)
        procedure.refresh_from_db()
    return _row(procedure)


@told_plainly()
def listing() -> tuple[ProcedureRow, ...]:
    """All procedures, by code."""
    return tuple(_row(procedure) for procedure in Procedure.objects.order_by("code"))


@told_plainly()
def names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name, of those that are known."""
    return dict(Procedure.objects.filter(code__in=list(codes)).values_list("code", "name"))


@told_plainly()
def require(code: str) -> ProcedureRow:
    """The procedure with this code; raises UsageError when there is none."""
    try:
        return _row(Procedure.objects.get(code=code))
    except Procedure.DoesNotExist:
        raise UsageError(f"unknown procedure {code}") from None


def _row(procedure: Procedure) -> ProcedureRow:
    return ProcedureRow(procedure.code, procedure.name, procedure.sector, tuple(procedure.document_types))


def _types(names: Iterable[str]) -> list[str]:
    """The names as they are kept: each once, however it is written."""
    tidy = {fold_words(name): name for given in names if (name := squeeze(clean(given)))}
    if len(tidy) > _MOST or max(map(len, tidy.values()), default=0) > _LONGEST:
        raise UsageError(f"a procedure has at most {_MOST} types of document, of at most {_LONGEST} characters each")
    return list(tidy.values())
