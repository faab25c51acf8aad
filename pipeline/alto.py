"""Writes the words of a document with their places and confidences as ALTO 4, one file a document.

See docs/archive-file.md for what stands where. The same input gives the same bytes: no time is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from math import isnan
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from core.errors import StorageError
from core.files import sha256_of
from ocr.records import Box, Engine, Line, Reading, Word
from pipeline import PIPELINE_VERSION
from pipeline.records import DocumentPages, PageKind, Scan, WordsFile

VERSION = "4.3"
LANGUAGE = "vi"
HANDWRITTEN = "handwritten"
"""The tag of words that look written by hand."""
_BY_HAND = 0.5
"""Share of pen (`Word.pen`) above which a word counts as written by hand."""
_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = f"{_NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-3.xsd"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def write(scan: Scan, document: DocumentPages, readings: Sequence[Reading], to: Path) -> WordsFile:
    """Write the words of `document` to `to`, with one reading for each of its pages.

    Raises StorageError if the file cannot be written; then nothing is left at `to`.
    """
    part = to.with_name(to.name + ".part")
    try:
        with part.open("wb") as out:
            _Writer(XMLGenerator(out, "utf-8", short_empty_elements=True)).document(scan, document, readings)
        part.replace(to)
        sha256 = sha256_of(to)
    except OSError as error:
        raise StorageError(f"{to.name} cannot be written ({error.strerror or error}): free some room") from error
    finally:
        part.unlink(missing_ok=True)
    return WordsFile(to, sha256, to.stat().st_size)


class _Writer:
    """Writes element after element: memory does not grow with the document."""

    def __init__(self, xml: XMLGenerator) -> None:
        self._xml = xml
        self._blocks = 0

    def document(self, scan: Scan, document: DocumentPages, readings: Sequence[Reading]) -> None:
        """The whole file."""
        engines = {r.engine: f"engine{n}" for n, r in enumerate({r.engine: r for r in readings if r.words}.values(), 1)}
        self._xml.startDocument()
        root = {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": _SCHEMA,
            "SCHEMAVERSION": VERSION,
        }
        with self._element("alto", root):
            self._description(scan, document, engines)
            with self._element("Tags"):
                self._empty("OtherTag", {"ID": HANDWRITTEN, "TYPE": "writing", "LABEL": HANDWRITTEN})
            with self._element("Layout"):
                pages = zip(document.pages, readings, strict=True)
                for number, (page, reading) in enumerate(pages, start=1):
                    self._page(number, page.kind, reading, engines)
        self._xml.endDocument()

    def _description(self, scan: Scan, document: DocumentPages, engines: Mapping[Engine, str]) -> None:
        with self._element("Description"):
            self._text("MeasurementUnit", "pixel")
            with self._element("sourceImageInformation"):
                self._text("fileIdentifier", f"sha256:{scan.sha256}")
                self._text("documentIdentifier", f"sha256:{scan.sha256}#{document.ordinal}")
            for engine, id in engines.items():
                data = f"language data: {engine.data}" if engine.data else ""
                self._processing(id, "contentGeneration", data, engine.name, engine.version)
            self._processing("sohoa", "preOperation postOperation", "", "sohoa", PIPELINE_VERSION)

    def _processing(self, id: str, category: str, settings: str, name: str, version: str) -> None:
        with self._element("Processing", {"ID": id}):
            self._text("processingCategory", category)
            if settings:
                self._text("processingStepSettings", settings)
            with self._element("processingSoftware"):
                self._text("softwareName", name)
                self._text("softwareVersion", version)

    def _page(self, number: int, kind: PageKind, reading: Reading, engines: Mapping[Engine, str]) -> None:
        attributes = {
            "ID": f"page{number}",
            "PHYSICAL_IMG_NR": str(number),
            "WIDTH": str(reading.width),
            "HEIGHT": str(reading.height),
        }
        if kind is not PageKind.TEXT:
            attributes["PAGECLASS"] = kind.value
        if reading.words:
            attributes["PROCESSING"] = engines[reading.engine]
        with self._element("Page", attributes):
            if not reading.words:
                return
            whole = Box(0, 0, reading.width, reading.height)
            with self._element("PrintSpace", _place(whole)):
                for _block, lines in groupby(reading.lines, key=lambda line: line.words[0].block):
                    self._block(tuple(lines))

    def _block(self, lines: tuple[Line, ...]) -> None:
        self._blocks += 1
        box = lines[0].box
        for line in lines[1:]:
            box = box.union(line.box)
        with self._element("TextBlock", {"ID": f"block{self._blocks}", **_place(box), "LANG": LANGUAGE}):
            for line in lines:
                with self._element("TextLine", _place(line.box)):
                    for word in line.words:
                        self._word(word)

    def _word(self, word: Word) -> None:
        confidence = 0.0 if isnan(word.confidence) else min(1.0, max(0.0, word.confidence))
        attributes = {"CONTENT": word.text, **_place(word.box), "WC": f"{confidence:.3f}"}
        if word.pen > _BY_HAND:
            attributes["TAGREFS"] = HANDWRITTEN
        self._empty("String", attributes)

    @contextmanager
    def _element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        self._start(name, attributes or {})
        yield
        self._xml.endElement(name)

    def _empty(self, name: str, attributes: Mapping[str, str]) -> None:
        self._start(name, attributes)
        self._xml.endElement(name)

    def _text(self, name: str, text: str) -> None:
        self._start(name, {})
        self._xml.characters(_NO_XML.sub("\ufffd", text))
        self._xml.endElement(name)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._xml.ignorableWhitespace("\n")
        cleaned = {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()}
        self._xml.startElement(name, AttributesImpl(cleaned))


def _place(box: Box) -> dict[str, str]:
    """Where a box is, to a tenth of a pixel, as the catalog keeps it too."""
    left, top, right, bottom = (round(side, 1) for side in (box.left, box.top, box.right, box.bottom))
    sides = {"HPOS": left, "VPOS": top, "WIDTH": right - left, "HEIGHT": bottom - top}
    return {name: f"{value:.1f}".removesuffix(".0") for name, value in sides.items()}
