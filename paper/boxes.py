"""Boxes, and which papers belong in them: those put there one by one, and those whose batch was scanned from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from catalog import contents, events, units
from catalog.configuration import told_plainly
from catalog.values import clean, now
from core.errors import NotFoundError, UsageError
from core.text import squeeze
from paper.models import BatchPlace, Box, Loan, Place
from paper.records import BoxPage, BoxRow, PaperPlace

PAGE = 50
"""Boxes on one page of the list."""
_LONGEST = 100


@told_plainly()
def listing(units: Collection[str] | None, text: str = "", page: int = 1) -> BoxPage:
    """Boxes of these units (None: all) whose name or shelf contains `text`, by unit and name."""
    found = Box.objects.all()
    if units is not None:
        found = found.filter(unit__in=list(units))
    if wanted := squeeze(clean(text)):
        found = found.filter(Q(name__icontains=wanted) | Q(shelf__icontains=wanted))
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = found.order_by("unit_id", "name", "pk")[(page - 1) * PAGE : page * PAGE]
    return BoxPage(_counted(list(rows)), total, page, pages)


@told_plainly()
def show(id: int) -> BoxRow:
    """One box; raises NotFoundError."""
    found = Box.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no box {id}")
    return _counted([found])[0]


@told_plainly()
def find(unit: str, name: str) -> BoxRow | None:
    """The box of this name."""
    found = Box.objects.filter(unit_id=unit, name=squeeze(clean(name))).first()
    return _counted([found])[0] if found else None


@told_plainly()
def change(id: int, name: str, shelf: str, actor: str) -> None:
    """Write another name on a box, or put it on another shelf. Raises NotFoundError, UsageError for a name in use."""
    name, shelf = checked(name, shelf)
    try:
        with transaction.atomic(), events.acting(actor):
            box = Box.objects.select_for_update().filter(pk=id).first()
            if box is None:
                raise NotFoundError(f"there is no box {id}")
            if (box.name, box.shelf) == (name, shelf):
                return
            before = {"name": box.name, "shelf": box.shelf}
            box.name, box.shelf = name, shelf
            box.save(update_fields=["name", "shelf"])
            events.append(box.unit_id, "box.changed", f"box:{id}", {"name": name, "shelf": shelf, "before": before})
    except IntegrityError:
        raise UsageError(f"the unit has a box {name} already") from None


@told_plainly()
def papers(id: int) -> tuple[PaperPlace, ...]:
    """The papers that belong in a box, in the order in which they lie: first those put there, by position.

    What is lent belongs there too. Raises NotFoundError.
    """
    box = replace(show(id), papers=0, out=0)
    placed = Place.objects.filter(box_id=id, ended=None).order_by("position", "pk").values_list("result_id", "position")
    own = [PaperPlace(result, box, position, own=True) for result, position in placed]
    batches = list(BatchPlace.objects.filter(box_id=id).order_by("pk").values_list("pk", flat=True))
    inside = contents.of_batches(batches)
    gone = _placed_of(batches)
    rest = [
        PaperPlace(result, box, position)
        for batch in batches
        for position, result in enumerate((r for r in inside.get(batch, ()) if r not in gone), start=1)
    ]
    return (*own, *rest)


def require(unit: str, name: str, shelf: str, actor: str) -> Box:
    """The box of this name, made where there is none; to be called inside a transaction.

    A shelf that is given is noted on a box that has none or another. Raises UsageError.
    """
    name, shelf = checked(name, shelf)
    unit = units.require(unit).code
    box, new = Box.objects.get_or_create(unit_id=unit, name=name, defaults={"shelf": shelf, "created": now()})
    if not new and shelf and box.shelf != shelf:
        box.shelf, new = shelf, True
        box.save(update_fields=["shelf"])
    if new:
        with events.acting(actor):
            events.append(unit, "box.kept", f"box:{box.pk}", {"name": name, "shelf": box.shelf})
    return box


def checked(name: str, shelf: str) -> tuple[str, str]:
    """Name and shelf as they are kept; raises UsageError."""
    name, shelf = squeeze(clean(name)), squeeze(clean(shelf))
    if not name:
        raise UsageError("a box needs a name: what is written on it")
    if len(name) > _LONGEST or len(shelf) > _LONGEST:
        raise UsageError(f"names of boxes and shelves have at most {_LONGEST} characters")
    return name, shelf


def row(box: Box) -> BoxRow:
    """The box without counts."""
    return BoxRow(box.pk, box.unit_id, box.name, box.shelf)


def _counted(boxes: list[Box]) -> tuple[BoxRow, ...]:
    """With how many papers belong in each and how many are out; the same number of questions for any number."""
    ids = [box.pk for box in boxes]
    number: Counter[int] = Counter(_count(Place.objects.filter(box__in=ids, ended=None), "box_id"))
    home = dict(BatchPlace.objects.filter(box__in=ids).values_list("pk", "box_id"))
    elsewhere = _count(Place.objects.filter(batch__in=list(home), ended=None), "batch_id")
    for batch, results in contents.counts(home).items():
        number[home[batch]] += results - elsewhere.get(batch, 0)
    out = _out(ids, home)
    return tuple(replace(row(box), papers=number[box.pk], out=out[box.pk]) for box in boxes)


def _out(ids: Collection[int], home: dict[int, int]) -> Counter[int]:
    """Box → papers of it that are lent."""
    lent = Loan.objects.filter(returned=None)
    placed = Place.objects.filter(box__in=ids, ended=None, result__in=lent.values("result"))
    counted: Counter[int] = Counter(_count(placed, "box_id"))
    elsewhere = Place.objects.filter(ended=None).values("result")
    rest = lent.filter(batch__in=list(home)).exclude(result__in=elsewhere)
    for batch, number in rest.order_by().values_list("batch_id").annotate(number=Count("pk")):
        counted[home[batch]] += number
    return counted


def _count(found: QuerySet[Place], by: str) -> dict[int, int]:
    return dict(found.order_by().values_list(by).annotate(number=Count("pk")))


def _placed_of(batches: Collection[int]) -> frozenset[int]:
    """Results of these batches that were put somewhere one by one."""
    return frozenset(Place.objects.filter(batch__in=list(batches), ended=None).values_list("result_id", flat=True))
