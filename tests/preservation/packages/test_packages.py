"""Packages for transfer: what is in them, who may take what out, and what a check finds."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from core.errors import StorageError, UsageError
from tests.preservation.support import quiet_counts, store
from tests.web import library

NAMES = (
    "docId arcDocCode maintenance typeName codeNumber codeNotation issuedDate organName subject language numberOfPage "
    "inforSign keyword mode confidenceLevel autograph format process riskRecovery"
).split()


def make(folder: Path, **order: Any) -> Any:
    from preservation.packages import making
    from preservation.packages.choosing import Order

    return making.make(Order(**order), store(), folder, quiet_counts)


def check(path: Path) -> Any:
    from preservation.packages import checking

    return checking.check(path)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def confidential() -> int:
    from catalog.models import Result

    return int(Result.objects.filter(number="1203/STP-LLTP").get().pk)


@pytest.fixture
def package(filled: Path, tmp_path: Path) -> Any:
    """A package of two units."""
    return make(tmp_path / "out", unit="H61.12")


def test_it_is_a_bag_with_mets_and_the_names_of_the_archive_rule(filled: Path, package: Any) -> None:
    from catalog import results

    found = check(package.path)
    assert (found.faults, found.documents) == ((), package.results)
    assert package.results >= 12
    held = members(package.path)
    assert held["bagit.txt"].startswith(b"BagIt-Version")
    described = [json.loads(content) for name, content in held.items() if name.endswith(".json")]
    for one in described:
        document = one["document"]
        assert list(document) == NAMES
        shown = results.show(one["source"]["result"])
        assert document["organName"] == (shown.row.issuer or None)
        stem = document["arcDocCode"]
        assert held[f"data/representations/archive/data/{stem}.pdf"].startswith(b"%PDF")
        xml = ElementTree.fromstring(held[f"data/metadata/descriptive/{stem}.xml"])
        assert {element.tag.partition("}")[2] for element in xml.iter()} >= set(NAMES)
    mets = ElementTree.fromstring(held["data/METS.xml"])
    ids = {file.get("ID") for file in mets.iter("{http://www.loc.gov/METS/}file")}
    assert {pointer.get("FILEID") for pointer in mets.iter("{http://www.loc.gov/METS/}fptr")} == ids
    assert len(ids) == package.files


def test_files_are_called_by_dossier_and_running_number(filled: Path, tmp_path: Path) -> None:
    from catalog.models import Result

    ids = list(Result.objects.filter(unit__code="H61.13").order_by("pk").values_list("pk", flat=True)[:3])
    Result.objects.filter(pk__in=ids).update(dossier="H61.13-230420-0001")
    held = members(make(tmp_path, ids=(ids[0], ids[2])).path)
    for number in (1, 3):
        assert f"data/representations/archive/data/H61.13-230420-0001.{number:03}.pdf" in held


def test_the_same_results_give_the_same_bytes_and_another_edition_others(filled: Path, tmp_path: Path) -> None:
    from datetime import date

    from catalog import decisions, results
    from catalog.life import Decision
    from catalog.models import Result

    some = tuple(Result.objects.filter(unit__code="H61.13").order_by("pk").values_list("pk", flat=True)[:2])
    first, second = make(tmp_path / "one", ids=some), make(tmp_path / "two", ids=some)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert make(tmp_path / "two", ids=some).path == second.path
    decision = Decision("9/QĐ-UBND", date(2026, 11, 1), "ghi sai")
    decisions.correct(some[0], {"holder": "Phạm Thị Khác"}, decision, "quan.tri")
    assert results.show(some[0]).edition == 2
    assert make(tmp_path / "two", ids=some).path.name != second.path.name


def test_it_is_written_down_with_its_hash_before_it_appears(filled: Path, package: Any) -> None:
    from catalog import events

    (told,) = [event for event in events.listing("H61.12", 20) if event.kind == "export.made"][:1]
    assert told.data["what"] == "package.zip"
    assert (told.data["rows"], told.data["sha256"]) == (package.results, package.sha256)


def test_confidential_results_go_in_only_by_number_and_with_a_reason(
    filled: Path, package: Any, tmp_path: Path
) -> None:
    from catalog import openings

    secret = confidential()
    assert package.left_out == 1
    assert not [name for name, content in members(package.path).items() if b"1203" in content and name != "x"]
    with pytest.raises(UsageError, match="reason"):
        make(tmp_path, ids=(secret,))
    assert openings.listing(secret) == ()
    made = make(tmp_path, ids=(secret,), reason="bàn giao theo công văn 12/STP")
    assert made.results == 1
    assert [row.reason for row in openings.listing(secret)] == ["bàn giao theo công văn 12/STP"]


def test_a_file_in_which_something_secret_lies_too_does_not_go_along(filled: Path, tmp_path: Path) -> None:
    """Two results of one scan, of which one becomes confidential: the scan shows both."""
    from catalog.models import Document, Result

    open_one = Result.objects.get(number="1/GPXD")
    secret = Result.objects.get(number=library.RECORD.values["number"])
    Document.objects.filter(pk=secret.document_id).update(scan=open_one.document.scan_id, ordinal=2)
    made = make(tmp_path / "a", ids=(open_one.pk,))
    assert made.without_original == 1
    assert not [name for name in members(made.path) if "/original/" in name]
    both = make(tmp_path / "b", ids=(open_one.pk, secret.pk), reason="bàn giao")
    assert len([name for name in members(both.path) if "/original/" in name]) == 2


def test_orders_that_cannot_be_are_told_plainly(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    from core.errors import NotFoundError
    from preservation.packages import choosing

    for wrong in ({}, {"ids": (1,), "unit": "H61.12"}, {"unit": "H61.12", "first": date(2100, 1, 1)}):
        with pytest.raises(UsageError):
            make(tmp_path, **wrong)
    with pytest.raises(NotFoundError):
        make(tmp_path, ids=(999_999,))
    monkeypatch.setattr(choosing, "MOST", 3)
    with pytest.raises(UsageError, match="several packages"):
        make(tmp_path, unit="H61.12")
    assert list(tmp_path.glob("*.zip")) == []


def test_a_damaged_object_stops_it_and_nothing_is_left(filled: Path, tmp_path: Path) -> None:
    from catalog import results
    from catalog.models import Result

    id = Result.objects.get(number="1/GPXD").pk
    path = filled / "objects" / results.show(id).archive.key
    path.chmod(0o600)
    path.write_bytes(b"%PDF other")
    with pytest.raises(StorageError):
        make(tmp_path / "out", ids=(id,))
    assert list((tmp_path / "out").iterdir()) == []


def rewritten(package: Path, to: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package with its members changed."""
    with zipfile.ZipFile(package) as old:
        held = {name: old.read(name) for name in old.namelist()}
    change(held)
    with zipfile.ZipFile(to, "w") as new:
        for name, content in held.items():
            new.writestr(name, content)
    return to


def _pdf(held: dict[str, bytes]) -> str:
    return next(name for name in held if name.endswith(".pdf"))


def _altered(held: dict[str, bytes]) -> None:
    held[_pdf(held)] += b"x"


def _gone(held: dict[str, bytes]) -> None:
    del held[_pdf(held)]


def _added(held: dict[str, bytes]) -> None:
    root = next(iter(held)).partition("/")[0]
    held[f"{root}/data/more.pdf"] = b"%PDF"


def _forged(held: dict[str, bytes]) -> None:
    """A file is exchanged, and the bag's own hashes with it: METS still tells."""
    import hashlib

    name = _pdf(held)
    before, held[name] = hashlib.sha256(held[name]).hexdigest(), b"%PDF forged"
    root = name.partition("/")[0]
    for manifest in (f"{root}/manifest-sha256.txt", f"{root}/tagmanifest-sha256.txt"):
        old = hashlib.sha256(held[manifest]).hexdigest()
        held[manifest] = held[manifest].replace(before.encode(), hashlib.sha256(held[name]).hexdigest().encode())
        before, name = old, manifest
    oxum = f"{root}/bag-info.txt"
    held[oxum] = b"\n".join(line for line in held[oxum].splitlines() if not line.startswith(b"Payload-Oxum")) + b"\n"


def _fetching(held: dict[str, bytes]) -> None:
    held[f"{_pdf(held).partition('/')[0]}/fetch.txt"] = b"http://127.0.0.1/x 3 data/x\n"


def _entities(held: dict[str, bytes]) -> None:
    name = next(name for name in held if name.endswith("METS.xml"))
    held[name] = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'


@pytest.mark.parametrize("change", [_altered, _gone, _added, _forged, _fetching, _entities])
def test_a_package_that_is_not_whole_is_told(
    package: Any, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    assert check(rewritten(package.path, tmp_path / "x.zip", change)).faults


def hostile(path: Path, name: str, content: bytes = b"x", mode: int = 0o100644, *, packed: bool = False) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as package:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        package.writestr("a/bagit.txt", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
        package.writestr(info, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/etc/x",
        "a//x",
        "a/./x",
        "C:/x",
        "a\\..\\x",
        "a/x\ny",
        "b/x",
        "a/" + "x" * 300,
        "a/BAGIT.TXT",
    ],
)
def test_names_that_would_harm_are_told_and_nothing_is_unpacked(home: Path, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.iterdir())
    faults = check(hostile(tmp_path / "x.zip", name)).faults
    assert faults
    assert sorted(path for path in tmp_path.iterdir() if path.name != "x.zip") == before


def test_bombs_links_and_what_is_no_zip_are_told(home: Path, tmp_path: Path) -> None:
    assert "unpack to" in check(hostile(tmp_path / "bomb.zip", "a/x", b"\0" * 50_000_000, packed=True)).faults[0]
    link = hostile(tmp_path / "link.zip", "a/x", b"/etc/passwd", stat.S_IFLNK | 0o777)
    assert "no ordinary file" in check(link).faults[0]
    liar = tmp_path / "liar.zip"
    content = hostile(liar, "a/x", b"\0" * 300_000, packed=True).read_bytes()
    liar.write_bytes(content.replace((300_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert check(liar).faults
    for number, junk in enumerate((b"", b"PK", os.urandom(2000), content[:-30], content[40:])):
        path = tmp_path / f"junk{number}.zip"
        path.write_bytes(junk)
        assert check(path).faults
    assert list((home / "work").iterdir()) == []


def test_a_package_checks_itself_whatever_the_results_are_called(filled: Path, tmp_path: Path) -> None:
    """Codes and names out of documents are foreign: none leads anywhere."""
    from catalog.models import Result

    id = Result.objects.get(number="1/GPXD").pk
    Result.objects.filter(pk=id).update(dossier="../../x\n", subject="<!DOCTYPE \x0b ]]>", issuer="\ufffe & <b>")
    made = make(tmp_path, ids=(id,))
    assert check(made.path).faults == ()
    assert made.path.parent == tmp_path


def test_paper_of_one_unit_without_dossiers_is_named_by_unit_and_number(filled: Path, tmp_path: Path) -> None:
    id = library.put(replace(library.BIRTH, name="riêng.pdf", text="riêng"), tmp_path / "papers")
    made = make(tmp_path, ids=(id,))
    assert f"data/representations/archive/data/H61.12.3.{id}.pdf" in members(made.path)
