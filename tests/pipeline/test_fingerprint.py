"""Fingerprints of pages: the same paper scanned again has nearly the same one, another form another one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.rescanned import rescanned
from pipeline.fingerprint import BITS, NONE, distance, fingerprint
from pipeline.page_image import Preview
from pipeline.pages import Pages
from pipeline.split import survey
from tests.pipeline.making import scan_of

NEAR = BITS // 5


def first_page(file: Path, work: Path) -> Preview:
    with Pages(scan_of(file, work)) as pages:
        return pages.preview(1, 200)


@pytest.fixture(scope="module")
def papers(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Preview]:
    work = tmp_path_factory.mktemp("papers")
    return [first_page(file, work) for file in sorted((corpus / "docs").glob("dev-*.pdf"))[:8]]


def again(view: Preview, seed: int) -> Preview:
    jpeg, dpi = rescanned(view.pixels, view.dpi, seed)
    return Preview(np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8), dpi)


def test_the_same_paper_scanned_again_is_near_and_no_other_is_nearer(papers: list[Preview]) -> None:
    marks = [fingerprint(view) for view in papers]
    distances = [
        [distance(fingerprint(again(view, number)), mark) for mark in marks] for number, view in enumerate(papers)
    ]
    near = [row[number] for number, row in enumerate(distances) if row[number] < NEAR and row[number] == min(row)]
    assert len(near) >= len(papers) - 1  # of three in a hundred it is told wrongly which way is up
    assert sorted(near)[len(near) // 2] < NEAR // 2


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_sheet_put_down_sideways_or_on_its_head_is_the_same(papers: list[Preview], turns: int) -> None:
    near = [
        distance(fingerprint(view), fingerprint(Preview(np.ascontiguousarray(np.rot90(view.pixels, turns)), view.dpi)))
        < NEAR
        for view in papers
    ]
    assert sum(near) >= len(near) - 1  # which way is up is told of nearly all pages


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (1100, 800)])
def test_paper_without_print_has_none(size: tuple[int, int]) -> None:
    assert fingerprint(Preview(np.full(size, 240, np.uint8), 100.0)) == NONE
    assert distance(NONE, NONE) == BITS // 2


def test_specks_and_black_edges_are_no_print() -> None:
    page = np.full((1100, 800), 240, np.uint8)
    page[:30], page[:, :25] = 0, 0
    page[300:1000:97, 200:700:83] = 0
    assert fingerprint(Preview(page, 96.0)) == NONE


def test_the_survey_notes_them_for_pages_of_text(corpus: Path, tmp_path: Path) -> None:
    with Pages(scan_of(next((corpus / "batches").glob("*.pdf")), tmp_path)) as pages:
        found = list(survey(pages))
    assert {bool(page.fingerprint) for page in found if page.kind == "text"} == {True}
    assert {page.fingerprint for page in found if page.kind != "text"} == {NONE}
