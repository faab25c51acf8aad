"""What came in is looked at once, in a process of its own, again when the office trusts others, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import batches, events, scans, units
from catalog.models import Scan as ScanRow
from core.errors import NotFoundError, StorageError
from core.files import sha256_of
from core.settings import settings
from pipeline.records import MediaType, Scan, SplitRule
from preservation.signatures import asking, checking, sandbox, trust
from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Intact, Trusted, Valid, Wanted
from storage import ObjectStore, open_store
from tests import pki
from tests.preservation.signatures.support import People, paper

UNIT = "H61.12"


@pytest.fixture
def office(home: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of whom the office trusts: the made-up root."""
    folder = home / "trust"
    (folder / "revoked").mkdir(parents=True)
    (folder / "root.cer").write_bytes(people.root.holder.der)
    for name, made in (("root", people.root), ("ca", people.ca)):
        (folder / "revoked" / f"{name}.crl").write_bytes(made.crl())
    monkeypatch.setenv("SOHOA_TRUST", str(folder))
    monkeypatch.setenv("SOHOA_REVOCATION", "folder")
    settings.cache_clear()
    yield folder


@pytest.fixture
def store(home: Path) -> ObjectStore:
    return open_store((home / "objects").as_uri())


def taken_in(content: bytes, store: ObjectStore, home: Path, name: str = "a.pdf") -> int:
    if not any(row.code == UNIT for row in units.listing()):
        units.add(UNIT, "Ủy ban nhân dân xã Mỹ Thạnh")
    path = home / name
    path.write_bytes(content)
    batch = batches.open_batch(UNIT, None, name)
    scan = Scan(path, name, sha256_of(path), len(content), MediaType.PDF, 1)
    id = scans.receive(scan, batch, SplitRule.SEPARATOR).id
    scans.stored(id, store.put(path, scan.sha256, scan.media_type.value))
    return id


def told() -> list[dict[str, object]]:
    return [dict(one.data) for one in events.listing(UNIT) if one.kind == "signatures.checked"]


def test_what_came_in_is_looked_at_once_and_stays_as_it_was(
    database: str, office: Path, store: ObjectStore, home: Path, people: People
) -> None:
    content = people.signed()
    signed, plain = taken_in(content, store, home), taken_in(paper(), store, home, "b.pdf")
    assert checking.catch_up(store) == 2
    assert checking.catch_up(store) == 0
    found = checking.of_scan(signed)
    assert found is not None
    assert found.good
    assert found.verdicts[0].signer == "Nguyễn Thị Hòa"
    nothing = checking.of_scan(plain)
    assert nothing is not None
    assert (nothing.verdicts, nothing.good) == ((), False)
    (event,) = told()
    assert event["signatures"] == [{"intact": "intact", "valid": "valid", "trusted": "trusted"}]
    assert "Nguyễn" not in str(event)
    assert ScanRow.objects.get(pk=signed).signatures.startswith("Nguyễn Thị Hòa; Ủy ban nhân dân xã Mỹ Thạnh; ")
    with store.open(ScanRow.objects.get(pk=signed).key) as kept:
        assert kept.read() == content


def test_whoever_is_trusted_no_more_is_told_after_the_next_look(
    database: str, office: Path, store: ObjectStore, home: Path, people: People
) -> None:
    scan = taken_in(people.signed(), store, home)
    checking.catch_up(store)
    (office / "root.cer").write_bytes(pki.alone().der)
    assert checking.catch_up(store) == 1
    found = checking.of_scan(scan)
    assert found is not None
    assert found.verdicts[0].trusted is Trusted.UNKNOWN_ROOT
    assert len(told()) == 2
    assert checking.catch_up(store, again=True) == 1
    assert len(told()) == 2, "nothing changed, so nothing is told"


def test_a_file_that_is_not_what_came_in_is_not_looked_at(
    sqlite_database: str, office: Path, store: ObjectStore, home: Path, people: People
) -> None:
    scan = taken_in(people.signed(), store, home)
    other = home / "other.pdf"
    other.write_bytes(people.signed())
    with pytest.raises(StorageError, match="not the one that came in"):
        checking.check_file(scan, other)
    assert checking.of_scan(scan) is None


def test_a_file_whose_bytes_are_gone_bars_no_other_from_its_turn(
    sqlite_database: str, office: Path, store: ObjectStore, home: Path, people: People
) -> None:
    gone, there = taken_in(people.signed(), store, home), taken_in(people.signed(), store, home, "b.pdf")
    (home / "objects" / ScanRow.objects.get(pk=gone).key).unlink()
    assert [checking.catch_up(store, 1) for _ in range(3)] == [1, 1, 0]
    found = checking.of_scans([gone, there])
    assert (found[gone].fault, found[there].good) == ("no-bytes", True)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[str]:
    from tests.catalog.support import use_database

    with use_database(sqlite_url):
        yield sqlite_url


def test_a_signature_is_looked_at_in_a_process_of_its_own(tmp_path: Path, people: People) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(people.signed(stamped=True))
    (one,) = sandbox.look(path, people.trust()).verdicts
    assert one.good


HOSTILE = {
    "no PDF": b"%PDF-1.7\n" + b"<<" * 50_000,
    "a ring of fields": b"%PDF-1.7\n1 0 obj<</Type/Catalog/AcroForm<</SigFlags 3/Fields[2 0 R]>>>>endobj\n"
    b"2 0 obj<</FT/Sig/T(a)/Kids[2 0 R]/Parent 2 0 R/V 2 0 R>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF",
    "arrays in arrays": b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\n%%EOF",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_fault(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(HOSTILE[name])
    found = sandbox.look(path, Trust())
    assert found.verdicts == ()
    assert found.fault in ("broken", "too-big")


def test_garbage_for_a_signature_is_a_verdict(tmp_path: Path, people: People) -> None:
    content = people.signed()
    start = content.index(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", start)
    for filling in (b"00", b"30848fffffff", b"3080" * 1000, b"ff"):  # nothing, a huge length, a deep nest, garbage
        path = tmp_path / "a.pdf"
        path.write_bytes(content[:start] + filling.ljust(end - start, b"0")[: end - start] + content[end:])
        (one,) = sandbox.look(path, people.trust()).verdicts
        assert (one.intact, one.valid) == (Intact.UNREADABLE, Valid.UNKNOWN)


def test_what_takes_too_long_is_ended(tmp_path: Path, people: People) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(people.signed())
    assert sandbox.look(path, people.trust(), seconds=0.01).fault == "too-slow"


def test_lists_are_asked_for_over_the_network_where_that_is_allowed(
    sqlite_database: str, office: Path, store: ObjectStore, home: Path, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"/ca.crl": ("application/pkix-crl", people.ca.crl())}
    with pki.served(answers) as server:
        person = people.ca.person(crl_url=f"{server.url}/ca.crl")
        (office / "revoked" / "ca.crl").unlink()
        scan = taken_in(people.signed(holder=person), store, home)
        monkeypatch.setenv("SOHOA_REVOCATION", "online")
        settings.cache_clear()
        first = checking.check(scan, store)
        assert first is not None
        assert first.verdicts[0].valid is Valid.UNPROVEN, "an address of this machine is not called unasked"
        assert server.asked == ()
        monkeypatch.setenv("SOHOA_WEBHOOK_NETWORKS", "127.0.0.1/32")
        settings.cache_clear()
        second = checking.check(scan, store)
        assert second is not None
        assert second.good
        assert server.asked == ("/ca.crl",)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/x", "http://[::1]/x", "http://169.254.169.254/", "http://a:b@example.org/",
     "http://1.1.1.1:22/", "gopher://example.org/", "http://[::ffff:10.0.0.1]/", "", "http://" + "a" * 3000],
)  # fmt: skip
def test_addresses_that_only_this_machine_reaches_are_not_called(home: Path, url: str) -> None:
    assert asking.fetch([Wanted(url)]) == ((), ())


def test_what_is_no_certificate_in_the_folder_is_told(office: Path) -> None:
    (office / "x.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    from core.errors import SettingsError

    with pytest.raises(SettingsError, match=r"x\.pem"):
        trust.known()


def test_the_desk_looks_by_itself_at_what_was_taken_in(
    database: str, office: Path, store: ObjectStore, home: Path, people: People
) -> None:
    import threading

    from flows import desk

    scan = taken_in(people.signed(), store, home)
    desk._verifying.cache_clear()
    desk._rests.clear()
    desk.look(threading.Event())
    found = checking.of_scan(scan)
    assert found is not None and found.good


def test_what_was_said_goes_when_the_file_is_disposed_of(
    database: str, office: Path, home: Path, people: People
) -> None:
    from preservation.retention import executing
    from preservation.signatures import models
    from tests.preservation.retention import support

    support.organisation()
    place = support.store_at(home)
    (id,) = support.result(place, home, content=people.signed())
    assert checking.catch_up(place) == 1
    found = checking.of_result(id)
    assert found is not None and found.verdicts[0].signer
    row, looked, known = checking._scan(found.scan), checking.Looked(found.verdicts), trust.known()
    assert executing.execute(support.decided([id]), "may").finished
    assert not models.Check.objects.exists()
    assert ScanRow.objects.get(pk=found.scan).signatures == ""
    with pytest.raises(NotFoundError, match="disposed"):  # somebody was still looking when it went
        checking._keep(row, looked, known)
    assert checking.catch_up(place) == 0
    assert not models.Check.objects.exists()
