"""Time stamps: what moment is proven, by a token over a signature or by a stamp over the whole file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from preservation.signatures import reading
from preservation.signatures.chains import STAMPING, Material, judge
from preservation.signatures.verdicts import Trusted, Valid

WEAK_DIGESTS = {"md2", "md5", "sha1"}
_GOOD = (Valid.VALID, Valid.UNPROVEN)
"""Hardly any authority for time stamps says where to ask whether its certificate was revoked."""


def of_file(signature: EmbeddedPdfSignature, moment: datetime, material: Material) -> datetime | None:
    """The time of a stamp over the file, where the token is good as of `moment`; otherwise None."""
    return _proven(signature.signed_data, signature.compute_digest, moment, material)


def of_signature(signature: EmbeddedPdfSignature, moment: datetime, material: Material) -> datetime | None:
    """The earliest time of the tokens over a signature that are good as of `moment`; None: there is no such token."""
    digest = generic_cms.message_imprint_checker(signature.signer_info)
    times = [_proven(token, digest, moment, material) for token in reading.tokens(signature.signer_info)]
    return min((time for time in times if time), default=None)


def stated(token: cms.SignedData) -> datetime | None:
    """The time that a token states, proven or not."""
    info = token["encap_content_info"]["content"].parsed
    return info["gen_time"].native if isinstance(info, tsp.TSTInfo) else None


def over(token: cms.SignedData, digest: Callable[[str], bytes]) -> bool:
    """Whether a token is over what `digest` hashes (it takes the name of a hash function)."""
    info = token["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        return False
    imprint = info["message_imprint"]
    return bool(digest(imprint["hash_algorithm"]["algorithm"].native) == imprint["hashed_message"].native)


def integrity(signed: cms.SignedData, cert: x509.Certificate, digest: bytes | None = None) -> tuple[bool, bool]:
    """Whether the digest is the one that was signed, and whether it was signed with the certificate's key.

    Without a `digest` what is signed lies in the message itself.
    """
    info, content = extract_signer_info(signed), signed["encap_content_info"]
    if digest is None:
        made = hashes.Hash(get_pyca_cryptography_hash(info["digest_algorithm"]["algorithm"].native))
        made.update(bytes(content["content"]))
        digest = made.finalize()
    same, genuine = generic_cms.validate_sig_integrity(info, cert, content["content_type"].native, digest)
    return bool(same), bool(genuine)


def _proven(
    token: cms.SignedData, digest: Callable[[str], bytes], moment: datetime, material: Material
) -> datetime | None:
    """The time that a token states, where it is over `digest` and its certificate is trusted and good at `moment`."""
    try:
        time = stated(token)
        if time is None or time > moment or _algorithm(token) in WEAK_DIGESTS or not over(token, digest):
            return None
        cert = generic_cms.extract_certs_for_validation(token).signer_cert
        if not all(integrity(token, cert)):
            return None
        chain = judge(cert, moment, material, STAMPING)
    except Exception:  # a token that cannot be read proves nothing
        return None
    return time if chain.trusted is Trusted.TRUSTED and chain.valid in _GOOD else None


def _algorithm(token: cms.SignedData) -> str:
    return str(token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native)
