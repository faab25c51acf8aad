"""A spreadsheet of procedures: code, name, sector, what each needs and ends in, and how long that is valid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog import procedures
from catalog.configuration import told_plainly
from catalog.procedures import RefusedProcedureError
from catalog.records import ProcedureRow
from core.errors import UsageError
from core.text import fold_words
from registers import official_lists, validities
from registers.official_lists import Listed, Sheet, columns

__all__ = ["NEEDED", "TITLES", "Bad", "Checked", "RefusedListError", "change", "check", "columns", "read", "take"]

TITLES: Mapping[str, str] = {
    "code": "mã; mã thủ tục; mã tthc; mã số tthc; mã số thủ tục; mã thủ tục hành chính; code",
    "name": "tên; tên thủ tục; tên tthc; thủ tục; tên thủ tục hành chính; thủ tục hành chính; name",
    "sector": "lĩnh vực; tên lĩnh vực; lĩnh vực tthc; sector",
    "validity": "thời hạn; thời hạn hiệu lực; hiệu lực; thời hạn kết quả; hiệu lực kết quả; "
    "thời hạn có hiệu lực của kết quả; validity",
    "document_types": "thành phần hồ sơ; giấy tờ phải nộp; hồ sơ gồm; hồ sơ cần có; document types",
    "yields": "kết quả; kết quả giải quyết; kết quả thực hiện; kết quả giải quyết tthc; giấy tờ kết quả; yields",
    "returns_paper": "trả kết quả giấy; có kết quả giấy; trả bản giấy; kết quả giấy; bản giấy; returns paper",
    "valid_to": "ngày hết hiệu lực; ngày bãi bỏ; đến ngày; bãi bỏ từ; hết hiệu lực; valid to",
}
"""Meaning of a column → titles."""
NEEDED = frozenset({"code", "name"})
_YES = frozenset({"co", "x", "yes", "1", "true", "dung", "giay"})
_NO = frozenset({"khong", "no", "0", "false", "sai", "dien tu"})


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken."""

    row: int
    code: str
    field: str
    """As in `RefusedProcedureError`; ``twice``, ``returns_paper`` and ``valid_to`` besides."""
    message: str
    """A line for people."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What taking a list over would do."""

    new: tuple[ProcedureRow, ...]
    changed: tuple[tuple[ProcedureRow, ProcedureRow], ...]
    """As it is, and as it will be."""
    same: int
    bad: tuple[Bad, ...]
    """Anything here: nothing is taken."""


class RefusedListError(UsageError):
    """Rows of a list are wrong, so nothing of it was taken."""

    def __init__(self, bad: Sequence[Bad]) -> None:
        first = "; ".join(f"row {one.row} ({one.code}): {one.message}" for one in bad[:3])
        super().__init__(f"{len(bad)} rows cannot be taken, so nothing was: {first}")
        self.bad = tuple(bad)


def read(path: Path, said: Mapping[str, str]) -> Sheet:
    """The sheet. Raises RefusedSheetError and UsageError (`official_lists.read`)."""
    return official_lists.read(path, TITLES, NEEDED, said)


@told_plainly()
def check(rows: Iterable[Listed]) -> Checked:
    """What would be taken over, and which rows stand in the way. What a row does not say stays as it is."""
    rows = tuple(rows)
    known = {row.code: row for row in procedures.listing()}
    twice = {code for code, times in Counter(row.text("code") for row in rows).items() if times > 1}
    new, changed, same, bad = [], [], 0, []
    for row in rows:
        code = row.text("code")
        old = known.get(code)
        try:
            if code in twice:
                raise RefusedProcedureError("twice", "its code stands in the list twice")
            wanted = procedures.checked(_wanted(row, old or ProcedureRow(code, "", "")))
        except RefusedProcedureError as error:
            bad.append(Bad(row.row, code, error.field, str(error)))
            continue
        if old is None:
            new.append(wanted)
        elif old != wanted:
            changed.append((old, wanted))
        else:
            same += 1
    return Checked(tuple(new), tuple(changed), same, tuple(bad))


@told_plainly()
def take(rows: Iterable[Listed], actor: str) -> Checked:
    """Take a list over: all of it or nothing. Raises RefusedListError."""
    with transaction.atomic():
        checked = check(rows)
        if checked.bad:
            raise RefusedListError(checked.bad)
        for wanted in (*checked.new, *(after for _before, after in checked.changed)):
            change(wanted, actor)
        return checked


@told_plainly()
def change(wanted: ProcedureRow, actor: str) -> tuple[ProcedureRow, int]:
    """Let a procedure be as said (`catalog.procedures.change`), and the lines of registers that say nothing of their
    validity follow its rule; gives how many changed. Raises RefusedProcedureError.
    """
    with transaction.atomic():
        before = next(iter(procedures.rows([wanted.code])), None)
        row = procedures.change(wanted, actor)
        follows = row.validity != (before.validity if before else "")
        return row, validities.apply_validity(row.code) if follows else 0


def _wanted(row: Listed, old: ProcedureRow) -> ProcedureRow:
    said: dict[str, Any] = {name: row.text(name) for name in ("name", "sector", "validity") if row.text(name)}
    said |= {name: row.several(name) for name in ("document_types", "yields") if row.several(name)}
    if text := row.text("returns_paper"):
        word = fold_words(text)
        if word not in _YES | _NO:
            raise RefusedProcedureError("returns_paper", f"{text[:50]!r} says neither yes (có) nor no (không)")
        said["returns_paper"] = word in _YES
    try:
        if day := row.day("valid_to"):
            said["valid_to"] = day
    except ValueError:
        raise RefusedProcedureError("valid_to", f"{row.text('valid_to')[:50]!r} is no day") from None
    return replace(old, **said)
