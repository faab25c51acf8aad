"""Two stacks that were scanned as two files become one: all fronts, and then all backs, last one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from core.errors import UsageError
from staging.planned import PageRef

T = TypeVar("T")


class StacksError(UsageError):
    """The two files cannot be the two sides of one stack."""

    def __init__(self, odd: int, even: int, message: str) -> None:
        super().__init__(message)
        self.odd = odd
        """Pages of the file with the fronts."""
        self.even = even
        """Pages of the file with the backs."""


def order(odd_scan: int, odd_pages: int, even_scan: int, even_pages: int) -> tuple[PageRef, ...]:
    """The pages of the files `odd_scan` and `even_scan` in the order of the paper; raises StacksError as `woven`."""
    if odd_scan == even_scan:
        raise StacksError(odd_pages, even_pages, "fronts and backs are the same file: choose two")
    fronts = [PageRef(odd_scan, page) for page in range(1, odd_pages + 1)]
    return woven(fronts, [PageRef(even_scan, page) for page in range(1, even_pages + 1)])


def woven(fronts: Sequence[T], backs: Sequence[T]) -> tuple[T, ...]:
    """Both sides in the order of the paper.

    The fronts lie from the first sheet to the last; the stack was then turned over as a whole, so the backs lie from
    the last sheet to the first. Raises StacksError where the numbers of pages do not agree: a sheet was left out, or
    two went through as one, and which one cannot be told from the numbers.
    """
    odd, even = len(fronts), len(backs)
    if odd != even:
        fewer = "fronts" if odd < even else "backs"
        message = (
            f"there are {odd} fronts and {even} backs: two sheets went through as one, or one was left out; "
            f"scan the {fewer} again"
        )
        raise StacksError(odd, even, message)
    return tuple(page for sheet in zip(fronts, reversed(backs), strict=True) for page in sheet)
