"""Files that are made for one answer: written aside, sent piece by piece, gone with the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from web import aside

_CHUNK = 1 << 20


def handed_out(name: str, media_type: str, write: Callable[[Path], object]) -> HttpResponseBase:
    """What `write` writes into the file that it is given, to be kept by the reader under `name`."""
    with aside.folder() as folder:
        path = folder / "file"
        write(path)
        file, size = path.open("rb"), path.stat().st_size  # an open file outlives its name
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
    }
    response = StreamingHttpResponse(_pieces(file), content_type=media_type, headers=headers)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    return response


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    while chunk := await read(_CHUNK):
        yield chunk
