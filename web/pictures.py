"""Pages of a document as pictures, drawn from its archive PDF when they are asked for."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import results
from catalog.records import StoredObject
from web.result_opening import door
from web.rights import needs
from web.services import shelf

WIDTH = 1240
"""Pixels across; A4 at 150 dpi: the body of a letter reads well, and a page is 150–300 kB."""
THUMBNAIL = 144
"""Pixels across of the small picture in a list, twice what it is shown at: 4–8 kB."""
_TALLEST = 4
"""A page is drawn at most so many times as tall as wide."""
_QUALITY = 80
_pdfium = threading.Lock()
"""pdfium may be used by one thread at a time."""


@needs(Right.SEE)
@require_safe
def picture(request: HttpRequest, number: int, page: int) -> HttpResponseBase:
    """Page `page` (from 1) of result `number` as a JPEG."""
    if closed := door(request, Right.SEE, number):
        return closed
    return _picture(request, results.archive(number), page, WIDTH)


@needs(Right.SEE)
@require_safe
def thumbnail(request: HttpRequest, number: int) -> HttpResponseBase:
    """Page 1 of result `number`, small."""
    if closed := door(request, Right.SEE, number):
        return closed
    return _picture(request, results.archive(number), 1, THUMBNAIL)


def _picture(request: HttpRequest, archive: StoredObject, page: int, width: int) -> HttpResponseBase:
    etag = f'"{archive.sha256}-{page}-{width}"'
    if known := get_conditional_response(request, etag=etag):
        return known
    with shelf().open(archive.key) as file:
        drawn = draw(file, page, width)
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600"}
    return HttpResponse(drawn, content_type="image/jpeg", headers=headers)


@contextmanager
def drawing(file: BinaryIO) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF to draw pages of, by this thread alone while the block lasts."""
    with _pdfium:
        document = pypdfium2.PdfDocument(file)
        try:
            yield document
        finally:
            document.close()


def draw(file: BinaryIO, page: int, width: int = WIDTH) -> bytes:
    """Page `page` (from 1) of a PDF as a JPEG of at most `width` pixels across; Http404 if there is no such page."""
    with drawing(file) as document:
        if not 1 <= page <= len(document):
            raise Http404
        sheet = document[page - 1]
        scale = min(width / sheet.get_width(), _TALLEST * width / sheet.get_height())
        image = sheet.render(scale=scale).to_pil().convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
