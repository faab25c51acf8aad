"""What the page of a result tells of other results: nothing of those that the reader may not see."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.records import ProcessedDocument
from tests.catalog.support import processed
from tests.web import library
from tests.web.test_result_life import CRIME, SignIn


def test_the_page_that_a_part_was_cut_out_of_is_as_closed_as_its_own_result(
    site: Path, tmp_path: Path, sign_in: SignIn
) -> None:
    from catalog import provenance
    from catalog.models import Document, Scan

    crime = library.put(CRIME, tmp_path / "page")
    part = library.put(replace(library.PERMIT, pages=1), tmp_path / "part")
    page, own = (Document.objects.get(result=id).scan_id for id in (crime, part))
    provenance.note(own, [provenance.PageSource(1, page, 1, box=library.BOX)])
    path = f"/results/{part}/sources/{page}"
    staff = sign_in("van.thu")
    assert staff.get(path).status_code == 404
    shown = staff.get(f"/results/{part}/").content.decode()
    original = Scan.objects.get(pk=page)
    assert path not in shown and original.name not in shown and original.sha256 not in shown
    assert "tệp mà bạn không được xem" in shown
    administrator = sign_in("quan.tri")
    assert administrator.get(path).status_code == 404, "it was not opened with a reason"
    administrator.post(f"/results/{crime}/open/", {"reason": "đối chiếu"})
    assert administrator.head(path).status_code == 200
    assert original.sha256 in administrator.get(f"/results/{part}/").content.decode()


def test_a_part_that_became_a_closed_result_is_framed_and_neither_named_nor_counted(
    site: Path, tmp_path: Path, sign_in: SignIn, permit: int
) -> None:
    from catalog import provenance
    from catalog.models import Document

    crime = library.put(CRIME, tmp_path / "crime")
    birth = library.put(replace(library.BIRTH, unit="H61.12"), tmp_path / "birth")
    page, *parts = (Document.objects.get(result=id).scan_id for id in (permit, crime, birth))
    for scan in parts:
        provenance.note(scan, [provenance.PageSource(1, page, 1, box=library.BOX)])
    for name, seen in (("van.thu", {birth}), ("quan.tri", {birth, crime})):
        client = sign_in(name)
        shown = client.get(f"/results/{permit}/pages/1/regions/").content.decode()
        assert shown.count('<rect class="taken"') == 2
        assert {id for id in (birth, crime) if f'href="/results/{id}/"' in shown} == seen
        assert ("kết quả mà bạn không được xem" in shown) == (crime not in seen)
        counted = f"Số kết quả đã lấy ra từ các trang của tệp này: {len(seen)}"
        assert counted in client.get(f"/results/{permit}/").content.decode()


def test_a_result_that_took_the_place_is_named_only_to_who_may_see_it(
    site: Path, tmp_path: Path, sign_in: SignIn, permit: int
) -> None:
    from catalog import decisions

    crime = library.put(CRIME, tmp_path)
    decisions.set_aside(permit, crime, "quan.tri")
    page = sign_in("van.thu").get(f"/results/{permit}/").content.decode()
    assert "cùng một văn bản với một kết quả khác" in page
    assert not re.search(rf"kết quả (số )?{crime}\b", page)
    page = sign_in("quan.tri").get(f"/results/{permit}/").content.decode()
    assert len(re.findall(rf"kết quả (?:số )?{crime}\b", page)) >= 2, "in the reason and in the history"


def test_the_queries_of_the_page_and_of_its_file_do_not_grow_with_files_and_secrets(
    site: Path, tmp_path: Path, sign_in: SignIn
) -> None:
    from catalog import openings, provenance, results
    from catalog.models import Document

    def put_together(name: str, files: int) -> int:
        """A result from pages of so many files that hold a secret, in a file with as many secrets besides."""
        paper = replace(library.PERMIT, text=name, pages=5, values={**library.PERMIT.values, "number": name})
        own = library.put(paper, tmp_path / name)
        scan = Document.objects.get(result=own).scan_id
        crimes = [library.put(replace(CRIME, text=f"{name} {n}"), tmp_path / f"{name}{n}") for n in range(files)]
        scans = [Document.objects.get(result=id).scan_id for id in crimes]
        provenance.note(scan, [provenance.PageSource(n, source, 1) for n, source in enumerate(scans, 1)])
        beside = [results.record(scan, crime(n), f"key{n}", f"words{n}") for n in range(2, 2 + files)]
        for id in (*crimes, *beside):
            openings.open_for(id, "quan.tri", "x")
        return own

    one, many = put_together("1", 1), put_together("2", 4)
    reader = sign_in("quan.tri")

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert reader.head(path).status_code == 200
        return len(captured)

    asked(f"/results/{one}/")
    assert asked(f"/results/{many}/") == asked(f"/results/{one}/")
    assert asked(f"/results/{many}/original") == asked(f"/results/{one}/original")


def crime(ordinal: int) -> ProcessedDocument:
    return processed(ordinal, ordinal, ordinal, {"document_type": "Phiếu lý lịch tư pháp"})
