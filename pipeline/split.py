"""Splits a scan into documents: a first look at every page, then cutting where the rule says."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from core.errors import RefusedError
from pipeline import blank, separators, text_layer
from pipeline.fingerprint import fingerprint
from pipeline.pages import Pages
from pipeline.records import DocumentPages, PageKind, SheetCode, SheetKind, SplitRule, SurveyedPage

_FEWEST_BARS = 8
"""Long marks that the bars of a separator make at least (it has 21; blur lets some run together)."""
_LETTERS_TO_LOOK = separators.MOST_LETTERS + 120
"""Pages with more letter-sized marks are not searched for a barcode (which has under 110 bars)."""
_log = logging.getLogger(__name__)
_DIVIDERS = (PageKind.SEPARATOR, PageKind.COVER)


def survey(pages: Pages, stated: Mapping[int, PageKind] = MappingProxyType({})) -> Iterator[SurveyedPage]:
    """Look at each page of a scan in order, as the iterator is drawn (40–80 ms a page).

    A page that cannot be read counts as text, so that reading it fails and costs its document only. What people
    stated of a page counts, whatever it looks like.
    """
    for number in range(1, len(pages) + 1):
        try:
            page = survey_page(pages, number)
        except RefusedError:
            page = SurveyedPage(number, PageKind.TEXT)
        except Exception:  # whatever one page brings about must not cost the others
            _log.exception("%s, page %d", pages.scan.sha256, number)
            page = SurveyedPage(number, PageKind.TEXT)
        known = stated.get(number, page.kind)
        yield page if known is page.kind else SurveyedPage(number, known, fingerprint=page.fingerprint)


def survey_page(pages: Pages, number: int) -> SurveyedPage:
    """What page `number` (from 1) is for. Raises RefusedError if it cannot be read."""
    view = pages.preview(number)
    found = blank.marks(view)
    if _may_separate(found) and (code := _sheet(pages, number, found)) is not None:
        kind = PageKind.COVER if code.kind is SheetKind.COVER else PageKind.SEPARATOR
        return SurveyedPage(number, kind, code=code)
    if found.blank:
        return SurveyedPage(number, PageKind.BLANK)
    sound = pages.has_text(number) and text_layer.read(pages.scan, number) is not None
    return SurveyedPage(number, PageKind.TEXT, sound, fingerprint=fingerprint(view))


def documents(surveyed: Iterable[SurveyedPage], rule: SplitRule) -> Iterator[DocumentPages]:
    """The documents of a scan in order, each as soon as its end is seen.

    Separators and covers end a document and belong to none; a document gets what the last cover
    before it says. Blank pages belong to the document before them,
    also across a separator (whose own blank back follows it in a duplex scan), and at the start of
    a scan to the first document. Under `SplitRule.BLANK` text after a blank page begins a new
    document too. There are no empty documents; a scan without any text is one document of its
    blank pages, so that nothing is lost.
    """
    ordinal, ended = 1, False
    pages: list[SurveyedPage] = []
    code: SheetCode | None = None  # of the document whose pages are being gathered
    following: SheetCode | None = None  # of the next one
    for page in surveyed:
        if page.kind in _DIVIDERS:
            ended = True
            following = page.code if page.kind is PageKind.COVER else following
            continue
        has_text = any(p.kind is PageKind.TEXT for p in pages)
        cut = ended or (rule is SplitRule.BLANK and bool(pages) and pages[-1].kind is PageKind.BLANK)
        if page.kind is PageKind.TEXT and has_text and cut:
            yield DocumentPages(ordinal, tuple(pages), code)
            ordinal, pages, has_text = ordinal + 1, [], False
        if page.kind is PageKind.TEXT:
            ended = False
            if not has_text:
                code, following = following, None
        pages.append(page)
    if pages:
        yield DocumentPages(ordinal, tuple(pages), code)


def _may_separate(found: blank.Marks) -> bool:
    return found.large + found.thin >= _FEWEST_BARS and len(found.letters) <= _LETTERS_TO_LOOK


def _sheet(pages: Pages, number: int, found: blank.Marks) -> SheetCode | None:
    view = pages.preview(number, separators.SEPARATOR_DPI)
    seen = separators.sheet_code(view)
    if seen is None:
        return None
    scale = found.unit / (view.dpi / 25.4)
    beside = separators.letters_outside(found.letters, seen.corners, scale)
    return seen.code if beside <= separators.MOST_LETTERS else None
