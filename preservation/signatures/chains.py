"""From a certificate to whom the office trusts, and whether it was good at a moment. No database, no network.

Two questions that libraries answer in one are answered apart here, so that "from nobody we know" never hides "revoked",
nor the other way round: trust is asked for at a moment at which all certificates of the chain were in their time, and
without revocation; validity is asked for at the moment that counts, along that chain, or where it leads to nobody we
know, along the chain as far as it goes.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import errors
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Trusted, Valid, Wanted

SIGNING = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
"""What a certificate must be for, to sign documents: either of both, as many authorities set one of them."""
STAMPING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, extd_key_usage={"time_stamping"})
_LONGEST_CHAIN = 12
_MOST_PATHS = 8
_MOST_KEPT = 200
"""Certificates, lists and answers that a file may bring along."""


def _rule(rule: RevocationCheckingRule) -> CertRevTrustPolicy:
    return CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule), retroactive_revinfo=True)


_NOT_ASKED = _rule(RevocationCheckingRule.NO_CHECK)
_REQUIRED = _rule(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED)
_WHERE_DECLARED = _rule(RevocationCheckingRule.CHECK_IF_DECLARED)
_WEAK = (errors.DisallowedAlgorithmError,)


@dataclass(slots=True)
class Material:
    """What is at hand to look at certificates with."""

    anchors: list[x509.Certificate] = field(default_factory=list)
    others: list[x509.Certificate] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)

    @classmethod
    def of(cls, trust: Trust) -> Material:
        """What the office has."""
        return cls(
            [_as_anchor(x509.Certificate.load(der)) for der in trust.anchors],
            [x509.Certificate.load(der) for der in trust.between],
            [crl.CertificateList.load(der) for der in trust.crls],
            [ocsp.OCSPResponse.load(der) for der in trust.ocsps],
        )

    def add(self, others: Iterable[Any] = (), crls: Iterable[Any] = (), ocsps: Iterable[Any] = ()) -> None:
        """What a file brings along, up to a bound."""
        for kept, more in ((self.others, others), (self.crls, crls), (self.ocsps, ocsps)):
            for one in more:
                if len(kept) < _MOST_KEPT:
                    kept.append(one)


@dataclass(frozen=True, slots=True)
class Chain:
    """What is known of a certificate at a moment."""

    trusted: Trusted
    valid: Valid
    revoked: datetime | None = None
    proven: bool = False
    """Whether lists and answers at hand say of each certificate of the chain that it was not revoked."""
    reason: str = ""
    wanted: tuple[Wanted, ...] = ()


def judge(cert: x509.Certificate, at: datetime, material: Material, usage: KeyUsageConstraints) -> Chain:
    """Look at a certificate as of the moment `at`."""
    try:
        trusted, path, reason = _trusted(cert, at, material, usage)
        valid = _valid(cert, path, at, material)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # a certificate that is none
        return Chain(Trusted.UNKNOWN_ROOT, Valid.UNKNOWN, reason=_line(error))
    state, revoked, proven, why = valid
    wanted = _wanted(path) if state is Valid.UNPROVEN else ()
    return Chain(trusted, state, revoked, proven, why or reason, wanted)


def _trusted(
    cert: x509.Certificate, at: datetime, material: Material, usage: KeyUsageConstraints
) -> tuple[Trusted, ValidationPath, str]:
    """Whether it leads to an anchor, and the path that it was followed along."""
    paths, why = _paths(cert, material.anchors, material.others), ""
    for path in paths:
        context = _context(material, _in_their_time(path, at), _NOT_ASKED, material.anchors)
        try:
            asyncio.run(async_validate_path(context, path))
            if path.pkix_len:
                usage.validate(cert)
            return Trusted.TRUSTED, path, ""
        except _WEAK as error:  # whom it leads to is another question than how strong that is
            return Trusted.TRUSTED, path, _line(error)
        except (errors.ValidationError, errors.PathError, SignatureValidationError) as error:
            why = _line(error)
    if paths:
        return Trusted.UNFIT, paths[0], why
    alone = _as_far_as_it_goes(cert, material.others)
    kind = Trusted.SELF_SIGNED if cert.self_issued and not alone.pkix_len else Trusted.UNKNOWN_ROOT
    return (kind if material.anchors else Trusted.NO_ANCHORS), alone, why


def _valid(
    cert: x509.Certificate, path: ValidationPath, at: datetime, material: Material
) -> tuple[Valid, datetime | None, bool, str]:
    """Validity at `at`, when it was revoked, whether it is proven that it was not, and a line about why."""
    if not path.pkix_len:  # its own anchor, or nobody's: the library looks at nothing then
        state = _dates(cert, at)
        unproven = state is Valid.VALID and not cert.self_issued
        return (Valid.UNPROVEN if unproven else state), None, False, ""
    top = next(path.iter_certs(include_root=True))
    anchors = [top, *material.anchors]
    for rule in (_REQUIRED, _WHERE_DECLARED):
        try:
            asyncio.run(async_validate_path(_context(material, at, rule, anchors), path))
            return Valid.VALID, None, rule is _REQUIRED, ""
        except errors.RevokedError as error:
            return Valid.REVOKED, error.revocation_dt, False, _line(error)
        except errors.ExpiredError as error:
            return Valid.EXPIRED, None, False, _line(error)
        except errors.NotYetValidError as error:
            return Valid.NOT_YET, None, False, _line(error)
        except errors.InsufficientRevinfoError as error:
            last = error
        except _WEAK as error:
            return Valid.WEAK, None, False, _line(error)
        except (errors.ValidationError, errors.PathError) as error:
            return Valid.UNKNOWN, None, False, _line(error)
    return Valid.UNPROVEN, None, False, _line(last)


def _dates(cert: x509.Certificate, at: datetime) -> Valid:
    if at < cert.not_valid_before:
        return Valid.NOT_YET
    return Valid.EXPIRED if at > cert.not_valid_after else Valid.VALID


def _context(
    material: Material, at: datetime, rule: CertRevTrustPolicy, anchors: Sequence[x509.Certificate]
) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(anchors),
        other_certs=material.others,
        moment=at,
        crls=material.crls,
        ocsps=material.ocsps,
        revinfo_policy=rule,
        allow_fetching=False,
        time_tolerance=timedelta(seconds=1),
    )


def _paths(
    cert: x509.Certificate, anchors: Sequence[x509.Certificate], others: Sequence[x509.Certificate]
) -> list[ValidationPath]:
    """Ways from the certificate to an anchor, by name and key; some of very many."""
    if not anchors:
        return []
    context = ValidationContext(trust_roots=list(anchors), other_certs=others, revinfo_policy=_NOT_ASKED)

    async def built() -> list[ValidationPath]:
        found: list[ValidationPath] = []
        lazily = context.path_builder.async_build_paths_lazy(cert)
        try:
            async for path in lazily:
                if path.pkix_len <= _LONGEST_CHAIN:
                    found.append(path)
                if len(found) == _MOST_PATHS:
                    break
        except errors.PathBuildingError:
            return found
        finally:
            await lazily.cancel()  # type: ignore[no-untyped-call]
        return found

    return asyncio.run(built())


def _as_far_as_it_goes(cert: x509.Certificate, others: Sequence[x509.Certificate]) -> ValidationPath:
    """The chain up to where it ends, its last certificate taken for an anchor; that says nothing of trust."""
    top, seen = cert, {cert.sha256}
    while not top.self_issued and len(seen) <= _LONGEST_CHAIN:
        above = next((one for one in others if one.subject == top.issuer and one.sha256 not in seen), None)
        if above is None:
            break
        seen.add(above.sha256)
        top = above
    paths = _paths(cert, [_as_anchor(top)], others)
    return paths[0] if paths else _paths(cert, [_as_anchor(cert)], ())[0]


def _as_anchor(cert: x509.Certificate) -> x509.Certificate:
    """An anchor with the name and key of `cert`, said to be its own issuer.

    Nothing is asked of an anchor but its name and key, and the library finds lists of an authority only below one that
    stands above nobody.
    """
    if cert.self_issued:
        return cert
    anchor = x509.Certificate.load(cert.dump())
    told = anchor["tbs_certificate"]
    told["issuer"] = cert.subject
    told["serial_number"] = (
        0  # the library tells certificates apart by issuer and number: this one must be like no other
    )
    kept = [one for one in told["extensions"] if one["extn_id"].native != "authority_key_identifier"]
    told["extensions"] = x509.Extensions(kept)
    return x509.Certificate.load(anchor.dump(force=True))


def _in_their_time(path: ValidationPath, at: datetime) -> datetime:
    """The moment nearest to `at` at which all certificates of the path were in their time, if there is one."""
    certs = [one for one in path.iter_certs(include_root=False)]
    if not certs:
        return at
    first = max(one.not_valid_before for one in certs)
    last = min(one.not_valid_after for one in certs)
    nearest: datetime = min(max(at, first), last)
    return nearest


def _wanted(path: ValidationPath) -> tuple[Wanted, ...]:
    """Where the certificates of the path say that lists and answers can be had."""
    found: list[Wanted] = []
    certs = list(path.iter_certs(include_root=True))
    for issuer, cert in pairwise(certs):
        for url in cert.ocsp_urls[:2]:
            authority = AuthorityWithCert(issuer)
            request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=False)
            found.append(Wanted(url, base64.b64encode(request.dump()).decode()))
        for point in cert.crl_distribution_points[:2]:
            if point.url:
                found.append(Wanted(point.url))
    return tuple(dict.fromkeys(found))


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
