"""Looks at the signatures of a PDF and says of each what is so. No database, no network; the file is only read.

To be called in a process of its own (`preservation.signatures.sandbox`): the file may be made to break what reads it.

What moment counts. A certificate is looked at as of the earliest moment at which the signature is proven to have been
there: the time of a trusted time stamp in it or over it, otherwise now. What its maker says of the time proves nothing,
so a certificate that ran out since is "expired" without a time stamp. Stamps over the file are looked at from the last
to the first, each as of the time of the one after it (ETSI EN 319 102-1, 5.6), so a file with a chain of them stays
good when the certificates of the older ones run out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from preservation.signatures import reading, stamps
from preservation.signatures.chains import SIGNING, STAMPING, Chain, Material, judge
from preservation.signatures.reading import Found, TooManyError
from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Coverage, Intact, Later, Level, Looked, Trusted, Valid, Verdict, Wanted

__all__ = ["TooManyError", "of_file", "verify"]

_LONGEST_NAME = 300
_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}
_LATER = {
    ModificationLevel.NONE: Later.NOTHING,
    ModificationLevel.LTA_UPDATES: Later.PROOFS,
    ModificationLevel.FORM_FILLING: Later.FORMS,
    ModificationLevel.ANNOTATIONS: Later.NOTES,
}
_PADES = "/ETSI.CAdES.detached"


def verify(path: Path, trust: Trust, now: datetime | None = None) -> Looked:
    """The verdicts on the signatures of the PDF at `path`, in the order in which they were made; none: it has none.

    Raises TooManyError, and whatever the library raises for a file that is no PDF.
    """
    with path.open("rb") as file:
        return of_file(file, trust, now or datetime.now(UTC))


def of_file(file: BinaryIO, trust: Trust, now: datetime) -> Looked:
    """`verify` of an open file."""
    reader = PdfFileReader(file, strict=False)
    found = reading.signatures(reader)
    if not found:
        return Looked()
    own = reading.brought_along(reader, found)
    office = Material.of(trust)
    case = _Case(
        now=now,
        own=Material(office.anchors, own.others, own.crls, own.ocsps),
        all=Material(office.anchors, office.others + own.others, office.crls + own.crls, office.ocsps + own.ocsps),
    )
    moments = case.moments(found)
    made = [case.verdict(one, moments[place], _stamped_later(found[place:])) for place, one in enumerate(found)]
    wanted = dict.fromkeys(want for _verdict, more in made for want in more)
    return Looked(tuple(verdict for verdict, _more in made), tuple(wanted))


def _stamped_later(rest: list[Found]) -> bool:
    """Whether a stamp over the file was made after the first of these."""
    return any(one.is_stamp for one in rest[1:])


@dataclass(frozen=True, slots=True)
class _Case:
    """What all signatures of a file are looked at with."""

    now: datetime
    own: Material
    """What lies in the file, and whom the office trusts."""
    all: Material
    """And what the office has besides."""

    def moments(self, found: list[Found]) -> list[datetime]:
        """For each signature the moment at which stamps over the file prove that it was there; otherwise now."""
        moments, moment = [self.now] * len(found), self.now
        for place in reversed(range(len(found))):
            moments[place] = moment
            signature = found[place].signature
            if signature is None or not found[place].is_stamp:
                continue
            if _integrity_of(signature) is Intact.INTACT:
                moment = stamps.of_file(signature, moment, self.all) or moment
        return moments

    def verdict(self, one: Found, moment: datetime, stamped_later: bool) -> tuple[Verdict, tuple[Wanted, ...]]:
        """What is so of a signature, and what would have to be fetched to know more."""
        signature = one.signature
        if signature is None:
            return Verdict(one.field, Intact.UNREADABLE, Valid.UNKNOWN, Trusted.UNKNOWN_ROOT, reason=one.reason), ()
        told = _told(one.field, signature.signer_cert)
        try:
            return self._verdict(told, one, signature, moment, stamped_later)
        except Exception as error:  # whatever is wrong with it, it is about this one alone
            return replace(told, reason=reading.line(error)), ()

    def _verdict(
        self, told: Verdict, one: Found, signature: EmbeddedPdfSignature, moment: datetime, stamped_later: bool
    ) -> tuple[Verdict, tuple[Wanted, ...]]:
        cert, stamp = signature.signer_cert, one.is_stamp
        intact = _integrity_of(signature)
        if stamp:
            genuine = all(stamps.integrity(signature.signed_data, cert))
            proven = stamps.of_file(signature, moment, self.all)
        else:
            genuine = stamps.integrity(signature.signed_data, cert, signature.compute_digest())[1]
            proven = stamps.of_signature(signature, moment, self.all)
        at = min(moment, proven) if proven and not stamp else moment
        usage = STAMPING if stamp else SIGNING
        chain = judge(cert, at, self.all, usage)
        coverage = _covered(signature)
        verdict = replace(
            told,
            intact=intact,
            valid=_valid(signature, genuine, chain),
            trusted=chain.trusted,
            coverage=coverage,
            later=_later(signature),
            claimed=_utc(stamps.stated(signature.signed_data) if stamp else signature.self_reported_timestamp),
            stamped=_utc(proven if stamp else at if at < self.now else None),
            revoked=_utc(chain.revoked),
            reason=chain.reason,
        )
        kept = not stamp and judge(cert, at, self.own, usage).proven
        return replace(verdict, level=_level(signature, stamp, kept, stamped_later)), chain.wanted


def _told(field: str, cert: x509.Certificate) -> Verdict:
    """What the certificate says, before anything is known of the signature."""
    told = Verdict(field, Intact.UNREADABLE, Valid.UNKNOWN, Trusted.UNKNOWN_ROOT)
    try:
        names = cert.subject.native
        return replace(
            told,
            signer=_name(names, "common_name") or _name(names, "organization_name"),
            organisation=_name(names, "organization_name"),
            serial=f"{cert.serial_number:x}"[:64],
            issuer=_name(cert.issuer.native, "common_name") or _name(cert.issuer.native, "organization_name"),
            fingerprint=cert.sha256.hex(),
            valid_from=_utc(cert.not_valid_before),
            valid_to=_utc(cert.not_valid_after),
        )
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        return replace(told, reason=reading.line(error))


def _name(names: dict[str, Any], part: str) -> str:
    value = names.get(part, "")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_NAME]


def _integrity_of(signature: EmbeddedPdfSignature) -> Intact:
    """Whether the bytes are those that were signed, and what came after them is permitted."""
    try:
        signature.compute_integrity_info()  # type: ignore[no-untyped-call]
        if signature.sig_object_type == "/DocTimeStamp":
            same = stamps.over(signature.signed_data, signature.compute_digest)
        else:
            same = stamps.integrity(signature.signed_data, signature.signer_cert, signature.compute_digest())[0]
    except Exception:  # garbage in its fields, or in what came after it
        return Intact.UNREADABLE
    if not same:
        return Intact.ALTERED
    if _covered(signature) is Coverage.PART:
        return Intact.PARTIAL
    return Intact.CHANGED_AFTER if _later(signature) is Later.FORBIDDEN else Intact.INTACT


def _covered(signature: EmbeddedPdfSignature) -> Coverage:
    level: Any = signature.coverage
    return _COVERAGE.get(level, Coverage.PART)


def _later(signature: EmbeddedPdfSignature) -> Later:
    """What was added after it: by what the file shows, and by what the signature permits."""
    told = signature.summarise_integrity_info()
    if not isinstance(told["diff_result"], DiffResult) or told["docmdp_ok"] is False:
        return Later.FORBIDDEN
    return _LATER.get(told["diff_result"].modification_level, Later.FORBIDDEN)


def _valid(signature: EmbeddedPdfSignature, genuine: bool, chain: Chain) -> Valid:
    if not genuine:
        return Valid.FORGED
    weak = signature.md_algorithm in stamps.WEAK_DIGESTS or signature.external_md_algorithm in stamps.WEAK_DIGESTS
    return Valid.WEAK if weak and chain.valid in (Valid.VALID, Valid.UNPROVEN) else chain.valid


def _level(signature: EmbeddedPdfSignature, stamp: bool, kept: bool, stamped_later: bool) -> Level:
    """`kept`: whether the file brings along what proves that the certificate was not revoked."""
    if stamp:
        return Level.STAMP
    stamped = bool(reading.tokens(signature.signer_info))
    if signature.sig_object.get("/SubFilter") != _PADES:
        return Level.OLDER_T if stamped else Level.OLDER
    if not (stamped or stamped_later):
        return Level.B_B
    if not kept:
        return Level.B_T
    return Level.B_LTA if stamped_later else Level.B_LT


def _utc(time: datetime | None) -> datetime | None:
    if time is None:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
