"""From strict to loose: which way of looking answers a query. The same for both backends.

1. Every term as it is typed (`Step.WHOLE`).
2. If that fills no page: the last word may go on (`BEGUN`).
3. If nothing has all terms, or hardly anything and only in the text: one may be a character away (`NEAR`).
4. If still nothing: most of the terms (`MOST`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indexing.cursor import Cursor
from indexing.query import ParsedQuery
from indexing.ranking import AS_TYPED, TEXT_RUN, Plan, Step, can_be_near, plan
from indexing.records import Hits, Query

PAGE = 20
"""Results that make completing the last word needless, whatever the limit is: pages of one query must agree."""

HARDLY_ANY = 3
"""Fewer results than this, and those in the text only, are joined by near ones."""

_FOUND_WHOLE = 85


@dataclass(frozen=True, slots=True)
class Found:
    """What one look into the index gave."""

    hits: Hits
    """Without what `answer` adds: `near`, `all_words`, `cursor`."""
    last: tuple[float, int] | None = None
    """Score, with all its digits, and id of the last hit, if more follow."""
    view: str = ""
    """See `Cursor.view`."""
    broad: bool = False
    """See `Plan.is_broad`."""


Run = Callable[[Plan, Query, Cursor | None], Found]

Ahead = Callable[[Sequence[Plan]], Sequence[Callable[[], Found]]]
"""Asks for several plans at once, and gives what each of them found when it is called for."""


def answer(run: Run, parsed: ParsedQuery, query: Query, ahead: Ahead | None = None) -> Hits:
    """What `run` finds in the first step that finds enough. Raises UsageError for a cursor of another query.

    `ahead`, where a request costs more than what it asks, asks likely steps at once after one that found nothing.
    """
    if not parsed.terms and not parsed.blank:
        return Hits(0, ())
    if query.cursor is not None:
        cursor = Cursor.read(query)
        planned = plan(parsed, cursor.step)
        found = run(planned.as_broad() if cursor.broad and planned.tiers else planned, query, cursor)
        return _said(found, cursor.step, cursor.near_only, query)
    looked = _Looking(run, parsed, query, ahead)
    return _said(looked.found, looked.step, looked.near_only, query)


class _Looking:
    """One search through its steps."""

    def __init__(self, run: Run, parsed: ParsedQuery, query: Query, ahead: Ahead | None) -> None:
        self._run = run
        self._asked: dict[Step, Callable[[], Found]] = {}
        self._parsed = parsed
        self._query = query
        self.near_only = False
        self._take(Step.WHOLE)
        if not parsed.terms:
            return
        as_typed = self._total
        if as_typed == 0 and ahead is not None and query.limit:
            steps = self._looser()
            plans = [plan(parsed, step) for step in steps]
            self._asked = dict(zip(steps, ahead(plans), strict=True)) if len(steps) > 1 else {}
        if parsed.terms[-1].prefix and self._total < PAGE and not self._whole_value():
            self._take(Step.BEGUN)
        if query.near and self._too_little(as_typed) and can_be_near(parsed):
            self.near_only = self._total == 0
            self._take(Step.NEAR)
        if self._total == 0 and len(parsed.terms) > 1:
            self._take(Step.MOST)

    @property
    def _total(self) -> int:
        return self.found.hits.total

    def _take(self, step: Step) -> None:
        self.step = step
        asked = self._asked.get(step)
        self.found = asked() if asked else self._run(plan(self._parsed, step), self._query, None)

    def _looser(self) -> list[Step]:
        """The steps that are likely after one that found nothing."""
        near = self._query.near and can_be_near(self._parsed)
        ways = (
            (Step.BEGUN, self._parsed.terms[-1].prefix),
            (Step.NEAR, near),
            (Step.MOST, len(self._parsed.terms) > 1 and not near),  # costly, and seldom needed after the other two
        )
        return [step for step, possible in ways if possible]

    def _whole_value(self) -> bool:
        """Whether one term was typed, and it is a whole number, ID or code."""
        return len(self._parsed.terms) == 1 and self._best() >= _FOUND_WHOLE

    def _too_little(self, as_typed: int) -> bool:
        """Whether nothing is found, or hardly anything, only in the text, and all of it `as_typed`."""
        count = len(self._parsed.terms)
        in_text = count * (20 + (TEXT_RUN if count > 1 else 0))
        return self._total == 0 or (self._total == as_typed < HARDLY_ANY and self._best() < in_text)

    def _best(self) -> float:
        """Points of the first hit of all, whichever page is asked for; 0 where there is none."""
        hits = self.found.hits.hits
        if self._total and (self._query.offset or not self._query.limit):
            first = replace(self._query, offset=0, limit=1, facets=())
            hits = self._run(plan(self._parsed, self.step), first, None).hits.hits
        return hits[0].score if hits else 0.0


def _said(found: Found, step: Step, near_only: bool, query: Query) -> Hits:
    """The hits, with what the step says about them and how to go on."""
    hits = found.hits
    if step is Step.NEAR and hits.total:
        marked = tuple(replace(hit, near=hit.score < AS_TYPED, score=hit.score % AS_TYPED) for hit in hits.hits)
        hits = replace(hits, hits=marked, near=near_only)
    cursor = None
    if found.last is not None:
        cursor = Cursor(step, near_only, *found.last, found.view, found.broad).written(query)
    return replace(hits, all_words=step is not Step.MOST, cursor=cursor)
