"""What people do to the pages on the desk before reading. Nothing here knows a database.

Nothing is changed in place for good: a plan is what the first look found and all that was done since, so anything can
be undone by leaving it out and doing the rest again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.records import PageKind
from staging import duplex
from staging.duplex import StacksError
from staging.planned import (
    MARKS,
    SHEETS,
    Act,
    LookedPage,
    LookedScan,
    Misfit,
    MisfitError,
    Operation,
    PageRef,
    PageState,
    Plan,
    PlannedDocument,
    PlannedPage,
    initial,
)

__all__ = [
    "MARKS",
    "SHEETS",
    "Act",
    "LookedPage",
    "LookedScan",
    "Misfit",
    "MisfitError",
    "Operation",
    "PageRef",
    "PageState",
    "Plan",
    "PlannedDocument",
    "PlannedPage",
    "apply",
    "initial",
    "plan",
]


def apply(plan: Plan, operation: Operation) -> Plan:
    """`plan` after `operation`; raises MisfitError where it cannot be done or would change nothing."""
    desk = _Desk(plan)
    desk.do(operation)
    after = desk.plan()
    if after.pages == plan.pages:
        raise MisfitError(Misfit.NOTHING, "that would change nothing")
    return after


def plan(begun: Plan, operations: Iterable[Operation]) -> Plan:
    """`begun` after all `operations`. Those that no longer fit are left out."""
    desk = _Desk(begun)
    for operation in operations:
        try:
            desk.do(operation)
        except MisfitError:
            continue  # each was tried before it was kept, so nothing is half done and little ever comes here
    return desk.plan()


class _Desk:
    """Pages under somebody's hands: changed in place, so that a thousand operations on thousands of pages take no time.

    A page is known by its number in the plan that it came from; `_row` is their order.
    """

    def __init__(self, begun: Plan) -> None:
        self._origin = begun.origin
        self._pages = list(begun.pages)
        self._number = {page.ref: i for i, page in enumerate(begun.pages)}
        self._row = list(range(len(self._pages)))

    def plan(self) -> Plan:
        return Plan(tuple(self._pages[i] for i in self._row), self._origin)

    def do(self, operation: Operation) -> None:
        """Raises MisfitError, before anything is changed."""
        numbers = [self._known(ref) for ref in dict.fromkeys(operation.pages)]
        if not numbers:
            raise MisfitError(Misfit.UNKNOWN_PAGE, "no page was named")
        match operation.act:
            case Act.ROTATE:
                self._rotate(numbers, operation.degrees)
            case Act.MOVE:
                self._move(numbers, operation)
            case Act.SPLIT:
                self._split(numbers)
            case Act.JOIN:
                self._join(numbers)
            case Act.MARK:
                self._mark(numbers, operation.kind)
            case Act.BIN:
                self._turn_into(numbers, (PageState.KEPT, PageState.AWAITING_RESCAN), PageState.BINNED)
            case Act.RESTORE:
                self._turn_into(numbers, (PageState.BINNED,), PageState.KEPT)
            case Act.ASK_RESCAN:
                self._turn_into(numbers, (PageState.KEPT,), PageState.AWAITING_RESCAN)
            case Act.LET_BE:
                self._turn_into(numbers, (PageState.AWAITING_RESCAN,), PageState.KEPT)
            case Act.RESCAN:
                self._rescan(numbers, operation.to)
            case Act.WEAVE:
                self._weave(numbers)

    def _known(self, ref: PageRef) -> int:
        if ref not in self._number:
            raise MisfitError(Misfit.UNKNOWN_PAGE, f"there is no page {ref} in this batch")
        return self._number[ref]

    def _change(self, number: int, **changes: object) -> None:
        self._pages[number] = replace(self._pages[number], **changes)  # type: ignore[arg-type]

    def _turn_into(self, numbers: Sequence[int], only: tuple[PageState, ...], state: PageState) -> None:
        fit = [n for n in numbers if self._pages[n].state in only]
        if not fit:
            raise MisfitError(
                Misfit.STATE, f"page {self._pages[numbers[0]].ref} is {self._pages[numbers[0]].state.value}"
            )
        for number in fit:
            self._change(number, state=state)

    def _in_no_state(self, number: int) -> MisfitError:
        page = self._pages[number]
        return MisfitError(Misfit.STATE, f"page {page.ref} is {page.state.value}")

    def _rotate(self, numbers: Sequence[int], degrees: int) -> None:
        if degrees % 90 or not degrees % 360:
            raise MisfitError(Misfit.NOTHING, f"{degrees}° is no turn")
        for number in numbers:
            self._change(number, rotation=(self._pages[number].rotation + degrees) % 360)

    def _split(self, numbers: Sequence[int]) -> None:
        first = min(numbers, key=self._row.index)
        if self._pages[first].kind in SHEETS:
            raise MisfitError(Misfit.SHEET, "a sheet between documents cannot begin one")
        if self._pages[first].begins:
            raise MisfitError(Misfit.NOTHING, f"a document begins at page {self._pages[first].ref} already")
        self._change(first, begins=True)

    def _join(self, numbers: Sequence[int]) -> None:
        starts = [i for i, n in enumerate(self._row) if self._pages[n].begins or i == 0]
        own = sorted({starts[bisect_right(starts, self._row.index(n)) - 1] for n in numbers})
        if len(own) > 1:
            first, last = own[0], own[-1]
            gone = [i for i in starts if first < i <= last]
        elif own[0] == 0:
            raise MisfitError(Misfit.FIRST, "there is no document before it")
        else:
            gone = own
        for i in gone:
            self._change(self._row[i], begins=False)

    def _mark(self, numbers: Sequence[int], kind: PageKind) -> None:
        if kind not in MARKS:
            raise MisfitError(Misfit.SHEET, "pages are text, blank or separators")
        for number in numbers:
            if self._pages[number].kind is kind:
                continue
            if kind in SHEETS:
                self._cut_behind(number)
            elif self._pages[number].kind in SHEETS and self._first_of_its_file(number):
                self._change(number, begins=True)
            self._change(number, kind=kind)

    def _cut_behind(self, number: int) -> None:
        """What follows a new separator begins a document."""
        self._change(number, begins=False)
        place = self._row.index(number)
        for following in self._row[place + 1 :]:
            if self._pages[following].begins:
                return
            if self._pages[following].kind not in SHEETS:
                self._change(following, begins=True)
                return

    def _first_of_its_file(self, number: int) -> bool:
        place = self._row.index(number)
        return place == 0 or self._pages[self._row[place - 1]].ref.scan != self._pages[number].ref.scan

    def _move(self, numbers: Sequence[int], operation: Operation) -> None:
        if operation.to is None:
            raise MisfitError(Misfit.UNKNOWN_PAGE, "no page to move them to was named")
        beside = self._known(operation.to)
        if beside in numbers:
            raise MisfitError(Misfit.ITSELF, "pages cannot be moved beside themselves")
        moved = self._lift(numbers)
        place = self._row.index(beside) + (1 if operation.after else 0)
        if operation.apart:
            while place < len(self._row) and not self._pages[self._row[place]].begins:
                place += 1
            self._change(moved[0], begins=True)
        elif not operation.after and self._pages[beside].begins:
            self._change(beside, begins=False)
            self._change(moved[0], begins=True)
        self._row[place:place] = moved

    def _lift(self, numbers: Sequence[int]) -> list[int]:
        """Take pages out of the row, in its order; a document whose first page goes begins with its next."""
        going = set(numbers)
        moved = [n for n in self._row if n in going]
        orphaned = False
        for number in self._row:
            if number in going:
                orphaned = orphaned or self._pages[number].begins
                self._change(number, begins=False)
            elif self._pages[number].begins:
                orphaned = False
            elif orphaned:
                self._change(number, begins=True)
                orphaned = False
        self._row = [n for n in self._row if n not in going]
        return moved

    def _weave(self, numbers: Sequence[int]) -> None:
        """Lay the pages of two files, the fronts' named first, as they were on paper. Backs begin no document."""
        files = list(dict.fromkeys(self._pages[number].ref.scan for number in numbers))
        if len(files) != 2:
            raise MisfitError(Misfit.STACKS, "choose pages of two files: that of the fronts and that of the backs")
        lying = (PageState.KEPT, PageState.AWAITING_RESCAN)
        fronts, backs = (
            [self._number[p.ref] for p in sorted(self._pages, key=_ref) if p.ref.scan == file and p.state in lying]
            for file in files
        )
        try:
            order = duplex.woven(fronts, backs)
        except StacksError as error:
            raise MisfitError(Misfit.STACKS, str(error)) from error
        going = set(order)
        place = next((i for i, number in enumerate(self._row) if number in going), 0)
        for number in backs:
            self._change(number, begins=False)
        self._begin_at_first_read(order)
        self._row = [*self._row[:place], *order, *(n for n in self._row[place:] if n not in going)]

    def _begin_at_first_read(self, order: Sequence[int]) -> None:
        """What lies before the first document of these pages, backs of sheets, belongs to it: as when read as it is."""
        reads = [number for number in order if self._pages[number].read]
        first = next((number for number in reads if self._pages[number].begins), None)
        if first is not None and first != reads[0]:
            self._change(first, begins=False)
            self._change(reads[0], begins=True)

    def _rescan(self, numbers: Sequence[int], newer: PageRef | None) -> None:
        old = numbers[0]
        if len(numbers) > 1 or newer is None:
            raise MisfitError(Misfit.UNKNOWN_PAGE, "one page is replaced by one other")
        if self._pages[old].state not in (PageState.KEPT, PageState.AWAITING_RESCAN):
            raise self._in_no_state(old)
        if newer not in self._number:  # not looked at yet: it goes in as soon as it is
            self._change(old, state=PageState.AWAITING_RESCAN)
            return
        new = self._number[newer]
        if new == old:
            raise MisfitError(Misfit.ITSELF, "a page cannot replace itself")
        if self._pages[new].state is not PageState.KEPT:
            raise self._in_no_state(new)
        moved = self._lift([new])
        self._change(new, kind=self._pages[new].kind if self._pages[new].kind not in SHEETS else PageKind.TEXT)
        self._change(old, state=PageState.REPLACED, replaced_by=newer)
        place = self._row.index(old) + 1
        self._row[place:place] = moved


def _ref(page: PlannedPage) -> PageRef:
    return page.ref
