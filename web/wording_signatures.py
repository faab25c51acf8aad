"""Electronic signatures in files that came in, for readers: who signed, and what is so of each signature."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFoundError
from preservation.signatures import checking
from preservation.signatures.checking import Checked
from preservation.signatures.verdicts import Intact, Later, Level, Trusted, Valid, Verdict, worst_first

_INTACT: Mapping[Intact, object] = {
    Intact.INTACT: gettext_lazy("unchanged since it was signed"),
    Intact.ALTERED: gettext_lazy("what was signed has been changed"),
    Intact.CHANGED_AFTER: gettext_lazy("the file was changed after signing"),
    Intact.PARTIAL: gettext_lazy("only a part of the file is signed"),
    Intact.UNREADABLE: gettext_lazy("the signature cannot be read"),
}
_VALID: Mapping[Valid, object] = {
    Valid.VALID: gettext_lazy("made with a certificate in force"),
    Valid.FORGED: gettext_lazy("does not fit its certificate"),
    Valid.EXPIRED: gettext_lazy("the certificate has expired, and nothing proves that it was signed before"),
    Valid.NOT_YET: gettext_lazy("the certificate was not valid yet"),
    Valid.REVOKED: gettext_lazy("the certificate was revoked"),
    Valid.WEAK: gettext_lazy("made with a method that is too weak"),
    Valid.UNPROVEN: gettext_lazy("not known whether the certificate was revoked"),
    Valid.UNKNOWN: gettext_lazy("the certificate cannot be checked"),
}
_TRUSTED: Mapping[Trusted, object] = {
    Trusted.TRUSTED: gettext_lazy("trusted by the office"),
    Trusted.NO_ANCHORS: gettext_lazy("the office has not set up yet whom it trusts"),
    Trusted.UNKNOWN_ROOT: gettext_lazy("from an issuer that the office does not trust"),
    Trusted.SELF_SIGNED: gettext_lazy("the signer issued the certificate alone"),
    Trusted.UNFIT: gettext_lazy("the certificate is not for signing documents"),
}
_LATER: Mapping[Later, object] = {
    Later.NOTHING: gettext_lazy("nothing was added"),
    Later.PROOFS: gettext_lazy("time stamps and proofs alone"),
    Later.FORMS: gettext_lazy("form fields filled in, or more signatures"),
    Later.NOTES: gettext_lazy("notes that the signature permits"),
    Later.FORBIDDEN: gettext_lazy("changes that the signature does not permit"),
}
_OPEN = frozenset({Valid.UNPROVEN, Valid.UNKNOWN, Valid.EXPIRED, Valid.WEAK})
"""Answers of which a certificate, not the paper, is at fault, or that are not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three answers."""

    question: str
    said: str
    style: str
    """Class of its mark: ``valid``, ``revoked`` (broken), empty (to be looked at)."""


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """A signature for readers."""

    signer: str
    organisation: str
    time: datetime | None
    proven: bool
    """Whether a trusted time stamp says the time, and not the signer alone."""
    level: str
    answers: tuple[Answer, ...]
    later: str
    """What was added to the file after signing."""


@dataclass(frozen=True, slots=True)
class ShownSignatures:
    """What a page says of the signatures in a file."""

    said: str
    """In one line."""
    style: str
    """Class of its mark: ``valid``, ``revoked`` (broken), ``quiet`` (nothing to tell), empty (to be looked at)."""
    signatures: tuple[ShownSignature, ...] = ()


def of_result(result: int) -> ShownSignatures:
    """What is said of the file that a result came in."""
    try:
        return told(checking.of_result(result))
    except NotFoundError:
        return told(None)


def of_scans(scans: Collection[int]) -> dict[int, ShownSignatures]:
    """The same of several scans, as far as they carry signatures or could not be looked at."""
    found = checking.of_scans(scans)
    return {scan: told(one) for scan, one in found.items() if one.verdicts or one.fault}


def told(checked: Checked | None) -> ShownSignatures:
    """What is known of a file; None: nobody has looked yet, or it is no PDF."""
    if checked is None:
        return ShownSignatures(_("not checked yet, or not a PDF"), "quiet")
    if checked.fault:
        return ShownSignatures(_("could not be checked"), "")
    if not checked.verdicts:
        return ShownSignatures(_("no signature"), "quiet")
    said, style = _in_short(checked.verdicts)
    return ShownSignatures(said, style, tuple(_shown(one) for one in worst_first(checked.verdicts)))


def broken(one: Verdict) -> bool:
    """Whether the signature proves nothing of what the file shows now, or its certificate was void."""
    return one.intact is not Intact.INTACT or one.valid in (Valid.FORGED, Valid.REVOKED, Valid.NOT_YET)


def _in_short(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    found = list(verdicts)
    if any(map(broken, found)):
        return _("broken signature"), "revoked"
    if all(one.good for one in found):
        return _("signed, valid and trusted"), "valid"
    if any(one.valid is not Valid.VALID for one in found):
        return _("signed, not proven to be valid"), ""
    return _("signed, the signer is not trusted yet"), ""


def _shown(one: Verdict) -> ShownSignature:
    stamp = one.level is Level.STAMP
    return ShownSignature(
        signer=one.signer or _("signer not known"),
        organisation=one.organisation,
        time=one.stamped or one.claimed,
        proven=one.stamped is not None,
        level=_("time stamp over the file") if stamp else one.level.value,
        answers=(
            Answer(_("Intact"), str(_INTACT[one.intact]), "valid" if one.intact is Intact.INTACT else "revoked"),
            Answer(_("Signature valid"), str(_VALID[one.valid]), _style(one.valid)),
            Answer(_("Trusted"), str(_TRUSTED[one.trusted]), "valid" if one.trusted is Trusted.TRUSTED else ""),
        ),
        later=str(_LATER[one.later]),
    )


def _style(valid: Valid) -> str:
    if valid is Valid.VALID:
        return "valid"
    return "" if valid in _OPEN else "revoked"
