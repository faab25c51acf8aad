"""Signed files among the pages of a batch: they are read byte for byte as they are, or dropped whole. No database here.

What a cover in the file before says is no change of the file: it goes beside it. That can be said of a file that is
one document without a cover of its own, for all its documents would get what is said beside a file.
"""

from __future__ import annotations

from collections.abc import Collection

from staging.planned import Misfit, MisfitError, Plan, PlannedPage


def codes_beside(plan: Plan, signed: Collection[int]) -> dict[int, str]:
    """Scan → what the cover before it says, for those of these scans that are otherwise read as they are."""
    found = {}
    for scan in plan.touched.intersection(signed):
        alone, now = plan.origin.get(scan, frozenset()), plan.shapes.get(scan, frozenset())
        if len(alone) == len(now) == 1:
            ((shape, own),), ((same, code),) = alone, now
            if shape == same and not own:
                found[scan] = code
    return found


def broken(plan: Plan, signed: Collection[int]) -> tuple[PlannedPage, ...]:
    """The first page that is read of each of the scans `signed` that would be read otherwise than as it is."""
    scans = plan.touched.intersection(signed) - codes_beside(plan, signed).keys()
    first: dict[int, PlannedPage] = {}
    for page in plan.pages:
        if page.ref.scan in scans and page.read:
            first.setdefault(page.ref.scan, page)
    return tuple(first.values())


def refuse(plan: Plan, signed: Collection[int], before: Plan | None = None) -> None:
    """Raise MisfitError where one of the scans `signed` would be read otherwise than as it is, and was not `before`."""
    known = {page.ref.scan for page in broken(before, signed)} if before else set()
    for page in broken(plan, signed):
        if page.ref.scan not in known:
            why = f"the file of page {page.ref} is signed: it is read as it is, or dropped whole"
            raise MisfitError(Misfit.SIGNED, why)
