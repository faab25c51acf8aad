"""Where the paper of each result lies: put there by somebody, or where its batch was scanned from.

Putting is done for many papers at once, and can be undone as long as none of them was put elsewhere since. Every place
that a paper ever had stays known. Rights are the caller's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.db import IntegrityError, transaction
from django.db.models import Max

from catalog import contents, events
from catalog.configuration import told_plainly
from catalog.values import clip, digest, now
from core.errors import NotFoundError, UsageError
from paper import boxes
from paper.models import BatchPlace, Box, Place, Put
from paper.records import Moved, PaperPlace, PutRow

MOST = 5_000
"""Papers that are put at one go."""
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class BatchBox:
    """Where a batch was scanned from, as whoever opened it said."""

    batch: int
    unit: str
    """Code."""
    box: str
    """Empty: nobody said."""
    shelf: str
    actor: str


@dataclass(frozen=True, slots=True)
class Target:
    """A box, by what is written on it."""

    unit: str
    name: str
    shelf: str = ""


@told_plainly()
def where(results: Iterable[int]) -> dict[int, PaperPlace]:
    """Result → where its paper belongs, for those results that exist."""
    homes = contents.batches_of(list(results))
    own = Place.objects.filter(result__in=list(homes), ended=None).select_related("box")
    found = {p.result_id: PaperPlace(p.result_id, boxes.row(p.box), p.position, own=True) for p in own}
    rest = {result: batch for result, batch in homes.items() if result not in found}
    at = BatchPlace.objects.filter(pk__in=set(rest.values())).exclude(box=None).select_related("box")
    home = {place.pk: place.box for place in at if place.box}
    order = _stacks(home)
    for result, batch in rest.items():
        box = boxes.row(home[batch]) if batch in home else None
        found[result] = PaperPlace(result, box, order.get(result))
    return found


@told_plainly()
def put(results: Sequence[int], target: Target, actor: str, position: int | None = None) -> PutRow:
    """Put the papers of results into a box, in this order, from `position` on (None: behind those put there before).

    The box is made where there is none of this name. Raises NotFoundError for a result that does not exist,
    UsageError for no papers, too many, or a position that cannot be.
    """
    wanted = list(dict.fromkeys(results))
    if not 0 < len(wanted) <= MOST:
        raise UsageError(f"name between 1 and {MOST} results")
    if position is not None and not 0 < position < 10**6:
        raise UsageError("a position in a box is counted from 1")
    for _attempt in range(_ATTEMPTS):
        try:
            return _put(wanted, target, actor, position)
        except IntegrityError:  # somebody put one of them elsewhere at the same moment
            continue
    raise UsageError("these papers are being put elsewhere by others: look where they are, then try again")


def _put(wanted: list[int], target: Target, actor: str, position: int | None) -> PutRow:
    with transaction.atomic(), events.acting(actor):
        homes = contents.batches_of(wanted)
        if missing := [result for result in wanted if result not in homes]:
            raise NotFoundError(f"there is no result {missing[0]}")
        box = Box.objects.select_for_update().get(pk=boxes.require(target.unit, target.name, target.shelf, actor).pk)
        done = Put.objects.create(box=box, actor=clip(actor, 200), time=now())
        Place.objects.filter(result__in=wanted, ended=None).update(ended=done)
        first = position or (Place.objects.filter(box=box, ended=None).aggregate(last=Max("position"))["last"] or 0) + 1
        Place.objects.bulk_create(
            Place(result_id=result, batch_id=homes[result], box=box, position=first + at, put=done)
            for at, result in enumerate(wanted)
        )
        _tell(box, "paper.put", done, wanted)
        return PutRow(done.pk, boxes.row(box), len(wanted))


@told_plainly()
def put_batch(batch: int, target: Target, actor: str) -> None:
    """All papers of a batch that nobody put elsewhere lie in this box."""
    with transaction.atomic(), events.acting(actor):
        box = boxes.require(target.unit, target.name, target.shelf, actor)
        before = BatchPlace.objects.select_for_update().filter(pk=batch).first()
        if before is not None and before.box_id == box.pk:
            return
        BatchPlace.objects.update_or_create(batch_id=batch, defaults={"box": box})
        events.append(box.unit_id, "paper.batch_put", f"batch:{batch}", {"box": box.pk, "name": box.name}, batch)


@told_plainly()
def box_of_batch(batch: int) -> int | None:
    """Id of the box in which the papers of a batch lie; None: nobody said."""
    return BatchPlace.objects.filter(pk=batch).values_list("box_id", flat=True).first()


@told_plainly()
def take_out_batch(batch: int, actor: str) -> None:
    """Nobody knows any more in which box the papers of a batch lie, but for those that somebody put elsewhere."""
    with transaction.atomic(), events.acting(actor):
        before = BatchPlace.objects.select_for_update().select_related("box").filter(pk=batch).first()
        if before is None or before.box is None:
            return
        BatchPlace.objects.filter(pk=batch).update(box=None)
        told = {"box": None, "name": before.box.name}
        events.append(before.box.unit_id, "paper.batch_put", f"batch:{batch}", told, batch)


@told_plainly()
def undo(id: int, actor: str) -> None:
    """Take back a `put`: the papers belong where they did before. A second time changes nothing.

    Raises NotFoundError, UsageError where one of the papers was put elsewhere since.
    """
    with transaction.atomic(), events.acting(actor):
        done = Put.objects.select_for_update().select_related("box").filter(pk=id).first()
        if done is None:
            raise NotFoundError(f"nothing was put under the number {id}")
        if done.undone is not None:
            return
        if done.places.exclude(ended=None).exists():
            raise UsageError("some of these papers were put elsewhere since: put them back one by one")
        results = list(done.places.order_by("position").values_list("result_id", flat=True))
        done.places.update(ended=done)
        done.ended.exclude(put=done).update(ended=None)
        done.undone, done.undone_by = now(), clip(actor, 200)
        done.save(update_fields=["undone", "undone_by"])
        _tell(done.box, "paper.put_undone", done, results)


@told_plainly()
def putting(id: int) -> PutRow:
    """What was put at one go; raises NotFoundError."""
    done = Put.objects.select_related("box").filter(pk=id).first()
    if done is None:
        raise NotFoundError(f"nothing was put under the number {id}")
    return PutRow(done.pk, boxes.row(done.box), done.places.count())


@told_plainly()
def put_together(id: int) -> tuple[int, ...]:
    """The results whose papers were put at one go, by their position in the box; none where nothing was."""
    return tuple(Place.objects.filter(put=id).order_by("position").values_list("result_id", flat=True))


@told_plainly()
def history(result: int) -> tuple[Moved, ...]:
    """The places that somebody gave to the paper of a result, newest first; those that were undone are left out."""
    found = Place.objects.filter(result_id=result, put__undone=None).select_related("box", "put").order_by("-pk")
    return tuple(
        Moved(boxes.row(p.box), p.position, p.put.actor, p.put.time.astimezone(UTC), p.ended_id is None) for p in found
    )


@told_plainly()
def follow(said: Iterable[BatchBox]) -> int:
    """Learn from those who opened batches where these were scanned from; what is known already stays as it is.

    Returns of how many batches nothing was known before.
    """
    said = sorted(said, key=lambda one: one.batch)
    known = set(BatchPlace.objects.filter(pk__in=[one.batch for one in said]).values_list("pk", flat=True))
    for one in said:
        if one.batch in known:
            continue
        with transaction.atomic():
            box = boxes.require(one.unit, one.box, one.shelf, one.actor) if one.box else None
            BatchPlace.objects.get_or_create(batch_id=one.batch, defaults={"box": box})
    return sum(one.batch not in known for one in said)


def _stacks(home: Mapping[int, Box]) -> dict[int, int]:
    """Result → its position in the stack of its batch, those left out that were put elsewhere."""
    gone = frozenset(
        Place.objects.filter(batch__in=list(home), ended=None).values_list("result_id", flat=True) if home else ()
    )
    order: dict[int, int] = {}
    for results in contents.of_batches(home).values():
        order |= {result: at for at, result in enumerate((r for r in results if r not in gone), start=1)}
    return order


def _tell(box: Box, kind: str, done: Put, results: Collection[int]) -> None:
    told = {"put": done.pk, "name": box.name, "papers": len(results), "results": digest(list(results))}
    if len(results) <= 100:
        told["ids"] = list(results)
    events.append(box.unit_id, kind, f"box:{box.pk}", told)
