"""Where pages come from: what a file holds that others were made of, and what was read from it."""

from __future__ import annotations

import pytest

from catalog import contents, provenance, results, scans
from catalog.confidential import Confidential
from catalog.provenance import PageSource
from ocr.records import Box
from pipeline.records import SplitRule
from tests.catalog.support import failed, processed, scan, stored_scan

SECRET = {"document_type": "Phiếu lý lịch tư pháp"}
PART = Box(10, 10, 200, 300)


@pytest.fixture
def source(batch: int) -> int:
    """A file of one page that waits to be read."""
    return stored_scan(batch, "trang.pdf", b"trang", pages=1)


def read(scan: int, values: dict[str, str] | None = None) -> int:
    """Let a file of one page be read; gives its result."""
    made = results.record(scan, processed(1, 1, 1, values), "key", "words")
    finish(scan)
    return made


def finish(scan: int) -> None:
    assert scans.claim(scan, "test")
    scans.finished(scan, "test")


def cut(batch: int, source: int, name: str = "phần.png") -> int:
    """A part of the page, made a document of its own."""
    part = stored_scan(batch, name, name.encode(), pages=1)
    provenance.note(part, [PageSource(1, source, 1, box=PART)])
    return part


def test_a_page_out_of_which_a_part_was_cut_stays_as_secret_as_it_was(batch: int, source: int) -> None:
    crime = read(source, SECRET)
    read(cut(batch, source))
    assert provenance.secrets_in(source) == {crime: Confidential.CRIMINAL_RECORD}


def test_parts_say_nothing_about_a_page_that_was_not_read(batch: int, source: int) -> None:
    read(cut(batch, source))
    assert provenance.secrets_in(source) is None
    read(source)
    assert provenance.secrets_in(source) == {}


def test_a_file_of_which_a_document_could_not_be_read_may_hold_anything(batch: int, source: int) -> None:
    results.record_failure(source, failed(1))
    finish(source)
    read(cut(batch, source))
    assert provenance.secrets_in(source) is None


def test_what_stands_on_parts_of_its_pages_is_in_a_file_that_was_put_together_anew(batch: int) -> None:
    received = scans.receive(scan("gốc.pdf", b"goc", 1), batch, SplitRule.SEPARATOR).id
    scans.stage(received, "key")
    whole = stored_scan(batch, "xếp.pdf", b"xep", pages=1)
    provenance.note(whole, [PageSource(1, received, 1)])
    scans.arrange(received, [whole])
    read(whole)
    assert provenance.secrets_in(received) == {}
    crime = read(cut(batch, whole), SECRET)
    assert provenance.secrets_in(received) == {crime: Confidential.CRIMINAL_RECORD}


def test_a_file_keeps_its_own_results_when_parts_of_it_become_others(batch: int, source: int) -> None:
    own = read(source)
    part = cut(batch, source)
    assert contents.read_from([source]) == {}, "the part is still to be read"
    other = read(part)
    assert contents.read_from([source]) == {source: (own, other)}
