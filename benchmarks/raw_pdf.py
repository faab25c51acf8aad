"""PDFs written by hand, so that each part of them can be wrong."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping

from PIL import Image, ImageDraw

Objects = dict[int, bytes]
ROOT, PAGES, PAGE, CONTENT, PICTURE, FONT = range(1, 7)


def picture(size: tuple[int, int] = (300, 400), mode: str = "RGB") -> Image.Image:
    """A page with some print-like marks on it."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for line in range(8):
        for word in range(6):
            left, top = 30 + word * 40, 40 + line * 40
            draw.rectangle((left, top, left + 25 + (word * 7 + line * 3) % 9, top + 12), fill="black")
    return image.convert(mode)


def encoded(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (300, 400), **options: object) -> bytes:
    """`picture` as a file."""
    out = io.BytesIO()
    picture(size, mode).save(out, kind, **options)
    return out.getvalue()


def stream(data: bytes, entries: str = "", length: str | None = None) -> bytes:
    """A stream object; `length` in the place of the true one."""
    return f"<< {entries} /Length {length or len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def deflated(data: bytes, entries: str = "") -> bytes:
    """A stream that is deflated."""
    return stream(zlib.compress(data, 9), f"{entries} /Filter /FlateDecode")


JPEG = encoded()
IMAGE = "/Type /XObject /Subtype /Image /Width 300 /Height 400 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
WORDS = b"BT /F1 14 Tf 20 150 Td (Quyet dinh so 12 cua Uy ban nhan dan) Tj 0 -20 Td (Dieu 1. Cap giay phep) Tj ET"


def scanned(**changed: bytes) -> Objects:
    """A page that is one JPEG; `changed` by name (``page``, ``content`` …) replaces objects."""
    return _with(
        {
            ROOT: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 150 200] /Contents 4 0 R "
            b"/Resources << /XObject << /Im0 5 0 R >> >> >>",
            CONTENT: stream(b"q 150 0 0 200 0 0 cm /Im0 Do Q"),
            PICTURE: stream(JPEG, IMAGE + " /Filter /DCTDecode"),
        },
        changed,
    )


def drawn(**changed: bytes) -> Objects:
    """A page of text that has to be drawn."""
    return _with(
        {
            ROOT: b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R "
            b"/Resources << /Font << /F1 6 0 R >> /XObject << /Im0 5 0 R >> >> >>",
            CONTENT: stream(WORDS),
            PICTURE: stream(JPEG, IMAGE + " /Filter /DCTDecode"),
            FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        },
        changed,
    )


def _with(objects: Objects, changed: Mapping[str, bytes]) -> Objects:
    places = {"root": ROOT, "pages": PAGES, "page": PAGE, "content": CONTENT, "picture": PICTURE, "font": FONT}
    for name, data in changed.items():
        objects[places[name] if name in places else int(name.removeprefix("n"))] = data
    return objects


def pdf(
    objects: Objects,
    trailer: str = "",
    *,
    head: bytes = b"%PDF-1.7\n",
    table: bytes | None = None,
    start: str | None = None,
    end: bytes = b"%%EOF\n",
    root: str = "1 0 R",
    size: str | None = None,
) -> bytes:
    """A file of these objects with a classic table; each part may be replaced."""
    data, places = bytearray(head), {}
    for number, text in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    most = max(objects) + 1
    if table is None:
        lines = [b"0000000000 65535 f \n"]
        lines += [b"%010d 00000 n \n" % places[n] if n in places else lines[0] for n in range(1, most)]
        table = b"xref\n0 %d\n" % most + b"".join(lines)
    begin = len(data)
    told = (
        f"trailer\n<< /Size {size or most} /Root {root} {trailer} >>\nstartxref\n{begin if start is None else start}\n"
    )
    return bytes(data) + table + told.encode() + end


def with_streams(objects: Objects, *, count: str | None = None, first: str | None = None, more: str = "",
                 widths: str = "[1 4 2]", index: str = "", body: bytes | None = None) -> bytes:  # fmt: skip
    """The same as an object stream and a stream of cross-references (PDF 1.5); each part may be replaced."""
    packed = {n: text for n, text in objects.items() if b"stream" not in text}
    head, inside = b"", b""
    for n, text in packed.items():
        head += b"%d %d " % (n, len(inside))
        inside += text + b"\n"
    holder, table = max(objects) + 1, max(objects) + 2
    data, places = bytearray(b"%PDF-1.7\n"), {}
    told = f"/Type /ObjStm /N {count or len(packed)} /First {first or len(head)} {more}"
    loose = {n: text for n, text in objects.items() if n not in packed}
    for n, text in (loose | {holder: deflated(body if body is not None else head + inside, told)}).items():
        places[n] = len(data)
        data += b"%d 0 obj\n" % n + text + b"\nendobj\n"
    rows = b"\0" * 7
    for n in range(1, table + 1):
        if n in packed:
            rows += b"\2" + holder.to_bytes(4, "big") + list(packed).index(n).to_bytes(2, "big")
        else:
            rows += b"\1" + places.get(n, len(data)).to_bytes(4, "big") + b"\0\0"
    begin = len(data)
    entries = f"/Type /XRef /Size {table + 1} /W {widths} {index} /Root 1 0 R"
    data += b"%d 0 obj\n" % table + deflated(rows, entries) + b"\nendobj\n"
    return bytes(data) + b"startxref\n%d\n%%%%EOF\n" % begin
