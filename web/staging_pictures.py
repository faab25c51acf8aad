"""Pictures of pages on the desk before reading: small ones for the row, large ones to look closely."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from PIL import Image

from accounts.rights import Right
from catalog import scans
from catalog.records import ScanRow
from core.errors import RefusedError
from core.settings import settings
from pipeline.pages import Pages
from pipeline.records import Scan
from staging import operations, thumbnails
from staging.planned import MisfitError, PageRef
from web.batch import of_reader
from web.rights import access, needs
from web.services import shelf
from web.staging_secrets import closed_files, went_on

WIDTH = 1240
"""Pixels across; an A4 at 150 dpi."""
_TALLEST = 3
_QUALITY = 80


@needs(Right.ARCHIVE)
@require_safe
def thumbnail(request: HttpRequest, number: int, scan: int, page: int) -> HttpResponseBase:
    """A page of a batch, small."""
    row = _row(request, number, scan, page)
    etag = f'"{row.sha256}-{page}-s"'
    if known := get_conditional_response(request, etag=etag):
        return known
    path = thumbnails.path(row.sha256, page)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = _drawn(row, page, large=False)
    return _answer(data, etag, row)


@needs(Right.ARCHIVE)
@require_safe
def picture(request: HttpRequest, number: int, scan: int, page: int) -> HttpResponseBase:
    """A page of a batch, large enough to be read; as it was scanned, not turned."""
    row = _row(request, number, scan, page)
    etag = f'"{row.sha256}-{page}-l"'
    if known := get_conditional_response(request, etag=etag):
        return known
    return _answer(_drawn(row, page, large=True), etag, row)


def _row(request: HttpRequest, number: int, scan: int, page: int) -> ScanRow:
    """The file of a page, for those who may see it; Http404 where the batch has no such page."""
    known = access(request)
    mine = of_reader(number, known)
    try:
        operations.plan(mine.id).page(PageRef(scan, page))
    except MisfitError as error:
        raise Http404 from error
    row = scans.rows([scan])[scan]
    if closed_files(known, mine.unit, [row]):
        raise Http404
    return row


def _drawn(row: ScanRow, page: int, large: bool) -> bytes:
    """The picture, made from the original; Http404 where the page cannot be read."""
    with shelf().open(row.key) as file:
        scan = Scan(Path(file.name), row.name, row.sha256, row.size, row.media_type, row.pages)
        try:
            with Pages(scan) as pages:
                return _large(pages, page) if large else thumbnails.make(pages, page).read_bytes()
        except RefusedError as error:
            raise Http404 from error


def _large(pages: Pages, page: int) -> bytes:
    settings().work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings().work, prefix="picture-") as folder:
        drawn = pages.image(page, Path(folder) / "page")
        with Image.open(drawn.path) as opened:
            opened.draft("RGB", (WIDTH, WIDTH))  # a JPEG is made smaller while it is decoded
            image = opened.convert("RGB")
    image.thumbnail((WIDTH, _TALLEST * WIDTH), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _answer(data: bytes, etag: str, row: ScanRow) -> HttpResponse:
    kept = "no-cache" if went_on(row) else "max-age=3600"  # who may see it is asked each time, once that may change
    headers = {"ETag": etag, "Cache-Control": f"private, {kept}"}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)
