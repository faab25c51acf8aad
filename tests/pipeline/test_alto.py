"""Words as ALTO: valid, complete, the same bytes every time."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.errors import StorageError
from ocr.records import Box, Engine, Reading, Word
from pipeline import alto
from pipeline.process import NOT_READ
from pipeline.records import DocumentPages, MediaType, PageKind, Scan, SurveyedPage

NS = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
SCAN = Scan(Path("nowhere.pdf"), "hồ sơ.pdf", "ab" * 32, 10, MediaType.PDF, 3)
ENGINE = Engine("tesserocr", "5.5.4", "vie")
WORDS = (
    Word("Số:", Box(10.04, 20, 60.06, 40), 0.91, 0, 0),
    Word("577/GPXD", Box(70, 20.55, 200, 40), 0.5004, 0, 0, pen=0.8),
    Word("<&\"'>", Box(10, 50, 60, 70), 1.0, 1, 0),
    Word("Ủy", Box(500, 50, 540, 70), 0.0, 2, 1),
)


def reading(page: int, words: tuple[Word, ...] = WORDS, engine: Engine = ENGINE) -> Reading:
    return Reading(page, 1654, 2339, 200.0, 90, -0.4, words, engine)


def written(folder: Path, *readings: Reading, kinds: tuple[PageKind, ...] = ()) -> Path:
    pages = zip(readings, kinds or (PageKind.TEXT,) * len(readings), strict=True)
    document = DocumentPages(2, tuple(SurveyedPage(r.page, kind) for r, kind in pages))
    return alto.write(SCAN, document, readings, folder / "words.xml").path


def words_of(path: Path) -> list[tuple[str, Box, float, bool]]:
    """What another program sees in the file."""
    found = []
    for string in etree.parse(path).iterfind(".//a:String", NS):
        left, top, width, height = (float(string.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
        box = Box(left, top, left + width, top + height)
        by_hand = string.get("TAGREFS") == alto.HANDWRITTEN
        found.append((string.get("CONTENT"), box, float(string.get("WC")), by_hand))
    return found


def assert_valid(schema: Path, path: Path) -> None:
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(path))


def test_a_document_is_valid_alto(tmp_path: Path, alto_schema: Path) -> None:
    path = written(
        tmp_path,
        reading(4),
        reading(5, (), NOT_READ),
        reading(6, engine=Engine("text layer", "", "")),
        kinds=(PageKind.TEXT, PageKind.BLANK, PageKind.TEXT),
    )
    assert_valid(alto_schema, path)


def test_words_places_and_confidences_come_back(tmp_path: Path) -> None:
    found = words_of(written(tmp_path, reading(1)))
    assert [text for text, *_ in found] == [w.text for w in WORDS]
    assert [confidence for _, _, confidence, _ in found] == [0.91, 0.5, 1.0, 0.0]
    assert [by_hand for *_, by_hand in found] == [False, True, False, False]
    for (_, box, *_), word in zip(found, WORDS, strict=True):
        sides = (word.box.left, word.box.top, word.box.right, word.box.bottom)
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx(sides, abs=0.051)


def test_pages_lines_blocks_and_engine_are_told(tmp_path: Path) -> None:
    root = etree.parse(written(tmp_path, reading(4), reading(5, (), NOT_READ), kinds=(PageKind.TEXT, PageKind.BLANK)))
    first, second = root.iterfind(".//a:Page", NS)
    assert (first.get("PHYSICAL_IMG_NR"), first.get("WIDTH"), first.get("HEIGHT")) == ("1", "1654", "2339")
    assert (second.get("PHYSICAL_IMG_NR"), second.get("PAGECLASS"), len(second)) == ("2", "blank", 0)
    assert root.findtext(".//a:MeasurementUnit", namespaces=NS) == "pixel"
    assert [len(block) for block in first.iterfind(".//a:TextBlock", NS)] == [2, 1]
    assert {block.get("LANG") for block in first.iterfind(".//a:TextBlock", NS)} == {"vi"}
    engine = root.find(f".//a:Processing[@ID='{first.get('PROCESSING')}']", NS)
    assert [e.text for e in engine.iter() if e.text and e.text.strip()] == [
        "contentGeneration",
        "language data: vie",
        "tesserocr",
        "5.5.4",
    ]
    assert root.findtext(".//a:documentIdentifier", namespaces=NS) == f"sha256:{SCAN.sha256}#2"
    assert "hồ sơ" not in etree.tostring(root, encoding="unicode"), "file names are not repeated"


def test_a_document_without_a_word_is_valid_too(tmp_path: Path, alto_schema: Path) -> None:
    assert_valid(alto_schema, written(tmp_path, reading(1, (), NOT_READ), kinds=(PageKind.BLANK,)))


@given(
    text=st.text(min_size=1, max_size=12), confidence=st.floats(), left=st.floats(-50, 5000), width=st.floats(0, 900)
)
def test_whatever_an_engine_says_is_valid(
    tmp_path_factory: pytest.TempPathFactory, alto_schema: Path, text: str, confidence: float, left: float, width: float
) -> None:
    word = Word(text, Box(left, 1, left + width, 30), confidence, 0, 0)
    path = written(tmp_path_factory.mktemp("alto"), reading(1, (word,)))
    assert_valid(alto_schema, path)
    [(found, box, sure, _)] = words_of(path)
    assert len(found) == len(text)
    assert box.left == pytest.approx(left, abs=0.051)
    assert 0 <= sure <= 1 and (math.isnan(confidence) or sure == pytest.approx(min(1, max(0, confidence)), abs=0.001))


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    path, again = written(tmp_path, reading(1), reading(2)), written(tmp_path / "again", reading(1), reading(2))
    assert path.read_bytes() == again.read_bytes()
    other = replace(reading(1), words=WORDS[:1])
    assert written(tmp_path / "again", other, reading(2)).read_bytes() != path.read_bytes()


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        written(tmp_path / "gone", reading(1))
    (tmp_path / "words.xml").mkdir()
    with pytest.raises(StorageError, match="Is a directory"):
        written(tmp_path, reading(1))
    assert [path.name for path in tmp_path.iterdir()] == ["words.xml"]
