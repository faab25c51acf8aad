"""Disposal: what a result said, and its files, are erased; a row that says so stays. For `preservation.retention`,
which knows of decisions, holds and waiting times; nobody else may call `erase`.

Threat model: a program that is killed half-way, or two at once. Whatever a result said goes in one transaction,
together with a list of the objects that it named (`DoomedObject`). Only then, one by one, the objects go
(`catalog.graves.erase_object`), each after a last look whether something else names it. So no object is gone while a
row still counts on it, and none that is to go is forgotten. `catalog.scans.receive` locks the same rows: who takes the
same bytes in meanwhile either is seen by that look, or puts them anew afterwards.

What other packages keep about results goes with it: they say how (`when_erased`), and what they name (`naming`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from catalog import editing, events
from catalog.configuration import told_plainly
from catalog.models import (
    Change,
    Delivery,
    Document,
    DoomedObject,
    Field,
    FreshResult,
    HolderNumber,
    Opening,
    PageMark,
    PageOrigin,
    PageReading,
    Result,
    ResultVersion,
    Scan,
    SketchKey,
    Statement,
    Tombstone,
)
from catalog.models.disposal import DoomedState
from catalog.models.scans import ScanState
from catalog.outbox import tell
from catalog.values import clip, now

Forget = Callable[[Collection[int], Collection[int]], None]
"""Erases what a package keeps about these results, and about these scans of which all is disposed of."""
Names = Callable[[Collection[str]], frozenset[str]]
"""Those of these keys that rows of a package name."""
_forget: list[Forget] = []
_names: list[Names] = []
_OF_RESULT = (Field, ResultVersion, PageMark, SketchKey, FreshResult, HolderNumber, Statement)


def when_erased(forget: Forget) -> None:
    """Let `forget` be called in each transaction that erases; once a process, when a package is set up."""
    if forget not in _forget:
        _forget.append(forget)


def naming(names: Names) -> None:
    """Let `names` be asked before an object goes; once a process, when a package is set up."""
    if names not in _names:
        _names.append(names)


def namers() -> tuple[Names, ...]:
    """All that `naming` was told."""
    return tuple(_names)


@dataclass(frozen=True, slots=True)
class Order:
    """The decision by which results are disposed of."""

    number: str
    date: date
    signer: str
    reference: str
    """What it stands in, e.g. ``disposal:7``."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased with a result."""

    objects: int
    """Objects that nothing should name any more."""
    original_kept: bool
    """Whether the file that it came in stays, because other results stand in it."""


@told_plainly()
def erase(id: int, order: Order, actor: str, allowed: Callable[[], None] = lambda: None) -> Erased | None:
    """Erase what a result says, and list its objects to be erased; None where it was disposed of before.

    `allowed` is called when the result is locked, and may raise to prevent it. Raises NotFoundError.
    """
    with transaction.atomic(), events.acting(actor):
        result = editing.lock_even_disposed(id)
        if result.disposed is not None:
            return None
        allowed()
        scan = Scan.objects.select_for_update().get(document__result=id)
        time = now()
        grave = _bury(result, scan, order, actor, time)
        keys = [key for key in (result.archive_key, result.words_key, result.signed_key) if key]
        _empty(result, time)
        for key in keys:
            doom(key, scan.sha256, order.reference)
        gone = _release(scan, order)
        for forget in _forget:
            forget([id], [one.pk for one in gone])
        _settle([one.pk for one in gone])
        grave.refresh_from_db(fields=["original_kept"])
        tell([id])
        editing.tell(result, "result.disposed", _told(grave, gone))
        return Erased(len(keys) + len(gone), grave.original_kept)


def _bury(result: Result, scan: Scan, order: Order, actor: str, time: datetime) -> Tombstone:
    return Tombstone.objects.create(
        result=result,
        number=clip(order.number, 200),
        date=order.date,
        signer=clip(order.signer, 200),
        reference=clip(order.reference, 100),
        fields=editing.fields_digest(result.fields.order_by("pk")),
        archive_sha256=result.archive_sha256,
        words_sha256=result.words_sha256,
        signed_sha256=result.signed_sha256,
        scan_sha256=scan.sha256,
        ordinal=result.document.ordinal,
        original_kept=True,
        actor=clip(actor, 200),
        time=time,
    )


def _empty(result: Result, time: datetime) -> None:
    """Erase all that the row and those that hang on it say of people and of the paper; kinds, days and standing stay,
    by which quotas go on counting it as what was digitized.
    """
    document = result.document
    pages = [number for number, *_rest in document.page_kinds] or range(document.first_page, document.last_page + 1)
    PageReading.objects.filter(scan_id=document.scan_id, page__in=list(pages)).delete()
    for rows in _OF_RESULT:
        rows.objects.filter(result=result).delete()
    Change.objects.filter(result=result).update(reason="", undone_reason="")
    Delivery.objects.filter(result=result).update(to="", tracking="", undone_reason="")
    Opening.objects.filter(result=result).update(reason="")
    Document.objects.filter(pk=document.pk).update(cover="", reason="")
    for name in ("number", "issuer", "subject", "signer", "holder", "co_holder", "register_number", "identity", "text"):
        setattr(result, name, "")
    for name in ("archive", "words", "signed"):
        setattr(result, f"{name}_key", "")
        setattr(result, f"{name}_sha256", "")
        setattr(result, f"{name}_size", 0)
    result.holder_ids, result.tracking, result.signed_as = [], "", ""
    result.in_review, result.urgent, result.doubts, result.disposed = False, False, 0, time
    if result.state == "to_review":
        result.state = "accepted"  # nobody has to look any more
    result.save()


def _release(scan: Scan, order: Order) -> list[Scan]:
    """Let go of a file in which nothing is left that is kept, and of those that its pages came from; gives them."""
    if scan.state not in (ScanState.DONE, ScanState.ARRANGED) or _still_needed(scan):
        return []
    doom(scan.key, scan.sha256, order.reference)
    PageReading.objects.filter(scan=scan).delete()
    scan.state, scan.name, scan.cover, scan.reason, scan.key, scan.signatures = ScanState.DISPOSED, "–", "", "", "", ""
    scan.save(update_fields=["state", "name", "cover", "reason", "key", "signatures"])
    gone = [scan]
    sources = PageOrigin.objects.filter(scan=scan).values_list("source_id", flat=True)
    for source in Scan.objects.select_for_update().filter(pk__in=set(sources)).order_by("pk"):
        gone += _release(source, order)
    return gone


def _still_needed(scan: Scan) -> bool:
    """Whether a result is kept that stands in this file, or in one that was made of its pages; or one may yet come."""
    if Document.objects.filter(scan=scan, result__disposed__isnull=True).exists():  # of failed ones, too: no result yet
        return True
    made = set(PageOrigin.objects.filter(source=scan).values_list("scan_id", flat=True))
    if scan.state == ScanState.ARRANGED and not made:
        return True  # all its pages lie in the bin, which no decision was about
    return Scan.objects.filter(pk__in=made).exclude(state=ScanState.DISPOSED).exists()


def _settle(gone: Collection[int]) -> None:
    """Note on the tombstones of results of which no file is left that none is."""
    made = PageOrigin.objects.filter(source__in=list(gone)).values_list("scan_id", flat=True)
    for scan in Scan.objects.filter(pk__in={*gone, *made}, state=ScanState.DISPOSED):
        if not PageOrigin.objects.filter(scan=scan).exclude(source__state=ScanState.DISPOSED).exists():
            Tombstone.objects.filter(result__document__scan=scan).update(original_kept=False)


def doom(key: str, source: str, reference: str) -> None:
    """Note an object that is to go; inside the transaction in which its rows go."""
    values = {"source": source, "reference": clip(reference, 100), "state": DoomedState.WAITING, "since": now()}
    DoomedObject.objects.update_or_create(key=key, defaults=values | {"reason": "", "until": None, "erased": None})


def _told(grave: Tombstone, gone: list[Scan]) -> dict[str, object]:
    """What the event tells: digests alone."""
    return {
        "decision": grave.number,
        "date": grave.date.isoformat(),
        "reference": grave.reference,
        "fields": grave.fields,
        "archive": grave.archive_sha256,
        "words": grave.words_sha256,
        "original": grave.scan_sha256,
        "files": [[one.pk, one.sha256] for one in gone],
    }
