"""Hand-made scans and documents, and a switch between databases."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

import catalog
from catalog.configuration import database as database_of
from core.settings import settings
from ocr.records import Box, Engine, Reading, Word
from pipeline.records import (
    ArchiveFile,
    Assessment,
    DocumentPages,
    Evidence,
    FailedDocument,
    Field,
    MediaType,
    PageKind,
    ProcessedDocument,
    Scan,
    SurveyedPage,
    WordsFile,
)

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@contextmanager
def use_database(url: str) -> Iterator[None]:
    """Let settings, Django and child processes use the database at `url`."""
    before = connections.settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOHOA_DATABASE_URL", url)
        settings.cache_clear()
        _point_django_at(connections.configure_settings({"default": database_of(url)}))
        try:
            yield
        finally:
            _point_django_at(before)
    settings.cache_clear()


def _point_django_at(databases: dict[str, dict[str, Any]]) -> None:
    catalog.close()
    if connections.all(initialized_only=True):
        del connections["default"]
    connections.settings = databases


def run_python(code: str, **variables: str) -> subprocess.Popen[str]:
    """Start a Python process in the repository with the test's environment."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=env,
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def at_once(threads: int, call: Callable[[int], T]) -> list[T]:
    """Call `call(0)`, `call(1)`, … in threads that begin together; their results in order."""
    gate = threading.Barrier(threads)

    def run(number: int) -> T:
        try:
            gate.wait(30)
            return call(number)
        finally:
            catalog.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def scan(name: str = "a.pdf", content: bytes = b"%PDF-1.7", pages: int = 3) -> Scan:
    sha256 = hashlib.sha256(content).hexdigest()
    return Scan(Path("nowhere") / name, name, sha256, len(content), MediaType.PDF, pages)


@contextmanager
def queries(count: int) -> Iterator[None]:
    """What happens inside asks the database `count` times."""
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) == count, "\n".join(query["sql"] for query in asked)


def document_pages(ordinal: int = 1, first: int = 1, last: int = 2) -> DocumentPages:
    kinds = {n: PageKind.TEXT for n in range(first, last + 1)}
    return DocumentPages(ordinal, tuple(SurveyedPage(n, kind) for n, kind in kinds.items()))


def reading(page: int, text: str = "Số: 577/GPXD") -> Reading:
    words = tuple(
        Word(word, Box(10.5 + 100 * i, 20, 100.25 + 100 * i, 40), 0.9125, line=0, block=0, pen=0.75 * i)
        for i, word in enumerate(text.split())
    )
    return Reading(page, 1654, 2339, 200.0, 90, -0.4, words, Engine("tesseract", "5.3.0", "vie"))


def processed(
    ordinal: int = 1,
    first: int = 1,
    last: int = 2,
    values: dict[str, str] | None = None,
    review: tuple[str, ...] = (),
    text: str = "Số: 577/GPXD",
) -> ProcessedDocument:
    values = {"document_type": "Giấy phép xây dựng", "number": "577/GPXD"} if values is None else values
    fields = tuple(
        Field(name, value, 0.9, Evidence(1, Box(1, 2, 3, 4), value.upper(), "ocr")) for name, value in values.items()
    )
    return ProcessedDocument(
        pages=document_pages(ordinal, first, last),
        readings=tuple(reading(page, text) for page in range(first, last + 1)),
        assessment=Assessment(fields, review),
        archive=ArchiveFile(Path("nowhere.pdf"), hashlib.sha256(f"{ordinal}".encode()).hexdigest(), 1234),
        words=WordsFile(Path("nowhere.xml"), hashlib.sha256(f"words {ordinal}".encode()).hexdigest(), 567),
        pipeline_version="1",
    )


def failed(ordinal: int = 1, reason: str = "page 1: the engine took longer than 120 s") -> FailedDocument:
    return FailedDocument(document_pages(ordinal), reason)


def stored_scan(batch: int, name: str = "a.pdf", content: bytes = b"%PDF-1.7", pages: int = 3) -> int:
    """Id of a scan that waits for work."""
    from catalog import scans
    from pipeline.records import SplitRule

    received = scans.receive(scan(name, content, pages), batch, SplitRule.SEPARATOR)
    scans.stored(received.id, "sha256/ab/cd/abcd")
    return received.id
