"""One document of many pages that is killed half-way: what was read is not read again, and nothing is missing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from catalog import batches, readings, results
from flows import work
from ocr.records import Box, Engine, Reading, Word
from pipeline.process import Job
from pipeline.process import process as pipeline_process
from pipeline.records import Scan
from tests.catalog.support import run_python
from tests.flows.support import Outcome, Process, request, run
from tests.pipeline import making

PAGES = 40
BEFORE_THE_KILL = 15
IN_HAND = 4
"""Pages that were read and not kept when the process died, at most."""
CHILD = """
import catalog, os, sys
from pathlib import Path
catalog.setup()
from flows import work
from tests.flows.support import request, run
from tests.flows.test_long_documents import telling
work.process = telling(work.process, lambda page: os.write(1, f"read {page}\\n".encode()))
run(request(Path(sys.stdin.readline().strip())))
"""


def telling(real: Process, tell: Callable[[int], object]) -> Process:
    """The pipeline with a reader that needs no OCR and tells of each page that it reads."""

    def read(image: Path, *, page: int, dpi: float, **_: object) -> Reading:
        tell(page)
        words = (Word(f"trang{page}", Box(200, 200, 400, 240), 0.9, 0, 0),)
        return Reading(page, 827, 1170, dpi, 0, 0.0, words, Engine("made up", "1", ""))

    def process(scan: Scan, job: Job, skip: Container[int] = frozenset()) -> Iterator[Outcome]:
        return real(scan, replace(job, options=replace(job.options, read_page=read)), skip)

    return process


def test_a_long_document_that_is_killed_half_way_goes_on_where_it_was(
    installed: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = making.jpeg(making.printed(size=(827, 1170), points=24), dpi=(100, 100))
    with pikepdf.new() as pdf:
        for _ in range(PAGES):
            making.add_jpeg_page(pdf, page, dpi=100)
        pdf.save(inbox / "long.pdf")
    killed = run_python(CHILD)
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write(f"{inbox}\n")
    killed.stdin.flush()
    for _ in range(BEFORE_THE_KILL):
        assert killed.stdout.readline().startswith("read ")
    killed.kill()
    told = BEFORE_THE_KILL + len(killed.stdout.readlines())
    killed.communicate()
    assert batches.status().documents == 0
    again: list[int] = []
    monkeypatch.setattr(work, "process", telling(pipeline_process, again.append))
    assert run(request(inbox)).documents == 1
    assert PAGES - told <= len(again) <= PAGES - told + IN_HAND
    [row] = results.recent(10)
    assert results.show(row.id).text == "\f".join(f"trang{number}" for number in range(1, PAGES + 1))
    assert [one.page for one in readings.of_result(row.id)] == list(range(1, PAGES + 1))
    assert not list((installed / "work").glob("*/scan-*")), "no reading is left behind"
