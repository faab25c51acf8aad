"""A font without shapes, for text that is searched and copied but not seen.

Every character has its own code and the same empty glyph, half as wide as the font is high. The
font program is a TrueType file with the six tables that PDF asks of an embedded one (ISO 32000-1,
9.9), so that no viewer looks for a substitute. A `GlyphlessFont` numbers the characters of one
document as they come; the table back to Unicode follows from that.
"""

from __future__ import annotations

import struct

import pikepdf

NAME = "/GlyphLessFont"
ADVANCE = 500
"""Width of every character in thousandths of the font size."""
_EM = 1000
_GLYPHS = 2
"""The obligatory glyph for what is missing, and the empty one that every character gets."""


class GlyphlessFont:
    """The characters that one document uses."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> str:
        """`text` as a PDF hex string in this font, e.g. ``<00010002>``."""
        return "<" + "".join(f"{self._codes.setdefault(c, len(self._codes) + 1):04X}" for c in text) + ">"

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The font as an object of `pdf`; call it when all text has been encoded."""
        program = _program()
        file = pikepdf.Stream(pdf, program, Length1=len(program))
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name(NAME),
            FontFile2=pdf.make_indirect(file),
            Flags=4,
            FontBBox=[0, 0, ADVANCE, _EM],
            ItalicAngle=0,
            Ascent=_EM,
            Descent=0,
            CapHeight=_EM,
            StemV=80,
        )
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name(NAME),
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=ADVANCE,
            CIDToGIDMap=pikepdf.Stream(pdf, b"\0\1" * (len(self._codes) + 1)),
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name(NAME),
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pikepdf.Stream(pdf, self._to_unicode()),
        )
        return pdf.make_indirect(font)

    def _to_unicode(self) -> bytes:
        lines = [f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in self._codes.items()]
        blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
        body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def _program() -> bytes:
    """The TrueType file. Field by field as in the OpenType specification."""
    head = struct.pack(
        ">HHIIIHHqqhhhhHHhhh", 1, 0, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, 0, ADVANCE, _EM, 0, 8, 2, 0, 0
    )
    hhea = struct.pack(">HHhhhHhhhhhhhhhhhH", 1, 0, _EM, 0, 0, ADVANCE, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, _GLYPHS)
    maxp = struct.pack(">IHHHHHHHHHHHHHH", 0x10000, _GLYPHS, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    hmtx = struct.pack(">Hh", ADVANCE, 0) * _GLYPHS
    loca = struct.pack(">H", 0) * (_GLYPHS + 1)
    return _font_file({"glyf": b"\0", "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp})


def _font_file(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    start = struct.pack(">IHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body, offset = b"", b"", 12 + 16 * count
    for tag, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        directory += struct.pack(">4sIII", tag.encode(), _checksum(padded), offset + len(body), len(data))
        body += padded
    whole = start + directory + body
    adjustment = (0xB1B0AFBA - _checksum(whole)) & 0xFFFFFFFF
    at = offset + body.index(tables["head"]) + 8
    return whole[:at] + struct.pack(">I", adjustment) + whole[at + 4 :]


def _checksum(padded: bytes) -> int:
    values: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(values) & 0xFFFFFFFF
