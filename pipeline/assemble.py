"""Puts pages of files together as one PDF, without loss: what a document looks like once people put its pages in order.

Pages of a PDF are copied with all that belongs to them; frames of image files are embedded as `pipeline.archive_image`
does it (a JPEG stays byte for byte what it is). Nothing is decoded, drawn or compressed anew, a turn is a note on the
page. The same pages give the same bytes, so doing it twice has no second effect; pages of other files never do, because
the file says where its pages come from.

Signed PDFs do not come here: a signature is over the bytes of the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from PIL import Image

from core.errors import StorageError
from core.files import sha256_of
from pipeline import archive_image
from pipeline.image_pages import BROKEN, FORMATS, dpi_of, unreadable
from pipeline.pdf_picture import inherited
from pipeline.records import MediaType, Scan

_HELD_BYTES = 32_000_000
"""Data of pictures held in memory; more is put aside on disk until the file is written."""
_BROKEN = (pikepdf.PdfError, *BROKEN)
_LEFT_OUT = ("/AA", "/B", "/Metadata", "/PieceInfo", "/StructParents", "/Thumb")
"""What points out of a page into the file that it came from, or acts by itself."""
_DEPTH = 20
_MOST_FIELDS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a file."""

    scan: Scan
    page: int
    """From 1."""
    rotation: int = 0
    """Degrees clockwise by which it is turned, seen as a viewer shows it: 0, 90, 180 or 270."""


def write(parts: Sequence[Part], to: Path, name: str) -> Scan:
    """Write the pages `parts` in order to `to`; gives the file as a scan called `name`.

    Raises RefusedError where a page cannot be read, StorageError where the file cannot be written; in both cases
    nothing is left at `to`.
    """
    if not parts:
        raise ValueError("a file has at least one page")
    part = to.with_name(to.name + ".part")
    try:
        with (
            TemporaryDirectory(dir=to.parent, prefix="assemble-") as aside,
            closing(_Sources(Path(aside), parts)) as sources,
            pikepdf.new() as made,
        ):
            for one in parts:
                _add(made, one, sources)
            _keep_hidden(made, sources.opened())
            made.docinfo["/Producer"] = "sohoa"
            made.docinfo["/SohoaSource"] = " ".join(f"{one.scan.sha256}#{one.page}" for one in parts)
            _save(made, part)
        part.replace(to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    finally:
        part.unlink(missing_ok=True)
    return Scan(to, name, sha256_of(to), to.stat().st_size, MediaType.PDF, len(parts))


def is_signed(scan: Scan) -> bool:
    """Whether the file is a PDF that carries a signature or time stamp, good or not. Raises RefusedError."""
    if scan.media_type is not MediaType.PDF:
        return False
    try:
        with _open(scan.path) as pdf:
            form = pdf.Root.get("/AcroForm")
            if not isinstance(form, pikepdf.Dictionary):
                return "/Perms" in pdf.Root
            stated = form.get("/SigFlags", 0)
            return bool(isinstance(stated, int) and stated & 1) or any(map(_is_signature, _fields(form)))
    except _BROKEN as error:
        raise unreadable(scan.name, 1, error) from error


class _Sources:
    """The files that pages come from, each opened once and open until the whole is written: data go file to file."""

    def __init__(self, aside: Path, parts: Sequence[Part]) -> None:
        self._aside = aside
        self._stack = ExitStack()
        self._pdfs: dict[Path, pikepdf.Pdf] = {}
        self._frames: dict[Part, pikepdf.Page] = {}
        try:
            self._embed(part for part in parts if part.scan.media_type is not MediaType.PDF)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all files."""
        self._stack.close()

    def opened(self) -> Iterable[pikepdf.Pdf]:
        """The PDFs that pages were taken from."""
        return self._pdfs.values()

    def page(self, part: Part) -> pikepdf.Page:
        """The page as one of a PDF."""
        if part in self._frames:
            return self._frames[part]
        return self._pdf(part.scan.path).pages[part.page - 1]

    def _pdf(self, path: Path) -> pikepdf.Pdf:
        if path not in self._pdfs:
            self._pdfs[path] = self._stack.enter_context(_open(path))
        return self._pdfs[path]

    def _embed(self, frames: Iterable[Part]) -> None:
        """Frames of image files on pages of their size: PDFs on disk of some pages each."""
        piece, held, waiting = pikepdf.new(), 0, list[Part]()
        for part in dict.fromkeys(frames):
            try:
                held += _frame(piece, part)
            except _BROKEN as error:
                raise unreadable(part.scan.name, part.page, error) from error
            waiting.append(part)
            if held > _HELD_BYTES:
                self._put_aside(piece, waiting)
                piece, held, waiting = pikepdf.new(), 0, []
        if waiting:
            self._put_aside(piece, waiting)

    def _put_aside(self, piece: pikepdf.Pdf, parts: Sequence[Part]) -> None:
        path = self._aside / f"{len(self._frames):06}.pdf"
        _save(piece, path)
        piece.close()
        pages = self._stack.enter_context(_open(path)).pages
        self._frames.update(zip(parts, pages, strict=True))


def _frame(piece: pikepdf.Pdf, part: Part) -> int:
    """Add a frame of an image file as a page; gives the size of its data."""
    picture = archive_image.of_frame(part.scan, part.page)
    with Image.open(part.scan.path, formats=FORMATS) as opened:
        opened.seek(part.page - 1)
        dpi = dpi_of(opened)
    width, height = (round(side * 72 / dpi, 3) for side in (picture.width, picture.height))
    page = piece.add_blank_page(page_size=(width, height))
    image = piece.make_indirect(picture.into(piece))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.obj.Contents = piece.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q\n".encode())
    if picture.rotation:
        page.obj.Rotate = picture.rotation
    return len(picture.data)


def _add(made: pikepdf.Pdf, part: Part, sources: _Sources) -> None:
    try:
        source = sources.page(part)
        turn = inherited(source.obj, "/Rotate")
        made.pages.append(source)
        page = made.pages[-1].obj
        rotation = ((int(turn) if isinstance(turn, int) else 0) // 90 * 90 + part.rotation) % 360
        for key in _LEFT_OUT:
            if key in page:
                del page[key]
        if rotation:
            page.Rotate = rotation
        elif "/Rotate" in page:
            del page.Rotate
    except _BROKEN as error:
        raise unreadable(part.scan.name, part.page, error) from error


def _save(pdf: pikepdf.Pdf, to: Path) -> None:
    """Data as they are; the same content gives the same bytes."""
    pdf.save(
        to,
        force_version="1.7",
        deterministic_id=True,
        fix_metadata_version=False,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def _keep_hidden(made: pikepdf.Pdf, sources: Iterable[pikepdf.Pdf]) -> None:
    """Layers that are hidden in the files stay hidden: without these notes they would be seen."""
    layers, hidden = pikepdf.Array(), pikepdf.Array()
    for source in sources:
        noted = source.Root.get("/OCProperties")
        if not isinstance(noted, pikepdf.Dictionary):
            continue
        own = list(noted.get("/OCGs", pikepdf.Array()))
        choice = noted.get("/D", pikepdf.Dictionary())
        shown = {layer.objgen for layer in choice.get("/ON", pikepdf.Array())}
        off = list(choice.get("/OFF", pikepdf.Array()))
        if choice.get("/BaseState") == "/OFF":
            off = [layer for layer in own if layer.objgen not in shown]
        layers.extend(made.copy_foreign(layer) for layer in own)
        hidden.extend(made.copy_foreign(layer) for layer in off)
    if len(layers):
        made.Root.OCProperties = pikepdf.Dictionary(OCGs=layers, D=pikepdf.Dictionary(OFF=hidden))


def _fields(form: pikepdf.Dictionary) -> Iterator[Any]:
    """The fields of a form, which may be a maze."""
    waiting = [(field, 0) for field in form.get("/Fields", pikepdf.Array())]
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        field, depth = waiting.pop()
        if isinstance(field, pikepdf.Dictionary):
            yield field
            if depth < _DEPTH:
                waiting.extend((kid, depth + 1) for kid in field.get("/Kids", pikepdf.Array()))


def _is_signature(field: Any) -> bool:
    return bool(inherited(field, "/FT") == "/Sig" and "/V" in field)


def _open(path: Path) -> pikepdf.Pdf:
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream, suppress_warnings=True)
