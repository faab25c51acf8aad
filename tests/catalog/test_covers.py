"""What a cover sheet says goes over to what stands behind it; what on it is no code is kept and used for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog import results, scans
from catalog.models import Document, Scan
from catalog.refusals import RefusedChangeError
from pipeline.records import SheetCode, SplitRule
from pipeline.sheet_codes import cover
from tests.catalog.support import processed, scan, stored_scan

DOSSIER = "000.00.53.H48-220921-0099"


def recorded(id: int, code: SheetCode | None) -> tuple[str, str]:
    """The dossier of the result, and the cover of its document."""
    found = processed()
    result = results.record(id, replace(found, pages=replace(found.pages, code=code)), "a", "w")
    return results.show(result).row.dossier, Document.objects.get(scan=id).cover


def test_a_document_gets_the_codes_of_its_own_cover(batch: int) -> None:
    code = cover("H61.12.3", "1.004873", DOSSIER, "Sổ 3, số 12")
    assert recorded(stored_scan(batch), code) == (DOSSIER, code.text)


def test_without_one_it_gets_those_of_its_file(batch: int) -> None:
    code = cover("H61.12.3", dossier=DOSSIER)
    id = scans.receive(scan(), batch, SplitRule.SEPARATOR, cover=code).id
    scans.stored(id, "k")
    assert Scan.objects.get(pk=id).cover == code.text
    assert recorded(id, None) == (DOSSIER, code.text)


def test_a_code_that_is_none_stops_nothing(batch: int) -> None:
    code = cover("H61.12.3", dossier="không phải mã!")
    id = scans.receive(scan(), batch, SplitRule.SEPARATOR, cover=code).id
    scans.stored(id, "k")
    assert recorded(id, code) == ("", code.text)
    with pytest.raises(RefusedChangeError):
        scans.receive(scan("b.pdf", b"b"), batch, SplitRule.SEPARATOR, dossier="không phải mã!")


def test_a_scan_that_came_whole_is_not_taken_over(batch: int) -> None:
    id = scans.receive(scan(), batch, SplitRule.SEPARATOR).id
    assert scans.take_over(id, batch) and scans.stage(id, "k") and not scans.stage(id, "k")
    assert not scans.take_over(id, batch)
    assert scans.rows([id])[id].state == "staged" and scans.rows([999]) == {}
