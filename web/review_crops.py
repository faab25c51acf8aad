"""The piece of a page where a field stands, as a picture of its own, drawn from the archive file when asked for."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import results
from pipeline import drawing
from web.pictures import jpeg
from web.result_opening import door
from web.review_places import Spot, spot_of
from web.rights import needs
from web.services import shelf

_WIDEST = 900
"""Pixels across."""
_BESIDE = 60
"""Pixels of the page shown left and right of the words: what a figure is follows from its neighbours."""
_AROUND = 0.6
"""Of its height, shown above and below."""
_QUALITY = 85


@needs(Right.CORRECT)
@require_safe
def crop(request: HttpRequest, number: int, field: str) -> HttpResponseBase:
    """Where field `field` of result `number` stands, or usually stands; 404 where nobody can say."""
    if closed := door(request, Right.CORRECT, number):
        return closed
    place = spot_of(number, field)
    if place is None:
        raise Http404
    archive = results.archive(number)
    etag = f'"{archive.sha256}-{place.page.number}-{"-".join(map(str, place.box.as_list()))}"'
    if known := get_conditional_response(request, etag=etag):
        return known
    with shelf().open(archive.key) as file:
        drawn = draw(file, place)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    return HttpResponse(drawn, content_type="image/jpeg", headers=headers)


def draw(file: BinaryIO, place: Spot) -> bytes:
    """A place of a PDF as a JPEG, with a little around it; Http404 if there is no such page."""
    box, width, height = place.box, place.page.width, place.page.height
    beside, around = (_BESIDE, _AROUND * box.height) if place.read else (0, 0)
    left, right = max(0.0, box.left - beside), min(float(width), box.right + beside)
    top, bottom = max(0.0, box.top - around), min(float(height), box.bottom + around)
    if right - left < 1 or bottom - top < 1:
        raise Http404
    cut = (left / width, 1 - bottom / height, 1 - right / width, top / height)
    try:
        pixels = drawing.draw(
            Path(file.name), place.page.number, min(2 * (right - left), _WIDEST), forms=True, crop=cut
        )
    except drawing.DrawingError as error:
        raise Http404 from error
    return jpeg(pixels, _QUALITY)
