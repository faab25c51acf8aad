"""A small library of results, recorded through the catalog with real files in a real store and a real index."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from PIL import Image, ImageDraw

from accounts.rights import Role
from ocr.records import Box, Engine, Reading, Word
from pipeline import alto
from pipeline.records import (
    FIELD_NAMES,
    WORDS_MEDIA_TYPE,
    ArchiveFile,
    Assessment,
    DocumentPages,
    Evidence,
    Field,
    MediaType,
    PageKind,
    ProcessedDocument,
    Scan,
    SplitRule,
    SurveyedPage,
)

WIDTH, HEIGHT = 1654, 2339
BOX = Box(300, 400, 900, 460)


@dataclass(frozen=True)
class Paper:
    """A made-up result."""

    values: Mapping[str, str]
    text: str
    name: str = "thung1.pdf"
    pages: int = 1
    review: Sequence[str] = ()
    unit: str = "H61.12"


PERMIT = Paper(
    values={
        "document_type": "Giấy phép xây dựng",
        "number": "577/GPXD",
        "issuer": "Ủy ban nhân dân huyện Lai Vung",
        "issue_date": "2019-03-05",
        "subject": "Xây dựng nhà ở riêng lẻ",
        "holder": "Nguyễn Thị Hòa",
        "holder_id": "087185001234",
        "sector": "Xây dựng",
    },
    text="ỦY BAN NHÂN DÂN HUYỆN LAI VUNG\nSố: 577/GPXD\nGIẤY PHÉP XÂY DỰNG\nCấp cho bà Nguyễn Thị Hòa",
    name="giấy phép\n../số 577.pdf",
    pages=2,
    review=("number", "signer"),
)
BIRTH = Paper(
    values={
        "document_type": "Giấy khai sinh",
        "holder": "Trần Văn Đức",
        "sector": "Hộ tịch",
        "issue_date": "2021-11-30",
    },
    text="GIẤY KHAI SINH\nHọ, chữ đệm, tên: Trần Văn Đức <script>alert(1)</script>",
    unit="H61.12.3",
)

RECORD = Paper(
    values={
        "document_type": "Phiếu lý lịch tư pháp",
        "number": "1203/STP-LLTP",
        "issuer": "Sở Tư pháp",
        "issue_date": "2021-06-01",
        "holder": "Trần Văn Kín",
        "sector": "Tư pháp",
    },
    text="SỞ TƯ PHÁP\nSố: 1203/STP-LLTP\nPHIẾU LÝ LỊCH TƯ PHÁP SỐ 1\nHọ và tên: Trần Văn Kín",
    name="lltp.pdf",
)


def units() -> None:
    """A district with a commune in it, and another district."""
    from catalog import units as catalog_units

    catalog_units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung")
    catalog_units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa", parent="H61.12")
    catalog_units.add("H61.13", "Ủy ban nhân dân huyện Lấp Vò")


def put(paper: Paper, folder: Path, *, finish: bool = True) -> int:
    """Record `paper` and make it findable; returns the result's id. Its file is done with, or still worked on."""
    from catalog import batches, results, scans
    from web.services import store

    original = _pdf(folder / "original.pdf", paper, "original")
    archive = _pdf(folder / "archive.pdf", paper, "archive")
    scan = Scan(original, paper.name, _hash(original), original.stat().st_size, MediaType.PDF, paper.pages)
    received = scans.receive(scan, batches.open_batch(paper.unit, None, "thùng 1"), SplitRule.SEPARATOR)
    scans.stored(received.id, store().put(original, scan.sha256, scan.media_type))
    made = ArchiveFile(archive, _hash(archive), archive.stat().st_size)
    document = DocumentPages(1, tuple(SurveyedPage(n, PageKind.TEXT) for n in range(1, paper.pages + 1)))
    readings = tuple(_reading(page, paper.text) for page in range(1, paper.pages + 1))
    words = alto.write(scan, document, readings, folder / "words.xml")
    keys = store().put(archive, made.sha256, MediaType.PDF), store().put(words.path, words.sha256, WORDS_MEDIA_TYPE)
    found, review = _fields(paper), tuple(paper.review)
    processed = ProcessedDocument(document, readings, Assessment(found, review), made, words, "1")
    result = results.record(received.id, processed, *keys)
    if finish and scans.claim(received.id, "test"):  # the same bytes a second time are finished already
        scans.finished(received.id, "test")
    index_all()
    return result


def index_all() -> None:
    """Tell search of everything that it does not know."""
    from catalog import outbox
    from indexing import SearchDocument, Upsert
    from web.services import index

    waiting = outbox.pending(1000)
    rows = outbox.search_documents([entry.result for entry in waiting])
    names = [f.name for f in fields(SearchDocument)]
    index().apply([Upsert(SearchDocument(**{name: getattr(row, name) for name in names})) for row in rows])
    outbox.done(waiting)


def _fields(paper: Paper) -> tuple[Field, ...]:
    return tuple(
        Field(name, paper.values[name], 0.55 if name in paper.review else 0.97, Evidence(1, BOX, paper.values[name]))
        for name in FIELD_NAMES
        if name in paper.values
    )


def _reading(page: int, text: str) -> Reading:
    words = tuple(
        Word(word, Box(10 + 60 * i, 20 + 40 * n, 60 + 60 * i, 50 + 40 * n), 0.9, line=n, block=0)
        for n, line in enumerate(text.splitlines())
        for i, word in enumerate(line.split())
    )
    return Reading(page, WIDTH, HEIGHT, 200.0, 0, 0.0, words, Engine("tesseract", "5.3.0", "vie"))


def _pdf(path: Path, paper: Paper, mark: str) -> Path:
    """A PDF whose pages are pictures; `mark` and text make its bytes differ from those of others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = [Image.new("RGB", (WIDTH // 2, HEIGHT // 2), "white") for _ in range(paper.pages)]
    for number, sheet in enumerate(sheets):
        ImageDraw.Draw(sheet).rectangle((150, 200, 450, 230 + number), fill="black")
    sheets[0].save(path, "PDF", resolution=100, save_all=True, append_images=sheets[1:], title=f"{mark} {paper.text}")
    return path


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


PEOPLE = {
    "quan.tri": (Role.ADMINISTRATOR, "", ("criminal_record", "adoption", "secret")),
    "quan.tri.huyen": (Role.ADMINISTRATOR, "H61.12", ()),
    "van.thu": (Role.STAFF, "H61.12", ()),
    "mot.cua": (Role.CLERK, "H61.12", ()),
    "tu.phap": (Role.CLERK, "H61.12", ("criminal_record",)),
    "noi.khac": (Role.CLERK, "H61.13", ()),
}
"""User name → role, unit (empty: the whole installation), confidential kinds."""


def people() -> None:
    """Add PEOPLE, without passwords: tests sign them in by force."""
    from accounts import people

    for name, (role, unit, kinds) in PEOPLE.items():
        people.grant(people.add(name, name.replace(".", " ").title()), role, unit, "test", kinds)
