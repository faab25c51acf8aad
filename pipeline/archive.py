"""Writes the archive file of a document: a searchable PDF/A-2b over the untouched page images.

See docs/archive-file.md for what is kept as it is and what is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from core.errors import StorageError
from core.text import squeeze
from ocr.records import Reading
from pipeline import archive_image, pdfa
from pipeline.archive_image import EncodedImage
from pipeline.glyphless import GlyphlessFont
from pipeline.pages import Pages
from pipeline.pdf_picture import Sheet, picture_of, sheet_of
from pipeline.records import ArchiveFile, Assessment, DocumentPages, MediaType, Scan
from pipeline.text_overlay import FONT_KEY, text_layer

_HELD_BYTES = 32_000_000
"""Picture data held in memory; more is put aside on disk until the file is written."""
_LEAST_POINTS, _MOST_POINTS = 3.0, 14_400.0
"""Lengths that PDF/A-2 allows for the sides of a page (ISO 19005-2, 6.1.13)."""


def write(
    scan: Scan, document: DocumentPages, readings: Sequence[Reading], assessment: Assessment, to: Path
) -> ArchiveFile:
    """Write the archive file of `document` to `to`, with one reading for each of its pages.

    The same input gives the same bytes. Memory does not grow with the pictures. Raises
    RefusedError if a page cannot be read, StorageError if the file cannot be written; in both
    cases nothing is left at `to`.
    """
    part = to.with_name(to.name + ".part")
    try:
        with ExitStack() as stack:
            aside = Path(stack.enter_context(TemporaryDirectory(dir=to.parent, prefix="archive-")))
            writer = _Writer(scan, aside, stack)
            for page, reading in zip(document.pages, readings, strict=True):
                writer.add(page.number, reading)
            issued = next((f.value for f in assessment.fields if f.name == "issue_date"), "")
            writer.finish(part, title_of(assessment, scan.name), f"sha256:{scan.sha256}#{document.ordinal}", issued)
        part.replace(to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    finally:
        part.unlink(missing_ok=True)
    return ArchiveFile(to, _sha256(to), to.stat().st_size)


def title_of(assessment: Assessment, otherwise: str) -> str:
    """What a viewer shows as the title: type and number, e.g. ``Quyết định 12/QĐ-UBND``."""
    values = {f.name: f.value for f in assessment.fields}
    return squeeze(f"{values.get('document_type', '')} {values.get('number', '')}") or otherwise


class _Writer:
    """Builds the file page by page."""

    def __init__(self, scan: Scan, aside: Path, stack: ExitStack) -> None:
        self._scan = scan
        self._aside = aside
        self._stack = stack
        self._pages = stack.enter_context(Pages(scan))
        self._source = (
            stack.enter_context(pikepdf.open(scan.path, access_mode=pikepdf.AccessMode.stream))
            if scan.media_type is MediaType.PDF
            else None
        )
        self._pdf = stack.enter_context(pikepdf.new())
        self._font = GlyphlessFont()
        self._with_text: list[pikepdf.Page] = []
        self._held: list[tuple[pikepdf.Page, EncodedImage]] = []
        self._parts = 0

    def add(self, number: int, reading: Reading) -> None:
        """Add page `number` of the scan with the words of `reading` over it."""
        if self._source is not None:
            page, rotation = self._from_pdf(self._source.pages[number - 1], number, reading)
        else:
            encoded = archive_image.of_frame(self._scan, number)
            across, down = encoded.width * 72 / reading.dpi, encoded.height * 72 / reading.dpi
            page, rotation = self._new_page(across, down), encoded.rotation
            self._hold(page, encoded)
        rotation = (rotation + reading.rotation) % 360
        if rotation:
            page.obj.Rotate = rotation
        width, height = float(page.obj.MediaBox[2]), float(page.obj.MediaBox[3])
        text = text_layer(reading, self._font, width, height, rotation)
        if text:
            self._with_text.append(page)
        page.obj.Contents = self._pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q\n".encode() + text)

    def finish(self, to: Path, title: str, identifier: str, issued: str) -> None:
        """Write the file."""
        self._put_aside()
        if self._with_text:
            font = self._font.embed(self._pdf)
            for page in self._with_text:
                page.obj.Resources.Font = pikepdf.Dictionary({FONT_KEY: font})
        pdfa.make_conformant(self._pdf, title, identifier, issued)
        pdfa.save(self._pdf, to)

    def _from_pdf(self, source: pikepdf.Page, number: int, reading: Reading) -> tuple[pikepdf.Page, int]:
        """The page with its picture copied or, if that may not be, drawn; and how it is turned."""
        sheet, picture = sheet_of(source), picture_of(source)
        image = archive_image.copied(picture, self._pdf) if picture is not None else None
        if image is not None:
            page = self._new_page(sheet.width, sheet.height)
            page.obj.Resources.XObject.Im0 = image
            return page, sheet.rotation
        drawn = self._pages.image(number, self._aside / f"{number:06}_drawn")
        encoded = archive_image.of_file(drawn.path)
        drawn.path.unlink()
        page = self._new_page(*_shown(sheet))
        self._hold(page, encoded)
        return page, 0

    def _new_page(self, width: float, height: float) -> pikepdf.Page:
        sides = [round(min(max(side, _LEAST_POINTS), _MOST_POINTS), 3) for side in (width, height)]
        page = self._pdf.add_blank_page(page_size=(sides[0], sides[1]))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary())
        return page

    def _hold(self, page: pikepdf.Page, encoded: EncodedImage) -> None:
        self._held.append((page, encoded))
        if sum(len(e.data) for _, e in self._held) > _HELD_BYTES:
            self._put_aside()

    def _put_aside(self) -> None:
        """Write the held pictures to a file of their own, from which they are copied at the end."""
        if not self._held:
            return
        self._parts += 1
        path = self._aside / f"part-{self._parts}.pdf"
        with pikepdf.new() as part:
            streams = [part.make_indirect(encoded.into(part)) for _, encoded in self._held]
            part.Root.Pictures = pikepdf.Array(streams)
            part.save(path)
        kept = self._stack.enter_context(pikepdf.open(path, access_mode=pikepdf.AccessMode.stream))
        for (page, _), image in zip(self._held, list(kept.Root.Pictures), strict=True):
            page.obj.Resources.XObject.Im0 = self._pdf.copy_foreign(image)
        self._held.clear()


def _shown(sheet: Sheet) -> tuple[float, float]:
    """Width and height in points of a sheet as a viewer shows it."""
    return (sheet.width, sheet.height) if sheet.rotation in (0, 180) else (sheet.height, sheet.width)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
