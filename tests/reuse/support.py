"""Results recorded through the catalog, for dossiers to use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import archive
from pipeline.records import ArchiveFile
from reuse.records import Person
from tests.catalog.support import processed, stored_scan
from tests.pipeline import making

if TYPE_CHECKING:
    from reuse.ledger import Wish

TODAY = date(2026, 11, 20)
DOSSIER = "H61.12.3-261120-0001"
PERMIT = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "subject": "Xây dựng nhà ở riêng lẻ",
    "holder": "Nguyễn Thị Hòa",
    "holder_id": "087185001234",
    "sector": "Xây dựng",
}


@dataclass(frozen=True)
class Paper:
    """A made-up result: the permit, with some of its fields changed."""

    changes: Mapping[str, str] = field(default_factory=dict)
    review: tuple[str, ...] = ()
    name: str = "a.pdf"


def recorded(paper: Paper, unit: str) -> int:
    """Id of the result that `paper` became."""
    from catalog import batches, results

    batch = batches.open_batch(unit, None, "thùng 1")
    scan = stored_scan(batch, paper.name, paper.name.encode())
    values = {name: value for name, value in {**PERMIT, **paper.changes}.items() if value}
    done = processed(values=values, review=paper.review)
    return results.record(scan, done, "sha256/ab/cd/archive", "sha256/ab/cd/words")


def wish(
    result: int, dossier: str = DOSSIER, name: str = "Nguyễn Thị Hòa", ids: tuple[str, ...] = (), **more: Any
) -> Wish:
    """That a dossier of the commune, of the permit's holder where nobody else is named, shall take a result."""
    from reuse.ledger import Wish

    return Wish(result, dossier, "H61.12.3", Person(name, ids), **more)


def archive_file(folder: Path, pages: int = 2) -> ArchiveFile:
    """An archive file of pages that stand upside down by turns."""
    original = folder / "original.tif"
    sheets = [making.printed().rotate(0 if n % 2 else 180) for n in range(pages)]
    sheets[0].save(original, save_all=True, append_images=sheets[1:], compression="jpeg", resolution=200)
    scan = making.scan_of(original, folder)
    done = processed(first=1, last=pages, values=PERMIT)
    return archive.write(scan, done.pages, done.readings, done.assessment, folder / "archive.pdf")


def filed(made: ArchiveFile, unit: str, paper: Paper | None = None) -> tuple[int, Path]:
    """Id of a result that has this archive file of two pages, and the file."""
    from catalog import batches, results

    paper = paper or Paper()
    done = processed(values={**PERMIT, **paper.changes}, review=paper.review)
    scan = stored_scan(batches.open_batch(unit, None, "thùng 1"), paper.name, paper.name.encode())
    result = results.record(scan, replace(done, archive=made), "sha256/ab/cd/archive", "sha256/ab/cd/words")
    return result, made.path
