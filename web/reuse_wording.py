"""What speaks against using or copying a result, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.dossiers import Fault
from reuse.copies import Lack
from reuse.records import Change, Finding, Found
from web import wording

FOUND: Mapping[Found, object] = {
    Found.NO_RESULT: gettext_lazy("There is no such result."),
    Found.DOSSIER: gettext_lazy("This is no code of a dossier."),
    Found.PROCEDURE: gettext_lazy("This is no code of a procedure: it looks like 1.004873."),
    Found.USED_ALREADY: gettext_lazy("This dossier has this result already."),
    Found.REVOKED: gettext_lazy("This result was revoked. It cannot be used any more."),
    Found.REPLACED: gettext_lazy("This result was replaced: use the one that took its place."),
    Found.NOT_YET: gettext_lazy("This result is not valid yet."),
    Found.EXPIRED: gettext_lazy("This result has expired."),
    Found.VALIDITY_UNKNOWN: gettext_lazy("Nobody knows whether this result is valid today."),
    Found.IN_REVIEW: gettext_lazy("A person must still check this result against the paper."),
    Found.NO_HOLDER: gettext_lazy("Nobody knows whom this result was granted to."),
    Found.OTHER_NAME: gettext_lazy("The person in the dossier has another name than the holder of the result."),
    Found.OTHER_ID: gettext_lazy("The person in the dossier has another identity number than the holder."),
    Found.NO_PERSON: gettext_lazy("Name the person in the dossier."),
}
FAULTS: Mapping[Fault, object] = {
    Fault.EMPTY: gettext_lazy("Give the code of the dossier."),
    Fault.FORM: gettext_lazy("A dossier code has three parts joined by dashes, like H61.12.3-230420-0001."),
    Fault.UNIT: gettext_lazy("The first part of the code is a unit's code, like H61.12.3 or 000.00.53.H48."),
    Fault.DAY: gettext_lazy("The second part of the code is a day as year, month and day, like 230420."),
    Fault.FUTURE: gettext_lazy("The day in the code of the dossier is still to come."),
    Fault.NUMBER: gettext_lazy("The third part of the code is a running number of 4 to 6 digits, like 0001."),
}
CHANGES: Mapping[Change, object] = {
    Change.REVOKED: gettext_lazy("revoked"),
    Change.REPLACED: gettext_lazy("replaced"),
    Change.CORRECTED: gettext_lazy("corrected"),
    Change.CONFIRMED: gettext_lazy("checked, nothing that was handed over is different"),
    Change.CLOSED: gettext_lazy("no longer open to you"),
}
LACKS: Mapping[Lack, object] = {
    Lack.REVOKED: gettext_lazy("This result was revoked: no certified copies are made of it."),
    Lack.REPLACED: gettext_lazy("This result was replaced: make a copy of the one that took its place."),
    Lack.UNKNOWN: gettext_lazy("A copy can be made once number, issuer and date of issue are known."),
    Lack.IN_REVIEW: gettext_lazy("A copy can be made once a person has checked number, issuer and date of issue."),
}


def finding(found: Finding) -> str:
    """A finding as a sentence, with what the reader wants to know beside."""
    if found.found is Found.DOSSIER:
        return str(FAULTS[Fault(found.detail)])
    if found.found is Found.EXPIRED and found.detail:
        day = date.fromisoformat(found.detail)
        return _("This result has expired: its last day was %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    if found.found is Found.NOT_YET and found.detail:
        day = date.fromisoformat(found.detail)
        return _("This result is not valid before %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    if found.found is Found.IN_REVIEW and found.detail:
        names = ", ".join(wording.field_name(name) for name in found.detail.split(","))
        return _("A person must still check this result against the paper: %(fields)s.") % {"fields": names}
    return str(FOUND[found.found])


def short(code: str) -> str:
    """A finding that was written into the ledger, by its code."""
    return str(FOUND[Found(code)])
