"""Pages of a document as pictures, drawn from its archive PDF when they are asked for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from PIL import Image

from accounts.rights import Right
from catalog import results
from catalog.records import StoredObject
from pipeline import drawing
from pipeline.page_image import Pixels
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
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    return HttpResponse(drawn, content_type="image/jpeg", headers=headers)


def draw(file: BinaryIO, page: int, width: int = WIDTH) -> bytes:
    """Page `page` (from 1) of a PDF as a JPEG of at most `width` pixels across; Http404 if there is no such page, or
    none that can be drawn.
    """
    try:
        return jpeg(drawing.draw(Path(file.name), page, width, forms=True, tallest=_TALLEST), _QUALITY)
    except drawing.DrawingError as error:
        raise Http404 from error


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """Grey or BGR pixels as a JPEG."""
    out = io.BytesIO()
    image = Image.fromarray(pixels if pixels.ndim == 2 else pixels[:, :, ::-1])
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
