"""Which files of a batch may be the two sides of one stack. This knows no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from staging.planned import PageState, Plan


@dataclass(frozen=True, slots=True)
class File:
    """A file whose pages lie side by side, as they were scanned."""

    scan: int
    pages: int
    """Without those in the bin and replaced ones."""


def files(plan: Plan) -> tuple[File, ...]:
    """The files of a plan that lie as they were scanned, in order."""
    lying = [page for page in plan.pages if page.state in (PageState.KEPT, PageState.AWAITING_RESCAN)]
    whole = Counter(page.ref.scan for page in lying)
    runs = [(scan, len(list(pages))) for scan, pages in groupby(lying, lambda page: page.ref.scan)]
    return tuple(File(scan, length) for scan, length in runs if length == whole[scan])


def pair(found: Sequence[File]) -> tuple[int, int] | None:
    """The first two files behind each other with the same number of pages; None where there are none."""
    for fronts, backs in pairwise(found):
        if fronts.pages == backs.pages:
            return fronts.scan, backs.scan
    return None
