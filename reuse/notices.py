"""Telling those who used a result that it was revoked, replaced or corrected since.

Nothing has to be sent at the moment of the change, so none gets lost: an entry of the ledger names the edition that
was used, and is listed here while its result stands in a later one that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet

from catalog import dossiers, events, results
from catalog.configuration import told_plainly
from catalog.records import ResultRow
from catalog.states import Standing
from catalog.values import clip
from core.errors import NotFoundError
from reuse import models
from reuse.entries import Sight, page, row, rows
from reuse.records import Change, Notice, Vouched

_COMPARED = (
    "document_type",
    "number",
    "issuer",
    "issue_date",
    "subject",
    "holder",
    "sector",
    "valid_from",
    "valid_to",
    "confidential",
)
_ENDED = {Standing.REVOKED: Change.REVOKED, Standing.REPLACED: Change.REPLACED}
_CHANGED = Q(result__edition__gt=F("edition")) & Q(result__edition__gt=F("seen_edition"))


@told_plainly()
def of_units(
    units: Collection[str] | None, limit: int = 50, before: int | None = None, sight: Sight | None = None
) -> tuple[Notice, ...]:
    """Unseen notices of the dossiers that these units handle (None: all), newest entry first.

    Of a result that became confidential and is not seen with `sight` any more, it is told that it is closed.
    `before` is the id of the last entry of the page before.
    """
    found = _waiting(units)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _notices(page(found, sight, limit, once=True), sight)


@told_plainly()
def count(units: Collection[str] | None, sight: Sight | None = None, most: int = 100) -> int:
    """How many `of_units` there are, counted up to `most`; one query, but where some are about results not seen."""
    kept = _waiting(units).values_list("result__unit__code", "result__confidential")
    found = list(kept.order_by()[:most])
    if sight is None or all(sight.covers(unit, kind) for unit, kind in found):
        return len(found)
    return len(page(_waiting(units), sight, most, once=True))


@told_plainly()
def of_dossier(code: str) -> tuple[Notice, ...]:
    """What became of the results that a dossier took, seen or not, in the order of its components.

    Raises DossierCodeError.
    """
    changed = _standing().filter(dossier=dossiers.parse(code).code, result__edition__gt=F("edition"))
    return _notices(changed.order_by("ordinal"))


@told_plainly()
def seen(id: int, actor: str) -> bool:
    """Somebody has taken notice of all changes of the result of entry `id` up to now; False: there was none to see.

    Raises NotFoundError for an unknown entry.
    """
    with transaction.atomic(), events.acting(actor):
        entry = models.Reuse.objects.select_for_update().filter(pk=id).first()
        if entry is None:
            raise NotFoundError(f"there is no entry {id} in the ledger of reuse")
        editions = models.Reuse.objects.filter(pk=id).values_list("result__edition", flat=True)
        if entry.undone is not None or editions[0] <= max(entry.edition, entry.seen_edition):
            return False
        entry.seen_edition, entry.seen_by = editions[0], clip(actor, 200)
        entry.save(update_fields=["seen_edition", "seen_by"])
        told = {"entry": id, "dossier": entry.dossier, "unit": entry.unit_id, "edition": entry.seen_edition}
        events.append(row(entry).vouched.unit, "result.change_seen", f"result:{entry.result_id}", told)
        return True


def _standing() -> QuerySet[models.Reuse]:
    return models.Reuse.objects.filter(undone__isnull=True)


def _waiting(units: Collection[str] | None) -> QuerySet[models.Reuse]:
    found = _standing().filter(_CHANGED)
    return found if units is None else found.filter(unit_id__in=list(units))


def _notices(entries: Iterable[models.Reuse], sight: Sight | None = None) -> tuple[Notice, ...]:
    used = rows(list(entries))
    now = results.rows({reuse.result for reuse in used})
    return tuple(Notice(reuse, _change(reuse.vouched, now[reuse.result], sight)) for reuse in used)


def _change(vouched: Vouched, now: ResultRow, sight: Sight | None) -> Change:
    if sight is not None and not sight.sees(now):
        return Change.CLOSED
    if now.status in _ENDED:
        return _ENDED[now.status]
    same = all(getattr(vouched, name) == getattr(now, name) for name in _COMPARED)
    return Change.CONFIRMED if same else Change.CORRECTED
