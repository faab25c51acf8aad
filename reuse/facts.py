"""What the catalog knows of a result, as reuse needs it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from catalog import outbox, readings, results, units
from catalog.records import ResultRow, Shown
from catalog.values import canonical
from core.errors import NotFoundError
from reuse.records import Vouched


@dataclass(frozen=True, slots=True)
class Facts:
    """A result as it stands now."""

    shown: Shown
    linked_ids: tuple[str, ...]
    """Other identity numbers of its holders."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its holders."""
        return tuple(filter(None, (self.shown.values.get(name, "") for name in ("holder", "co_holder"))))

    @property
    def ids(self) -> tuple[str, ...]:
        """Identity numbers of its holders, as written on it."""
        return tuple(filter(None, (self.shown.values.get(name, "") for name in ("holder_id", "co_holder_id"))))


def of_result(id: int) -> Facts | None:
    """The facts of result `id`; None where there is no such result."""
    try:
        shown = results.show(id)
    except NotFoundError:
        return None
    linked = [number for row in outbox.search_documents([id]) for number in row.linked_ids]
    return Facts(shown, tuple(linked))


def vouched(shown: Shown) -> Vouched:
    """What the result says, and its bytes.

    Of the results that it replaced, those that whoever sees this one may know of, too: whoever reads a package is not
    known when it is made.
    """
    row = shown.row
    return Vouched(
        result=row.id,
        edition=shown.edition,
        unit=row.unit,
        unit_name=units.require(row.unit).name,
        document_type=row.document_type,
        number=row.number,
        issuer=row.issuer,
        issue_date=row.issue_date,
        subject=row.subject,
        holder=row.holder,
        register_number=shown.values.get("register_number", ""),
        sector=row.sector,
        confidential=row.confidential.value,
        state=row.state.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        replaces=_open(row.unit, shown.replaces, results.rows(shown.replaces)),
        pages=len(readings.page_sizes(row.id)),
        archive_key=shown.archive.key,
        archive_sha256=shown.archive.sha256,
        archive_size=shown.archive.size,
        original_sha256=shown.original.sha256,
        recorded=shown.recorded.astimezone(UTC),
        signatures=shown.signatures,
    )


_DATES = ("issue_date", "valid_from", "valid_to")
_OPEN = "replaces_open"
"""Mark of what was packed since closed results are left out of the replaced ones; older texts name them, too."""


def packed(what: Vouched) -> str:
    """`what` as canonical JSON; `unpacked` gives it back."""
    told = {name: v.isoformat() if isinstance(v, date) else v for name, v in asdict(what).items()}
    return canonical(told | {_OPEN: True})


def unpacked(texts: Iterable[str]) -> list[Vouched]:
    """What `packed` packed, one for each text. Of older ones, replaced results that are closed today are left out."""
    read = [json.loads(text) for text in texts]
    doubtful = results.rows({id for data in read if _OPEN not in data for id in data["replaces"]})
    found = []
    for data in read:
        what = _vouched(data)
        found.append(what if _OPEN in data else replace(what, replaces=_open(what.unit, what.replaces, doubtful)))
    return found


def _vouched(data: dict[str, Any]) -> Vouched:
    for name in _DATES:
        data[name] = date.fromisoformat(data[name]) if data[name] else None
    data["recorded"] = datetime.fromisoformat(data["recorded"])
    data["replaces"] = tuple(data["replaces"])
    data.setdefault("signatures", "")  # older ones do not tell
    return Vouched(**{field.name: data[field.name] for field in fields(Vouched)})


def _open(unit: str, ids: Iterable[int], rows: Mapping[int, ResultRow]) -> tuple[int, ...]:
    """Those of these results that `unit` keeps and that are not confidential."""
    return tuple(id for id in ids if id in rows and rows[id].unit == unit and not rows[id].confidential)
