"""Hostile PDFs: what stands on their pages."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.hostile import FAILED, TAKEN, Made
from benchmarks.raw_pdf import IMAGE, JPEG, WORDS, deflated, drawn, encoded, pdf, scanned, stream

_EITHER = f"{TAKEN} {FAILED}"
_RAW = bytes(300 * 400 * 3)


def made() -> Iterator[Made]:
    """All of them."""
    for family in (_boxes, _filters, _pictures, _drawings, _fonts, _extras):
        yield from family()


def _boxes() -> Iterator[Made]:
    boxes = {
        "reversed": ("[150 200 0 0]", TAKEN),
        "negative": ("[-150 -200 0 0]", _EITHER),
        "empty": ("[0 0 0 0]", _EITHER),
        "line": ("[0 0 150 0]", _EITHER),
        "three": ("[0 0 150]", _EITHER),
        "five": ("[0 0 150 200 9]", _EITHER),
        "words": ("[(a) (b) (c) (d)]", _EITHER + " broken"),
        "names": ("[/A /B /C /D]", _EITHER + " broken"),
        "nan": ("[0 0 NaN NaN]", _EITHER + " broken"),
        "infinite": ("[0 0 inf inf]", _EITHER + " broken"),
        "huge": ("[0 0 1e9 1e9]", _EITHER + " broken"),
        "huge-digits": ("[0 0 99999999999 99999999999]", "too-many-pixels"),
        "longer-than-a-float": (f"[0 0 {'9' * 400} {'9' * 400}]", "too-many-pixels broken no-pages"),
        "tiny": ("[0 0 0.0001 0.0001]", _EITHER),
        "ribbon": ("[0 0 1 14400]", _EITHER),
        "ribbon-thin": ("[0 0 0.001 14400]", _EITHER),
        "number": ("7", _EITHER),
        "null": ("null", _EITHER),
        "to-itself": ("3 0 R", _EITHER + " broken"),
        "gone": ("77 0 R", _EITHER),
    }
    for name, (box, expected) in boxes.items():
        for kind, make in (("scan", scanned), ("text", drawn)):
            page = make()[3].replace(b"[0 0 150 200]", box.encode()).replace(b"[0 0 200 200]", box.encode())
            yield Made(f"box-{name}-{kind}.pdf", partial(pdf, make(page=page)), expected)
    others = {
        "crop-outside": "/CropBox [900 900 950 950]", "crop-huge": "/CropBox [-99999 -99999 99999 99999]",
        "crop-word": "/CropBox (x)", "turn-45": "/Rotate 45", "turn-huge": "/Rotate 99999999990",
        "turn-negative": "/Rotate -90", "turn-real": "/Rotate 90.5", "turn-word": "/Rotate (x)",
        "unit-zero": "/UserUnit 0", "unit-negative": "/UserUnit -5", "unit-word": "/UserUnit (x)",
    }  # fmt: skip
    for name, entry in others.items():
        page = drawn()[3].replace(b"/Type /Page ", b"/Type /Page " + entry.encode() + b" ")
        yield Made(f"box-{name}.pdf", partial(pdf, drawn(page=page)), _EITHER)
    unit = drawn()[3].replace(b"/Type /Page ", b"/Type /Page /UserUnit 1000000 ")
    yield Made("box-unit-huge.pdf", partial(pdf, drawn(page=unit)), "too-many-pixels")


def _filters() -> Iterator[Made]:
    flat = zlib.compress(WORDS)
    twice = zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9)
    cases: dict[str, tuple[Callable[[], bytes], str]] = {
        "flate-bomb": (lambda: deflated(b" " * 300_000_000), "bomb"),
        "flate-twice-bomb": (lambda: stream(twice, "/Filter [/FlateDecode /FlateDecode]"), "bomb"),
        "flate-hundred": (lambda: stream(_wrapped(100), f"/Filter [{'/FlateDecode ' * 100}]"), TAKEN + " broken"),
        "flate-garbage": (lambda: stream(b"\xff" * 500, "/Filter /FlateDecode"), _EITHER + " broken"),
        "flate-cut": (lambda: stream(flat[:20], "/Filter /FlateDecode"), _EITHER + " broken"),
        "predictor-lies": (
            lambda: stream(
                flat, "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 99 >>"
            ),
            _EITHER + " broken bomb",
        ),
        "predictor-negative": (
            lambda: stream(flat, "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns -1 /Colors -4 >>"),
            _EITHER + " broken bomb",
        ),
        "lzw-garbage": (lambda: stream(bytes(range(256)) * 50, "/Filter /LZWDecode"), _EITHER + " broken"),
        "run-length-bomb": (lambda: stream(b"\x81 " * 900_000, "/Filter /RunLengthDecode"), "bomb broken"),
        "ascii-85": (lambda: stream(base64.a85encode(WORDS) + b"~>", "/Filter /ASCII85Decode"), TAKEN),
        "ascii-85-garbage": (lambda: stream(b"\xfe" * 300, "/Filter /ASCII85Decode"), _EITHER + " broken"),
        "hex-odd": (lambda: stream(WORDS.hex().encode() + b"4>zz", "/Filter /ASCIIHexDecode"), _EITHER + " broken"),
        "unknown": (lambda: stream(WORDS, "/Filter /Sohoa"), _EITHER + " broken"),
        "crypt": (lambda: stream(WORDS, "/Filter /Crypt"), _EITHER + " broken"),
        "number": (lambda: stream(WORDS, "/Filter 7"), _EITHER + " broken"),
        "to-itself": (lambda: stream(WORDS, "/Filter 4 0 R"), _EITHER + " broken"),
        "thousand": (lambda: stream(WORDS, f"/Filter [{'/ASCIIHexDecode ' * 1000}]"), _EITHER + " broken"),
        "length-zero": (lambda: stream(WORDS, length="0"), TAKEN),
        "length-negative": (lambda: stream(WORDS, length="-1"), TAKEN + " broken"),
        "length-huge": (lambda: stream(WORDS, length="99999999999"), TAKEN + " broken"),
        "length-to-itself": (lambda: stream(WORDS, length="4 0 R"), TAKEN + " broken"),
        "length-word": (lambda: stream(WORDS, length="(x)"), TAKEN + " broken"),
        "no-end": (lambda: stream(WORDS).replace(b"endstream", b"endless"), _EITHER + " broken"),
        "external": (lambda: stream(b"", "/F (/etc/passwd)"), _EITHER),
        "external-url": (lambda: stream(b"", "/F << /FS /URL /F (http://127.0.0.1:1/x) >>"), _EITHER),
    }
    for name, (make, expected) in cases.items():
        yield Made(f"filter-{name}.pdf", lambda make=make: pdf(drawn(content=make())), expected)  # type: ignore[misc]


def _wrapped(times: int) -> bytes:
    data = WORDS
    for _ in range(times):
        data = zlib.compress(data)
    return data


def _pictures() -> Iterator[Made]:
    dct = IMAGE + " /Filter /DCTDecode"
    flate = IMAGE + " /Filter /FlateDecode"
    broken = _EITHER + " broken"
    progressive = encoded(progressive=True)
    scans = progressive[:-2] + progressive[progressive.rindex(b"\xff\xda") : -2] * 3000 + b"\xff\xd9"

    def jpeg(entries: str, data: bytes = JPEG) -> Callable[[], bytes]:
        return lambda: stream(data, entries)

    def raw(entries: str) -> Callable[[], bytes]:
        return lambda: deflated(_RAW, entries)

    cases: dict[str, tuple[Callable[[], bytes], str]] = {
        "width-lies": (jpeg(dct.replace("300", "600")), broken),
        "width-huge": (jpeg(dct.replace("300", "2147483647")), "too-many-pixels"),
        "width-beyond-32": (jpeg(dct.replace("300", "99999999999")), "too-many-pixels broken"),
        "width-negative": (jpeg(dct.replace("300", "-300")), broken),
        "width-zero": (jpeg(dct.replace("300", "0")), broken),
        "width-word": (jpeg(dct.replace("300", "(x)")), broken),
        "width-missing": (jpeg(dct.replace("/Width 300", "")), broken),
        "jpeg-cut": (jpeg(dct, JPEG[: len(JPEG) // 2]), "broken"),
        "jpeg-cut-with-end": (jpeg(dct, JPEG[: len(JPEG) // 3] + b"\xff\xd9"), broken),
        "jpeg-empty": (jpeg(dct, b""), "broken"),
        "jpeg-is-png": (jpeg(dct, encoded("PNG")), "broken"),
        "jpeg-bits": (jpeg(dct.replace("BitsPerComponent 8", "BitsPerComponent 64")), broken),
        "jpeg-grey-as-colour": (jpeg(dct, encoded(mode="L")), broken),
        "jpeg-cmyk": (jpeg(dct.replace("RGB", "CMYK"), encoded(mode="CMYK")), TAKEN),
        "jpeg-cmyk-as-colour": (jpeg(dct, encoded(mode="CMYK")), broken),
        "jpeg-progressive": (jpeg(dct, progressive), TAKEN),
        "jpeg-3000-scans": (jpeg(dct, scans), "bomb broken"),
        "jpeg-size-lies": (jpeg(dct, _sized(JPEG, 65_500, 65_500)), "too-many-pixels"),
        "jpeg-no-colours": (jpeg(dct.replace("/ColorSpace /DeviceRGB", "")), broken),
        "flate": (raw(flate), TAKEN),
        "flate-short": (lambda: stream(zlib.compress(_RAW[:999]), flate), "broken"),
        "flate-bomb": (lambda: deflated(bytes(900_000_000), IMAGE), broken),
        "bits-3": (raw(flate.replace("Component 8", "Component 3")), broken),
        "bits-1000": (raw(flate.replace("Component 8", "Component 1000")), broken),
        "bits-negative": (raw(flate.replace("Component 8", "Component -8")), broken),
        "indexed-huge": (raw(flate.replace("/DeviceRGB", "[/Indexed /DeviceRGB 2147483647 <00>]")), broken),
        "indexed-in-itself": (raw(flate.replace("/DeviceRGB", "8 0 R")), broken),
        "profile-garbage": (raw(flate.replace("/DeviceRGB", "[/ICCBased 9 0 R]")), broken),
        "many-inks": (raw(flate.replace("/DeviceRGB", f"[/DeviceN [{'/A ' * 500}] /DeviceRGB 9 0 R]")), broken),
        "decode-odd": (raw(flate + " /Decode [NaN 9e99 -1]"), broken),
        "mask-itself": (raw(flate + " /SMask 5 0 R"), broken),
        "mask-ring": (raw(flate + " /Mask 5 0 R"), broken),
        "mask-huge": (raw(flate + f" /Mask [{'0 255 ' * 100_000}]"), broken),
        "stencil": (raw(flate + " /ImageMask true"), broken),
        "fax-garbage": (jpeg(IMAGE + " /Filter /CCITTFaxDecode", b"\xaa" * 3000), broken),
        "fax-columns-huge": (
            jpeg(IMAGE + " /Filter /CCITTFaxDecode /DecodeParms << /Columns 2147483647 /Rows 2147483647 /K -1 >>"),
            broken + " bomb",
        ),
        "jbig2-garbage": (jpeg(IMAGE + " /Filter /JBIG2Decode", bytes(range(256)) * 9), broken),
        "jbig2-globals-itself": (jpeg(IMAGE + " /Filter /JBIG2Decode /DecodeParms << /JBIG2Globals 5 0 R >>"), broken),
        "jbig2-huge": (jpeg(IMAGE + " /Filter /JBIG2Decode", _JBIG2), broken),
        "jpx-garbage": (jpeg(IMAGE + " /Filter /JPXDecode", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(900)), broken),
        "jpx": (jpeg(IMAGE + " /Filter /JPXDecode", encoded("JPEG2000")), TAKEN),
        "jpx-size-lies": (jpeg(IMAGE + " /Filter /JPXDecode", _jpx_lie()), broken + " too-many-pixels"),
    }
    ring = b"[/Indexed 8 0 R 255 <00>]"
    for name, (make, expected) in cases.items():
        yield Made(
            f"picture-{name}.pdf",
            lambda make=make: pdf(scanned(picture=make(), n8=ring, n9=stream(b"\xff" * 200, "/N 3"))),  # type: ignore[misc]
            expected,
        )


_JBIG2 = bytes.fromhex("00000000300001000000137fffffff7fffffff0000000000000000000000") + bytes(60)


def _sized(data: bytes, width: int, height: int) -> bytes:
    """A JPEG that says another size."""
    at = data.index(b"\xff\xc0") if b"\xff\xc0" in data else data.index(b"\xff\xc2")
    return data[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 9 :]


def _jpx_lie() -> bytes:
    data = bytearray(encoded("JPEG2000"))
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = b"\0\x10\0\0\0\x10\0\0"
    return bytes(data)


def _drawings() -> Iterator[Made]:
    def chain(depth: int, times: int) -> Callable[[], bytes]:
        """Forms that each draw the next one `times` times."""

        def make() -> bytes:
            objects = drawn(picture=_form(b"/F Do " * times, "/F 10 0 R"), content=stream(b"/Im0 Do"))
            for level in range(depth):
                objects[10 + level] = _form(b"/F Do " * times, f"/F {11 + level} 0 R")
            objects[10 + depth] = _form(b"0 0 9 9 re f", "")
            return pdf(objects)

        return make

    def content(data: bytes) -> Callable[[], bytes]:
        return lambda: pdf(drawn(content=deflated(data)))

    costly = f"{_EITHER} bomb too-slow"
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Function 9 0 R >>"
    function = stream(b"{ " + b"dup " * 90_000 + b"}", "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]")
    shaded = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << "
    cases = {
        "saves": (content(b"q " * 1_000_000), costly),
        "restores": (content(b"Q " * 1_000_000), costly),
        "arrays-deep": (content(b"[" * 300_000), costly + " broken"),
        "dictionaries-deep": (content(b"/A " + b"<</B " * 100_000 + b" BDC"), costly + " broken"),
        "garbage": (content(bytes(range(256)) * 2000), costly),
        "numbers-long": (content(b"9" * 200_000 + b" 0 m " + b"1." * 9999 + b" l S"), costly),
        "lines": (content(b"0 0 m " + b"200 200 l 0 9 l " * 100_000 + b"S"), costly),
        "curves": (content(b"0 0 m " + b"1e9 -1e9 5 5 9e30 0 c " * 50_000 + b"f*"), costly),
        "clips": (content(b"0 0 150 150 re W n " * 50_000), costly),
        "dashes": (content(b"[0.00001 0.00001] 0 d 9 w 0 0 m 200 200 l S " * 20), costly),
        "wide": (content(b"1e30 w 0 0 m 200 200 l S"), _EITHER),
        "scaled": (content(b"1e30 0 0 1e30 0 0 cm /Im0 Do"), _EITHER),
        "singular": (content(b"0 0 0 0 0 0 cm /Im0 Do"), _EITHER),
        "pictures": (content(b"q 9 0 0 9 0 0 cm /Im0 Do Q " * 3000), costly),
        "unknown": (content(b"foo bar BX baz EX (x) quux"), _EITHER),
        "marks": (content(b"/P BMC " * 100_000), costly),
        "inline-lies": (content(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID xyz EI Q"), costly),
        "inline-open": (content(b"BI /W 9 /H 9 ID "), _EITHER),
        "text-huge": (content(b"BT /F1 1e9 Tf (W) Tj ET"), _EITHER),
        "text-long": (content(b"BT /F1 1 Tf " + b"(abcdefghij) Tj " * 100_000 + b"ET"), costly),
        "string-open": (content(b"BT /F1 9 Tf (never closed"), _EITHER),
        "form-in-itself": (chain(0, 1), _EITHER),
        "forms-deep": (chain(300, 1), costly),
        "forms-wide": (chain(9, 12), costly),
        "shading": (
            lambda: pdf(
                drawn(page=shaded + b"/Shading << /S 8 0 R >> >> >>", content=stream(b"/S sh"), n8=shading, n9=function)
            ),
            costly,
        ),
        "pattern-in-itself": (
            lambda: pdf(
                drawn(
                    page=shaded + b"/Pattern << /P 8 0 R >> >> >>",
                    content=stream(b"/Pattern cs /P scn 0 0 200 200 re f"),
                    n8=stream(
                        b"/Pattern cs /P scn 0 0 9 9 re f",
                        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.0001 /YStep 0.0001 "
                        "/Resources << /Pattern << /P 8 0 R >> >>",
                    ),
                )
            ),
            costly,
        ),
    }
    itself = _form(b"/Im0 Do /Im0 Do", "/Im0 5 0 R")
    yield Made("draw-form-draws-itself.pdf", partial(pdf, drawn(picture=itself, content=stream(b"/Im0 Do"))), _EITHER)
    for name, (make, expected) in cases.items():
        yield Made(f"draw-{name}.pdf", make, expected)


def _form(data: bytes, objects: str) -> bytes:
    return stream(data, f"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << {objects} >> >>")


def _fonts() -> Iterator[Made]:
    bomb = b"begincmap 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange endcmap"
    ranges = b"begincmap " + b"100 begincidrange <0000> <FFFF> 0 endcidrange " * 2000 + b"endcmap"
    simple = "<< /Type /Font /Subtype /{} /BaseFont /X /FirstChar 32 /LastChar 126 {} >>"
    described = "/FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /{} 8 0 R >>"
    costly = f"{_EITHER} too-slow bomb"
    cases = {
        "gone": ("77 0 R", b""), "number": ("7", b""), "empty": ("<< >>", b""), "itself": ("6 0 R", b""),
        "unknown-kind": (simple.format("Sohoa", ""), b""),
        "composite-without-part": ("<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H >>", b""),
        "composite-of-itself": (
            "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] >>", b""),
        "map-bomb": (simple.format("Type1", "/ToUnicode 8 0 R"), stream(bomb)),
        "map-ranges": (
            "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 8 0 R /DescendantFonts "
            "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X >>] >>", stream(ranges, "/Type /CMap /CMapName /X")),
        "map-itself": (simple.format("Type1", "/ToUnicode 8 0 R"), stream(b"/X usecmap", "/UseCMap 8 0 R")),
        "map-path": (
            "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /..#2f..#2f..#2fetc#2fpasswd /DescendantFonts "
            "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X >>] >>", b""),
        "widths-many": (simple.format("Type1", f"/Widths [{'9 ' * 200_000}]"), b""),
        "widths-words": (simple.format("Type1", "/Widths [(a) /b null]"), b""),
        "first-negative": (simple.format("Type1", "/Widths [9]").replace("32", "-2147483648"), b""),
        "differences": (simple.format("Type1", f"/Encoding << /Differences [0 {'/a ' * 100_000}] >>"), b""),
        "differences-odd": (simple.format("Type1", "/Encoding << /Differences [-5 /a (x) 99999999999 /b] >>"), b""),
        "program-garbage": (simple.format("TrueType", described.format("FontFile2")), stream(bytes(range(256)) * 40)),
        "program-tables": (
            simple.format("TrueType", described.format("FontFile2")),
            stream(b"\0\1\0\0\xff\xff\0\0\0\0\0\0" + b"glyf\0\0\0\0\xff\xff\xff\xff\x7f\xff\xff\xff" * 99)),
        "program-1": (simple.format("Type1", described.format("FontFile")), stream(b"%!PS-AdobeFont {loop} loop")),
        "program-cff": (simple.format("Type1", described.format("FontFile3")), stream(b"\1\0\4\4" + b"\xff" * 900)),
        "drawn-by-itself": (
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 32 /LastChar 126 "
            "/CharProcs << /a 8 0 R >> /Encoding << /Differences [32 " + "/a " * 95 + "] >> "
            "/Resources << /Font << /F1 6 0 R >> >> >>", stream(b"9 0 d0 BT /F1 9 Tf (aaaaaaaa) Tj ET")),
    }  # fmt: skip
    for name, (font, more) in cases.items():
        yield Made(f"font-{name}.pdf", partial(pdf, drawn(font=font.encode(), n8=more or b"null")), costly)


def _extras() -> Iterator[Made]:
    """What is on a page or behind it that nobody scanned."""

    def page(entry: bytes, make: Callable[..., dict[int, bytes]] = scanned, **more: bytes) -> Callable[[], bytes]:
        return lambda: pdf(make(page=make()[3].replace(b"/Type /Page ", b"/Type /Page " + entry + b" "), **more))

    def root(entry: bytes, **more: bytes) -> Callable[[], bytes]:
        return lambda: pdf(scanned(root=b"<< /Type /Catalog /Pages 2 0 R " + entry + b" >>", **more))

    note = b"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] /AP << /N 9 0 R >> >>"
    look = _form(b"0 0 9 9 re f /Me Do", "/Me 9 0 R")
    cases = {
        "annotations-100000": (page(b"/Annots [" + b"8 0 R " * 100_000 + b"]", n8=note, n9=look), f"{_EITHER} too-slow"),  # noqa: E501
        "annotations-empty": (page(b"/Annots [null 7 (x) << >>]"), _EITHER),
        "annotations-itself": (page(b"/Annots 3 0 R"), _EITHER),
        "annotations-number": (page(b"/Annots 7"), _EITHER),
        "annotation-looks-odd": (page(b"/Annots [<< /Subtype /Square /Rect [(a)] /AP << /N 3 0 R >> >>]"), _EITHER),
        "link-file": (page(b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (file:///etc/passwd) >> >>]"), TAKEN),  # noqa: E501
        "film": (page(b"/Annots [<< /Subtype /RichMedia /Rect [0 0 99 99] >>]"), _EITHER),
        "opens-script": (root(b"/OpenAction << /S /JavaScript /JS (while(1){}) >>"), TAKEN),
        "opens-program": (root(b"/OpenAction << /S /Launch /F (/bin/sh) >>"), TAKEN),
        "opens-form": (root(b"/OpenAction << /S /SubmitForm /F (http://127.0.0.1:1/) >>"), TAKEN),
        "page-script": (page(b"/AA << /O << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"), TAKEN),
        "files-within": (
            root(b"/Names << /EmbeddedFiles << /Names [(a.exe) 8 0 R] >> >>", n8=b"<< /Type /Filespec /F (a.exe) /EF << /F 9 0 R >> >>",  # noqa: E501
                 n9=deflated(b"MZ" + bytes(90_000_000))), TAKEN),
        "fields-ring": (root(b"/AcroForm << /Fields [8 0 R] >>", n8=b"<< /T (x) /Kids [8 0 R] /Parent 8 0 R >>"), TAKEN),  # noqa: E501
        "forms-as-xml": (root(b"/AcroForm << /XFA 8 0 R /Fields [] >>", n8=deflated(b"<a>" * 9_000_000)), TAKEN),
        "layers-odd": (root(b"/OCProperties << /D << /Order [8 0 R] >> /OCGs 8 0 R >>", n8=b"[8 0 R 8 0 R]"), TAKEN),
        "marked-ring": (root(b"/StructTreeRoot 8 0 R", n8=b"<< /Type /StructTreeRoot /K 8 0 R >>"), TAKEN),
        "intents-odd": (root(b"/OutputIntents [7 (x) << /S /GTS_PDFA1 /DestOutputProfile 3 0 R >>]"), TAKEN),
        "resources-itself": (lambda: pdf(drawn(page=drawn()[3].replace(b"/Resources << ", b"/Resources 3 0 R /R << "))), _EITHER),  # noqa: E501
        "resources-number": (lambda: pdf(drawn(page=drawn()[3].replace(b"/Resources << ", b"/Resources 7 /R << "))), _EITHER),  # noqa: E501
        "picture-itself": (lambda: pdf(scanned(picture=b"5 0 R")), _EITHER + " broken"),
        "thumb": (page(b"/Thumb 3 0 R"), TAKEN),
        "group-ring": (page(b"/Group 3 0 R", drawn), _EITHER),
        "signature-odd": (
            root(b"/AcroForm << /SigFlags 3 /Fields [8 0 R] >>",
                 n8=b"<< /FT /Sig /T (s) /V << /Type /Sig /ByteRange [0 99999999 5 -1] /Contents <00> >> >>"), TAKEN),
    }  # fmt: skip
    for name, (make, expected) in cases.items():
        yield Made(f"extra-{name}.pdf", make, expected)
