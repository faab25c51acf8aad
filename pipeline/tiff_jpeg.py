"""JPEG-compressed TIFF frames as one JPEG file, without decoding.

A TIFF stores such a frame as strips: small JPEGs that share the tables kept in the tag
``JPEGTables`` (TIFF Technical Note 2). Each strip starts its prediction anew, just as a JPEG does
after a restart marker, so the strips' data joined by restart markers are one ordinary baseline
JPEG of the same pixels. This keeps a scan from growing tenfold in the archive file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from PIL.TiffImagePlugin import TiffImageFile

JPEG_COMPRESSION = 7
RGB, YCBCR, GREY = 2, 6, 1
_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _OFFSETS = 256, 257, 259, 262, 273
_SAMPLES, _ROWS, _COUNTS, _PLANAR, _TABLES, _BITS = 277, 278, 279, 284, 347, 258
_MAX_STRIPS = 100_000
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOF0, _SOS, _DRI = 0xC0, 0xDA, 0xDD
_ADOBE_RGB = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
"""The Adobe marker with transform 0: the three components are R, G, B and not Y, Cb, Cr."""


def jpeg_of(frame: TiffImageFile, file: BinaryIO) -> bytes | None:
    """The current frame of a TIFF open in `file` as a JPEG; None if it is stored otherwise.

    Only plain cases are joined (8 bits, strips, baseline, one interleaved scan); the caller
    decodes the rest.
    """
    tags = frame.tag_v2
    colour, samples = tags.get(_PHOTOMETRIC), tags.get(_SAMPLES, 1)
    if tags.get(_COMPRESSION) != JPEG_COMPRESSION or set(tags.get(_BITS, (1,))) != {8} or _OFFSETS not in tags:
        return None
    if (colour, samples) not in ((RGB, 3), (YCBCR, 3), (GREY, 1)) or tags.get(_PLANAR, 1) != 1:
        return None
    offsets, counts = tags[_OFFSETS], tags.get(_COUNTS, ())
    if not 0 < len(offsets) == len(counts) <= _MAX_STRIPS:
        return None
    strips = _strips(file, offsets, counts)
    rows = min(tags.get(_ROWS, tags[_HEIGHT]), tags[_HEIGHT])
    try:
        return _join(strips, tags.get(_TABLES, b""), (tags[_WIDTH], tags[_HEIGHT]), rows, colour == RGB)
    except (_Unusual, IndexError):
        return None


class _Unusual(Exception):
    """A strip is not of the plain kind."""


def _strips(file: BinaryIO, offsets: tuple[int, ...], counts: tuple[int, ...]) -> Iterator[bytes]:
    for offset, count in zip(offsets, counts, strict=True):
        file.seek(offset)
        yield file.read(count)


def _join(strips: Iterator[bytes], tables: bytes, size: tuple[int, int], rows: int, rgb: bool) -> bytes:
    head, frame, scan_head = _SOI + (_ADOBE_RGB if rgb else b""), b"", b""
    head += b"".join(_segment(marker, body) for marker, body in _segments(tables)[0])
    data: list[bytes] = []
    for index, strip in enumerate(strips):
        segments, coded = _segments(strip)
        kinds = {marker for marker, _ in segments}
        first_scan = dict(segments).get(_SOS)
        first_frame = dict(segments).get(_SOF0)
        if first_scan is None or first_frame is None or _DRI in kinds or len(segments) != len(kinds):
            raise _Unusual
        if index == 0:
            frame, scan_head = first_frame, first_scan
            head += b"".join(_segment(m, b) for m, b in segments if m not in (_SOF0, _SOS) and not 0xE0 <= m <= 0xEF)
        elif kinds - {_SOF0, _SOS} or first_scan != scan_head or first_frame[5:] != frame[5:]:
            raise _Unusual
        data.append(coded)
    return head + _frame(frame, size) + _restarts(frame, size, rows, len(data)) + _scan(scan_head, data)


def _frame(frame: bytes, size: tuple[int, int]) -> bytes:
    """The frame header with the height of the whole page in place of the strip's."""
    if int.from_bytes(frame[3:5], "big") != size[0]:
        raise _Unusual
    return _segment(_SOF0, frame[:1] + size[1].to_bytes(2, "big") + frame[3:])


def _restarts(frame: bytes, size: tuple[int, int], rows: int, strips: int) -> bytes:
    """The marker that says how many blocks (MCU) lie between restarts: those of one strip."""
    components = frame[5]
    across, down = (frame[7] >> 4, frame[7] & 15) if components > 1 else (1, 1)
    if not (across and down) or (strips > 1 and rows % (8 * down)) or -(-size[1] // rows) != strips:
        raise _Unusual
    interval = -(-size[0] // (8 * across)) * (rows // (8 * down))
    if strips == 1:
        return b""
    if interval > 0xFFFF:
        raise _Unusual
    return _segment(_DRI, interval.to_bytes(2, "big"))


def _scan(scan_head: bytes, data: list[bytes]) -> bytes:
    parts = [_segment(_SOS, scan_head), data[0]]
    for index, coded in enumerate(data[1:]):
        parts += [bytes((0xFF, 0xD0 + index % 8)), coded]
    return b"".join([*parts, _EOI])


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _segments(stream: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The marker segments of a JPEG stream, and the coded data after its start of scan."""
    found: list[tuple[int, bytes]] = []
    at = 2 if stream[:2] == _SOI else 0
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != _EOI[1]:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        found.append((stream[at + 1], stream[at + 4 : at + 2 + length]))
        at += 2 + length
        if found[-1][0] == _SOS:
            end = stream.rfind(_EOI)
            return found, stream[at : end if end > at else len(stream)]
    return found, b""
