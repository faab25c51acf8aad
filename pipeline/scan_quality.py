"""Judges the scan of a page, while its paper still lies on the desk: would another scan of it be better?

Measured on a grey view of at least 150 dpi and on what the file says of itself, against the archive rule (Thông tư
05/2025/TT-BNV: 200 dpi, 24 bits of colour) and against what reading bears. Where a threshold
stands beside a figure, ``./run measure scan_quality`` chose it (docs/measurements.md): pages of the corpus, aged ones,
and pages that were spoiled on purpose until they could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from ocr import geometry
from pipeline.page_image import Pixels, PixelSize, Preview
from pipeline.pages import Pages

VIEW_DPI = 150
"""Resolution of the view that is judged."""
_MM = 25.4


class Flaw(StrEnum):
    """What can be wrong with a scan."""

    RESOLUTION = "resolution"
    """Dots per inch, fewer than the archive rule asks."""
    COLOUR = "colour"
    """Bits of colour, fewer than the archive rule asks."""
    BLUR = "blur"
    """Width in mm over which ink fades into paper."""
    CUT_OFF = "cut_off"
    """Letters that run over an edge of the picture."""
    TOO_DARK = "too_dark"
    """Grey level of the paper, 0–255."""
    TOO_LIGHT = "too_light"
    """Grey levels by which ink is darker than paper."""
    SKEW = "skew"
    """Degrees by which lines lie askew, more than reading can make level."""
    PAGE_SIZE = "page_size"
    """Longer side in mm of a sheet that is no usual one."""
    UNREADABLE = "unreadable"
    """The page cannot be read at all; nothing is measured."""


class Severity(StrEnum):
    """How much a finding matters."""

    OFF = "off"
    """Not told."""
    HINT = "hint"
    WARN = "warn"
    BLOCK = "block"
    """The batch cannot be closed without a reason."""


DEFAULTS: Mapping[Flaw, Severity] = {
    Flaw.RESOLUTION: Severity.WARN,
    Flaw.COLOUR: Severity.HINT,
    Flaw.BLUR: Severity.WARN,
    Flaw.CUT_OFF: Severity.WARN,
    Flaw.TOO_DARK: Severity.WARN,
    Flaw.TOO_LIGHT: Severity.WARN,
    Flaw.SKEW: Severity.BLOCK,
    Flaw.PAGE_SIZE: Severity.HINT,
    Flaw.UNREADABLE: Severity.BLOCK,
}

LEAST_DPI = 200
_NEARLY = 0.97
"""Sheets are cut a little smaller than their name says, and resolutions are rounded."""
LEAST_BITS = 24
MOST_BLUR_MM = 0.55
"""Good pages reach 0.36; of four pages blurred step by step, each lost a tenth of its words between 0.5 and 0.7."""
MOST_CUT = 7
"""Good pages reach 4 on one side."""
LEAST_PAPER = 110.0
"""Good pages have 215 and more. Reading bears less; people do not."""
LEAST_INK = 40.0
"""Good pages have 115 and more."""
MOST_SKEW = geometry.MAX_SKEW - 0.5
"""Good pages reach 3; at 6 a tenth of the words is lost, at 8 all."""
_SHEETS = ((297, 420), (210, 297), (148, 210), (105, 148), (216, 330), (210, 330), (216, 279), (216, 356), (190, 265),
           (54, 86))  # fmt: skip
"""Shorter and longer side in mm: A3 to A6, F4, folio, letter, legal, land certificates before 2014, identity cards."""
_OFF_SHEET_MM = 12.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the scan of a page."""

    flaw: Flaw
    value: float
    """What was measured; its unit is told with `Flaw`."""


def severities(setting: str) -> dict[Flaw, Severity]:
    """How much each flaw matters: the defaults, and what `setting` (``blur=block, colour=off``) says otherwise.

    Raises SettingsError.
    """
    found = dict(DEFAULTS)
    for part in filter(None, map(str.strip, setting.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in set(Flaw) or value not in set(Severity):
            known = f"{', '.join(Flaw)} = {', '.join(Severity)}"
            raise SettingsError(f"scan_findings: {part!r} is not understood (docs/settings.md): {known}")
        found[Flaw(name)] = Severity(value)
    return found


def judge(pages: Pages, number: int) -> tuple[Finding, ...]:
    """What is wrong with the scan of page `number` (from 1), which carries text; nothing for pages that are no scans.

    Raises RefusedError where it cannot be read. Takes about 80 ms for an A4 of 200 dpi.
    """
    bits = pages.bits(number)
    if bits is None:
        return ()
    size = pages.size(number)
    stated = _of_file(size, bits)
    return (*stated, *of_view(pages.preview(number, VIEW_DPI)))


def judge_blank(pages: Pages, number: int) -> tuple[Finding, ...]:
    """What is wrong with the scan of a page on which nothing is seen: so dark that something may stand there.

    Raises RefusedError where it cannot be read.
    """
    if pages.bits(number) is None:
        return ()
    return _darkness(_paper(pages.preview(number).pixels))


def of_view(view: Preview) -> tuple[Finding, ...]:
    """What is wrong with the picture of a page itself, from a grey view with `VIEW_DPI` or more."""
    unit = view.dpi / _MM
    darker = _darker_than_paper(view.pixels, unit)
    inner = _inner(darker)
    marked = inner[inner > 12]
    paper = _paper(view.pixels)
    if marked.size < 500:  # as good as empty: there is nothing to be blurred or faint
        return _darkness(paper)
    ink = float(np.percentile(marked, 90))
    found = list(_darkness(paper))
    if not found and ink < LEAST_INK:
        found.append(Finding(Flaw.TOO_LIGHT, round(ink)))
    blur = _blur(view.pixels, unit, max(20.0, 0.7 * ink))
    if blur is not None and blur > MOST_BLUR_MM:
        found.append(Finding(Flaw.BLUR, round(blur, 2)))
    cut = max(_over_edges(darker > max(12.0, min(35.0, 0.4 * ink)), unit))
    if cut > MOST_CUT:
        found.append(Finding(Flaw.CUT_OFF, cut))
    skew = _skew(view.pixels)
    if abs(skew) > MOST_SKEW:
        found.append(Finding(Flaw.SKEW, skew))
    return tuple(found)


def _paper(grey: Pixels) -> float:
    """Grey level of the paper."""
    return float(np.percentile(_inner(grey)[::4, ::4], 80))


def _darkness(paper: float) -> tuple[Finding, ...]:
    return (Finding(Flaw.TOO_DARK, round(paper)),) if paper < LEAST_PAPER else ()


def _of_file(size: PixelSize, bits: int) -> list[Finding]:
    found = []
    if size.dpi < LEAST_DPI * _NEARLY:
        found.append(Finding(Flaw.RESOLUTION, round(size.dpi)))
    if bits < LEAST_BITS:
        found.append(Finding(Flaw.COLOUR, bits))
    shorter, longer = sorted((size.width / size.dpi * _MM, size.height / size.dpi * _MM))
    if all(max(abs(shorter - a), abs(longer - b)) > _OFF_SHEET_MM for a, b in _SHEETS):
        found.append(Finding(Flaw.PAGE_SIZE, round(longer)))
    return found


def _inner(pixels: Pixels) -> Pixels:
    """The page without its outermost twentieths, where scanners leave shadows."""
    height, width = pixels.shape
    return pixels[height // 20 : height - height // 20, width // 20 : width - width // 20]


def _darker_than_paper(grey: Pixels, unit: float) -> Pixels:
    """How much darker each pixel is than the paper around it (a median over about 15 mm)."""
    small = cv2.resize(grey, None, fx=1 / max(1.0, unit), fy=1 / max(1.0, unit), interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(small, 15), (grey.shape[1], grey.shape[0]))
    return np.asarray(cv2.subtract(paper, grey), dtype=np.uint8)


def _blur(grey: Pixels, unit: float, contrast: float) -> float | None:
    """Over how many mm ink fades into paper where edges are clear: contrast over steepest slope, nearly the sharpest.

    Colour and darkness of ink and paper fall out. None where there is too little ink to tell.
    """
    side = max(3, round(1.2 * unit) | 1)
    around = np.ones((side, side), np.uint8)
    rise = cv2.dilate(grey, around).astype(np.int16) - cv2.erode(grey, around)
    along, down = (cv2.filter2D(grey, cv2.CV_16S, np.array(k, np.float32)) for k in ([[-1, 0, 1]], [[-1], [0], [1]]))
    steepest = cv2.dilate(np.maximum(np.abs(along), np.abs(down)).astype(np.uint16), around)
    clear = rise > contrast
    if int(clear.sum()) < 2000:
        return None
    return float(np.percentile(2.0 * rise[clear] / np.maximum(steepest[clear], 1), 50)) / unit


def _over_edges(dark: NDArray[np.bool_], unit: float) -> tuple[int, int, int, int]:
    """Marks as wide as strokes and letters that cross each edge (left, top, right, bottom), not ending at once.

    Shadows of the sheet's edge are longer, specks are shorter.
    """
    outer = slice(round(0.3 * unit), round(0.8 * unit) + 1)
    deeper = slice(round(1.0 * unit), round(1.5 * unit) + 1)
    left, top, right, bottom = (
        _strokes(np.asarray(side[:, outer].any(axis=1) & side[:, deeper].any(axis=1)), unit)
        for side in (dark, dark.T, dark[:, ::-1], dark[::-1].T)
    )
    return left, top, right, bottom


def _strokes(line: NDArray[np.bool_], unit: float) -> int:
    steps = np.diff(np.concatenate(([0], line.astype(np.int8), [0])))
    lengths = (np.flatnonzero(steps == -1) - np.flatnonzero(steps == 1)) / unit
    return int(((lengths >= 0.25) & (lengths <= 8.0)).sum())


def _skew(grey: Pixels) -> float:
    """Degrees by which the lines of a page lie askew, whichever way up it is, to a degree, within ±20."""
    scale = min(1.0, 500 / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = geometry.ink_map(np.asarray(small, np.uint8))
    if ink.sum() < 200:
        return 0.0
    best, angle, rows = 0.0, 0, ink
    for lines in (ink, np.ascontiguousarray(ink.T)):
        for tried in range(-20, 21, 2):
            if (clear := _clearness(lines, tried)) > best:
                best, angle, rows = clear, tried, lines
    tried = max((angle - 1, angle, angle + 1), key=lambda near: _clearness(rows, near))
    return float(tried)


def _clearness(ink: NDArray[np.float32], degrees: float) -> float:
    """How clearly lines and gaps alternate when the page is turned by `degrees`."""
    height, width = ink.shape
    side = int(np.hypot(height, width)) + 1
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += [(side - width) / 2, (side - height) / 2]
    rows = cv2.warpAffine(ink, matrix, (side, side)).sum(axis=1)
    return float(np.square(np.diff(rows)).sum()) / max(1.0, float(rows.sum()))
