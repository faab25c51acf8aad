"""Signed PDFs, made by people of a made-up infrastructure, and what becomes of them."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.context import ValidationContext
from reportlab.pdfgen.canvas import Canvas

from preservation.signatures import verifying
from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Looked, Verdict
from tests import pki
from tests.pki import NOW, Authority, Holder


def paper(text: str = "577/GPXD", form: bool = False) -> bytes:
    """A PDF of one page; with a form to fill where one is wanted."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=(420, 595), invariant=1)
    canvas.drawString(60, 500, text)
    if form:
        canvas.acroForm.textfield(name="note", x=60, y=400, width=200, height=20)
    canvas.showPage()
    canvas.save()
    return made.getvalue()


@dataclass
class People:
    """A made-up root, an authority below it, one for time stamps, and a person."""

    root: Authority
    ca: Authority
    tsa: Holder
    person: Holder

    @classmethod
    def made(cls) -> People:
        """All of them."""
        root = Authority.root()
        ca = root.below()
        return cls(root, ca, ca.time_stamps(), ca.person())

    def trust(self, *crls: bytes, ocsps: tuple[bytes, ...] = (), mode: str = "folder") -> Trust:
        """An office that trusts the root and has these lists; none given: those of today."""
        lists = crls or (self.root.crl(), self.ca.crl())
        return Trust(anchors=(self.root.holder.der,), crls=lists, ocsps=ocsps, mode=mode)

    def signed(
        self,
        content: bytes | None = None,
        holder: Holder | None = None,
        *,
        stamped: datetime | bool = False,
        name: str = "Signature1",
        older: bool = False,
        certify: fields.MDPPerm | None = None,
        digest: str = "sha256",
        chain: bool = True,
    ) -> bytes:
        """`content` signed by `holder` (the person), with a time stamp of now or of another moment."""
        at = stamped if isinstance(stamped, datetime) else None
        writer = IncrementalPdfFileWriter(BytesIO(content or paper()), strict=False)
        kind = SigSeedSubFilter.ADOBE_PKCS7_DETACHED if older else SigSeedSubFilter.PADES
        meta = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm=digest,
            subfilter=kind,
            certify=certify is not None,
            **({"docmdp_permissions": certify} if certify else {}),
        )
        stamper = self.tsa.stamper(at) if stamped else None
        signer = signers.PdfSigner(meta, (holder or self.person).signer(chain), timestamper=stamper)
        made = BytesIO()
        signer.sign_pdf(writer, output=made)
        return made.getvalue()

    def signed_in_part(self) -> bytes:
        """A paper whose signature leaves out the last bytes of the file, and is sound over the rest."""
        content = self.signed()
        _zero, length, end, rest = PdfFileReader(BytesIO(content)).embedded_signatures[0].byte_range
        spoken = f"{rest - 20}".encode().ljust(len(str(rest)))
        content = content.replace(f"{end} {rest}".encode(), f"{end} ".encode() + spoken)
        covered = content[:length] + content[end : end + rest - 20]
        digest = hashlib.sha256(covered).digest()
        message = asyncio.run(self.person.signer().async_sign(digest, "sha256", use_pades=True))
        hexed = message.dump().hex().encode().ljust(end - length - 2, b"0")
        return content[: length + 1] + hexed + content[end - 1 :]

    def long_term(self, holder: Holder, at: datetime, *, archive: bool = False) -> bytes:
        """A paper signed at the moment `at` with all that proves it later; `archive`: and a stamp over that."""
        context = ValidationContext(
            trust_roots=[self.root.holder.asn1],
            other_certs=[self.ca.holder.asn1],
            crls=[self.root.crl(at, at + 30 * pki.DAY), self.ca.crl(at, at + 30 * pki.DAY)],
            moment=at + timedelta(minutes=1),
            revocation_mode="hard-fail",
            retroactive_revinfo=True,
        )
        meta = signers.PdfSignatureMetadata(
            field_name="Signature1",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=archive,
            validation_context=context,
        )
        made = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(paper()))
        signers.PdfSigner(meta, holder.signer(), timestamper=self.tsa.stamper(at)).sign_pdf(writer, output=made)
        return made.getvalue()

    def looked(self, content: bytes, trust: Trust | None = None, now: datetime = NOW) -> Looked:
        """What is said of a file, in this process."""
        return verifying.of_file(BytesIO(content), trust or self.trust(), now)

    def verdict(self, content: bytes, trust: Trust | None = None, now: datetime = NOW) -> Verdict:
        """What is said of its only signature."""
        (one,) = self.looked(content, trust, now).verdicts
        return one


def with_field(content: bytes, name: str = "Signature1", box: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bytes:
    """`content` with an empty field for a signature."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    fields.append_signature_field(writer, SigFieldSpec(name, box=box))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
