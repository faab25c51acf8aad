"""A made-up province and a year of its dossiers, the same each time: units that merge, split and end in the middle of
the year, dossiers received in one period and resolved in another, withdrawn ones, papers reused from here and from the
portal, results that expired, were revoked, replaced, or wait for review, and some that were digitized years later.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

YEAR = 2025
ROOT = "H61"
ENDED, BEGAN = date(2025, 6, 30), date(2025, 7, 1)
ODD = '=HYPERLINK("http://example.vn","xã")'
"""A name that would be a formula."""

UNITS: tuple[tuple[str, str, str | None], ...] = (
    ("H61", "Ủy ban nhân dân tỉnh Đồng Tháp", None),
    ("H61.1", "Sở Tư pháp", "H61"),
    ("H61.2", "Sở Xây dựng", "H61"),
    ("H61.50", "Ủy ban nhân dân xã Tân Hòa", "H61"),
    ("H61.50.1", "Bộ phận một cửa xã Tân Hòa", "H61.50"),
    ("H61.51", "Ủy ban nhân dân xã Lai Vung", "H61"),
    ("H61.52", "Ủy ban nhân dân xã Hòa Long", "H61"),
    ("H61.53", "Ủy ban nhân dân xã Chưa Có Hồ Sơ", "H61"),
    ("H61.54", ODD, "H61"),
    ("H62", "Ủy ban nhân dân tỉnh bên cạnh", None),
)
GONE: tuple[tuple[str, str, str | None, tuple[str, ...]], ...] = (
    ("H61.20", "Ủy ban nhân dân huyện Lai Vung", "H61", ()),
    ("H61.20.1", "Ủy ban nhân dân xã Tân Thành", "H61.20", ("H61.50",)),
    ("H61.20.2", "Ủy ban nhân dân xã Tân Phước", "H61.20", ("H61.50",)),
    ("H61.20.3", "Ủy ban nhân dân xã Vĩnh Thới", "H61.20", ("H61.51", "H61.52")),
)
"""Ended on 30/6/2025: the district with nobody after it, two communes that merged, one that was split."""
ANSWERS = {
    "H61.20": "H61",
    "H61.20.1": "H61.50",
    "H61.20.2": "H61.50",
    "H61.20.3": "H61",
}
"""Ended unit → who answers for it today: said by hand, not by our rules."""
PARENTS = {code: parent for code, _name, parent in UNITS}
_RECEIVE_BEFORE = ("H61.1", "H61.2", "H61.20", "H61.20.1", "H61.20.2", "H61.20.3", "H61.54", "H62")
_RECEIVE_AFTER = ("H61", "H61.1", "H61.2", "H61.50", "H61.50.1", "H61.51", "H61.52", "H61.54", "H62")
PROCEDURES: tuple[tuple[str, bool, date | None], ...] = (
    ("1.001", True, None),
    ("1.002", True, ENDED),
    ("1.003", False, None),
    ("1.004", True, None),
)
FILES = (
    "none",
    "none",
    "told",
    "counter",
    "api",
    "in_review",
    "archive_in_time",
    "archive_late",
    "archive_at_midnight",
    "archive_before_midnight",
    "carrier",
    "set_aside",
    "set_aside_undone",
    "revoked",
    "replaced",
    "expired",
    "line",
    "line_withdrawn",
    "line_in_review",
    "told_and_counter",
    "counter_and_line",
)
"""What there may be of a dossier's result."""
GOOD, GOOD_FILES = "H61.54", ("told", "counter", "api", "line")
"""A unit that digitizes nearly all."""


def build(dossiers: int = 1500) -> None:
    """Fill the catalog."""
    with transaction.atomic():
        _units()
        _Builder(random.Random(766)).build(dossiers)


def _units() -> None:
    from catalog import units
    from catalog.models import Procedure

    for code, name, parent in UNITS:
        begins = BEGAN if code.startswith("H61.5") and code != "H61.54" else None
        units.add(code, name, parent, valid_from=begins)
    for code, name, parent, successors in GONE:
        units.add(code, name, parent, valid_to=ENDED, successors=successors)
    Procedure.objects.bulk_create(
        Procedure(code=code, name=f"Thủ tục {code}", returns_paper=paper, valid_to=end)
        for code, paper, end in PROCEDURES
    )


class _Builder:
    """Makes rows; each random choice comes from one source."""

    def __init__(self, chance: random.Random) -> None:
        from catalog.models import Batch, Unit
        from registers.models import Import

        self._chance = chance
        self._units = dict(Unit.objects.values_list("code", "pk"))
        self._time = datetime(2025, 1, 2, tzinfo=UTC)
        self._import = Import.objects.create(unit_id=ROOT, way="api", name="", actor="một cửa", time=self._time)
        self._batch = Batch.objects.create(unit_id=self._units["H61.1"], name="thùng 1", created=self._time)
        self._rows: dict[str, list[Any]] = {}

    def build(self, dossiers: int) -> None:
        rows = list(self._dossiers(dossiers))
        self._kept("dossiers").extend(row for row, _file in rows)
        for row, file in rows:
            self._kept("components").extend(self._components(row))
            self._file(row, file)
        self._reused(row for row, _file in rows)
        for made in self._rows.values():  # in the order in which they name each other
            type(made[0]).objects.bulk_create(made, batch_size=400)

    def _kept(self, name: str) -> list[Any]:
        return self._rows.setdefault(name, [])

    def _dossiers(self, count: int) -> Iterator[tuple[Any, str]]:
        from registers.models import Dossier

        for number in range(count):
            received = date(2024, 11, 1) + timedelta(days=self._chance.randrange(456))
            code = self._chance.choice(_RECEIVE_BEFORE if received <= ENDED else _RECEIVE_AFTER)
            took = self._chance.choice((None, 0, 1, 3, 8, 15, 40, 100))
            file = self._chance.choice(GOOD_FILES if code == GOOD else FILES)
            row = Dossier(
                code=f"{code}-{received:%y%m%d}-{number + 1:04}",
                unit_id=self._units[code],
                procedure=self._chance.choice([p[0] for p in PROCEDURES] + ["", "9.999"]),
                received=received,
                resolved=None if took is None else received + timedelta(days=took),
                returns_paper=self._chance.random() < 0.85,
                result_digitized=file.startswith("told"),
                shared=self._chance.random() < 0.15,
                applicant="Nguyễn Văn Bí Mật",
                way="api",
                imported=self._import,
                changed=self._time,
                withdrawn=self._time if self._chance.random() < 0.06 else None,
            )
            yield row, file

    def _components(self, row: Any) -> Iterator[Any]:
        from registers.models import Component

        kinds = (("none",), ("none", "digitized"), ("none", "digitized", "reused"), ("none", "reused", "reused_portal"))
        states = ("reused",) if row.unit_id == self._units[GOOD] else self._chance.choice(kinds)
        for ordinal in range(1, self._chance.randrange(4) + 1):
            yield Component(dossier=row, ordinal=ordinal, name=f"Giấy {ordinal}", state=self._chance.choice(states))

    def _file(self, row: Any, file: str) -> None:
        """What there is of a dossier's result in the catalog and in a register."""
        if file in {"none", "told"}:
            return
        named = not file.startswith("line")
        origin = "api" if file == "api" else "counter"
        result = self._result(
            row.unit_id,
            dossier=row.code if named else "",
            origin=origin if named and not file.startswith("archive") else "backlog",
            in_review=file.endswith("in_review"),
            recorded=_RECORDED.get(file, datetime(2025, 9, 1, 3, tzinfo=UTC)),
            status=file if file in {"revoked", "replaced"} else "in_force",
            valid_to=date(2025, 3, 1) if file == "expired" else None,
        )
        self._aside(result, file)
        if "line" in file:
            self._line(row, result, withdrawn=self._time if file == "line_withdrawn" else None)

    def _aside(self, result: Any, file: str) -> None:
        from catalog.models import Carrier, Change

        if file == "carrier":
            self._kept("carriers").append(Carrier(result=result, actor="an", time=self._time))
        if file.startswith("set_aside"):
            undone = self._time if file == "set_aside_undone" else None
            change = Change(result=result, kind="set_aside", edition=2, actor="an", time=self._time, undone=undone)
            self._kept("changes").append(change)

    def _result(self, unit: int, **values: Any) -> Any:
        from catalog.models import Document, Result, Scan

        sha = hashlib.sha256(str(len(self._kept("scans"))).encode()).hexdigest()
        scan = Scan(
            batch=self._batch, unit_id=unit, name="a.pdf", sha256=sha, size=1, media_type="application/pdf", pages=1,
            split="separator", state="done", received=self._time,
        )  # fmt: skip
        document = Document(
            scan=scan, ordinal=1, first_page=1, last_page=1, page_kinds=[], pages=1, state="recorded",
            changed=self._time,
        )  # fmt: skip
        result = Result(
            document=document, unit_id=unit, batch=self._batch, archive_key="k", archive_sha256=sha, archive_size=1,
            text="", document_type="Giấy phép xây dựng", **values,
        )  # fmt: skip
        self._kept("scans").append(scan)
        self._kept("documents").append(document)
        self._kept("results").append(result)
        return result

    def _line(self, row: Any, result: Any, withdrawn: datetime | None) -> None:
        from registers.models import Line

        line = Line(
            unit_id=row.unit_id, key=f"k{row.code}", dossier=row.code, result=result, imported=self._import,
            first_seen=self._time, changed=self._time, withdrawn=withdrawn, issue_date=row.resolved,
        )  # fmt: skip
        self._kept("lines").append(line)

    def _reused(self, rows: Iterator[Any]) -> None:
        """Entries of the ledger: every fifteenth dossier took a result, and some of these gave it back."""
        from reuse.models import Reuse

        result = self._result(self._units["H61.1"], recorded=self._time, origin="backlog", in_review=False, dossier="")
        for number, row in enumerate(rows):
            if number % 15:
                continue
            taken_back = self._time if number % 45 == 0 else None
            entry = Reuse(
                result=result, edition=1, unit_id="H61.1", dossier=row.code, dossier_day=row.received, ordinal=1,
                person="Trần Thị Kín", actor="an", time=self._time, request="r", vouched="{}", undone=taken_back,
            )  # fmt: skip
            self._kept("reuses").append(entry)


_RECORDED = {
    "archive_late": datetime(2026, 4, 1, tzinfo=UTC),
    "archive_at_midnight": datetime(2025, 12, 31, 17, tzinfo=UTC),
    "archive_before_midnight": datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC),
}
"""New year's midnight in Vietnam is 17:00 UTC."""
