"""Results: recording what the pipeline found, and showing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from django.db import transaction

from catalog import checks, confidential, events, facts, fields, fingerprints, readings
from catalog.confidential import Confidential
from catalog.configuration import told_plainly
from catalog.models import Document, Field, Outbox, Result, Scan
from catalog.models.results import DocumentState
from catalog.models.scans import ScanState
from catalog.records import FieldRow, ResultRow, Shown, StoredObject
from catalog.refusals import DisposedError
from catalog.states import Manner, Origin, Standing, State
from catalog.values import clean, clip, digest, now
from core.errors import NotFoundError
from pipeline.records import WORDS_MEDIA_TYPE, DocumentPages, FailedDocument, MediaType, ProcessedDocument

_MANY = 100
"""More duplicates, and results that one replaced, are not shown."""


@told_plainly()
def record(scan_id: int, processed: ProcessedDocument, archive_key: str, words_key: str) -> int:
    """Record a document: document, result, fields, readings, event and outbox entry in one transaction.

    `archive_key` and `words_key` are the object keys of its archive file and of its words.

    A document of this ordinal that is recorded already is left as it is, and its id returned.
    Raises NotFoundError for an unknown scan.
    """
    with transaction.atomic():
        scan = _scan(scan_id)
        before = Result.objects.filter(document__scan=scan, document__ordinal=processed.pages.ordinal).first()
        if before is not None:
            return before.pk
        document = _document(scan, processed.pages, DocumentState.RECORDED, version=processed.pipeline_version)
        result = _result(scan, document, processed, archive_key, words_key)
        found = fields.found(result, processed.assessment)
        Field.objects.bulk_create(found)
        fields.keep_numbers(result)
        readings.keep(scan.pk, processed.readings)
        fingerprints.keep(result, processed.pages)
        Outbox.objects.create(result=result, version=result.version, created=now())
        if scan.attempts:
            Scan.objects.filter(pk=scan.pk).update(attempts=0)
        events.append_to(scan.unit_id, "result.recorded", f"result:{result.pk}", _told(result, found), scan.batch_id)
        return result.pk


@told_plainly()
def record_failure(scan_id: int, failed: FailedDocument) -> None:
    """Record that a document could not be finished; a later `record` of it takes the place of this.

    The same failure a second time changes nothing, and one of a recorded document neither.
    """
    reason = clean(failed.reason)
    with transaction.atomic():
        scan = _scan(scan_id)
        before = Document.objects.filter(scan=scan, ordinal=failed.pages.ordinal).first()
        if before and (before.state == DocumentState.RECORDED or before.reason == reason):
            return
        _document(scan, failed.pages, DocumentState.FAILED, reason=reason)
        data = {"scan": scan.pk, "pages": [failed.pages.first, failed.pages.last], "reason": reason}
        subject = _document_subject(scan.pk, failed.pages.ordinal)
        events.append_to(scan.unit_id, "document.failed", subject, data, scan.batch_id)


@told_plainly()
def done_ordinals(scan_id: int) -> frozenset[int]:
    """The running numbers of a scan's documents that are recorded."""
    recorded = Document.objects.filter(scan_id=scan_id, state=DocumentState.RECORDED)
    return frozenset(recorded.values_list("ordinal", flat=True))


@told_plainly()
def rows(ids: Iterable[int]) -> dict[int, ResultRow]:
    """Id → row, for those ids that exist."""
    found = Result.objects.filter(pk__in=list(ids)).select_related("unit", "document__scan").defer("text")
    return {result.pk: _row(result) for result in found}


@told_plainly()
def recent(limit: int, batch: int | None = None) -> tuple[ResultRow, ...]:
    """The results recorded last (of a batch), newest first."""
    found = Result.objects.filter(disposed=None).select_related("unit", "document__scan").defer("text").order_by("-pk")
    if batch is not None:
        found = found.filter(document__scan__batch_id=batch)
    return tuple(_row(result) for result in found[:limit])


@told_plainly()
def place(id: int) -> tuple[str, Confidential]:
    """The unit that keeps a result and the kind of its secret: what rights ask for.

    Raises NotFoundError, also where it was disposed of (DisposedError).
    """
    found = Result.objects.filter(pk=id).values_list("unit__code", "confidential", "disposed").first()
    if found is None:
        raise NotFoundError(f"there is no result {id}")
    if found[2] is not None:
        raise DisposedError(id, found[0], found[1])
    return found[0], Confidential(found[1])


@told_plainly()
def secrets_beside(id: int) -> dict[int, Confidential]:
    """The confidential ones among the other results of the same file, id → kind: who gets the file gets them too."""
    scan = Scan.objects.filter(document__result=id).values("pk")
    others = Result.objects.filter(document__scan__in=scan).exclude(pk=id).exclude(confidential="")
    return {pk: Confidential(kind) for pk, kind in others.order_by("pk").values_list("pk", "confidential")}


@told_plainly()
def file_settled(id: int) -> bool:
    """Whether all that came in a result's file is a result by now: of what is not, nobody knows how secret it is. And
    none of them was disposed of: its pages are to be seen by nobody any more, though the file stays for the others.

    Raises NotFoundError.
    """
    scan = Scan.objects.filter(document__result=id).first()
    if scan is None:
        raise NotFoundError(f"there is no result {id}")
    failed = Document.objects.filter(scan=scan, state=DocumentState.FAILED).exists()
    disposed = Result.objects.filter(document__scan=scan, disposed__isnull=False).exists()
    return scan.state == ScanState.DONE and not failed and not disposed


@told_plainly()
def archive(id: int) -> StoredObject:
    """The archive file of a result; raises NotFoundError."""
    kept = Result.objects.filter(pk=id, disposed=None)
    found = kept.values_list("archive_key", "archive_sha256", "archive_size").first()
    if found is None:
        raise NotFoundError(f"there is no result {id}")
    return StoredObject(*found, MediaType.PDF.value)


@told_plainly()
def field_rows(id: int) -> tuple[FieldRow, ...]:
    """The fields of a result, in the order in which people see them; without any for an unknown one."""
    return fields.shown(Field.objects.filter(result_id=id))


@told_plainly()
def show(id: int) -> Shown:
    """All that is known about a result; raises NotFoundError (DisposedError where it was disposed of)."""
    result = Result.objects.filter(pk=id).select_related("unit", "document__scan__batch__procedure").first()
    if result is None:
        raise NotFoundError(f"there is no result {id}")
    if result.disposed is not None:
        raise DisposedError(id, result.unit.code, result.confidential)
    document, scan = result.document, result.document.scan
    subjects = [f"scan:{scan.pk}", f"result:{id}", _document_subject(scan.pk, document.ordinal)]
    return Shown(
        row=_row(result),
        batch=scan.batch.name,
        fields=fields.shown(result.fields.all()),
        text=result.text,
        original=StoredObject(scan.key, scan.sha256, scan.size, scan.media_type),
        archive=StoredObject(result.archive_key, result.archive_sha256, result.archive_size, MediaType.PDF.value),
        words=_words(result),
        events=events.about(result.unit_id, subjects),
        duplicates=_duplicates(result),
        pipeline_version=document.pipeline_version,
        recorded=result.recorded.astimezone(UTC),
        edition=result.edition,
        replaced_by=result.replaced_by_id,
        replaces=tuple(Result.objects.filter(replaced_by=result).order_by("pk").values_list("pk", flat=True)[:_MANY]),
        procedure=scan.batch.procedure.code if scan.batch.procedure else "",
        cover=document.cover,
        signed=_signed(result),
        signed_as=result.signed_as,
        signatures=scan.signatures,
    )


def _scan(id: int) -> Scan:
    """The scan, locked: documents of one scan are recorded one after the other."""
    try:
        return Scan.objects.select_for_update().get(pk=id)
    except Scan.DoesNotExist:
        raise NotFoundError(f"there is no scan {id}") from None


def _document(scan: Scan, pages: DocumentPages, state: DocumentState, reason: str = "", version: str = "") -> Document:
    values = {
        "first_page": pages.first,
        "last_page": pages.last,
        "page_kinds": [[p.number, p.kind.value, p.text_layer] for p in pages.pages],
        "pages": len(pages.pages),
        "state": state,
        "reason": reason,
        "pipeline_version": clip(version, 64),
        "cover": clean(pages.code.text) if pages.code else scan.cover,
        "changed": now(),
    }
    return Document.objects.update_or_create(scan=scan, ordinal=pages.ordinal, defaults=values)[0]


def _result(scan: Scan, document: Document, processed: ProcessedDocument, archive_key: str, words_key: str) -> Result:
    values = {field.name: clean(field.value) for field in processed.assessment.fields}
    text, review = clean(processed.text), bool(processed.assessment.review)
    return Result.objects.create(
        document=document,
        unit_id=scan.unit_id,
        batch_id=scan.batch_id,
        in_review=review,
        doubts=len(set(processed.assessment.review)),
        urgent=scan.origin != Origin.BACKLOG,
        state=State.TO_REVIEW.value if review else State.ACCEPTED.value,
        confidential=confidential.of(values, text).value,
        dossier=checks.of_cover(processed.pages.code) or scan.dossier,
        origin=scan.origin,
        archive_key=archive_key,
        archive_sha256=processed.archive.sha256,
        archive_size=processed.archive.size,
        words_key=words_key,
        words_sha256=processed.words.sha256,
        words_size=processed.words.size,
        text=text,
        recorded=now(),
        **fields.columns(values),
    )


def _words(result: Result) -> StoredObject | None:
    if not result.words_key:
        return None
    return StoredObject(result.words_key, result.words_sha256, result.words_size, WORDS_MEDIA_TYPE)


def _signed(result: Result) -> StoredObject | None:
    if not result.signed_key:
        return None
    return StoredObject(result.signed_key, result.signed_sha256, result.signed_size, MediaType.PDF.value)


def _told(result: Result, found: list[Field]) -> dict[str, object]:
    """What the event tells: enough to prove later what was recorded, without repeating personal data."""
    return {
        "scan": result.document.scan_id,
        "pages": [result.document.first_page, result.document.last_page],
        "archive": result.archive_sha256,
        "words": result.words_sha256,
        "fields": digest({field.name: field.value for field in found}),
        "facts": facts.of(result.pk),
        "text": facts.text_digest(result.text),
        "review": sorted(field.name for field in found if field.review),
        "pipeline": result.document.pipeline_version,
    }


def _document_subject(scan_id: int, ordinal: int) -> str:
    return f"document:{scan_id}/{ordinal}"


def _duplicates(result: Result) -> tuple[int, ...]:
    if not result.identity:
        return ()
    same = Result.objects.filter(unit_id=result.unit_id, identity=result.identity).exclude(pk=result.pk)
    return tuple(same.order_by("pk").values_list("pk", flat=True)[:_MANY])


def _row(result: Result) -> ResultRow:
    document = result.document
    return ResultRow(
        id=result.pk,
        unit=result.unit.code,
        number=result.number,
        document_type=result.document_type,
        issuer=result.issuer,
        issue_date=result.issue_date,
        subject=result.subject,
        holder=result.holder,
        sector=result.sector,
        source=document.scan.name,
        first_page=document.first_page,
        last_page=document.last_page,
        in_review=result.in_review,
        confidential=Confidential(result.confidential),
        state=State(result.state),
        status=Standing(result.status),
        valid_from=result.valid_from,
        valid_to=result.valid_to,
        dossier=result.dossier,
        origin=Origin(result.origin),
        delivered=Manner(result.delivered) if result.delivered else None,
        tracking=result.tracking,
    )
