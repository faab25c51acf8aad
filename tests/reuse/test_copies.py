"""Certified copies: the pages as they were, one page of provenance, and a code that tells the truth to who has it."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from catalog.states import Standing
from core.errors import NotFoundError, StorageError, UsageError
from core.settings import settings
from pipeline.records import ArchiveFile
from reuse.records import Copy, Genuine
from tests.catalog.support import at_once, run_python
from tests.reuse.support import TODAY, Paper, filed, recorded
from tests.verapdf import Verdict, verdicts

ADDRESS = re.compile(r"http://127\.0\.0\.1:8000/genuine/([a-z2-7]{32})/")


def token_on(copy: Path) -> str:
    """The secret in the address that the code on the last page of a copy holds."""
    with pdfium.PdfDocument(copy) as pdf:
        picture = pdf[len(pdf) - 1].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    found = ADDRESS.fullmatch(code.text)
    assert code.format == zxingcpp.BarcodeFormat.QRCode and found
    return found[1]


def _issue(result: int, archive: Path, to: Path, actor: str = "an") -> Copy:
    from reuse import copies

    with archive.open("rb") as file:
        return copies.issue(result, file, to, actor)


@pytest.fixture
def paper(units: tuple[str, str], archived: ArchiveFile) -> tuple[int, Path]:
    """A result with an archive file."""
    return filed(archived, units[0])


def _set(result: int, **columns: object) -> None:
    from catalog.models import Result

    Result.objects.filter(pk=result).update(**columns)


def test_the_pages_are_as_they_were_and_the_file_is_valid(
    paper: tuple[int, Path], tmp_path: Path, verapdf_jar: Path
) -> None:
    from catalog import events, results

    result, archive = paper
    copy = _issue(result, archive, tmp_path / "copy.pdf")
    path = tmp_path / "copy.pdf"
    assert verdicts(verapdf_jar, [archive, path]) == {archive: Verdict.VALID, path: Verdict.VALID}
    with pikepdf.open(archive) as before, pikepdf.open(path) as after:
        assert len(after.pages) == len(before.pages) + 1 == 3
        for ours, theirs in zip(after.pages, before.pages, strict=False):
            assert ours.obj.Contents.read_bytes() == theirs.obj.Contents.read_bytes()
            assert ours.obj.get("/Rotate", 0) == theirs.obj.get("/Rotate", 0)
            assert list(map(float, ours.mediabox)) == list(map(float, theirs.mediabox))
            pictures = [page.obj.Resources.XObject.Im0 for page in (ours, theirs)]
            assert pictures[0].read_raw_bytes() == pictures[1].read_raw_bytes()
        assert after.Root.Metadata.read_bytes().decode().count("Bản sao Giấy phép xây dựng 577/GPXD") == 1
    with pdfium.PdfDocument(path) as pdf:
        said = pdf[2].get_textpage().get_text_range()
    said = " ".join(said.split())
    for stated in ("577/GPXD", "Ủy ban nhân dân huyện Lai Vung", "05/03/2019", copy.serial, "Số trang"):
        assert stated in said
    assert "Hòa" not in said, "the last page names no holder"
    assert copy.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    [event] = [e for e in results.show(result).events if e.kind == "copy.issued"]
    assert (event.actor, event.data["file"]) == ("an", copy.sha256)
    assert events.verify("H61.12").sound


def test_the_code_tells_that_the_copy_is_genuine_and_nothing_else(paper: tuple[int, Path], tmp_path: Path) -> None:
    from catalog.models import Event
    from reuse import copies, models

    result, archive = paper
    copy = _issue(result, archive, tmp_path / "copy.pdf")
    token = token_on(tmp_path / "copy.pdf")
    told = copies.genuine(token, TODAY)
    assert told == Genuine("577/GPXD", "Ủy ban nhân dân huyện Lai Vung", date(2019, 3, 5), True, False, False)
    assert copies.genuine(token.upper(), TODAY) == told
    kept = " ".join(map(str, [*models.Copy.objects.values_list(), *Event.objects.values_list()]))
    assert token not in kept, "whoever reads the database cannot make addresses that answer"
    assert copy.serial.replace("-", "").lower() == hashlib.sha256(token.encode()).hexdigest()[:10]


def test_other_addresses_are_nobody_s(paper: tuple[int, Path], tmp_path: Path) -> None:
    from reuse import copies

    _issue(*paper, tmp_path / "copy.pdf")
    for token in ("", "a" * 32, "a" * 31, "a" * 33, "1" * 32, "\0" * 32, "ä" * 32, "İ" * 32, "a" * 10**6):
        assert copies.genuine(token) is None


def test_addresses_are_never_the_same(paper: tuple[int, Path], tmp_path: Path) -> None:
    from reuse import copies

    made = at_once(3, lambda n: _issue(*paper, tmp_path / f"copy-{n}.pdf"))
    assert len({token_on(tmp_path / f"copy-{n}.pdf") for n in range(3)}) == len({copy.id for copy in made}) == 3
    assert [copy.id for copy in copies.of_result(paper[0])] == sorted((copy.id for copy in made), reverse=True)


def test_it_says_whether_the_result_is_valid_now(paper: tuple[int, Path], tmp_path: Path) -> None:
    from reuse import copies

    _issue(*paper, tmp_path / "copy.pdf")
    token = token_on(tmp_path / "copy.pdf")
    cases: list[tuple[dict[str, object], bool | None]] = [
        ({}, True),
        ({"valid_to": TODAY}, True),
        ({"valid_to": TODAY - timedelta(1)}, False),
        ({"valid_from": TODAY + timedelta(1), "valid_to": None}, False),
        ({"status": Standing.REVOKED, "valid_from": None}, False),
        ({"status": Standing.REPLACED}, False),
        ({"status": Standing.IN_FORCE, "issue_date": None}, None),
    ]
    for columns, valid in cases:
        _set(paper[0], **columns)
        told = copies.genuine(token, TODAY)
        assert told and told.valid is valid, columns
        assert (told.number, told.issue_date) == ("577/GPXD", date(2019, 3, 5))


def test_it_says_what_is_printed_and_that_it_was_corrected_since(paper: tuple[int, Path], tmp_path: Path) -> None:
    from reuse import copies

    _issue(*paper, tmp_path / "copy.pdf")
    _set(paper[0], number="578/GPXD", edition=2)
    told = copies.genuine(token_on(tmp_path / "copy.pdf"), TODAY)
    assert told and (told.number, told.corrected) == ("577/GPXD", True)


def test_a_withdrawn_copy_counts_no_longer(paper: tuple[int, Path], tmp_path: Path) -> None:
    from catalog import results
    from reuse import copies

    copy = _issue(*paper, tmp_path / "copy.pdf")
    for reason in ("", " \n", "x" * 2001):
        with pytest.raises(UsageError):
            copies.withdraw(copy.id, "an", reason)
    gone = copies.withdraw(copy.id, "bình", "cấp nhầm")
    assert (gone.withdrawn_by, gone.withdraw_reason) == ("bình", "cấp nhầm")
    assert copies.withdraw(copy.id, "an", "lần nữa") == gone == copies.copy(copy.id)
    told = copies.genuine(token_on(tmp_path / "copy.pdf"))
    assert told and told.withdrawn
    assert [e.kind for e in results.show(paper[0]).events].count("copy.withdrawn") == 1
    for call in (lambda: copies.withdraw(10**9, "an", "x"), lambda: copies.copy(10**9)):
        with pytest.raises(NotFoundError):
            call()


def test_nothing_is_certified_that_nobody_is_sure_of(units: tuple[str, str], tmp_path: Path) -> None:
    from reuse import copies

    cases: list[tuple[dict[str, str], tuple[str, ...], str]] = [
        ({"number": ""}, (), "unknown"),
        ({"issuer": ""}, (), "unknown"),
        ({"issue_date": ""}, (), "unknown"),
        ({}, ("number",), "in_review"),
        ({}, ("subject", "issue_date"), "in_review"),
    ]
    for number, (changes, review, lack) in enumerate(cases):
        result = recorded(Paper(changes, review, f"{number}.pdf"), units[0])
        with pytest.raises(copies.NoCopyError) as raised:
            copies.issue(result, io.BytesIO(b""), tmp_path / "copy.pdf", "an")
        assert raised.value.lack == lack
        assert not (tmp_path / "copy.pdf").exists() and copies.of_result(result) == ()


def test_other_fields_may_wait_and_what_expired_may_be_copied(
    units: tuple[str, str], archived: ArchiveFile, tmp_path: Path
) -> None:
    result, archive = filed(archived, units[0], Paper({}, ("subject",)))
    _set(result, valid_to=TODAY - timedelta(1))
    assert _issue(result, archive, tmp_path / "copy.pdf").number == "577/GPXD"


@pytest.mark.parametrize("status", [Standing.REVOKED, Standing.REPLACED])
def test_nothing_is_copied_that_is_no_longer_in_force(permit: int, tmp_path: Path, status: Standing) -> None:
    from reuse import copies

    _set(permit, status=status)
    with pytest.raises(copies.NoCopyError, match=status):
        copies.issue(permit, io.BytesIO(b""), tmp_path / "copy.pdf", "an")


def test_another_file_is_not_certified(paper: tuple[int, Path], tmp_path: Path) -> None:
    from reuse import copies

    other = paper[1].read_bytes() + b"\n"
    for content in (b"", other):
        with pytest.raises(StorageError):
            copies.issue(paper[0], io.BytesIO(content), tmp_path / "copy.pdf", "an")
    assert not list(tmp_path.glob("copy*")) and copies.of_result(paper[0]) == ()


def test_no_file_without_its_entry(paper: tuple[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog import events
    from reuse import copies

    def broken(*_: object) -> int:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(events, "append", broken)
        with pytest.raises(OSError, match="no room"):
            _issue(*paper, tmp_path / "copy.pdf")
    assert not list(tmp_path.glob("copy*")) and copies.of_result(paper[0]) == ()


def test_the_address_is_that_of_the_pages(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse import copies

    assert copies.address("t") == "http://127.0.0.1:8000/genuine/t/"
    monkeypatch.setenv("SOHOA_PUBLIC_URL", "https://sohoa.example.vn/")
    settings.cache_clear()
    assert copies.address("t") == "https://sohoa.example.vn/genuine/t/"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Thirty times the pictures take a fraction of their bytes more."""
    code = """
import resource, sys, os, hashlib, io
from datetime import date, datetime, UTC
from pathlib import Path
import catalog
catalog.setup({"INSTALLED_APPS": ["catalog", "reuse"]})
import pikepdf
from pipeline import pdfa
from reuse import copies, provenance
from tests.reuse.test_package import VOUCHED
from dataclasses import replace
folder = Path(sys.argv[-1])
def archive(pages, name):
    pdf = pikepdf.new()
    for n in range(pages):
        page = pdf.add_blank_page()
        picture = pikepdf.Stream(pdf, os.urandom(1000 * 1000 * 3), Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image, Width=1000, Height=1000, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
        page.obj.Contents = pdf.make_stream(b"q 500 0 0 500 0 0 cm /Im0 Do Q")
        if n % 10 == 9:
            pdf.save(folder / "aside.pdf"); pdf.close()
            pdf = pikepdf.open(folder / "aside.pdf", allow_overwriting_input=True)
    pdfa.make_conformant(pdf, "x", "x")
    pdfa.save(pdf, folder / name)
    return folder / name
def most(path):
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    what = replace(VOUCHED, archive_sha256=digest, archive_size=path.stat().st_size)
    page = provenance.of_copy(what, "1", "an", datetime.now(UTC), "http://x")
    pid = os.fork()
    if pid == 0:
        with path.open("rb") as file:
            copies._write(what, file, page, folder / ("copy-" + path.name), "x")
        os._exit(0)
    _pid, status, usage = os.wait4(pid, 0)
    assert status == 0
    return usage.ru_maxrss * 1024
small, large = archive(1, "small.pdf"), archive(30, "large.pdf")
print(large.stat().st_size - small.stat().st_size, most(large) - most(small))
"""
    process = run_python(code.replace("sys.argv[-1]", repr(str(tmp_path))))
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    bytes_more, memory_more = map(int, out.split())
    assert bytes_more > 80_000_000
    assert memory_more < bytes_more / 4
