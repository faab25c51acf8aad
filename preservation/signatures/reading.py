"""The signatures in a PDF, and what lies beside them in it: certificates, lists, answers, stamps. Nothing is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from preservation.signatures.chains import Material

MOST_SIGNATURES = 200
"""Where there are more, nothing is said of the file."""
_LONGEST_NAME = 300


class TooManyError(ValueError):
    """More signatures than anybody makes."""


@dataclass(slots=True)
class Found:
    """A signature, as far as it can be read."""

    field: str
    """Name of its field."""
    revision: int
    """Number of the addition to the file in which it was made, from 0."""
    signature: EmbeddedPdfSignature | None
    """None: it cannot be read."""
    reason: str = ""

    @property
    def is_stamp(self) -> bool:
        """Whether it is a time stamp over the file, and nobody's signature."""
        return self.signature is not None and self.signature.sig_object_type == "/DocTimeStamp"


def signatures(reader: PdfFileReader) -> list[Found]:
    """The signatures in the order in which they were made. Raises TooManyError."""
    return sorted(_each(reader), key=lambda one: one.revision)


def _each(reader: PdfFileReader) -> Iterator[Found]:
    """One that cannot be read keeps no other from being looked at."""
    for number, (name, value, field) in enumerate(enumerate_sig_fields(reader, filled_status=True)):
        if number >= MOST_SIGNATURES:
            raise TooManyError(f"more than {MOST_SIGNATURES} signatures")
        label = str(name)[:_LONGEST_NAME]
        try:
            signature = EmbeddedPdfSignature(reader, field, name)
            assert signature.signer_cert.public_key is not None
            yield Found(label, signature.signed_revision, signature)
        except Exception as error:  # garbage of whatever kind
            revision = 0
            with suppress(Exception):
                revision = reader.xrefs.get_last_change(value.reference)
            yield Found(label, revision, None, line(error))


def brought_along(reader: PdfFileReader, found: Iterable[Found]) -> Material:
    """Certificates, lists and answers that lie in the file: of help, and trusted in nothing."""
    material = Material()
    for one in found:
        if one.signature is None:
            continue
        info = one.signature.signer_info
        for signed in (one.signature.signed_data, *tokens(info)):
            with suppress(Exception):
                material.add(others=[c.chosen for c in signed["certificates"] if c.name == "certificate"])
        with suppress(Exception):
            for kept in find_cms_attribute_iter(info["signed_attrs"], "adobe_revocation_info_archival"):
                material.add(crls=_items(kept["crl"]), ocsps=_items(kept["ocsp"]))
    with suppress(Exception):
        store = DocumentSecurityStore.read_dss(reader)
        context = store.as_validation_context({"trust_roots": []})
        material.add(others=iter(context.certificate_registry), crls=context.crls, ocsps=context.ocsps)
    return material


def tokens(signer_info: cms.SignerInfo) -> list[cms.SignedData]:
    """The time stamps over a signature."""
    with suppress(Exception):
        return list(generic_cms.extract_tst_data_iter(signer_info, signed=False))
    return []


def line(error: BaseException) -> str:
    """What an error says, for those who look into it."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _items(value: Any) -> list[Any]:
    return [] if value.native is None else list(value)
