"""Procedures: what a result was applied for, and what holds for all results of one.

Procedures belong to no unit: what is changed about one is told in the chain of the first unit above which nothing is
(as what is about the whole installation is); without any unit it is told nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog import events
from catalog.configuration import told_plainly
from catalog.models import Procedure, Unit
from catalog.records import ProcedureRow
from catalog.validity import period
from catalog.values import clean, today
from core.errors import UsageError
from core.text import fold_words, squeeze

_MOST = 50
_LONGEST = 200
_LONGEST_NAME = 1_000
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


class RefusedProcedureError(UsageError):
    """A procedure cannot be like that."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        """``code``, ``name``, ``sector``, ``validity``, ``document_types`` or ``yields``."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the procedures that were asked for."""

    rows: tuple[ProcedureRow, ...]
    total: int


@told_plainly()
def add(code: str, name: str = "", sector: str = "", document_types: Iterable[str] = ()) -> ProcedureRow:
    """Add a procedure, or give one that is known already its name, sector and the types of document that it needs.

    What is empty stays as it is. Raises RefusedProcedureError for a code that is none, and for too many or too long
    types.
    """
    given: dict[str, Any] = {"name": squeeze(clean(name)), "sector": squeeze(clean(sector))}
    given["document_types"] = _types("document_types", document_types)
    defaults = given | {"document_types": list(given["document_types"])}
    with transaction.atomic():
        procedure, new = Procedure.objects.get_or_create(code=require_code(code), defaults=defaults)
        if not new:
            before = _row(procedure)
            return _write(
                procedure, before, replace(before, **{field: value for field, value in given.items() if value})
            )
        if name:  # one without is a mere code that somebody used
            _tell("procedure.added", code, {field: ["", _plain(value)] for field, value in given.items() if value})
        return _row(procedure)


@told_plainly()
def change(wanted: ProcedureRow, actor: str) -> ProcedureRow:
    """Let a procedure be as said, all of it; one that is not there yet is added. The same once more changes nothing.

    Raises RefusedProcedureError (see `checked`).
    """
    wanted = checked(wanted)
    with transaction.atomic(), events.acting(actor):
        known = Procedure.objects.select_for_update().filter(code=wanted.code).first()
        return _write(known, _row(known) if known else ProcedureRow(wanted.code, "", ""), wanted)


def checked(wanted: ProcedureRow) -> ProcedureRow:
    """The procedure as it is kept; raises RefusedProcedureError: no code or name, a validity that stands for no
    period, too many or too long types of document.
    """
    require_code(wanted.code)
    name, sector = squeeze(clean(wanted.name)), squeeze(clean(wanted.sector))
    if not 0 < len(name) <= _LONGEST_NAME:
        raise RefusedProcedureError("name", f"a procedure needs a name of at most {_LONGEST_NAME} characters")
    if len(sector) > _LONGEST:
        raise RefusedProcedureError("sector", f"a sector has at most {_LONGEST} characters")
    validity = squeeze(clean(wanted.validity))
    if len(validity) > _LONGEST or (validity and period(validity) is None):
        message = f"{validity[:_LONGEST]!r} is no period: write it like 12 tháng, 5 năm, 90 ngày or không thời hạn"
        raise RefusedProcedureError("validity", message)
    return replace(
        wanted,
        name=name,
        sector=sector,
        validity=validity,
        document_types=_types("document_types", wanted.document_types),
        yields=_types("yields", wanted.yields),
    )


@told_plainly()
def listing() -> tuple[ProcedureRow, ...]:
    """All procedures, by code."""
    return tuple(_row(procedure) for procedure in Procedure.objects.order_by("code"))


@told_plainly()
def page(text: str = "", sector: str = "", ended: bool = True, offset: int = 0, limit: int = 100) -> Page:
    """The procedures of a sector (empty: of all) whose code or name holds the words, by code; with `ended` those too
    that nobody can apply for any more.
    """
    found = Procedure.objects.order_by("code")
    if sector:
        found = found.filter(sector=sector)
    if not ended:
        found = found.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    if words := fold_words(text):  # neither database folds as we do, and there are some thousands
        found = found.filter(pk__in=_holding(found, words, text))
    return Page(tuple(_row(procedure) for procedure in found[offset : offset + limit]), found.count())


@told_plainly()
def sectors() -> tuple[str, ...]:
    """The sectors of all procedures, by name."""
    found = Procedure.objects.exclude(sector="").order_by("sector").values_list("sector", flat=True)
    return tuple(found.distinct())


@told_plainly()
def names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name, of those that are known."""
    return dict(Procedure.objects.filter(code__in=list(codes)).values_list("code", "name"))


@told_plainly()
def rows(codes: Iterable[str]) -> tuple[ProcedureRow, ...]:
    """Those of the procedures that are known, by code."""
    return tuple(_row(procedure) for procedure in Procedure.objects.filter(code__in=list(codes)).order_by("code"))


@told_plainly()
def require(code: str) -> ProcedureRow:
    """The procedure with this code; raises UsageError when there is none."""
    try:
        return _row(Procedure.objects.get(code=code))
    except Procedure.DoesNotExist:
        raise UsageError(f"unknown procedure {code}") from None


def require_code(code: str) -> str:
    """`code`; raises RefusedProcedureError where it can be none."""
    if not _CODE.fullmatch(code):
        message = f"{code!r} is no procedure code: letters, digits, dots and dashes (like 1.004873)"
        raise RefusedProcedureError("code", message)
    return code


def _holding(found: QuerySet[Procedure], words: str, text: str) -> list[int]:
    code = text.strip().casefold()
    return [
        pk
        for pk, own, name in found.values_list("pk", "code", "name")
        if code in own.casefold() or words in fold_words(name)
    ]


def _write(known: Procedure | None, before: ProcedureRow, after: ProcedureRow) -> ProcedureRow:
    """Add or change a procedure, and tell what changed; inside a transaction."""
    if known is not None and before == after:
        return before
    told = asdict(after)
    told["valid_to"] = after.valid_to
    for name in ("document_types", "yields"):
        told[name] = list(told[name])
    if known is None:
        Procedure.objects.create(**told)
    else:
        Procedure.objects.filter(pk=known.pk).update(**told)
    changed = {name: [_plain(getattr(before, name)), _plain(value)] for name, value in told.items()}
    kind = "procedure.added" if known is None else "procedure.changed"
    _tell(kind, after.code, {name: pair for name, pair in changed.items() if pair[0] != pair[1]})
    return after


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return list(value)
    return value if value is None or isinstance(value, str | bool) else str(value)


def _tell(kind: str, code: str, changed: Mapping[str, object]) -> None:
    chain = Unit.objects.filter(parent=None).order_by("code").values_list("pk", flat=True).first()
    if chain is not None:
        events.append_to(chain, kind, f"procedure:{code}", {"changed": changed})


def _row(procedure: Procedure) -> ProcedureRow:
    return ProcedureRow(
        procedure.code,
        procedure.name,
        procedure.sector,
        tuple(procedure.document_types),
        tuple(procedure.yields),
        procedure.validity,
        procedure.returns_paper,
        procedure.valid_to,
    )


def _types(field: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names as they are kept: each once, however it is written."""
    tidy = {fold_words(name): name for given in names if (name := squeeze(clean(given)))}
    if len(tidy) > _MOST or max(map(len, tidy.values()), default=0) > _LONGEST:
        message = f"a procedure has at most {_MOST} types of document, of at most {_LONGEST} characters each"
        raise RefusedProcedureError(field, message)
    return tuple(tidy.values())
