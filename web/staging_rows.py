"""What the desk before reading shows: a part of the row of pages, cut into documents, with findings in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict

from accounts.access import Access
from catalog import scans
from core.settings import settings
from pipeline.scan_quality import Flaw, Severity, severities
from staging import looking, operations, release
from staging.operations import Desk
from staging.planned import MisfitError, PageRef, PageState, Plan, PlannedPage
from staging.records import DeskBatch
from staging.states import BatchState
from web import wording_staging
from web.staging_secrets import closed_files

SHOWN = 60
"""Pages shown at a time: seven rows of small pictures on a screen of 1366 pixels."""
_ORDER = (Severity.BLOCK, Severity.WARN, Severity.HINT)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """What is wrong with the scan of a page."""

    severity: str
    """block, warn or hint."""
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page on the desk."""

    ref: PageRef
    file: str
    state: str
    """What was decided, in words; empty: nothing."""
    kind: str
    """What it is, in words; empty: text."""
    code: str
    """kept, binned, replaced or awaiting_rescan."""
    sheet: str
    """text, blank, separator or cover."""
    rotation: int
    findings: tuple[ShownFinding, ...]
    readable: bool
    closed: bool
    """Whether it is not shown to the person who asks, since it is confidential or may be."""
    signed: bool
    begins: bool
    until: datetime | None
    """In the bin: until when it stays there at least."""

    @property
    def poor(self) -> bool:
        """Whether another scan is worth asking for."""
        return any(finding.severity != "hint" for finding in self.findings) and self.code == "kept"


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Pages of one document, as far as they are in the part that is shown."""

    number: int
    """Running number of the document in the batch; 0: pages that are in none."""
    length: int
    """Pages of the whole document."""
    code: str
    """What its cover says."""
    continued: bool
    """Whether it begins in the part before."""
    pages: tuple[ShownPage, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A part of the desk."""

    batch: DeskBatch
    groups: tuple[ShownGroup, ...]
    page: int
    """Which part, from 1."""
    pages: int
    bin: bool
    """Whether the bin is shown, and not the row."""
    takes_out: bool
    """Whether pages can be taken out of the bin that is shown, to be read by themselves."""
    documents: int
    sheets: int
    """Pages in the row."""
    binned: int
    awaiting: int
    looking: int
    """Files that were not looked at yet."""
    next_finding: PageRef | None
    """The first page with a finding behind this part, or from the beginning."""
    found: int
    """Pages with findings."""
    undo: str
    """What undo would take back; empty: nothing."""
    redo: str


def board(batch: DeskBatch, asked: QueryDict, known: Access) -> Board:
    """The part that is asked for (``page``, or ``at`` a page; ``bin``); one that does not exist is the nearest."""
    desk = operations.desk(batch.id)
    in_bin = asked.get("bin") == "1"
    row = [page for page in desk.plan.pages if (page.state is PageState.BINNED) == in_bin]
    parts = max(1, -(-len(row) // SHOWN))
    part = min(max(1, _part(asked, row)), parts)
    shown = row[(part - 1) * SHOWN : part * SHOWN]
    told = _told(batch.id)
    flawed = [page.ref for page in row if page.ref in told and page.state is PageState.KEPT and page.read]
    return Board(
        batch=batch,
        groups=tuple(_groups(batch, desk, shown, told, in_bin, known)),
        page=part,
        pages=parts,
        bin=in_bin,
        takes_out=in_bin and batch.state is BatchState.HANDED_ON and bool(row),
        documents=len(desk.plan.documents),
        sheets=sum(page.state is not PageState.BINNED for page in desk.plan.pages),
        binned=sum(page.state is PageState.BINNED for page in desk.plan.pages),
        awaiting=len(desk.plan.awaiting),
        looking=looking.left_of(batch.id),
        next_finding=_behind(flawed, shown, desk.plan),
        found=len(flawed),
        undo=str(wording_staging.DONE[desk.undoable]) if desk.undoable else "",
        redo=str(wording_staging.DONE[desk.redoable]) if desk.redoable else "",
    )


def part_of(asked: QueryDict) -> str:
    """The part that was shown, as a query."""
    page = asked.get("page", "1")
    kept = f"page={page if page.isascii() and page.isdigit() else '1'}"
    return kept + ("&bin=1" if asked.get("bin") == "1" else "")


def _part(asked: QueryDict, row: list[PlannedPage]) -> int:
    if at := asked.get("at"):
        try:
            wanted = PageRef.of(at)
        except MisfitError:
            return 1
        return next((i // SHOWN + 1 for i, page in enumerate(row) if page.ref == wanted), 1)
    page = asked.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 10 else 1


def _told(batch: int) -> dict[PageRef, tuple[ShownFinding, ...]]:
    """Page → findings that are told, the gravest first."""
    weights = severities(settings().scan_findings)
    found: dict[PageRef, tuple[ShownFinding, ...]] = {}
    for ref, flaws in operations.flawed(batch).items():
        kept = [(flaw, value) for flaw, value in flaws if weights[flaw] is not Severity.OFF]
        kept.sort(key=lambda one: _ORDER.index(weights[one[0]]))
        if kept:
            found[ref] = tuple(_finding(flaw, value, weights[flaw]) for flaw, value in kept)
    return found


def _finding(flaw: Flaw, value: float, severity: Severity) -> ShownFinding:
    return ShownFinding(severity.value, str(wording_staging.SEVERITIES[severity]), wording_staging.flaw(flaw, value))


def _behind(flawed: list[PageRef], shown: list[PlannedPage], plan: Plan) -> PageRef | None:
    """The first page with a finding behind the part that is shown, or else before it."""
    if not flawed or not shown:
        return None
    here = {page.ref for page in shown}
    last = plan.where[shown[-1].ref]
    return next((ref for ref in flawed if plan.where[ref] > last), next((r for r in flawed if r not in here), None))


def _groups(
    batch: DeskBatch,
    desk: Desk,
    shown: list[PlannedPage],
    told: Mapping[PageRef, tuple[ShownFinding, ...]],
    in_bin: bool,
    known: Access,
) -> Iterator[ShownGroup]:
    """The shown pages by document; those in the bin all together."""
    rows = scans.rows({page.ref.scan for page in shown})
    closed = closed_files(known, batch.unit, rows.values())
    details = operations.details(desk.batch, [page.ref for page in shown])
    since = operations.binned_since(batch.id) if in_bin else {}
    out = release.taken_out(batch.id) if in_bin and batch.state is BatchState.HANDED_ON else {}
    places = _documents(desk.plan)

    def one(page: PlannedPage) -> ShownPage:
        look = details.get(page.ref)
        binned = since.get(page.ref)
        return ShownPage(
            ref=page.ref,
            file=rows[page.ref.scan].name if page.ref.scan in rows else "",
            state=str(wording_staging.TAKEN_OUT if page.ref in out else wording_staging.STATES.get(page.state, "")),
            kind=str(wording_staging.KINDS.get(page.kind, "")),
            code=page.state.value,
            sheet=page.kind.value,
            rotation=page.rotation,
            findings=told.get(page.ref, ()) if page.read else (),
            readable=look is not None and look.width > 0,
            closed=page.ref.scan in closed,
            signed=page.ref.scan in desk.signed,
            begins=page.begins,
            until=binned + timedelta(days=settings().bin_days) if binned else None,
        )

    for place, pages in _runs(shown, places, in_bin):
        number, length, code, first = place
        yield ShownGroup(number, length, code, bool(pages) and pages[0].ref != first, tuple(map(one, pages)))


_Place = tuple[int, int, str, PageRef | None]
"""Number and length of a document, what its cover says, and the first page of its group."""
_NOWHERE: _Place = (0, 0, "", None)


def _documents(plan: Plan) -> dict[PageRef, _Place]:
    """Page → the document in whose group it lies."""
    found: dict[PageRef, _Place] = {}
    number = 0
    for group in plan.groups:
        read = sum(page.read for page in group)
        visible = next((page.ref for page in group if page.state is not PageState.BINNED), None)
        if read:
            number += 1
        place = (number, read, plan.documents[number - 1].code, visible) if read else (0, 0, "", visible)
        found.update((page.ref, place) for page in group)
    return found


def _runs(
    shown: Iterable[PlannedPage], places: Mapping[PageRef, _Place], together: bool
) -> Iterator[tuple[_Place, list[PlannedPage]]]:
    run: list[PlannedPage] = []
    last: _Place | None = None
    for page in shown:
        place = _NOWHERE if together else places[page.ref]
        if run and place != last:
            assert last is not None
            yield last, run
            run = []
        run.append(page)
        last = place
    if run and last is not None:
        yield last, run
