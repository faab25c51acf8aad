"""The package of a reuse: the archive PDF byte for byte, statements that agree, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pdfplumber
import pytest

from core.errors import SettingsError, StorageError
from core.settings import settings
from pipeline.records import ArchiveFile
from reuse import metadata, package, provenance, sheet
from reuse.records import Reuse, Vouched
from tests.reuse.support import DOSSIER, TODAY, filed, wish
from tests.verapdf import Verdict, verdicts

ARCHIVE = b"%PDF-1.7 an archive file\n"
VOUCHED = Vouched(
    result=7,
    edition=2,
    unit="H61.12",
    unit_name="Ủy ban nhân dân huyện Lai Vung",
    document_type="Giấy khai sinh",
    number="577/2019/GPXD",
    issuer="Ủy ban nhân dân huyện Lai Vung",
    issue_date=date(2019, 3, 5),
    subject="Xây dựng <nhà ở> & công trình",
    holder="Nguyễn Thị Hòa",
    register_number="",
    sector="Xây dựng",
    confidential="",
    state="verified",
    valid_from=date(2019, 3, 5),
    valid_to=None,
    replaces=(3, 4),
    pages=2,
    archive_key="sha256/ab/cd/archive",
    archive_sha256=hashlib.sha256(ARCHIVE).hexdigest(),
    archive_size=len(ARCHIVE),
    original_sha256="0" * 64,
    recorded=datetime(2026, 11, 1, 2, 3, 4, tzinfo=UTC),
)
REUSE = Reuse(
    id=12,
    result=7,
    unit="H61.12.3",
    dossier=DOSSIER,
    dossier_day=TODAY,
    ordinal=3,
    procedure="1.004873",
    person="Nguyễn Thị Hòa",
    warnings=("in_review",),
    reason="đã đối chiếu bản giấy",
    actor="an",
    time=datetime(2026, 11, 20, 17, 30, tzinfo=UTC),
    vouched=VOUCHED,
    undone=None,
    undone_by="",
    undo_reason="",
)
STEM = f"{DOSSIER}.003"


@pytest.fixture(autouse=True)
def _own_settings(home: Path) -> None:
    """Settings of the test alone."""


def packed(folder: Path, reuse: Reuse = REUSE, archive: bytes = ARCHIVE) -> Path:
    return package.write(reuse, io.BytesIO(archive), folder / package.file_name(reuse))


def test_it_holds_the_archive_file_statements_provenance_and_checksums(tmp_path: Path) -> None:
    path = packed(tmp_path)
    assert path.name == f"{STEM}.zip"
    with zipfile.ZipFile(path) as made:
        assert made.testzip() is None
        assert made.namelist() == [f"{STEM}.pdf", "metadata.json", "metadata.xml", "provenance.pdf", "SHA256SUMS"]
        assert made.read(f"{STEM}.pdf") == ARCHIVE
        assert {info.date_time for info in made.infolist()} == {(2026, 11, 21, 0, 30, 0)}
        made.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", check=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, "home", "out"]


def test_json_and_xml_say_the_same_under_the_names_of_the_archive_rule(tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(tmp_path)) as made:
        said, xml = json.loads(made.read("metadata.json")), ElementTree.fromstring(made.read("metadata.xml"))
    document = said["document"]
    assert set(document) == set(
        "docId arcDocCode maintenance typeName codeNumber codeNotation issuedDate organName subject language "
        "numberOfPage inforSign keyword mode confidenceLevel autograph format process riskRecovery".split()
    )
    assert (document["codeNumber"], document["codeNotation"]) == ("577", "2019/GPXD")
    assert (document["arcDocCode"], document["issuedDate"], document["numberOfPage"]) == (STEM, "2019-03-05", 2)
    assert document["maintenance"] is None and document["mode"] is None
    assert said["portal"] == {
        "DuocSoHoa": 1,
        "DuocTaiSuDung": 1,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "H61.12.3,H61.12.4",
        "MaGiayToKetQua": "KQ.G15.000031",
    }
    assert said["source"]["archiveSha256"] == VOUCHED.archive_sha256
    space = {"": metadata.NAMESPACE}
    for part, names in said.items():
        for name, value in names.items():
            told = [element.text for element in xml.findall(f"{part}/{name}", space)]
            assert told == (
                [str(v) for v in value] if isinstance(value, list) else [None if value is None else str(value)]
            )


def test_the_office_s_own_codes_go_over_those_that_are_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "codes.json"
    own.write_text(json.dumps({"flags": {"reused": 2}, "types": {"GIẤY KHAI SINH": "KQ.X"}}), "utf-8")
    monkeypatch.setenv("SOHOA_PORTAL_CODES", str(own))
    settings.cache_clear()
    flags = metadata.portal_flags(REUSE)
    assert (flags["DuocTaiSuDung"], flags["DuocSoHoa"], flags["MaGiayToKetQua"]) == (2, 1, "KQ.X")
    unknown = replace(REUSE, vouched=replace(VOUCHED, document_type="Quyết định", replaces=()))
    assert metadata.portal_flags(unknown)["MaGiayToKetQua"] is None
    assert metadata.portal_flags(unknown)["MaKetQuaThayThe"] is None


@pytest.mark.parametrize("text", ["", "[]", '{"flags": {"reused": true}}', '{"other": 1}', '{"types": {"a": 1}}'])
def test_codes_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    own = tmp_path / "codes.json"
    own.write_text(text, "utf-8")
    monkeypatch.setenv("SOHOA_PORTAL_CODES", str(own))
    settings.cache_clear()
    with pytest.raises(SettingsError, match="SOHOA_PORTAL_CODES"):
        metadata.portal_flags(REUSE)


def test_the_same_entry_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert packed(tmp_path).read_bytes() == packed(tmp_path / "again").read_bytes()


def test_bytes_that_were_not_vouched_for_are_not_given(tmp_path: Path) -> None:
    for wrong in (b"", ARCHIVE[:-1], ARCHIVE + b"x", b"%PDF-1.7 another one    \n"):
        with pytest.raises(StorageError, match="not the one"):
            packed(tmp_path, archive=wrong)
    assert not list(tmp_path.glob("*.zip*")) and not list(tmp_path.glob("package-*"))


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        package.write(REUSE, Broken(), tmp_path / "x.zip")
    assert not list(tmp_path.glob("*.zip*")) and not list(tmp_path.glob("package-*"))


def test_memory_does_not_grow_with_the_archive_file(tmp_path: Path) -> None:
    size = 64 << 20
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(size)
    with large.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    reuse = replace(REUSE, vouched=replace(VOUCHED, archive_sha256=digest, archive_size=size))
    packed(tmp_path)  # fonts and the like are loaded once
    tracemalloc.start()
    with large.open("rb") as file:
        package.write(reuse, file, tmp_path / "large.zip")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "large.zip").stat().st_size > size
    assert most < 12 << 20


def test_the_certificate_says_what_from_where_who_when_and_for_which_dossier(tmp_path: Path, verapdf_jar: Path) -> None:
    plain, hostile = tmp_path / "plain.pdf", tmp_path / "hostile.pdf"
    sheet.write(provenance.of_reuse(REUSE), plain, "reuse:12")
    evil = replace(
        VOUCHED, subject="<img src='/etc/passwd'/> </para> 漢字 №\0\ud800 " + "dài " * 5000, holder="x" * 9000
    )
    sheet.write(provenance.of_reuse(replace(REUSE, vouched=evil, reason="&amp;<b>")), hostile, "reuse:\0<x>")
    assert verdicts(verapdf_jar, [plain, hostile]) == {plain: Verdict.VALID, hostile: Verdict.VALID}
    with pdfplumber.open(plain) as pdf:
        assert len(pdf.pages) == 1
        text = " ".join((pdf.pages[0].extract_text() or "").split())
        assert {font["fontname"].partition("+")[2] for font in pdf.pages[0].chars} == {
            "BeVietnamPro-Regular",
            "BeVietnamPro-SemiBold",
        }
    for stated in (
        "Phiếu nguồn gốc kết quả được tái sử dụng",
        "Ủy ban nhân dân huyện Lai Vung (H61.12)",
        "577/2019/GPXD",
        "05/03/2019",
        "Xây dựng <nhà ở> & công trình",
        "Nguyễn Thị Hòa",
        DOSSIER,
        "21/11/2026 00:30:00",
        "đã đối chiếu bản giấy",
    ):
        assert stated in text
    assert VOUCHED.archive_sha256 in text.replace(" ", "")
    with pdfplumber.open(hostile) as pdf:
        assert len(pdf.pages) <= 4
        assert "<img src='/etc/passwd'/>" in " ".join("".join(p.extract_text() for p in pdf.pages).split())


def test_what_the_ledger_kept_is_what_the_package_says_after_a_correction(
    units: tuple[str, str], archived: ArchiveFile, tmp_path: Path
) -> None:
    from catalog.models import Result
    from reuse import ledger

    result, archive = filed(archived, units[0])
    used = ledger.use(wish(result), "an", TODAY)
    with archive.open("rb") as file:
        before = package.write(used, file, tmp_path / "before.zip").read_bytes()
    Result.objects.filter(pk=result).update(number="578/GPXD", edition=2)
    with archive.open("rb") as file:
        after = package.write(ledger.entry(used.id), file, tmp_path / "after.zip").read_bytes()
    assert before == after
