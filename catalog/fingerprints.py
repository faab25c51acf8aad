"""Results that may be the same paper: of the same bytes, of pages that look and read alike, of one number and year.

What each page looked like is kept with its result; what it is looked up by is made from that and its words when the
result is held against the others, soon after it was recorded. All lookups go through indexes.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from catalog.configuration import told_plainly
from catalog.models import Document, FreshResult, PageMark, PageOrigin, Result, SketchKey
from catalog.sketches import Words, keys
from core.errors import NotFoundError
from pipeline.records import DocumentPages

_PAGES = 8
"""Pages of a result that it is looked up by: one that was scanned again has most of its first ones again."""
_MOST = 100
"""Results of the same bytes, or of one number, that are given."""


def keep(result: Result, pages: DocumentPages) -> None:
    """Keep the fingerprints of a new result, which is to be held against the others; inside a transaction."""
    PageMark.objects.bulk_create(
        [
            PageMark(result=result, page=n, mark=page.fingerprint)
            for n, page in enumerate(pages.pages, 1)
            if page.fingerprint
        ]
    )
    again(result)


def again(result: Result) -> None:
    """Have a result held against the others (once more), and considered for samples; inside a transaction."""
    FreshResult.objects.get_or_create(result=result)


@told_plainly()
def fresh(limit: int) -> tuple[int, ...]:
    """Results that were not held against the others as they are now, oldest first."""
    return tuple(FreshResult.objects.order_by("pk").values_list("pk", flat=True)[:limit])


def take(id: int) -> bool:
    """Say that a result is being held against the others; False: somebody else did. Inside the transaction of that."""
    return bool(FreshResult.objects.filter(pk=id).delete()[0])


def sketch(id: int) -> None:
    """Make the keys that a result is looked up by, in place of earlier ones. Raises NotFoundError."""
    marks = dict(PageMark.objects.filter(result=id).values_list("page", "mark"))
    found: set[int] = set()
    for page, text in enumerate(_text(id).split("\f")[:_PAGES], 1):
        found |= keys(Words.of((text,)), marks.get(page, ""))
    SketchKey.objects.filter(result=id).delete()
    SketchKey.objects.bulk_create([SketchKey(result_id=id, key=key) for key in sorted(found)])


@told_plainly()
def alike(id: int, limit: int = 20) -> tuple[int, ...]:
    """Results of which a page looks and reads like one of this result, those that share most keys first.

    Candidates: papers filled in on the same form are among them.
    """
    own = list(SketchKey.objects.filter(result=id).values_list("key", flat=True))
    shared = SketchKey.objects.filter(key__in=own).exclude(result=id).values("result").annotate(count=Count("pk"))
    return _apart(id, shared.order_by("-count", "result").values_list("result", flat=True)[: limit + _PAGES])[:limit]


@told_plainly()
def same_bytes(id: int) -> tuple[int, ...]:
    """Results of the same pages of a file with the same bytes, which another unit keeps. Raises NotFoundError."""
    document = Document.objects.select_related("scan").filter(result=id).first()
    if document is None:
        raise NotFoundError(f"there is no result {id}")
    others = Result.objects.filter(
        document__scan__sha256=document.scan.sha256, document__first_page=document.first_page
    )
    return tuple(others.exclude(pk=id).order_by("pk").values_list("pk", flat=True)[:_MOST])


@told_plainly()
def same_identity(id: int) -> tuple[int, ...]:
    """Results of the same issuer, kind, number and year, whichever unit keeps them."""
    identity = Result.objects.filter(pk=id).values_list("identity", flat=True).first()
    if not identity:
        return ()
    others = Result.objects.filter(identity=identity).exclude(pk=id).order_by("pk")
    return _apart(id, others.values_list("pk", flat=True)[:_MOST])


@told_plainly()
def texts(id: int) -> tuple[str, ...]:
    """The words of each page of a result that has any, in order. Raises NotFoundError."""
    return tuple(text for text in _text(id).split("\f") if text.strip())


@told_plainly()
def marks(id: int) -> dict[int, str]:
    """Page of a result → its fingerprint, where it has one."""
    return dict(PageMark.objects.filter(result=id).values_list("page", "mark"))


def _text(id: int) -> str:
    text = Result.objects.filter(pk=id).values_list("text", flat=True).first()
    if text is None:
        raise NotFoundError(f"there is no result {id}")
    return text


def _apart(id: int, others: Iterable[int]) -> tuple[int, ...]:
    """`others` but for those of scans that this one's was made of, or that were made of it: they share its paper."""
    others = tuple(others)
    [scan] = Document.objects.filter(result=id).values_list("scan", flat=True)
    kin = set(PageOrigin.objects.filter(scan=scan).values_list("source", flat=True))
    kin |= set(PageOrigin.objects.filter(source=scan).values_list("scan", flat=True))
    if not kin:
        return others
    of_kin = set(Result.objects.filter(pk__in=others, document__scan__in=kin).values_list("pk", flat=True))
    return tuple(other for other in others if other not in of_kin)
