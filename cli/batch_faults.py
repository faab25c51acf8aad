"""What is not as it should be in a batch, in the reader's language."""

from __future__ import annotations

from gettext import gettext
from typing import TYPE_CHECKING

from cli.texts import N_, _

if TYPE_CHECKING:
    from staging.records import Fault

FAULTS = {
    "looking": N_("this file has not been looked at yet: wait a moment"),
    "receiving": N_("this file did not come in whole: bring it again"),
    "empty": N_("nothing came in"),
    "wrong_documents": N_("{found} documents came in, {expected} were expected"),
    "wrong_pages": N_("{found} pages with writing came in, {expected} were expected"),
    "missing_separator": N_("a document of {found} pages begins here, others have {expected}: is a sheet missing?"),
    "doubled_separator": N_("two separators with nothing between them: is a paper missing?"),
    "cover_alone": N_("no document follows this cover sheet {found}"),
    "no_cover": N_("a document without a cover sheet begins here"),
    "no_text": N_("pages that make no document: all of them are blank"),
    "unknown_code": N_("the cover sheet names {found}, which is not known here"),
    "twice": N_("another document stands under {found} too"),
    "not_on_slip": N_("{found} is not on the slip"),
    "slip_missing": N_("{expected} is on the slip and did not come"),
    "stacks": N_("fronts and backs were scanned apart, and this file was not joined with its other side"),
    "rescan": N_("this page is to be scanned again"),
    "poor_scan": N_("this page is scanned too poorly to be read: scan it again"),
    "signed": N_(
        "this file is signed and would be changed, which breaks its signature: make it a document of its own, or take "
        "away the cover sheet before it"
    ),
}
"""Kind of a fault → text."""


def fault_text(fault: Fault) -> str:
    """Where something is wrong, and what."""
    where = fault.name
    if fault.page is not None:
        where = _("{name}, page {page}").format(name=fault.name, page=fault.page)
    what = gettext(FAULTS[fault.kind.value]).format(expected=fault.expected, found=fault.found)
    return f"{where}: {what}" if where else what
