"""Small real files, a reader that needs no OCR, and processes to look for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Container, Iterator
from pathlib import Path

from PIL import Image

from flows.run import IngestRequest, IngestSummary, Refusal
from ocr.records import Box, Engine, Reading, Word
from pipeline.process import Job
from pipeline.records import (
    ArchiveFile,
    Assessment,
    DocumentPages,
    Evidence,
    FailedDocument,
    Field,
    PageKind,
    ProcessedDocument,
    Scan,
    SurveyedPage,
    WordsFile,
)

UNIT = "H61.12.3"

Outcome = ProcessedDocument | FailedDocument
Process = Callable[[Scan, Job, Container[int]], Iterator[Outcome]]


class Story:
    """A Progress that remembers."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.lines: list[str] = []
        self.pages = self.documents = self.total_pages = 0

    def stage(self, text: str) -> None:
        self.stages.append(text)

    def total(self, pages: int, files: int) -> None:
        self.total_pages = pages

    def advance(self, pages: int, documents: int) -> None:
        self.pages += pages
        self.documents += documents

    def refused(self, refusal: Refusal) -> None:
        self.lines.append(refusal.message)

    def line(self, text: str) -> None:
        self.lines.append(text)


def tiff(path: Path, pages: int = 1, shade: int = 0) -> Path:
    """A TIFF of so many pages; other shades have other bytes."""
    frames = [Image.new("L", (60 + number, 80), 255 - shade) for number in range(pages)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200))
    return path


def plain_process(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
    """Each page a document with the number of its page, made on the job's pool; nothing is looked at."""
    data = scan.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == scan.sha256, "the bytes are the scan's"
    for number in range(1, scan.pages + 1):
        if number not in skip:
            yield job.executor.submit(made_up, scan, job, number).result()


def made_up(scan: Scan, job: Job, number: int) -> ProcessedDocument:
    """A document of one page."""
    text = f"{number}/QĐ-{scan.sha256[:6].upper()}"
    archive = job.folder / f"{number:06}.pdf"
    archive.write_bytes(f"%PDF-1.7 {scan.sha256} {number}".encode())
    words = job.folder / f"{number:06}.alto.xml"
    words.write_bytes(f"<alto>{scan.sha256} {number}</alto>".encode())
    box = Box(1, 2, 30, 12)
    return ProcessedDocument(
        pages=DocumentPages(number, (SurveyedPage(number, PageKind.TEXT),)),
        readings=(Reading(number, 60, 80, 200.0, 0, 0.0, (Word(text, box, 0.9, 0, 0),), Engine("made up", "1", "")),),
        assessment=Assessment((Field("number", text, 0.9, Evidence(1, box, text)),), ("issue_date",)),
        archive=ArchiveFile(archive, hashlib.sha256(archive.read_bytes()).hexdigest(), archive.stat().st_size),
        words=WordsFile(words, hashlib.sha256(words.read_bytes()).hexdigest(), words.stat().st_size),
        pipeline_version="test",
    )


def failed(number: int, reason: str) -> FailedDocument:
    """A page that could not be finished."""
    return FailedDocument(DocumentPages(number, (SurveyedPage(number, PageKind.TEXT),)), reason)


def request(*paths: Path, batch: str | None = "thùng 1") -> IngestRequest:
    return IngestRequest(paths, UNIT, batch=batch)


def run(asked: IngestRequest, story: Story | None = None) -> IngestSummary:
    """What the flow does, without Prefect around it."""
    from flows import batch
    from flows.chunks import chunks

    batch.check(asked)
    with batch.begin(asked, story or Story()) as begun:
        for chunk in chunks(begun.take_in()):
            begun.work_on(chunk)
        return begun.finish()


def found(text: str) -> list[int]:
    """Ids that a search finds."""
    from flows.drain import search_index
    from indexing import Query

    with search_index() as index:
        return [hit.id for hit in index.search(Query(text)).hits]


def processes_of(home: Path) -> dict[int, str]:
    """Living processes that were started with this SOHOA_HOME: pid → command line. Zombies do not count."""
    mark = f"SOHOA_HOME={home}\0".encode()
    alive = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes():
                alive[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended between two looks
            continue
    alive.pop(os.getpid(), None)
    return alive
