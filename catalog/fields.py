"""Fields between the pipeline, the database, earlier versions and readers; and what a result copies from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog import validity
from catalog.models import Field, HolderNumber, Result
from catalog.records import FieldRow
from catalog.values import chance, clean, clip, holder_number, identity, iso_date
from ocr.records import Box
from pipeline import records
from pipeline.records import FIELD_NAMES, Assessment

PERSON = "person"
"""Source of a value that somebody typed."""
_COPIED = ("document_type", "number", "issuer", "subject", "signer", "holder", "co_holder", "register_number", "sector")
_IDS = ("holder_id", "co_holder_id")
_ORDER = {name: place for place, name in enumerate(FIELD_NAMES)}
_KEPT = ("name", "value", "confidence", "review", "page", "box", "text", "source", "ocr_value", "actor")


def columns(values: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a result that follow from its fields (name → value)."""
    issued = iso_date(values.get("issue_date", ""))
    number, issuer, kind = (values.get(name, "") for name in ("number", "issuer", "document_type"))
    valid_from, valid_to = validity.span(values)
    return {
        "issue_date": issued,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "holder_ids": [values[name] for name in _IDS if values.get(name)],
        "identity": identity(issuer, kind, number, issued),
        **{name: values.get(name, "") for name in _COPIED},
    }


def keep_numbers(result: Result) -> None:
    """Let the result be found by the identity numbers that it names now; to be called inside a transaction."""
    wanted = set(map(holder_number, result.holder_ids))
    HolderNumber.objects.filter(result=result).exclude(number__in=wanted).delete()
    HolderNumber.objects.bulk_create(
        (HolderNumber(result=result, number=number) for number in sorted(wanted)), ignore_conflicts=True
    )


def found(result: Result, assessment: Assessment) -> list[Field]:
    """The pipeline's fields as rows, also for what a person must look for because none was found."""
    rows = [_row(result, field, field.name in assessment.review) for field in assessment.fields]
    names = {row.name for row in rows}
    wanted = [name for name in dict.fromkeys(assessment.review) if name not in names]
    return [*rows, *(missing(result, name) for name in wanted)]


def missing(result: Result, name: str) -> Field:
    """A field that was not found, and that a person must look for."""
    return Field(result=result, name=name, value="", confidence=0.0, review=True)


def _row(result: Result, field: records.Field, review: bool) -> Field:
    evidence = field.evidence
    return Field(
        result=result,
        name=field.name,
        value=clean(field.value),
        confidence=chance(field.confidence),
        review=review,
        page=evidence.page,
        box=evidence.box.as_list() if evidence.box else None,
        text=clean(evidence.text),
        source=clip(evidence.source, 32),
        ocr_value=clean(field.value),
    )


def shown(fields: Iterable[Field]) -> tuple[FieldRow, ...]:
    """As they are given out, in the order in which people see them."""
    rows = (
        FieldRow(
            name=field.name,
            value=field.value,
            confidence=field.confidence,
            review=field.review,
            page=field.page,
            box=Box(*field.box) if field.box else None,
            text=field.text,
            source=field.source,
            ocr_value=field.ocr_value,
            actor=field.actor,
        )
        for field in fields
    )
    return tuple(sorted(rows, key=lambda row: _ORDER.get(row.name, len(_ORDER))))


def kept(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """As an earlier version keeps them (JSON)."""
    return [{name: getattr(field, name) for name in _KEPT} for field in fields]


def restored(result: Result, kept: Iterable[Mapping[str, Any]]) -> list[Field]:
    """The rows of what `kept` gave, not saved yet; of a version kept by an older sohoa, defaults fill the gaps."""
    return [Field(result=result, **{name: row[name] for name in _KEPT if name in row}) for row in kept]
