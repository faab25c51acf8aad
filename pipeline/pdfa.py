"""What makes a PDF a PDF/A-2b (ISO 19005-2): metadata, colour, language; no dates, no chance.

The same input gives the same bytes: no time of making is written, and the file's ID is a hash of
its content. Checked with veraPDF in the tests.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageCms

LANGUAGE = "vi-VN"
PRODUCER = "sohoa"
_ICC_DATE = slice(24, 36)
"""Bytes of an ICC profile that hold the time of its making (ICC.1:2022, 7.2)."""
_FIXED_DATE = b"\x07\xd0\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"
"""1 January 2000."""
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <pdf:Producer>{producer}</pdf:Producer>
   <dc:format>application/pdf</dc:format>
   <dc:identifier>{identifier}</dc:identifier>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>{date}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
_DATE = """
   <dc:date><rdf:Seq><rdf:li>{date}</rdf:li></rdf:Seq></dc:date>"""
_CONTROL = {c: None for c in range(32)} | {c: None for c in range(0x7F, 0xA0)} | {0xFFFE: None, 0xFFFF: None}


def make_conformant(pdf: pikepdf.Pdf, title: str, identifier: str, issued: str = "") -> None:
    """Leave nothing in `pdf` but its pages, and add what PDF/A-2b asks of the whole file.

    `issued` is an ISO date, or empty.
    """
    packet = _PACKET.format(
        producer=PRODUCER,
        identifier=_xml(identifier),
        title=_xml(title),
        language=LANGUAGE,
        date=_DATE.format(date=_xml(issued)) if issued else "",
    )
    for key in {str(key) for key in pdf.Root} - {"/Type", "/Pages"}:  # scripts, forms, attachments …
        del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    metadata = pikepdf.Stream(pdf, packet.encode("utf-8"))
    metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    profile = pikepdf.Stream(pdf, srgb_profile(), N=3)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=b"sRGB",
        Info=b"sRGB IEC61966-2.1",
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.Metadata = pdf.make_indirect(metadata)
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
    pdf.Root.Lang = LANGUAGE.encode("ascii")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def save(pdf: pikepdf.Pdf, to: Path) -> None:
    """Write `pdf` to `to`; the same content gives the same bytes."""
    pdf.save(
        to,
        force_version="1.7",
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """An ICC profile of sRGB, always the same bytes."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[: _ICC_DATE.start] + _FIXED_DATE + made[_ICC_DATE.stop :]


def _xml(text: str) -> str:
    return escape(text.translate(_CONTROL))
