"""Signed files on the desk: they are read byte for byte as they are, whatever the files around them say."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from catalog.models import Scan
from staging import batches, codes, operations, release, sheets
from staging.arrangement import Act, Misfit, MisfitError, PageRef
from staging.records import FaultKind, Severity
from staging.refusals import ClosingError
from tests.staging import desk

DOSSIER = "H61.12-230420-0001"


def signed(to: Path, pages: str) -> Path:
    """A PDF with a signature field that is filled in."""
    plain = desk.stack(to.with_name(f"{to.stem} chưa ký.pdf"), pages)
    with pikepdf.open(plain) as pdf:
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig))
        field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="ký", V=value))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        pdf.save(to)
    return to


def cover(to: Path) -> Path:
    """A cover sheet as a file of its own, as from scanners that write a file a page."""
    to.write_bytes(sheets.covers(codes.covers(desk.UNIT, "", [DOSSIER]), {desk.UNIT: "UBND huyện"}))
    return to


def test_it_stays_byte_for_byte(office: Path, tmp_path: Path) -> None:
    batch = desk.batch(desk.UNIT)
    scan = desk.bring(signed(tmp_path / "đã ký.pdf", "tt"), batch)
    desk.look()
    assert operations.desk(batch).signed == {scan}
    for act in (Act.ROTATE, Act.SPLIT, Act.BIN, Act.ASK_RESCAN):
        with pytest.raises(MisfitError) as error:
            desk.do(batch, act, (scan, 2), degrees=90)
        assert error.value.misfit is Misfit.SIGNED
    batches.close(batch, desk.ACTOR)
    assert release.release(batch, desk.store()).as_they_were == (scan,)


def test_what_a_cover_in_the_file_before_says_goes_on_beside_it(office: Path, tmp_path: Path) -> None:
    batch = desk.batch(desk.UNIT)
    sheet = desk.bring(cover(tmp_path / "bìa.pdf"), batch)
    scan = desk.bring(signed(tmp_path / "đã ký.pdf", "tt"), batch)
    other = desk.bring(desk.stack(tmp_path / "khác.pdf", "-t"), batch)
    desk.look()
    desk.do(batch, Act.ROTATE, (other, 2), degrees=180)  # is no longer refused as "signed"
    desk.do(batch, Act.ROTATE, (other, 2), degrees=180)
    assert [fault.kind for fault in batches.close(batch, desk.ACTOR, "một giấy không có bìa")] == [FaultKind.NO_COVER]
    made = release.release(batch, desk.store())
    assert (made.as_they_were, made.derived) == ((sheet, scan, other), ())
    row = Scan.objects.get(pk=scan)
    assert row.dossier == DOSSIER and codes.parse(row.cover) == codes.covers(desk.UNIT, "", [DOSSIER])[0]
    assert Scan.objects.get(pk=other).cover == ""


def test_one_that_was_dropped_whole_comes_out_of_the_bin_whole(office: Path, tmp_path: Path) -> None:
    """Its bytes are in the unit and nobody could bring it again; parts of it would have no signature."""
    batch = desk.batch(desk.UNIT)
    scan = desk.bring(signed(tmp_path / "đã ký.pdf", "tt"), batch)
    other = desk.bring(desk.stack(tmp_path / "khác.pdf", "tt"), batch)
    desk.look()
    desk.do(batch, Act.BIN, (scan, 1), (scan, 2), (other, 2))
    batches.close(batch, desk.ACTOR)
    release.release(batch, desk.store())
    whole = [PageRef(scan, 1), PageRef(scan, 2)]
    for pages in (whole[:1], [*whole, PageRef(other, 2)]):
        with pytest.raises(MisfitError) as error:
            release.take_out(batch, pages, desk.store(), desk.ACTOR)
        assert error.value.misfit is Misfit.SIGNED
    assert release.taken_out(batch) == {}
    assert release.whole(batch, whole[1:]) == (whole[1], whole[0])
    assert release.whole(batch, [PageRef(other, 2)]) == (PageRef(other, 2),)
    assert release.take_out(batch, whole, desk.store(), desk.ACTOR) == scan
    assert scan in {waiting.id for waiting in release.waiting()}
    assert release.taken_out(batch) == dict.fromkeys(whole, scan)


def test_one_that_would_be_changed_keeps_the_batch_open_and_can_be_mended(office: Path, tmp_path: Path) -> None:
    """It was to take the place of a page before anybody could know that it is signed."""
    batch = desk.batch(desk.UNIT)
    long = desk.bring(desk.stack(tmp_path / "dài.pdf", "ttt"), batch)
    desk.look()
    scan = desk.bring(signed(tmp_path / "đã ký.pdf", "t"), batch)
    operations.rescan(batch, PageRef(long, 2), PageRef(scan, 1), desk.ACTOR)
    desk.look()
    with pytest.raises(ClosingError) as error:
        batches.close(batch, desk.ACTOR, "cứ đóng")
    told = [(fault.kind, fault.severity, fault.scan, fault.page) for fault in error.value.faults]
    assert told == [(FaultKind.SIGNED, Severity.BARS, scan, 1)]
    desk.do(batch, Act.SPLIT, (scan, 1))
    desk.do(batch, Act.SPLIT, (long, 3))
    assert batches.close(batch, desk.ACTOR) == ()
    assert release.release(batch, desk.store()).as_they_were == (scan,)
