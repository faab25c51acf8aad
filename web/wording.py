"""Names of things for readers: fields, kinds of event; and what is suggested in the filters."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rights import Role
from catalog.confidential import Confidential
from catalog.life import ChangeKind
from catalog.states import Manner, Origin, Standing

FIELDS: Mapping[str, object] = {
    "document_type": gettext_lazy("Type"),
    "number": gettext_lazy("Number"),
    "issuer": gettext_lazy("Issuer"),
    "issue_date": gettext_lazy("Issue date"),
    "subject": gettext_lazy("Subject"),
    "signer": gettext_lazy("Signer"),
    "holder": gettext_lazy("Holder"),
    "holder_id": gettext_lazy("Holder's ID"),
    "holder_birth_date": gettext_lazy("Birth date"),
    "co_holder": gettext_lazy("Second holder"),
    "co_holder_id": gettext_lazy("Second holder's ID"),
    "expiry_date": gettext_lazy("Expiry date"),
    "validity": gettext_lazy("Validity"),
    "register_number": gettext_lazy("Register number"),
    "sector": gettext_lazy("Sector"),
    "dossier": gettext_lazy("Dossier"),
    "confidential": gettext_lazy("Confidential kind"),
}

EVENTS: Mapping[str, object] = {
    "scan.received": gettext_lazy("File received"),
    "scan.stored": gettext_lazy("Original stored"),
    "scan.refused": gettext_lazy("File refused"),
    "scan.finished": gettext_lazy("File finished"),
    "signatures.checked": gettext_lazy("Electronic signatures checked"),
    "scan.failed": gettext_lazy("File failed"),
    "document.failed": gettext_lazy("Document failed"),
    "result.recorded": gettext_lazy("Result recorded"),
    "result.corrected": gettext_lazy("Corrected"),
    "result.confirmed": gettext_lazy("Found right"),
    "result.reviewed": gettext_lazy("Checked at the review desk"),
    "result.replaced": gettext_lazy("Replaced"),
    "result.disposed": gettext_lazy("Disposed of"),
    "retention.schedule_set": gettext_lazy("Period of retention set"),
    "retention.schedule_ended": gettext_lazy("Period of retention ended"),
    "retention.held": gettext_lazy("Legal hold placed"),
    "retention.lifted": gettext_lazy("Legal hold lifted"),
    "disposal.proposed": gettext_lazy("Disposal proposed"),
    "disposal.decided": gettext_lazy("Disposal decided"),
    "disposal.withdrawn": gettext_lazy("Disposal withdrawn"),
    "disposal.begun": gettext_lazy("Disposal begun"),
    "disposal.done": gettext_lazy("Disposal carried out"),
    "result.set_aside": gettext_lazy("Set aside as a second scan of the same paper, which stands for it"),
    "result.revoked": gettext_lazy("Revoked"),
    "result.undone": gettext_lazy("Undone"),
    "result.delivered": gettext_lazy("Handed over"),
    "result.delivery_undone": gettext_lazy("Handing over undone"),
    "result.opened": gettext_lazy("Confidential result opened"),
    "result.reused": gettext_lazy("Used in a dossier"),
    "result.reuse_undone": gettext_lazy("Use in a dossier taken back"),
    "copy.issued": gettext_lazy("Certified copy issued"),
    "copy.withdrawn": gettext_lazy("Certified copy withdrawn"),
    "paper.lent": gettext_lazy("Paper lent"),
    "paper.returned": gettext_lazy("Paper taken back"),
    "result.stated": gettext_lazy("Compared with what an index states"),
    "export.made": gettext_lazy("List taken out"),
    "fixity.found": gettext_lazy("Something is not as it was kept"),
    "fixity.mended": gettext_lazy("Mended from the other copy"),
    "backup.made": gettext_lazy("Backup made"),
    "backup.restored": gettext_lazy("Brought back from a backup"),
    "report.issued": gettext_lazy("Report given out"),
    "report.sent": gettext_lazy("Report sent by e-mail"),
    "report.mailing_set": gettext_lazy("Reports by e-mail set up"),
    "report.mailing_ended": gettext_lazy("Reports by e-mail ended"),
    "quota.target_set": gettext_lazy("Target set"),
    "quota.target_ended": gettext_lazy("Target ended"),
    "quota.frozen": gettext_lazy("Old results frozen for a period"),
    "quota.snapshot_taken": gettext_lazy("Snapshot of the day taken"),
    "unit.added": gettext_lazy("Unit added"),
    "unit.renamed": gettext_lazy("Unit renamed"),
    "unit.moved": gettext_lazy("Unit moved"),
    "unit.ended": gettext_lazy("Unit ended"),
    "unit.reopened": gettext_lazy("End of the unit taken back"),
    "unit.changed": gettext_lazy("Life of the unit corrected"),
    "unit.took_over": gettext_lazy("Took over from a unit that ended"),
    "procedure.added": gettext_lazy("Procedure added"),
    "procedure.changed": gettext_lazy("Procedure changed"),
    "register.linked": gettext_lazy("Linked to a line of a register"),
    "register.unlinked": gettext_lazy("Link to a line of a register undone"),
    "register.refused": gettext_lazy("A line of a register is another paper"),
    "register.not_listed": gettext_lazy("In no register"),
    "register.undone": gettext_lazy("What was said about a line of a register taken back"),
    "result.vouched": gettext_lazy("Fields settled or questioned by a register"),
    "result.unvouched": gettext_lazy("Fields settled by a register put back under review"),
    "register.imported": gettext_lazy("Register imported"),
    "register.withdrawn": gettext_lazy("Lines of a register withdrawn"),
    "register.restored": gettext_lazy("Withdrawal of lines of a register taken back"),
    "register.told": gettext_lazy("Lines of a register told by the one-stop software"),
    "dossier.told": gettext_lazy("Dossier told by the one-stop software"),
}

SOURCES: Mapping[str, object] = {
    "ocr": gettext_lazy("read from the image"),
    "index": gettext_lazy("stated by the index of bought-in work"),
    "register": gettext_lazy("from the register"),
    "text layer": gettext_lazy("from the text of the PDF"),
    "rule": gettext_lazy("concluded from other fields"),
    "second mention": gettext_lazy("named a second time in the paper"),
    "signature": gettext_lazy("the time of the digital signature"),
    "person": gettext_lazy("typed by a person"),
}

STANDINGS: Mapping[Standing, object] = {
    Standing.IN_FORCE: gettext_lazy("in force"),
    Standing.REVOKED: gettext_lazy("revoked"),
    Standing.REPLACED: gettext_lazy("replaced"),
}

CHANGES: Mapping[ChangeKind, object] = {
    ChangeKind.CORRECT: gettext_lazy("the correction"),
    ChangeKind.CONFIRM: gettext_lazy("the confirmation"),
    ChangeKind.REVIEW: gettext_lazy("the check"),
    ChangeKind.REPLACE: gettext_lazy("the replacement"),
    ChangeKind.REVOKE: gettext_lazy("the revocation"),
    ChangeKind.SET_ASIDE: gettext_lazy("the setting aside"),
}

MANNERS: Mapping[Manner, object] = {
    Manner.COUNTER: gettext_lazy("over the counter"),
    Manner.POST: gettext_lazy("by public post"),
    Manner.ELECTRONIC: gettext_lazy("electronically"),
}

ORIGINS: Mapping[Origin, object] = {
    Origin.BACKLOG: gettext_lazy("from the archive"),
    Origin.COUNTER: gettext_lazy("from the one-stop desk"),
    Origin.API: gettext_lazy("from the one-stop software"),
}

VALIDITIES: Mapping[str, object] = {
    "valid": gettext_lazy("Valid"),
    "not_yet": gettext_lazy("Not valid yet"),
    "expired": gettext_lazy("Expired"),
    "revoked": gettext_lazy("Revoked"),
    "replaced": gettext_lazy("Replaced"),
    "unknown": gettext_lazy("Validity unknown"),
}

STATES: Mapping[str, object] = {
    "to_review": gettext_lazy("To be checked"),
    "accepted": gettext_lazy("Nothing doubtful"),
    "verified": gettext_lazy("Checked by a person"),
}

ROLES: Mapping[Role, object] = {
    Role.STAFF: gettext_lazy("Archive staff"),
    Role.CLERK: gettext_lazy("Clerk"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
}

CONFIDENTIAL: Mapping[Confidential, object] = {
    Confidential.CRIMINAL_RECORD: gettext_lazy("Criminal records"),
    Confidential.ADOPTION: gettext_lazy("Adoptions"),
    Confidential.SECRET: gettext_lazy("State secrets"),
}


def field_name(name: str) -> str:
    """The name of a field; an unknown one stays as it is."""
    return str(FIELDS.get(name, name))


def validity_name(code: str) -> str:
    """What a validity is called."""
    return str(VALIDITIES.get(code, code))


def state_name(code: str) -> str:
    """What a state is called."""
    return str(STATES.get(code, code))


def manner_name(code: str) -> str:
    """How a result was handed over."""
    return str(MANNERS.get(Manner(code), code)) if code in tuple(Manner) else code


def event_name(kind: str) -> str:
    """What an event of this kind tells."""
    return str(EVENTS.get(kind, kind))


def source_name(source: str) -> str:
    """Who or what says a value."""
    return str(SOURCES.get(source, source))


def result_name(document_type: str, number: str) -> str:
    """What a result is called in lists and titles."""
    return " ".join(filter(None, (document_type or _("Unknown type"), number)))
