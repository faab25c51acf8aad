"""Two stacks that were scanned as two files become one: all fronts, and then all backs, last one first."""

from __future__ import annotations

from core.errors import UsageError
from staging.planned import PageRef


class StacksError(UsageError):
    """The two files cannot be the two sides of one stack."""

    def __init__(self, odd: int, even: int, message: str) -> None:
        super().__init__(message)
        self.odd = odd
        """Pages of the file with the fronts."""
        self.even = even
        """Pages of the file with the backs."""


def order(odd_scan: int, odd_pages: int, even_scan: int, even_pages: int) -> tuple[PageRef, ...]:
    """The pages of both files in the order of the paper.

    The fronts lie in the file `odd_scan` from the first sheet to the last; the stack was then turned over as a whole,
    so the backs lie in `even_scan` from the last sheet to the first. Raises StacksError where the numbers of pages do
    not agree: a sheet was left out, or two went through as one, and which one cannot be told from the numbers.
    """
    if odd_scan == even_scan:
        raise StacksError(odd_pages, even_pages, "fronts and backs are the same file: choose two")
    if odd_pages != even_pages:
        fewer, times = ("fronts", odd_pages) if odd_pages < even_pages else ("backs", even_pages)
        message = (
            f"there are {odd_pages} fronts and {even_pages} backs: two sheets went through as one, or one was "
            f"left out; scan the {fewer} ({times}) again"
        )
        raise StacksError(odd_pages, even_pages, message)
    fronts = (PageRef(odd_scan, page) for page in range(1, odd_pages + 1))
    backs = (PageRef(even_scan, page) for page in range(even_pages, 0, -1))
    return tuple(page for sheet in zip(fronts, backs, strict=True) for page in sheet)
