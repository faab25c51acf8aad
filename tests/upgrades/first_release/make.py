"""How the data of the first release were made: by its own code, not by ours.

    git archive 36342e2 | tar x -C FOLDER
    cd FOLDER && python …/tests/upgrades/first_release/make.py sqlite DATABASE.sql OBJECTS.json
    cd FOLDER && SOHOA_DATABASE_URL=postgresql://… python …/make.py postgresql DATABASE.sql OBJECTS.json

Commit 36342e2 ended the work on the first issue: migration 0001 of the catalog, and no other package with tables.
Nobody need run this again; it is kept so that one can see what the files beside it hold.
"""

# mypy: ignore-errors
# It calls the first release's functions, of which some take something else today.

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.getcwd())
_home = tempfile.mkdtemp()
os.environ["SOHOA_HOME"] = _home

import catalog  # noqa: E402

catalog.setup()
catalog.migrate()

from catalog import batches, events, outbox, procedures, results, scans, units  # noqa: E402
from core.settings import settings  # noqa: E402
from ocr.records import Box, Engine, Reading, Word  # noqa: E402
from pipeline.records import (  # noqa: E402
    ArchiveFile,
    Assessment,
    DocumentPages,
    Evidence,
    FailedDocument,
    Field,
    MediaType,
    PageKind,
    ProcessedDocument,
    Scan,
    SplitRule,
    SurveyedPage,
)
from storage import open_store  # noqa: E402

PERMIT = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "subject": "Xây dựng nhà ở riêng lẻ",
    "holder": "Nguyễn Thị Hòa",
    "holder_id": "087185001234",
    "validity": "12 tháng",
    "sector": "Xây dựng",
}
BIRTH = {"document_type": "Giấy khai sinh", "holder": "Trần Văn Đức", "issue_date": "2021-11-30", "sector": "Hộ tịch"}
RECORD = {
    "document_type": "Phiếu lý lịch tư pháp",
    "number": "1203/STP-LLTP",
    "issuer": "Sở Tư pháp",
    "issue_date": "2021-06-01",
    "holder": "Trần Văn Kín",
    "sector": "Tư pháp",
}
_store = open_store((Path(_home) / "objects").as_uri())
_kept: dict[str, str] = {}


def _file(text: str) -> tuple[Path, str, int]:
    content = f"%PDF-1.7\n% {text}\n%%EOF\n"
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    path = Path(_home) / sha256
    path.write_text(content, "utf-8")
    return path, sha256, path.stat().st_size


def _put(text: str) -> tuple[Path, str, int, str]:
    path, sha256, size = _file(text)
    _kept[sha256] = path.read_text("utf-8")
    return path, sha256, size, _store.put(path, sha256, "application/pdf")


def _scan(batch: int, name: str, pages: int, *, stored: bool = True) -> int:
    path, sha256, size = _file(f"bản quét {name}")
    id = scans.receive(Scan(path, name, sha256, size, MediaType.PDF, pages), batch, SplitRule.SEPARATOR).id
    if stored:
        scans.stored(id, _put(f"bản quét {name}")[3])
    return id


def _pages(ordinal: int, first: int, last: int) -> DocumentPages:
    return DocumentPages(ordinal, tuple(SurveyedPage(n, PageKind.TEXT) for n in range(first, last + 1)))


def _record(scan: int, pages: DocumentPages, values: dict[str, str], review: tuple[str, ...] = ()) -> int:
    text = " ".join(values.values())
    words = tuple(
        Word(word, Box(10.5 + 100 * i, 20, 100.25 + 100 * i, 40), 0.91, line=0, block=0, pen=0.0)
        for i, word in enumerate(text.split())
    )
    engine = Engine("tesseract", "5.3.0", "vie")
    readings = tuple(Reading(page.number, 1654, 2339, 200.0, 0, -0.4, words, engine) for page in pages.pages)
    box = Box(300, 400, 900, 460)
    fields = tuple(
        Field(name, value, 0.97, Evidence(pages.pages[0].number, box, value)) for name, value in values.items()
    )
    path, sha256, size, key = _put(f"bản lưu {scan}/{pages.ordinal}")
    made = ProcessedDocument(pages, readings, Assessment(fields, review), ArchiveFile(path, sha256, size), "1")
    return results.record(scan, made, key)


def _fill() -> None:
    units.add("H61.12", "Ủy ban nhân dân huyện Lai Vung")
    units.add("H61.12.3", "Ủy ban nhân dân xã Tân Hòa", parent="H61.12")
    procedures.add("1.004873", "Cấp giấy phép xây dựng", "Xây dựng")
    box = batches.open_batch("H61.12", "1.004873", "thùng 1")
    other = batches.open_batch("H61.12.3", None, "thùng 2")
    with events.acting("lan"):
        done = _scan(box, "thùng 1.pdf", 4)
        scans.claim(done, "w")
        _record(done, _pages(1, 1, 2), PERMIT, ("number", "signer"))
        _record(done, _pages(2, 3, 4), RECORD)
        scans.finished(done, "w")
        birth = _scan(other, "khai sinh.pdf", 1)
        scans.claim(birth, "w")
        _record(birth, _pages(1, 1, 1), BIRTH)
        scans.finished(birth, "w")
        failed = _scan(box, "hỏng.pdf", 2)
        scans.claim(failed, "w")
        _record(failed, _pages(1, 1, 1), {**PERMIT, "number": "578/GPXD", "holder": "Lê Văn Sáu"})
        results.record_failure(failed, FailedDocument(_pages(2, 2, 2), "trang 2 không đọc được"))
        scans.finished(failed, "w")
        _scan(other, "đang chờ.pdf", 1)
        _scan(other, "đang nhận.pdf", 1, stored=False)
        scans.refuse(box, "trống.pdf", 0, None, "empty", "tệp trống")
    outbox.done(outbox.pending()[:3])


def _dump(kind: str) -> str:
    catalog.close()
    if kind == "sqlite":
        with sqlite3.connect(settings().database.removeprefix("sqlite:///")) as database:
            return "\n".join(database.iterdump()) + "\n"
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", settings().database]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(line + "\n" for line in told.splitlines() if line and not line.startswith(("--", "\\")))


if __name__ == "__main__":
    with events.acting("admin"):
        _fill()
    Path(sys.argv[2]).write_text(_dump(sys.argv[1]), "utf-8")
    Path(sys.argv[3]).write_text(json.dumps(_kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
