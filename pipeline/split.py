"""Splits a scan into documents: a first look at every page, then cutting where the rule says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.errors import RefusedError
from pipeline import blank, separators, text_layer
from pipeline.pages import Pages
from pipeline.records import DocumentPages, PageKind, SplitRule, SurveyedPage

_FEWEST_BARS = 8
"""Long marks that the bars of a separator make at least (it has 21; blur lets some run together)."""
_LETTERS_TO_LOOK = separators.MOST_LETTERS + 120
"""Pages with more letter-sized marks are not searched for a barcode (which has under 110 bars)."""


def survey(pages: Pages) -> Iterator[SurveyedPage]:
    """Look at each page of a scan in order, as the iterator is drawn (20–60 ms a page).

    A page that cannot be read counts as text, so that reading it fails and costs its document only.
    """
    for number in range(1, len(pages) + 1):
        try:
            yield survey_page(pages, number)
        except RefusedError:
            yield SurveyedPage(number, PageKind.TEXT)


def survey_page(pages: Pages, number: int) -> SurveyedPage:
    """What page `number` (from 1) is for. Raises RefusedError if it cannot be read."""
    found = blank.marks(pages.preview(number))
    if _may_separate(found) and _separates(pages, number, found):
        return SurveyedPage(number, PageKind.SEPARATOR)
    if found.blank:
        return SurveyedPage(number, PageKind.BLANK)
    sound = pages.has_text(number) and text_layer.read(pages.scan, number) is not None
    return SurveyedPage(number, PageKind.TEXT, sound)


def documents(surveyed: Iterable[SurveyedPage], rule: SplitRule) -> Iterator[DocumentPages]:
    """The documents of a scan in order, each as soon as its end is seen.

    Separators end a document and belong to none. Blank pages belong to the document before them,
    also across a separator (whose own blank back follows it in a duplex scan), and at the start of
    a scan to the first document. Under `SplitRule.BLANK` text after a blank page begins a new
    document too. There are no empty documents; a scan without any text is one document of its
    blank pages, so that nothing is lost.
    """
    ordinal, ended = 1, False
    pages: list[SurveyedPage] = []
    for page in surveyed:
        if page.kind is PageKind.SEPARATOR:
            ended = True
            continue
        has_text = any(p.kind is PageKind.TEXT for p in pages)
        cut = ended or (rule is SplitRule.BLANK and bool(pages) and pages[-1].kind is PageKind.BLANK)
        if page.kind is PageKind.TEXT and has_text and cut:
            yield DocumentPages(ordinal, tuple(pages))
            ordinal, pages = ordinal + 1, []
        if page.kind is PageKind.TEXT:
            ended = False
        pages.append(page)
    if pages:
        yield DocumentPages(ordinal, tuple(pages))


def _may_separate(found: blank.Marks) -> bool:
    return found.large + found.thin >= _FEWEST_BARS and len(found.letters) <= _LETTERS_TO_LOOK


def _separates(pages: Pages, number: int, found: blank.Marks) -> bool:
    view = pages.preview(number, separators.SEPARATOR_DPI)
    corners = separators.separator_code(view)
    if corners is None:
        return False
    scale = found.unit / (view.dpi / 25.4)
    return separators.letters_outside(found.letters, corners, scale) <= separators.MOST_LETTERS
