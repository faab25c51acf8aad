"""The files of a result: archive PDF, words and original, whole or a part of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import PurePosixPath

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import provenance, results
from catalog.records import Shown, StoredObject
from core.text import slug
from pipeline.records import WORDS_MEDIA_TYPE, MediaType
from storage import ObjectStore
from web.result_opening import door
from web.rights import access, needs
from web.services import store
from web.whole_files import open_sources, original_open

_CHUNK = 1 << 20
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")
_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"/\\\\:*?<>|]+')
_LONGEST_NAME = 150
_KNOWN = {*MediaType, WORDS_MEDIA_TYPE}


@needs(Right.SEE)
@require_safe
def archive(request: HttpRequest, number: int) -> HttpResponseBase:
    """The searchable PDF, to be looked at in the browser."""
    if closed := door(request, Right.SEE, number):
        return closed
    shown = results.show(number)
    return answer(request, shown.archive, content_disposition_header(False, f"{stem(shown)}.pdf"))


@needs(Right.SEE)
@require_safe
def words(request: HttpRequest, number: int) -> HttpResponseBase:
    """The words with their places (ALTO), to be kept; 404 where there is no such file."""
    if closed := door(request, Right.SEE, number):
        return closed
    shown = results.show(number)
    if shown.words is None:
        raise Http404
    return answer(request, shown.words, content_disposition_header(True, f"{stem(shown)}.alto.xml"))


@needs(Right.SEE)
@require_safe
def original(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file as it came in, to be kept; never opened by the browser, since it may be anything.

    404 where it holds other results that are closed to the person who asks.
    """
    if closed := door(request, Right.SEE, number):
        return closed
    if not original_open(access(request), number):
        raise Http404
    shown = results.show(number)
    return answer(request, shown.original, content_disposition_header(True, original_name(shown)))


@needs(Right.SEE)
@require_safe
def source(request: HttpRequest, number: int, scan: int) -> HttpResponseBase:
    """A file that came in, of which pages were put together as the result's own; closed as `original` is."""
    if closed := door(request, Right.SEE, number):
        return closed
    found = next((origin for origin in provenance.of_result(number) if origin.scan == scan), None)
    if found is None or not open_sources(access(request), results.place(number)[0], [scan]):
        raise Http404
    return answer(request, found.stored, content_disposition_header(True, safe_name(found.name) or str(scan)))


def stem(shown: Shown) -> str:
    """What a result's files are called, without their endings."""
    return "-".join(filter(None, (str(shown.row.id), slug(shown.row.number))))


def original_name(shown: Shown) -> str:
    """The name that the file came in with, as far as it is safe on the reader's disk."""
    return safe_name(shown.row.source) or str(shown.row.id)


def safe_name(name: str) -> str:
    """A file's name as far as it is safe on the reader's disk; may be empty."""
    return _NOT_IN_NAMES.sub("_", PurePosixPath(name).name).strip(" .")[-_LONGEST_NAME:]


def answer(request: HttpRequest, stored: StoredObject, disposition: str | None) -> HttpResponseBase:
    """A stored object, or the part of it that is asked for."""
    etag = f'"{stored.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    part = None
    if request.headers.get("If-Range", etag) == etag:
        part = wanted_part(request.headers.get("Range", ""), stored.size)
    if part is not None and not part:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{stored.size}"})
    span = part if part is not None else range(stored.size)
    media_type = stored.media_type if stored.media_type in _KNOWN else "application/octet-stream"
    headers |= {"Content-Length": str(len(span)), "Content-Disposition": disposition or "attachment"}
    if part is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{stored.size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=media_type, headers=headers)
    content = _bytes(store(), stored.key, span)
    return StreamingHttpResponse(content, status=status, content_type=media_type, headers=headers)


def wanted_part(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; empty: none that exist; None: the whole file (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1 if last else size, size))


async def _bytes(store: ObjectStore, key: str, span: range) -> AsyncIterator[bytes]:
    """The bytes of an object, a chunk at a time, read on threads of their own."""
    read = sync_to_async(store.read_range, thread_sensitive=False)
    for start in range(span.start, span.stop, _CHUNK):
        yield await read(key, start, min(_CHUNK, span.stop - start))
