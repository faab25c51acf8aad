"""Documents are cut where they end, blank pages are kept, and no page of text is taken for anything else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.pages import Pages
from pipeline.records import PageKind, SplitRule, SurveyedPage
from pipeline.split import documents, survey
from tests.pipeline import making

KINDS = {"T": PageKind.TEXT, "B": PageKind.BLANK, "S": PageKind.SEPARATOR}


def kinds_of(pages: list[Image.Image], tmp_path: Path) -> str:
    path = making.pdf_of(list(pages), tmp_path / "scan.pdf")
    with Pages(making.scan_of(path, tmp_path / "work")) as opened:
        names = {kind: name for name, kind in KINDS.items()}
        return "".join(names[page.kind] for page in survey(opened))


def split(pages: str, rule: SplitRule = SplitRule.SEPARATOR) -> list[list[int]]:
    found = list(documents((SurveyedPage(n, KINDS[k]) for n, k in enumerate(pages, 1)), rule))
    assert [d.ordinal for d in found] == list(range(1, len(found) + 1))
    numbers = [[p.number for p in d.pages] for d in found]
    kept = [n for document in numbers for n in document]
    assert kept == [n for n, kind in enumerate(pages, 1) if kind != "S"], "nothing but separators is left out"
    return numbers


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("TT", [[1, 2]]),
        ("TST", [[1], [3]]),
        ("STBST", [[2, 3], [5]]),
        ("TSSST", [[1], [5]]),
        ("STS", [[2]]),
        ("TSBTB", [[1, 3], [4, 5]]),
        ("TBT", [[1, 2, 3]]),
        ("BT", [[1, 2]]),
        ("SBTT", [[2, 3, 4]]),
        ("B", [[1]]),
        ("SBSB", [[2, 4]]),
        ("SS", []),
    ],
)
def test_separators_end_documents(pages: str, expected: list[list[int]]) -> None:
    assert split(pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [("TBT", [[1, 2], [3]]), ("BTBBTTB", [[1, 2, 3, 4], [5, 6, 7]]), ("TSBT", [[1, 3], [4]]), ("BB", [[1, 2]])],
)
def test_blank_pages_end_documents_where_the_operator_says_so(pages: str, expected: list[list[int]]) -> None:
    assert split(pages, SplitRule.BLANK) == expected


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 3, -4])
def test_separators_are_found_however_they_lie(tmp_path: Path, angle: int) -> None:
    assert kinds_of([making.separator().rotate(angle, expand=True, fillcolor="white")], tmp_path) == "S"


def test_aged_and_plain_separators_are_found(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 18, (making.A4[1], making.A4[0], 3))
    aged = np.clip(np.asarray(making.separator()) * 0.75 + 30 + noise, 0, 255).astype(np.uint8)
    blurred = making.separator().filter(ImageFilter.GaussianBlur(1.5))
    assert kinds_of([Image.fromarray(aged), blurred, making.separator(beside=())], tmp_path) == "SSS"


def test_a_code_on_a_document_separates_nothing(tmp_path: Path) -> None:
    lines = tuple(f"Điều {n}. Nội dung của văn bản này dài như một dòng chữ in bình thường" for n in range(20))
    dense, other = making.separator(beside=lines), making.separator(text="HS-2019-0001")
    assert kinds_of([dense, other], tmp_path) == "TT"


def back(seed: int) -> Image.Image:
    """The back of a sheet: print shines through, holes, dust, a dark edge."""
    draw = random.Random(seed)
    page = making.paper(colour="#f4f1e8")
    through = making.printed().transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(2))
    page = Image.blend(page, through, 0.12)
    pen = ImageDraw.Draw(page)
    for y in (900, 1400):
        pen.ellipse((70, y, 118, y + 48), fill="black")
    for _ in range(60):
        x, y = draw.randrange(1650), draw.randrange(2330)
        pen.rectangle((x, y, x + 2, y + 2), fill="#555555")
    pen.rectangle((0, 0, 20, 2339), fill="black")
    pen.line((0, 1170, 1654, 1172), fill="#888888", width=2)
    return page


def test_backs_of_sheets_are_blank(tmp_path: Path) -> None:
    assert kinds_of([back(1), back(2), making.paper()], tmp_path) == "BBB"


def test_pages_with_little_on_them_are_not_blank(tmp_path: Path) -> None:
    one_line = making.printed(("Trang này có chữ",), points=30)
    stamp = making.paper()
    ImageDraw.Draw(stamp).ellipse((900, 1200, 1180, 1480), outline="#cc2030", width=8)
    sideways = making.printed(("Phụ lục kèm theo",), points=30).rotate(90, expand=True)
    pale = Image.blend(making.paper(), making.printed(), 0.5)
    assert kinds_of([one_line, stamp, sideways, pale], tmp_path) == "TTTT"


def test_the_batches_of_the_corpus_split_into_exactly_their_documents(corpus: Path, tmp_path: Path) -> None:
    for batch in json.loads((corpus / "batches.json").read_text("utf-8")):
        with Pages(making.scan_of(corpus / batch["file"], tmp_path / "work")) as pages:
            found = list(documents(survey(pages), SplitRule.SEPARATOR))
        assert [d.first for d in found] == [d["first_page"] for d in batch["documents"]]


def test_no_page_of_the_corpus_is_called_blank_or_separator(corpus: Path, tmp_path: Path) -> None:
    for path in sorted((corpus / "docs").iterdir()):
        with Pages(making.scan_of(path, tmp_path / "work")) as pages:
            wrong = [p.number for p in survey(pages) if p.kind is not PageKind.TEXT]
        assert not wrong, path.name
