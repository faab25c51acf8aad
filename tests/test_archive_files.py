"""Every file that the corpus became: valid PDF/A, pictures as scanned, text on the print, words that say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from lxml import etree
from PIL import Image

from ocr.records import Box, Reading
from tests.cli.support import Sohoa, pages_of
from tests.pipeline.test_alto import NS, words_of
from tests.print_marks import Ink, begins_and_ends_in_gaps, ink_of, lies_on_print
from tests.verapdf import Verdict, verdicts

DPI = 200
"""At which pages are drawn to look for print."""
MOST_GROWTH = 1.1
_LETTERS = re.compile(r"[^\W_]")

pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True)
class Exported:
    """The files of one result."""

    id: int
    source: str
    archive: Path
    original: Path
    words: Path


@pytest.fixture(scope="module")
def exported(digitized: Sohoa, truth: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> list[Exported]:
    """All results of the corpus, copied out by the command."""
    folder = tmp_path_factory.mktemp("exported")
    ids = [result["id"] for result in digitized("search", "", "--limit", "1000", "--json").json["results"]]
    assert len(ids) == len(truth)
    assert digitized("export", *ids, "--to", folder).code == 0
    return [_exported(file) for file in sorted(folder.glob("*.json"))]


def _exported(metadata: Path) -> Exported:
    told = json.loads(metadata.read_text("utf-8"))
    files = {name: metadata.parent / file for name, file in told["files"].items()}
    return Exported(int(told["id"]), told["source"], **files)


def test_every_archive_file_is_valid_pdfa(exported: list[Exported], verapdf_jar: Path) -> None:
    """All of them in one run of the validator; what it does not speak of counts as not valid."""
    found = verdicts(verapdf_jar, [document.archive for document in exported])
    assert set(found.values()) == {Verdict.VALID}, {path.name: v for path, v in found.items() if v != Verdict.VALID}


def test_a_validator_that_cannot_be_asked_never_says_valid(
    exported: list[Exported], verapdf_jar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported[0].archive
    assert verdicts(tmp_path / "missing.jar", [path]) == {path: Verdict.UNKNOWN}
    assert verdicts(verapdf_jar, [tmp_path / "missing.pdf"]) == {tmp_path / "missing.pdf": Verdict.UNKNOWN}
    assert verdicts(verapdf_jar, [path], seconds=0.01) == {path: Verdict.UNKNOWN}
    plain = tmp_path / "plain.pdf"
    with pikepdf.open(path) as pdf:
        del pdf.Root.Metadata
        pdf.save(plain)
    assert verdicts(verapdf_jar, [path, plain]) == {path: Verdict.VALID, plain: Verdict.INVALID}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert verdicts(verapdf_jar, [path]) == {path: Verdict.UNKNOWN}


def test_pictures_are_those_of_the_scan(exported: list[Exported]) -> None:
    """JPEG and fax data byte for byte; of a TIFF, whose JPEG lies in strips, the same pixels."""
    for document in exported:
        with pikepdf.open(document.archive) as pdf:
            kept = [page.Resources.XObject.Im0 for page in pdf.pages]
            if document.original.suffix == ".pdf":
                with pikepdf.open(document.original) as source:
                    pictures = [next(iter(page.Resources.XObject.values())) for page in source.pages]
                    assert [k.read_raw_bytes() for k in kept] == [p.read_raw_bytes() for p in pictures], document.source
                    assert [k.Filter for k in kept] == [p.Filter for p in pictures]
            elif document.original.suffix == ".jpg":
                assert [k.read_raw_bytes() for k in kept] == [document.original.read_bytes()], document.source
            else:
                assert _same_pixels(document.original, kept), document.source


def _same_pixels(tiff: Path, kept: list[pikepdf.Object]) -> bool:
    with Image.open(tiff) as image:
        assert image.n_frames == len(kept)  # type: ignore[attr-defined]
        for frame, picture in enumerate(kept):
            image.seek(frame)
            drawn = pikepdf.PdfImage(picture).as_pil_image()
            if not np.array_equal(np.asarray(image.convert("RGB")), np.asarray(drawn.convert("RGB"))):
                return False
    return True


def test_colour_scans_hardly_grow(exported: list[Exported]) -> None:
    grown = {}
    for document in exported:
        with pikepdf.open(document.archive) as pdf:
            colour = any(page.Resources.XObject.Im0.get("/ColorSpace") == "/DeviceRGB" for page in pdf.pages)
        if colour:
            grown[document.source] = document.archive.stat().st_size / document.original.stat().st_size
    assert len(grown) > len(exported) / 2, "most scans of the corpus are in colour"
    assert max(grown.values()) <= MOST_GROWTH, grown


def test_the_text_layer_lies_on_the_print(exported: list[Exported]) -> None:
    """Print is found by its ink alone; a text layer that is off by half a line or half a word must not pass."""
    on_print = at_gaps = too_low = aside = total = 0
    for ink, words in _pages(exported):
        for box in words:
            total += 1
            on_print += lies_on_print(ink, box)
            at_gaps += begins_and_ends_in_gaps(ink, box)
            too_low += lies_on_print(ink, _moved(box, 0, 0.6 * box.height))
            aside += begins_and_ends_in_gaps(ink, _moved(box, 0.5 * box.width, 0))
    assert total > 10_000 or len(exported) < 60
    assert on_print / total >= 0.95
    assert at_gaps / total >= 0.93
    assert too_low / total <= 0.02 and aside / total <= 0.2, "the measure tells wrong places from right ones"


def _pages(exported: list[Exported]) -> Iterator[tuple[Ink, list[Box]]]:
    """The ink of each page as a viewer draws it, and the boxes in which its text layer has words."""
    for document in exported:
        drawn = pdfium.PdfDocument(document.archive)
        with pdfplumber.open(document.archive) as pdf:
            for number, page in enumerate(pdf.pages):
                words = [
                    _box(w) for w in page.extract_words(use_text_flow=True) if len(_LETTERS.findall(w["text"])) > 1
                ]
                if words:
                    gray = np.asarray(drawn[number].render(scale=DPI / 72, grayscale=True).to_pil().convert("L"))
                    yield ink_of(gray, DPI), words
                page.close()
        drawn.close()


def _box(word: dict[str, Any]) -> Box:
    return Box(word["x0"], word["top"], word["x1"], word["bottom"]).scaled(DPI / 72)


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)


def test_the_words_beside_it_are_valid_and_those_of_the_catalog(
    digitized: Sohoa, exported: list[Exported], alto_schema: Path
) -> None:
    from catalog import readings

    schema = etree.XMLSchema(etree.parse(alto_schema))
    with pages_of(digitized.home):
        for document in exported:
            schema.assertValid(etree.parse(document.words))
            _assert_same(document, readings.of_result(document.id))


def _assert_same(document: Exported, kept: tuple[Reading, ...]) -> None:
    pages = list(etree.parse(document.words).iterfind(".//a:Page", NS))
    assert [(int(p.get("WIDTH")), int(p.get("HEIGHT"))) for p in pages] == [(r.width, r.height) for r in kept]
    told, words = words_of(document.words), [word for reading in kept for word in reading.words]
    assert [text for text, *_ in told] == [word.text for word in words]
    for (_, box, confidence, by_hand), word in zip(told, words, strict=True):
        sides = (word.box.left, word.box.top, word.box.right, word.box.bottom)
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx(sides, abs=1e-6)
        assert (confidence, by_hand) == (word.confidence, word.pen > 0.5)


def test_the_text_layer_says_what_the_catalog_has_read(digitized: Sohoa, exported: list[Exported]) -> None:
    from catalog import readings

    with pages_of(digitized.home):
        for document in exported:
            with pdfplumber.open(document.archive) as pdf:
                found = [[w["text"] for w in page.extract_words(use_text_flow=True)] for page in pdf.pages]
            assert found == [[w.text for w in reading.words] for reading in readings.of_result(document.id)]


def test_each_object_has_a_row_and_each_row_its_objects(digitized: Sohoa, exported: list[Exported]) -> None:
    from catalog import results
    from storage import open_store

    with pages_of(digitized.home):
        rows = [results.show(document.id) for document in exported]
        keys = {file.key for row in rows for file in (row.original, row.archive, row.words) if file}
        assert len(keys) == 3 * len(exported)
        assert set(open_store((digitized.home / "objects").as_uri()).keys()) == keys
