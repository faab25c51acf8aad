"""Hostile TIFF, JPEG and PNG files, and what is no picture at all."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from PIL import Image

from benchmarks.hostile import FAILED, TAKEN, Made
from benchmarks.raw_pdf import encoded, picture

_EITHER = f"{TAKEN} {FAILED}"
_WIDTH, _HEIGHT, _BITS, _PACKING, _COLOURS, _STRIPS, _SAMPLES, _ROWS, _COUNTS = (
    256,
    257,
    258,
    259,
    262,
    273,
    277,
    278,
    279,
)
_SHORT, _LONG = 3, 4


def made() -> Iterator[Made]:
    """All of them."""
    for family in (_tiffs, _jpegs, _pngs, _others):
        yield from family()


def tiff(
    changed: Mapping[int, tuple[int, int, int] | None] | None = None, following: int = 0, data: bytes = bytes(100)
) -> bytes:
    """A grey picture of 10 × 10; `changed` are tags (kind, count, value; None: left out)."""
    tags: dict[int, tuple[int, int, int] | None] = {
        _WIDTH: (_SHORT, 1, 10), _HEIGHT: (_SHORT, 1, 10), _BITS: (_SHORT, 1, 8), _PACKING: (_SHORT, 1, 1),
        _COLOURS: (_SHORT, 1, 1), _STRIPS: (_LONG, 1, 8), _SAMPLES: (_SHORT, 1, 1), _ROWS: (_SHORT, 1, 10),
        _COUNTS: (_LONG, 1, len(data)),
    }  # fmt: skip
    tags.update(changed or {})
    kept = {tag: entry for tag, entry in sorted(tags.items()) if entry is not None}
    table = struct.pack("<H", len(kept))
    for tag, (kind, count, value) in kept.items():
        table += struct.pack("<HHI", tag, kind, count) + struct.pack("<I", value)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + table + struct.pack("<I", following)


def _tiffs() -> Iterator[Made]:
    broken = _EITHER + " broken"
    fails = "broken"
    lie = {_WIDTH: (_LONG, 1, 0x7FFFFFFF), _HEIGHT: (_LONG, 1, 0x7FFFFFFF)}
    cases: dict[str, tuple[Callable[[], bytes], str]] = {
        "good": (tiff, TAKEN),
        "ring": (lambda: tiff(following=108), broken),
        "next-beyond": (lambda: tiff(following=0x7FFFFFF0), broken),
        "table-beyond": (lambda: b"II*\0\xff\xff\xff\x7f", fails),
        "table-in-head": (lambda: b"II*\0\0\0\0\0" + bytes(100), fails),
        "head-only": (lambda: b"II*\0", fails),
        "tags-65535": (lambda: b"II*\0\x08\0\0\0\xff\xff" + bytes(500), fails),
        "size-huge": (lambda: tiff(lie), "too-many-pixels broken"),
        "size-zero": (lambda: tiff({_WIDTH: (_SHORT, 1, 0)}), broken),
        "size-missing": (lambda: tiff({_WIDTH: None}), fails),
        "strips-beyond": (lambda: tiff({_STRIPS: (_LONG, 1, 0x7FFFFFFF)}), fails),
        "strips-missing": (lambda: tiff({_STRIPS: None}), fails),
        "strips-many": (lambda: tiff({_STRIPS: (_LONG, 0x3FFFFFFF, 8)}), broken),
        "counts-huge": (lambda: tiff({_COUNTS: (_LONG, 1, 0x7FFFFFFF)}), broken),
        "rows-zero": (lambda: tiff({_ROWS: (_SHORT, 1, 0)}), broken),
        "bits-64": (lambda: tiff({_BITS: (_SHORT, 1, 64)}), fails),
        "samples-1000": (lambda: tiff({_SAMPLES: (_SHORT, 1, 1000)}), fails),
        "colours-99": (lambda: tiff({_COLOURS: (_SHORT, 1, 99)}), fails),
        "kind-odd": (lambda: tiff({_WIDTH: (99, 1, 10)}), fails),
        "width-text": (lambda: tiff({_WIDTH: (2, 4, 0x41414141)}), fails),
        "tile-huge": (lambda: tiff({322: (_LONG, 1, 0x40000000), 323: (_LONG, 1, 0x40000000), 324: (_LONG, 1, 8)}), broken),  # noqa: E501
        "tile-zero": (lambda: tiff({322: (_LONG, 1, 0), 323: (_LONG, 1, 0), 324: (_LONG, 1, 8)}), broken),
        "dots-zero": (lambda: tiff({282: (5, 1, 0), 283: (5, 1, 0)}), broken),
        "turned-99": (lambda: tiff({274: (_SHORT, 1, 99)}), TAKEN),
        "inner-ring": (lambda: tiff({330: (_LONG, 1, 108), 34665: (_LONG, 1, 108)}), broken),
        "big-head": (lambda: b"II+\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f", fails),
        "big": (lambda: _saved("TIFF", big_tiff=True), TAKEN),
        "pages-300": (lambda: _saved("TIFF", save_all=True, append_images=[picture((9, 9))] * 300), "too-many-pages"),
        "pages-20": (lambda: _saved("TIFF", save_all=True, append_images=[picture((90, 90))] * 20), TAKEN),
        "other-ends": (lambda: b"MM\0*" + tiff()[4:], fails),
    }  # fmt: skip
    for packing in (0, 2, 3, 4, 5, 6, 7, 8, 32773, 32809, 34661, 34676, 34712, 34925, 50000, 50001, 65535):
        change = {_PACKING: (_SHORT, 1, packing)}
        cases[f"packed-{packing}-garbage"] = (partial(tiff, change, 0, bytes(range(100))), broken)
    for name, options in {
        "fax": {"compression": "group4"}, "lzw": {"compression": "tiff_lzw"}, "deflate": {"compression": "tiff_adobe_deflate"},  # noqa: E501
        "jpeg": {"compression": "jpeg"},
    }.items():  # fmt: skip
        mode = "1" if name == "fax" else "RGB"
        data = _saved("TIFF", mode, **options)
        cases[f"{name}"] = (lambda data=data: data, TAKEN)  # type: ignore[misc]
        cases[f"{name}-cut"] = (lambda data=data: data[: len(data) // 2], fails)  # type: ignore[misc]
        cases[f"{name}-hit"] = (lambda data=data: _hit(data), broken)  # type: ignore[misc]
    for name, (make, expected) in cases.items():
        yield Made(f"tiff-{name}.tif", make, expected)


def _hit(data: bytes) -> bytes:
    """Damage in the middle."""
    middle = len(data) // 2
    return data[:middle] + b"\xa5" * 16 + data[middle + 16 :]


def _saved(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    return encoded(kind, mode, **options)


def _jpegs() -> Iterator[Made]:
    good = encoded()
    start = good.index(b"\xff\xc0")
    scan = good.index(b"\xff\xda")
    progressive = encoded(progressive=True)
    exif = b"\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\x7f" * 8000

    def sized(height: int, width: int) -> bytes:
        return good[: start + 5] + struct.pack(">HH", height, width) + good[start + 9 :]

    last = progressive.rindex(b"\xff\xda")
    cases: dict[str, tuple[bytes, str]] = {
        "good": (good, TAKEN), "progressive": (progressive, TAKEN),
        "grey": (encoded(mode="L"), TAKEN), "cmyk": (encoded(mode="CMYK"), TAKEN),
        "head-only": (good[:3], "broken"), "no-picture": (good[:start] + b"\xff\xd9", "broken"),
        "cut-in-table": (good[: start - 20], "broken"), "cut-in-scan": (good[: scan + 400], "broken"),
        "cut-at-end": (good[:-2], _EITHER + " broken"), "hit": (_hit(good), _EITHER + " broken"),
        "size-huge": (sized(65_500, 65_500), "too-many-pixels"), "size-taller": (sized(4000, 300), "broken " + _EITHER),
        "size-zero": (sized(0, 300), "broken"), "size-narrower": (sized(400, 30), "broken " + _EITHER),
        "scans-3000": (progressive[:-2] + progressive[last:-2] * 3000 + b"\xff\xd9", "bomb broken"),
        "notes-long": (good[:2] + (b"\xff\xfe\xff\xff" + b"x" * 65_533) * 200 + good[2:], TAKEN),
        "exif-lies": (good[:2] + exif[:65_537] + good[2:], _EITHER + " broken"),
        "profile-cut": (good[:2] + b"\xff\xe2\0\x14ICC_PROFILE\0\x09\x01abc" + good[2:], _EITHER),
        "bits-12": (good[: start + 4] + b"\x0c" + good[start + 5 :], "broken"),
        "parts-255": (good[: start + 9] + b"\xff" + good[start + 10 :], "broken"),
        "lossless": (good[:start] + b"\xff\xc3" + good[start + 2 :], "broken"),
        "arithmetic": (good[:start] + b"\xff\xc9" + good[start + 2 :], "broken " + _EITHER),
        "tables-gone": (good.replace(b"\xff\xc4", b"\xff\xfe"), "broken " + _EITHER),
        "length-zero": (good[:20] + b"\xff\xe5\0\0" + good[20:], "broken " + _EITHER),
        "two": (good + good, TAKEN), "page-behind": (good + b"<html><script>alert(1)</script>", TAKEN),
    }  # fmt: skip
    for turned in (0, 5, 8, 9, 65_535):
        mark = Image.Exif()
        mark[274] = turned
        cases[f"turned-{turned}"] = (encoded(exif=mark.tobytes()), TAKEN)
    for name, (data, expected) in cases.items():
        yield Made(f"jpeg-{name}.jpg", partial(bytes, data), expected)


def _chunk(kind: bytes, data: bytes, length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return struct.pack(">I", size) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, data: bytes, *, bits: int = 8, colour: int = 0, before: bytes = b"", laced: int = 0
) -> bytes:
    """A PNG of these parts; `data` is deflated."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, laced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + before
        + _chunk(b"IDAT", zlib.compress(data, 9))
        + _chunk(b"IEND", b"")
    )


def _pngs() -> Iterator[Made]:
    good = encoded("PNG")
    rows = bytes(11 * 10)
    text = _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(300_000_000), 9))
    moving = _chunk(b"acTL", struct.pack(">II", 0xFFFFFFF, 0))
    out = io.BytesIO()
    picture((90, 90)).save(out, "PNG", save_all=True, append_images=[picture((90, 90), "L").convert("RGB")] * 5)
    cases: dict[str, tuple[Callable[[], bytes], str]] = {
        "good": (lambda: png(10, 10, rows), TAKEN),
        "head-only": (lambda: good[:8], "broken"),
        "cut": (lambda: good[: len(good) // 2], "broken"),
        "hit": (lambda: _hit(good), "broken"),
        "end-missing": (lambda: good[:-12], "broken " + TAKEN),
        "size-huge": (lambda: png(0x7FFFFFFF, 0x7FFFFFFF, rows), "too-many-pixels"),
        "ribbon": (lambda: png(1, 0x7FFFFFFF, rows), "too-many-pixels"),
        "ribbon-within-limit": (lambda: png(1, 15_000_000, bytes(9)), _EITHER + " broken too-many-pixels"),
        "size-zero": (lambda: png(0, 10, rows), "broken"),
        "rows-missing": (lambda: png(10, 1000, rows), "broken " + TAKEN),
        "rows-bomb": (lambda: png(10, 10, bytes(200_000_000)), _EITHER + " broken"),
        "text-bomb": (lambda: png(10, 10, rows, before=text), "broken bomb " + TAKEN),
        "bits-3": (lambda: png(10, 10, rows, bits=3), "broken"),
        "colour-9": (lambda: png(10, 10, rows, colour=9), "broken"),
        "palette-missing": (lambda: png(10, 10, rows, colour=3), "broken " + _EITHER),
        "bits-16": (lambda: png(10, 10, bytes(21 * 10), bits=16), TAKEN),
        "laced": (lambda: png(10, 10, rows, laced=1), _EITHER + " broken"),
        "chunk-long": (lambda: png(10, 10, rows, before=_chunk(b"tEXt", b"x", 0x7FFFFFFF)), "broken"),
        "chunk-name": (lambda: png(10, 10, rows, before=_chunk(b"\0\0\0\0", b"x")), "broken"),
        "chunks-many": (lambda: png(10, 10, rows, before=_chunk(b"tEXt", b"a\0b") * 50_000), TAKEN + " broken"),
        "moving": (out.getvalue, TAKEN),
        "moving-lies": (lambda: png(10, 10, rows, before=moving), "broken " + TAKEN),
        "see-through": (lambda: _saved("PNG", "RGBA"), TAKEN),
        "black-white": (lambda: _saved("PNG", "1"), TAKEN),
    }
    for name, (make, expected) in cases.items():
        yield Made(f"png-{name}.png", make, expected)


def _others() -> Iterator[Made]:
    """Files of other kinds under names of ours, and names made to lead astray."""
    unknown = {
        "nothing": b"", "zero": bytes(1), "zeros": bytes(5_000_000), "text": "Kính gửi".encode(), "ones": b"\xff" * 999,
        "gif": _saved("GIF", "L"), "bmp": _saved("BMP"), "webp": _saved("WEBP"), "jpeg-2000": _saved("JPEG2000"),
        "icon": _saved("ICO"), "zip": b"PK\3\4" + bytes(60), "program": b"\x7fELF" + bytes(60), "script": b"#!/bin/sh\nrm -rf x",  # noqa: E501
        "picture-of-text": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        "mail": b"From: a\nContent-Type: application/pdf\n\nJVBERi0=", "gzip": b"\x1f\x8b\x08" + bytes(30),
    }  # fmt: skip
    for name, data in unknown.items():
        yield Made(f"other-{name}.pdf", partial(bytes, data), "unknown-type" if data else "empty")
    good = encoded(quality=30)
    for name in (
        "../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\Windows\\x.jpg", "a\0b.jpg", "a\nb.jpg", "\u202egpj.exe",  # noqa: E501
        "x" * 4000 + ".jpg", "\ud800.jpg", "\udcff.jpg", "", ".", "..", "   ", "CON", "con.jpg", "a;rm -rf x.jpg", "$(id).jpg",  # noqa: E501
        "`id`.jpg", "-rf", "--help.jpg", "%2e%2e%2fx.jpg", "<script>alert(1)</script>.jpg", "a'b\"c.jpg", "\ufeffa.jpg", "a\u0300" * 300,  # noqa: E501
        "=cmd|'/c calc'!A1.jpg", "{{7*7}}.jpg", "%s%n%x.jpg", "\x1b[2J.jpg",
    ):  # fmt: skip
        yield Made(name, partial(bytes, good), TAKEN)
