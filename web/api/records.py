"""What the interface says of results. Names never change within a version; new ones may come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Path, Schema
from pydantic import ConfigDict, Field

from accounts.rights import Right
from catalog import deliveries, results
from catalog.life import DeliveryRow
from catalog.records import ResultRow, Shown, StoredObject
from catalog.values import today
from preservation.signatures import checking
from reuse import entries, facts, metadata
from web.api.asking import Caller

Id = Annotated[int, Path(ge=1, le=2**53)]
"""An id in a path."""


class Asked(Schema):
    """What is sent to us: a name that is not known is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid")


_CLOSED = "Empty in lists of confidential results: ask for the result itself, with a reason"


class Line(Schema):
    """A result in a list. Empty: not known."""

    id: int
    unit: str = Field(description="Code of the unit that keeps it")
    number: str
    document_type: str
    issuer: str
    issue_date: date | None
    subject: str = Field(description=f"What it is about. {_CLOSED}")
    holder: str = Field(description=f"Whom it was granted to. {_CLOSED}")
    sector: str
    state: Literal["to_review", "accepted", "verified"]
    status: Literal["in_force", "revoked", "replaced"]
    validity: Literal["valid", "not_yet", "expired", "revoked", "replaced", "unknown"] = Field(
        description="On the day that was asked for, else today"
    )
    valid_from: date | None
    valid_to: date | None = Field(description="Last day of validity; null: no end, or not known")
    confidential: str = Field(description="Empty, criminal_record, adoption or secret")
    dossier: str = Field(description="Code of the dossier that ended in it")
    origin: Literal["backlog", "counter", "api"]
    delivered: str = Field(description="How it was handed over last: counter, post, electronic; empty: not told")


class File(Schema):
    """One of a result's files."""

    path: str
    sha256: str
    size: int
    media_type: str


class Files(Schema):
    """A result's files."""

    archive: File
    original: File
    words: File | None


class Delivery(Schema):
    """That a result was handed over."""

    id: int
    manner: Literal["counter", "post", "electronic"]
    tracking: str
    day: date
    to: str
    undone: bool


class Portal(Schema):
    """What the public service portal synchronises."""

    DuocSoHoa: int
    DuocTaiSuDung: int
    DuocLayTuKhoDMQG: int
    MaKetQuaThayThe: str | None
    MaGiayToKetQua: str | None


class Signature(Schema):
    """An electronic signature in the original, with its three answers."""

    signer: str
    organisation: str
    issuer: str
    serial: str = Field(description="Of the certificate, in hex")
    claimed: datetime | None = Field(description="When the signer says that it was made")
    stamped: datetime | None = Field(description="When a trusted time stamp says that it was there at the latest")
    level: str
    intact: str
    valid: str
    trusted: str
    coverage: str
    later: str = Field(description="What was added to the file after signing")


class ResultOut(Line):
    """All of a result."""

    edition: int = Field(description="Grows with each decision about it")
    fields: dict[str, str] = Field(description="Name of a field and its value, as docs/api.md lists them")
    review: list[str] = Field(description="Names of the fields that a person must still look at")
    replaced_by: int | None
    replaces: list[int]
    deliveries: list[Delivery]
    signatures: list[Signature] | None = Field(
        description="In the file that it came in; null: nobody looked yet, or could, or it is no PDF"
    )
    files: Files
    portal: Portal
    recorded: datetime


_TOLD = frozenset(Signature.model_fields)


def line(row: ResultRow, day: date | None = None) -> dict[str, object]:
    """A row of the catalog as `Line` has it; of a confidential one, nobody asked yet why it is looked into."""
    return {
        "id": row.id,
        "unit": row.unit,
        "number": row.number,
        "document_type": row.document_type,
        "issuer": row.issuer,
        "issue_date": row.issue_date,
        "subject": "" if row.confidential else row.subject,
        "holder": "" if row.confidential else row.holder,
        "sector": row.sector,
        "state": row.state.value,
        "status": row.status.value,
        "validity": row.validity(day or today()).value,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "confidential": row.confidential.value,
        "dossier": row.dossier,
        "origin": row.origin.value,
        "delivered": row.delivered.value if row.delivered else "",
    }


def whole(shown: Shown, caller: Caller) -> ResultOut:
    """All of a result, as far as the caller may know: of others that it names, those that they may see."""
    id = shown.row.id
    others = results.rows({*shown.replaces, *filter(None, [shown.replaced_by])})
    seen = {row.id for row in others.values() if caller.access.may(Right.SEE, row.unit, row.confidential)}
    replaces = tuple(other for other in shown.replaces if other in seen)
    vouched = facts.vouched(replace(shown, replaces=replaces))
    reused = any(entry.undone is None for entry in entries.of_result(id))
    return ResultOut.model_validate(
        line(shown.row)
        | {
            "subject": shown.row.subject,
            "holder": shown.row.holder,
            "edition": shown.edition,
            "fields": shown.values,
            "review": list(shown.review),
            "replaced_by": shown.replaced_by if shown.replaced_by in seen else None,
            "replaces": list(replaces),
            "deliveries": [delivery(one) for one in deliveries.listing(id)],
            "signatures": _signatures(id),
            "files": {
                "archive": _file(id, "archive.pdf", shown.archive),
                "original": _file(id, "original", shown.original),
                "words": _file(id, "words.xml", shown.words) if shown.words else None,
            },
            "portal": metadata.result_flags(vouched, reused=reused),
            "recorded": shown.recorded.replace(microsecond=0),
        }
    )


def delivery(row: DeliveryRow) -> dict[str, object]:
    """A delivery as `Delivery` has it."""
    return {
        "id": row.id,
        "manner": row.manner.value,
        "tracking": row.tracking,
        "day": row.date,
        "to": row.to,
        "undone": row.undone is not None,
    }


def _signatures(id: int) -> list[dict[str, object]] | None:
    found = checking.of_result(id)
    if found is None or found.fault:
        return None
    return [{name: value for name, value in one.as_dict().items() if name in _TOLD} for one in found.verdicts]


def _file(id: int, name: str, stored: StoredObject) -> dict[str, object]:
    return {
        "path": f"/api/v1/results/{id}/{name}",
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": stored.media_type,
    }
