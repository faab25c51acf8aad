"""Writes the archive file of a document: a searchable PDF/A-2b over the untouched page images.

See docs/archive-file.md for what is kept as it is and what is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from core.errors import StorageError
from core.files import sha256_of
from core.text import squeeze
from ocr.records import Reading
from pipeline import archive_image, pdfa
from pipeline.archive_image import EncodedImage
from pipeline.glyphless import GlyphlessFont
from pipeline.pages import Pages
from pipeline.pdf_picture import Sheet, picture_of, sheet_of
from pipeline.records import ArchiveFile, Assessment, DocumentPages, MediaType, Scan
from pipeline.text_overlay import FONT_KEY, text_layer

_HELD_BYTES = 8_000_000
"""Data held in memory; more is put aside on disk until the file is written."""
_OPEN_FILES = 200
"""Pieces that are open at once; a process may have 1,024 files by default."""
_SOURCE = "/SohoaSource"
"""Where the pages of the scan are kept while the file is made."""
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
        with (
            TemporaryDirectory(dir=to.parent, prefix="archive-") as aside,
            closing(_Writer(scan, document, Path(aside))) as writer,
        ):
            for page, reading in zip(document.pages, readings, strict=True):
                writer.add(page.number, reading)
            issued = next((f.value for f in assessment.fields if f.name == "issue_date"), "")
            writer.finish(part, title_of(assessment, scan.name), f"sha256:{scan.sha256}#{document.ordinal}", issued)
        part.replace(to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    finally:
        part.unlink(missing_ok=True)
    return ArchiveFile(to, sha256_of(to), to.stat().st_size)


def title_of(assessment: Assessment, otherwise: str) -> str:
    """What a viewer shows as the title: type and number, e.g. ``Quyết định 12/QĐ-UBND``."""
    values = {f.name: f.value for f in assessment.fields}
    return squeeze(f"{values.get('document_type', '')} {values.get('number', '')}") or otherwise


class _Writer:
    """Builds the file page by page.

    What is made here (pictures, text) goes into pieces: small PDFs that are put aside on disk when they hold much.
    Pictures of a PDF that stay as they are are left in it: the whole is built inside of that PDF, whose other contents
    are dropped when it is written. So data go from file to file, and little of them is ever in memory.
    """

    def __init__(self, scan: Scan, document: DocumentPages, aside: Path) -> None:
        self._scan = scan
        self._aside = aside
        self._font = GlyphlessFont()
        self._count = 0
        self._with_text: list[int] = []
        self._kept: dict[int, pikepdf.Stream] = {}
        self._piece = pikepdf.new()
        self._held = 0
        self._pieces: list[Path] = []
        self._pages = Pages(scan)
        self._pdf = _open(scan.path) if scan.media_type is MediaType.PDF else pikepdf.new()
        if scan.media_type is MediaType.PDF:
            chosen = pikepdf.Array([self._pdf.pages[page.number - 1].obj for page in document.pages])
            del self._pdf.pages[:]
            self._pdf.Root[_SOURCE] = chosen

    def close(self) -> None:
        """Let go of all files."""
        self._piece.close()
        self._pdf.close()
        self._pages.close()

    def add(self, number: int, reading: Reading) -> None:
        """Add page `number` of the scan with the words of `reading` over it."""
        if self._scan.media_type is MediaType.PDF:
            rotation = self._add_pdf_page(number)
        else:
            encoded = archive_image.of_frame(self._scan, number)
            self._add_page(encoded.width * 72 / reading.dpi, encoded.height * 72 / reading.dpi, encoded)
            rotation = encoded.rotation
        page = self._piece.pages[-1]
        rotation = (rotation + reading.rotation) % 360
        if rotation:
            page.obj.Rotate = rotation
        width, height = float(page.obj.MediaBox[2]), float(page.obj.MediaBox[3])
        text = text_layer(reading, self._font, width, height, rotation)
        if text:
            self._with_text.append(self._count)
        page.obj.Contents = self._piece.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q\n".encode() + text)
        self._count += 1
        self._held += len(text)
        if self._held > _HELD_BYTES:
            self._put_aside()

    def finish(self, to: Path, title: str, identifier: str, issued: str) -> None:
        """Write the file."""
        while len(self._pieces) > _OPEN_FILES:
            self._pieces = [self._joined(part) for part in _chunks(self._pieces, _OPEN_FILES)]
        with ExitStack() as opened:
            for path in self._pieces:
                self._pdf.pages.extend(opened.enter_context(_open(path)).pages)
            self._pdf.pages.extend(self._piece.pages)
            for index, image in self._kept.items():
                self._pdf.pages[index].obj.Resources.XObject.Im0 = image
            if self._with_text:
                font = self._font.embed(self._pdf)
                for index in self._with_text:
                    self._pdf.pages[index].obj.Resources.Font = pikepdf.Dictionary({FONT_KEY: font})
            pdfa.make_conformant(self._pdf, title, identifier, issued)
            pdfa.save(self._pdf, to)

    def _add_pdf_page(self, number: int) -> int:
        """Add a page with its picture kept or, if that may not be, drawn; gives how it is turned."""
        source = pikepdf.Page(self._pdf.Root[_SOURCE][self._count])
        sheet, picture = sheet_of(source), picture_of(source)
        image = archive_image.kept(picture) if picture is not None else None
        if image is not None:
            self._add_page(sheet.width, sheet.height, None)
            self._kept[self._count] = image
            return sheet.rotation
        drawn = self._pages.image(number, self._aside / f"{number:06}_drawn")
        encoded = archive_image.of_file(drawn.path)
        drawn.path.unlink()
        self._add_page(*_shown(sheet), encoded)
        return 0

    def _add_page(self, width: float, height: float, image: EncodedImage | None) -> None:
        """Add a page to the piece in hand; without an image where one of the scan is to be its picture."""
        sides = [round(min(max(side, _LEAST_POINTS), _MOST_POINTS), 3) for side in (width, height)]
        page = self._piece.add_blank_page(page_size=(sides[0], sides[1]))
        pictures = pikepdf.Dictionary()
        if image is not None:
            self._held += len(image.data)
            pictures.Im0 = self._piece.make_indirect(image.into(self._piece))
        page.obj.Resources = pikepdf.Dictionary(XObject=pictures)

    def _put_aside(self) -> None:
        """Put the piece in hand on disk and begin a new one."""
        path = self._aside / f"{self._count:06}.pdf"
        _save_piece(self._piece, path)
        self._piece.close()
        self._pieces.append(path)
        self._piece, self._held = pikepdf.new(), 0

    def _joined(self, pieces: Sequence[Path]) -> Path:
        """One piece instead of several, which go."""
        to = pieces[-1].with_suffix(".joined.pdf")
        with ExitStack() as opened, pikepdf.new() as whole:
            for path in pieces:
                whole.pages.extend(opened.enter_context(_open(path)).pages)
            _save_piece(whole, to)
        for path in pieces:
            path.unlink()
        return to


def _save_piece(piece: pikepdf.Pdf, to: Path) -> None:
    """Write a piece with its data as they are: compressed in the end only, as if it had never been put aside."""
    piece.save(to, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def _chunks(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def _open(path: Path) -> pikepdf.Pdf:
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream, suppress_warnings=True)


def _shown(sheet: Sheet) -> tuple[float, float]:
    """Width and height in points of a sheet as a viewer shows it."""
    return (sheet.width, sheet.height) if sheet.rotation in (0, 180) else (sheet.height, sheet.width)
