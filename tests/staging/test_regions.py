"""Parts of a page become documents of their own, cut out without loss, and go the way of every document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog import batches, carriers, provenance, results, scans, units
from core.errors import NotFoundError, RefusedError, UsageError
from ocr.records import Box, Engine, Reading
from pipeline.records import DocumentPages, PageKind, ProcessedDocument, SplitRule, SurveyedPage
from pipeline.regions import crop
from staging import regions, release
from storage import ObjectStore, open_store
from tests.catalog.support import processed
from tests.pipeline.making import scan_of

WIDTH, HEIGHT = 800, 1100
UPPER, LOWER = Box(40, 50, 760, 500), Box(40, 550, 760, 1050)


def sheet() -> Image.Image:
    """A grey page on which no two places look alike."""
    dice = np.random.default_rng(7)
    return Image.fromarray(dice.integers(0, 256, (HEIGHT, WIDTH), np.uint8))


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store((tmp_path / "store").as_uri())


@pytest.fixture
def result(database: str, store: ObjectStore, tmp_path: Path) -> int:
    """A result of one page that carries two papers; it lay sideways when it was scanned."""
    units.add("H61", "Ủy ban nhân dân xã Tân Hòa")
    batch = batches.open_batch("H61", None, "thùng 1")
    path = tmp_path / "sheet.png"
    sheet().rotate(90, expand=True).save(path, dpi=(100, 100))
    scan = scan_of(path, tmp_path / "work")
    received = scans.receive(scan, batch, SplitRule.SEPARATOR)
    scans.stored(received.id, store.put(scan.path, scan.sha256, scan.media_type.value))
    pages = DocumentPages(1, (SurveyedPage(1, PageKind.TEXT),))
    read = Reading(1, WIDTH, HEIGHT, 100.0, 90, 0.0, (), Engine("none", "", ""))
    made: ProcessedDocument = replace(processed(values={"number": "1"}), pages=pages, readings=(read,))
    id = results.record(received.id, made, "archive", "words")
    scans.claim(received.id, "test")
    scans.finished(received.id, "test")
    return id


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_a_part_is_cut_out_of_the_upright_page_pixel_by_pixel(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    sheet().rotate(90, expand=True).save(path, dpi=(100, 100))
    scan = scan_of(path, tmp_path / "work")
    made = crop(scan, 1, 90, (WIDTH, HEIGHT), UPPER, tmp_path / "part.png", "part")
    assert np.array_equal(pixels(made.path), np.asarray(sheet())[50:500, 40:760])
    assert round(Image.open(made.path).info["dpi"][0]) == 100
    again = crop(scan, 1, 90, (WIDTH, HEIGHT), UPPER, tmp_path / "again.png", "part")
    assert again.sha256 == made.sha256


def test_parts_too_small_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    sheet().save(path)
    with pytest.raises(RefusedError):
        crop(scan_of(path, tmp_path / "work"), 1, 0, (WIDTH, HEIGHT), Box(1, 1, 20, 900), tmp_path / "p.png", "p")


def test_parts_become_documents_that_wait_to_be_read(result: int, store: ObjectStore) -> None:
    made = regions.take(result, 1, [UPPER, LOWER], "lan", store)
    assert [scan.id for scan in release.waiting()] == list(made)
    [source] = provenance.sources(made[1])
    assert (source.source_page, source.rotation, source.box) == (1, 90, LOWER)
    assert [(one.page, one.box, one.result) for one in carriers.taken(result)] == [(1, UPPER, None), (1, LOWER, None)]
    assert len(carriers.taken(result)) == 2


def test_the_same_part_again_makes_nothing_new(result: int, store: ObjectStore) -> None:
    first = regions.take(result, 1, [UPPER], "lan", store)
    assert regions.take(result, 1, [UPPER], "lan", store) == first
    assert len(carriers.taken(result)) == 1


def test_what_a_part_was_read_as_stands_beside_it(result: int, store: ObjectStore) -> None:
    [scan] = regions.take(result, 1, [UPPER], "lan", store)
    part = results.record(scan, processed(values={"number": "2"}, last=1), "archive", "words")
    assert carriers.taken(result)[0].result == part


@pytest.mark.parametrize("boxes", [[], [UPPER] * (regions.MOST + 1)])
def test_no_part_and_too_many_are_refused(result: int, store: ObjectStore, boxes: list[Box]) -> None:
    with pytest.raises(UsageError):
        regions.take(result, 1, boxes, "lan", store)


def test_pages_that_are_not_there_are_told(result: int, store: ObjectStore) -> None:
    for id, page in ((result, 2), (result, 0), (999, 1)):
        with pytest.raises(NotFoundError):
            regions.take(id, page, [UPPER], "lan", store)


def test_a_sheet_that_only_carries_others_is_not_counted(result: int) -> None:
    assert batches.status().documents == 1
    carriers.mark(result, True, "lan")
    assert carriers.among([result]) == {result}
    assert batches.status().documents == 0
    carriers.mark(result, False, "lan")
    assert batches.status().documents == 1
    assert [event.kind for event in results.show(result).events][-2:] == [
        "result.carrier_marked",
        "result.carrier_unmarked",
    ]
