"""Where a field stands on the pages of a document, or where such fields usually stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog import readings, results
from catalog.records import FieldRow
from ocr.records import Box

_EXPECTED: Mapping[str, tuple[bool, tuple[float, float, float, float]]] = {
    "number": (False, (0.05, 0.05, 0.55, 0.18)),
    "issuer": (False, (0.05, 0.03, 0.55, 0.14)),
    "issue_date": (False, (0.40, 0.05, 0.98, 0.20)),
    "document_type": (False, (0.10, 0.12, 0.90, 0.34)),
    "subject": (False, (0.10, 0.14, 0.90, 0.36)),
    "signer": (True, (0.40, 0.60, 0.98, 0.95)),
}
"""Whether on the last page, and left, top, right, bottom as shares of the page (Nghị định 30/2020, phụ lục I). For
fields that were not found: something to look at first.
"""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of the document."""

    number: int
    width: int
    """Pixels of the upright page, as `height`."""
    height: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page."""

    page: SheetPage
    box: Box
    read: bool
    """Whether the field was read there; otherwise it is where such fields usually stand."""

    @property
    def is_line(self) -> bool:
        """Whether it is flat enough to be read above a box to type in."""
        return self.read or self.box.width > 2 * self.box.height


def sheet_pages(number: int) -> tuple[SheetPage, ...]:
    """The pages of a result; raises NotFoundError."""
    return tuple(SheetPage(n, *size) for n, size in enumerate(readings.page_sizes(number), start=1))


def spot(name: str, row: FieldRow | None, pages: Sequence[SheetPage]) -> Spot | None:
    """Where field `name` stands; None: nobody can say."""
    if row is not None and row.box is not None and row.page and row.page <= len(pages):
        return Spot(pages[row.page - 1], row.box, True)
    if name not in _EXPECTED or not pages:
        return None
    last, (left, top, right, bottom) = _EXPECTED[name]
    page = pages[-1] if last else pages[0]
    box = Box(left * page.width, top * page.height, right * page.width, bottom * page.height)
    return Spot(page, box, False)


def spot_of(number: int, name: str) -> Spot | None:
    """The same of a result; raises NotFoundError."""
    pages = sheet_pages(number)
    row = next((row for row in results.field_rows(number) if row.name == name), None)
    return spot(name, row, pages)
