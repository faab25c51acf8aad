"""Batches and what comes into them, for readers: why a file is not taken, what keeps a batch from being closed."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.records import SplitRule
from staging.records import DeskBatch, FaultKind
from staging.records import Fault as BatchFault
from staging.refusals import BatchRefusal
from staging.states import BatchState, Sides, UploadState, Way
from staging.upload_records import RESCAN_KNOWN, Fault, UploadRow
from web.wording_intake import REFUSALS

STATES: Mapping[BatchState, object] = {
    BatchState.OPEN: gettext_lazy("Is open"),
    BatchState.CLOSED: gettext_lazy("Closed, about to be read"),
    BatchState.HANDED_ON: gettext_lazy("Handed on to be read"),
}

STUCK = gettext_lazy("Closed, and could not be handed on")

SCANS: Mapping[str, object] = {
    "receiving": gettext_lazy("Did not come in whole: bring it again"),
    "staged": gettext_lazy("On the desk"),
    "stored": gettext_lazy("Waits to be read"),
    "arranged": gettext_lazy("Put in order; its pages went on"),
    "done": gettext_lazy("Recorded"),
    "failed": gettext_lazy("Could not be read"),
}

WAYS: Mapping[Way, object] = {
    Way.UPLOAD: gettext_lazy("sent here"),
    Way.WATCHED: gettext_lazy("from a watched folder"),
    Way.COMMAND: gettext_lazy("on the command line"),
    Way.CONTRACTOR: gettext_lazy("from a contractor"),
}

SPLITS: Mapping[SplitRule, object] = {
    SplitRule.SEPARATOR: gettext_lazy("At separator and cover sheets"),
    SplitRule.BLANK: gettext_lazy("At blank pages"),
}

SIDES: Mapping[Sides, object] = {
    Sides.FRONT: gettext_lazy("Fronts only"),
    Sides.BOTH: gettext_lazy("Front and back in one go"),
    Sides.TWO_STACKS: gettext_lazy("All fronts as one file, then all backs, last one first, as a second file"),
}

UPLOAD_FAULTS: Mapping[Fault, object] = {
    Fault.CLOSED: gettext_lazy("The batch is closed. Open it again, or send the file into another one."),
    Fault.GAP: gettext_lazy("Another window sends this file, too. It goes on by itself."),
    Fault.DAMAGED: gettext_lazy("A piece was damaged on its way. It is sent again by itself."),
    Fault.TOO_MUCH: gettext_lazy("The file changed while it was sent. Send it again."),
    Fault.NO_PAGE: gettext_lazy("The page that is scanned again is not in this batch. Look at the desk once more."),
    Fault.NOT_UNDERSTOOD: gettext_lazy("The page is from an older version. Reload it."),
}
UPLOAD_NO_ROOM = gettext_lazy(
    "There is no room left on the server. What was sent is kept; it goes on by itself when there is some again. "
    "Tell whoever runs this program."
)
UPLOAD_AWAY = gettext_lazy("The server cannot keep files at the moment. What was sent is kept; it goes on by itself.")

BATCH_REFUSALS: Mapping[BatchRefusal, object] = {
    BatchRefusal.NAME: gettext_lazy("Give the batch a name of at most 200 characters."),
    BatchRefusal.TAKEN: gettext_lazy("The unit has a batch of this name already. Choose another one."),
    BatchRefusal.NUMBER: gettext_lazy("This number cannot be."),
    BatchRefusal.SLIP: gettext_lazy("A line is too long, or there are too many of them."),
    BatchRefusal.TOO_LONG: gettext_lazy("This is too long."),
    BatchRefusal.CLOSED: gettext_lazy("The batch is closed already."),
    BatchRefusal.OPEN: gettext_lazy("The batch is open already."),
    BatchRefusal.HANDED_ON: gettext_lazy("Its files are being read. Open a new batch for what is still to come."),
    BatchRefusal.FAULTS: gettext_lazy("What came in is not what was expected."),
}

_FAULTS: Mapping[FaultKind, object] = {
    FaultKind.LOOKING: gettext_lazy("is still looked at; that takes a moment"),
    FaultKind.RECEIVING: gettext_lazy("did not come in whole: bring it again, or give it up"),
    FaultKind.EMPTY: gettext_lazy("Nothing came in yet"),
    FaultKind.WRONG_DOCUMENTS: gettext_lazy("%(expected)s documents were expected, %(found)s came in"),
    FaultKind.WRONG_PAGES: gettext_lazy("%(expected)s pages were expected, %(found)s came in"),
    FaultKind.MISSING_SEPARATOR: gettext_lazy("a separator seems to be missing: %(found)s pages in one document"),
    FaultKind.DOUBLED_SEPARATOR: gettext_lazy("two separators with nothing between them"),
    FaultKind.COVER_ALONE: gettext_lazy("a cover sheet with no document behind it"),
    FaultKind.NO_COVER: gettext_lazy("a document without a cover sheet, others have one"),
    FaultKind.NO_TEXT: gettext_lazy("pages without a document: all of them are blank"),
    FaultKind.UNKNOWN_CODE: gettext_lazy("a cover sheet of another unit, or of an unknown procedure: %(found)s"),
    FaultKind.TWICE: gettext_lazy("two documents with the same code: %(found)s"),
    FaultKind.NOT_ON_SLIP: gettext_lazy("not on the slip: %(found)s"),
    FaultKind.SLIP_MISSING: gettext_lazy("on the slip, but did not come in: %(expected)s"),
    FaultKind.STACKS: gettext_lazy("fronts and backs lie apart still: join the two files"),
    FaultKind.RESCAN: gettext_lazy("is to be scanned again"),
    FaultKind.POOR_SCAN: gettext_lazy("is scanned too poorly to be read: scan it again"),
    FaultKind.SIGNED: gettext_lazy(
        "a signed file that would be changed here, which breaks its signature: make it a document of its own, or take "
        "away the cover sheet before it"
    ),
}


def state_text(batch: DeskBatch) -> str:
    """How far a batch is, for readers."""
    return str(STUCK if batch.stuck else STATES[batch.state])


def fault_text(fault: BatchFault) -> str:
    """What is wrong, for readers; where, stands beside it."""
    return str(_FAULTS[fault.kind]) % {"expected": fault.expected, "found": fault.found}


def told_of(row: UploadRow, *, known_before: bool = False) -> str:
    """What is to be said of a file that is sent: why it was refused and what to do, or which scan it is already.

    `known_before`: it was in the batch before anything of it was sent this time.
    """
    if row.state is UploadState.REFUSED:
        reason = REFUSALS.get(row.reason)
        return _("Not taken: %(why)s") % {"why": reason or _("it cannot be read; scan or export it again")}
    if row.reason == RESCAN_KNOWN:
        told = {"name": row.scan_name, "batch": row.scan_batch_name}
        return (
            _(
                "This file came in before, as %(name)s in the batch “%(batch)s”: it is no new scan, and no page was "
                "replaced. Scan the page again, and choose the new file."
            )
            % told
        )
    if row.reason.startswith("rescan-"):
        return _("It is in the batch, but cannot take the place of that page. Do that on the desk.")
    if (row.again or known_before) and row.scan_batch == row.batch:
        return _("The same file is in this batch already, as %(name)s.") % {"name": row.scan_name}
    if row.again:
        told = {"batch": row.scan_batch_name, "name": row.scan_name}
        return _("The same file is in the batch “%(batch)s” already, as %(name)s.") % told
    if row.state is UploadState.WHOLE:
        return _("All of it is here; it is looked at when its turn comes.")
    return ""
