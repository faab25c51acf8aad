"""Samples: results drawn by chance whose values somebody looks up again, to measure how many are wrong.

A share of new results that nobody had to look at is drawn by itself (`put`, `consider`); more are drawn by hand
(`draw`). Both go by hashes, of the result's id or of a seed and it, so the same drawing can be made again, and nobody
who enters values can see it coming. `review.sampling` hands samples out at the desk and judges them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from catalog import drawing, events, units
from catalog.configuration import told_plainly
from catalog.drawing import Drawable
from catalog.states import State
from catalog.values import clip, now
from review.models import Draw, Sample, SampleShare
from review.refusals import Reason, RefusedReviewError

MOST = 5000
"""Results drawn at once by hand."""
_PART = 500


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Which share of new results is drawn in a unit, and below it where nothing else is said."""

    unit: str
    share: float
    """Percent."""
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One drawing by hand."""

    id: int
    unit: str
    share: float
    """Percent."""
    seed: str
    first: date
    last: date
    population: int
    drawn: int
    actor: str
    time: datetime


@told_plainly()
def put(unit: str, share: float, actor: str) -> None:
    """From now on `share` percent of new results that nobody had to look at are drawn in the unit and below it.

    Raises UsageError for an unknown unit, RefusedReviewError for a share that is none.
    """
    units.require(unit)
    if not 0 <= share <= 100:
        raise RefusedReviewError(Reason.SHARE, "a share is a percentage from 0 to 100")
    with transaction.atomic(), events.acting(actor):
        SampleShare.objects.update_or_create(
            unit_id=unit, defaults={"share": share, "actor": clip(actor, 200), "time": now()}
        )
        events.append(unit, "review.sample_share_put", f"unit:{unit}", {"share": share})


@told_plainly()
def share_of(unit: str) -> float:
    """The share that holds in a unit: its own or the next one above; 0 where nobody said any. Raises UsageError."""
    above = units.above(unit)
    own = {row.unit: row.share for row in shares()}
    return next((own[code] for code in above if code in own), 0.0)


@told_plainly()
def shares() -> tuple[ShareRow, ...]:
    """All shares, by the unit's code."""
    found = SampleShare.objects.order_by("unit_id")
    return tuple(ShareRow(row.unit_id, row.share, row.actor, row.time.astimezone(UTC)) for row in found)


def consider(result: int) -> bool:
    """Draw a new result, if it falls into its unit's share and nobody had to look at it; inside a transaction."""
    found = drawing.drawable((result,))
    if not found or found[0].state is not State.ACCEPTED or not _falls(f"sample {result}", share_of(found[0].unit)):
        return False
    return bool(_keep(found, None))


@told_plainly()
def draw(unit: str, share: float, first: date, last: date, actor: str, seed: str = "") -> DrawRow:
    """Draw `share` percent (at least one, at most `MOST`) of a unit's and its lower units' results that were recorded
    from `first` to `last` and that nobody has to look at. With the seed of an earlier drawing, the same ones are drawn.

    Raises UsageError for an unknown unit, RefusedReviewError for a share or days that are none.
    """
    covered = units.with_descendants(unit)
    if not 0 < share <= 100:
        raise RefusedReviewError(Reason.SHARE, "a share is a percentage from 0 to 100")
    if last < first:
        raise RefusedReviewError(Reason.PERIOD, "the last day is before the first")
    seed = clip(seed, 64) or secrets.token_hex(8)
    population = drawing.population(covered, first, last)
    chosen = sorted(population, key=lambda id: _hash(f"{seed} {id}"))[: _count(len(population), share)]
    with transaction.atomic(), events.acting(actor):
        row = Draw.objects.create(
            unit=unit,
            share=share,
            seed=seed,
            first=first,
            last=last,
            population=len(population),
            drawn=0,
            actor=clip(actor, 200),
            time=now(),
        )
        for start in range(0, len(chosen), _PART):
            row.drawn += _keep(drawing.drawable(chosen[start : start + _PART]), row)
        row.save(update_fields=["drawn"])
        told = {"share": share, "seed": seed, "population": row.population, "drawn": row.drawn}
        events.append(unit, "review.samples_drawn", f"draw:{row.pk}", told)
        return _row(row)


@told_plainly()
def draws(codes: frozenset[str] | None, limit: int = 20) -> tuple[DrawRow, ...]:
    """The newest drawings in these units (None: all there are)."""
    found = Draw.objects.order_by("-pk") if codes is None else Draw.objects.filter(unit__in=codes).order_by("-pk")
    return tuple(_row(row) for row in found[:limit])


def _keep(found: tuple[Drawable, ...], draw: Draw | None) -> int:
    """Keep what was drawn, but for what is a sample already; gives how many are new."""
    known = set(Sample.objects.filter(result__in=[one.id for one in found]).values_list("result_id", flat=True))
    time = now()
    rows = [
        Sample(
            result_id=one.id,
            draw=draw,
            unit=one.unit,
            document_type=one.document_type,
            operator=one.operator,
            drawn=time,
        )
        for one in found
        if one.id not in known
    ]
    Sample.objects.bulk_create(rows)
    if draw is None:
        for row in rows:
            events.append(row.unit, "review.sample_drawn", f"result:{row.result_id}", {"sample": row.pk})
    return len(rows)


def _count(population: int, share: float) -> int:
    return min(MOST, population, max(1, round(population * share / 100)))


def _falls(text: str, share: float) -> bool:
    return _hash(text) / 2**64 * 100 < share


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _row(row: Draw) -> DrawRow:
    return DrawRow(
        row.pk,
        row.unit,
        row.share,
        row.seed,
        row.first,
        row.last,
        row.population,
        row.drawn,
        row.actor,
        row.time.astimezone(UTC),
    )
