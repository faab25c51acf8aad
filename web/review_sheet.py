"""What the review desk shows of one document: its pages, and its fields with the doubtful ones first, each with the
place where it stands, why it is doubtful, what was typed before, and what may be suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import Access
from catalog import readings, results
from catalog.records import FieldRow, Shown
from core.text import fold_words
from ocr.records import Box, Reading
from pipeline.records import FIELD_NAMES
from review import asides, drafts, keys, sampling, suggestions
from review.records import AsideRow, Difference, DraftRow, Held
from review.suggestions import RegisterLine, Suggestion
from web import wording
from web.result_papers import Place, as_written
from web.review_checks import DATES, About, Checked, check
from web.review_places import SheetPage, sheet_pages, spot
from web.review_register import lines_about

NUMERIC = frozenset({"holder_id", "co_holder_id", *DATES})
"""Typed with figures alone."""
_BY_HAND = 0.5
"""`ocr.records.Word.pen` above which a word is handwriting."""
_UNSURE = 0.995


@dataclass(frozen=True, slots=True)
class Entry:
    """A field on the desk."""

    name: str
    label: str
    text: str
    """What stands in the box: as it was typed before, or as it was read."""
    start: str
    """What was read."""
    doubtful: bool
    done: bool
    """Whether this person confirmed it before they left."""
    why: tuple[str, ...]
    page: int
    """Page of `at`, from 1."""
    at: Place | None
    """Where it stands, or usually stands."""
    framed: bool
    """Whether `at` is where it was read."""
    cropped: bool
    """Whether that place is shown as a picture of its own."""
    numeric: bool
    long: bool
    suggestions: tuple[Suggestion, ...]
    rests: tuple[str, ...]
    """What may follow the figures of a number."""
    checked: Checked | None
    """What is to be said of `text`; None: nothing was looked at."""

    @property
    def counted(self) -> int:
        """How many suggestions come before `rests`, whose digits go on from there."""
        return len(self.suggestions)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document on the desk."""

    shown: Shown
    title: str
    ticket: str
    pages: tuple[SheetPage, ...]
    entries: tuple[Entry, ...]
    """Doubtful ones first."""
    register: tuple[RegisterLine, ...]
    """The line of a register that it is, or those that could be it, as far as the reader may see them."""
    asides: tuple[AsideRow, ...]
    """Notes of colleagues who could not tell."""
    entered: int
    """How many people have entered it; the next one is the second, or the third."""
    differences: tuple[tuple[str, Difference], ...]
    """Label and values of fields in which two people differ, for the third."""
    sampled: bool
    """Whether it was drawn for a sample: all fields are to be looked at."""
    restored: bool
    """Whether what was typed before was put back."""

    @property
    def doubts(self) -> int:
        """How many fields are to be looked at."""
        return sum(entry.doubtful for entry in self.entries)


def sheet(number: int, held: Held, known: Access) -> Sheet:
    """Document `number`, which `known` has before them; raises NotFoundError."""
    actor = known.actor
    shown = results.show(number)
    sampled = not shown.row.in_review and sampling.drawn(number)
    draft = drafts.of(number, actor)
    if draft is not None and draft.edition != shown.edition:
        draft = None  # typed over what has changed since
    entered = keys.of_result(number, shown.edition, actor)
    pages, register = sheet_pages(number), lines_about(number, known)
    return Sheet(
        shown=shown,
        title=wording.result_name(shown.row.document_type, shown.row.number),
        ticket=held.ticket,
        pages=pages,
        entries=_entries(shown, draft, pages, sampled, {d.name for d in entered.differences}, register),
        register=register,
        asides=asides.of_result(number),
        entered=len(entered.entered),
        differences=tuple((wording.field_name(d.name), _written(d)) for d in entered.differences),
        sampled=sampled,
        restored=draft is not None,
    )


def about(shown: Shown) -> About:
    """What checks need to know of a result."""
    return About(shown.row.id, shown.row.unit, shown.values)


def wanted(shown: Shown, sampled: bool) -> frozenset[str]:
    """Names of the fields that must be looked at: the doubtful ones; of a sampled document all that have a value."""
    return frozenset(shown.values) if sampled else frozenset(shown.review)


def _entries(
    shown: Shown,
    draft: DraftRow | None,
    pages: tuple[SheetPage, ...],
    sampled: bool,
    disputed: set[str],
    register: tuple[RegisterLine, ...],
) -> tuple[Entry, ...]:
    rows = {row.name: row for row in shown.fields}
    suggested = suggestions.of(shown.row.unit, shown.values, register)
    look_at = wanted(shown, sampled) | disputed
    doubtful = [rows[name] for name in FIELD_NAMES if name in look_at and name in rows]
    by_hand = _written_by_hand(shown.row.id, doubtful)
    texts = {name: as_written(name, rows[name].value) if name in rows else "" for name in FIELD_NAMES}
    typed = {**texts, **(draft.values if draft else {})}
    found = []
    for name in sorted(FIELD_NAMES, key=lambda name: name not in look_at):
        row = rows.get(name)
        place = spot(name, row, pages)
        asked = name in look_at or typed[name] != texts[name]
        found.append(
            Entry(
                name=name,
                label=wording.field_name(name),
                text=typed[name],
                start=texts[name],
                doubtful=name in look_at,
                done=draft is not None and name in draft.done,
                why=_why(row, name in by_hand, sampled, name in disputed) if name in look_at else (),
                page=place.page.number if place else 1,
                at=Place.around(place.box) if place else None,
                framed=place is not None and place.read,
                cropped=place is not None and place.is_line,
                numeric=name in NUMERIC or (name == "number" and bool(suggested.rests)),
                long=name == "subject",
                suggestions=suggested.values.get(name, ()),
                rests=suggested.rests if name == "number" else (),
                checked=check(name, typed[name], typed, about(shown)) if asked and typed[name] else None,
            )
        )
    return tuple(found)


def _why(row: FieldRow | None, by_hand: bool, sampled: bool, disputed: bool) -> tuple[str, ...]:
    """Why a person is asked, in words."""
    if disputed:
        return (_("Two people entered different values."),)
    if row is None or not row.value:
        return (_("Not found. Look for it on the paper."),)
    if sampled and not row.review:
        return (_("Drawn for a sample: is it right?"),)
    why = [_("Written by hand; such figures are often misread.")] if by_hand else []
    if row.confidence < _UNSURE:
        why.append(_("Read with %(percent)s %% certainty.") % {"percent": round(100 * row.confidence)})
    if row.name not in DATES and fold_words(row.text) not in {"", fold_words(row.value)}:
        why.append(_("On the paper it was read as “%(text)s”.") % {"text": row.text.strip()[:80]})
    return tuple(why)


def _written_by_hand(number: int, rows: Iterable[FieldRow]) -> frozenset[str]:
    """Names of the fields whose evidence looks written by hand."""
    boxes = [(row.name, row.page, row.box) for row in rows if row.box and row.page and row.source != "person"]
    if not boxes:
        return frozenset()
    read = readings.of_result(number)
    return frozenset(name for name, page, box in boxes if page <= len(read) and _pen(read[page - 1], box))


def _pen(reading: Reading, box: Box) -> bool:
    return any(
        word.pen > _BY_HAND
        for word in reading.words
        if box.left <= word.box.centre[0] <= box.right and box.top <= word.box.centre[1] <= box.bottom
    )


def _written(one: Difference) -> Difference:
    return Difference(one.name, as_written(one.name, one.first), as_written(one.name, one.second))
