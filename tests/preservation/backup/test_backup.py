"""What a backup holds, what the next one adds, and what ends one."""

from __future__ import annotations

import os
import re
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from core.errors import ServiceError, StorageError, UsageError
from tests.catalog.support import run_python
from tests.preservation.support import Pair, at, files, make, quiet, store


def test_it_holds_every_row_and_every_object_and_says_so(filled: Path, target_url: str, pair: Pair) -> None:
    from catalog import events
    from preservation.backup import checking, history
    from storage import open_place

    to = open_place(target_url)
    made = make(to, pair)
    assert made.missing == 0
    assert made.objects == len(list(store().keys())) > 40
    checked = checking.check(to, "", pair.keys, quiet)
    assert (checked.faults, checked.missing, checked.opened) == ((), 0, True)
    assert (last := history.last()) is not None
    assert (last.name, last.fingerprint, last.size) == (made.name, made.fingerprint, made.written)
    assert last.checked is not None
    told = events.listing("H61.12", 1)[0]
    assert (told.kind, told.data["fingerprint"]) == ("backup.made", made.fingerprint)


def test_objects_that_rows_name_by_their_hash_alone_are_in_it(filled: Path, tmp_path: Path, pair: Pair) -> None:
    """The file of a register, as it was sent in."""
    from core.files import sha256_of
    from preservation.backup import place
    from registers.models import Import

    register = tmp_path / "sổ.xlsx"
    register.write_bytes(b"PK a register")
    store().put(register, sha256_of(register), "application/octet-stream")
    to = at(tmp_path / "target")
    make(to, pair)
    Import.objects.filter(pk=Import.objects.order_by("pk")[0].pk).update(sha256=sha256_of(register))
    assert sha256_of(register) not in {one.sha256 for one in place.all_listed(to, place.manifest(to)[1])}
    make(to)
    assert sha256_of(register) in {one.sha256 for one in place.all_listed(to, place.manifest(to)[1])}


def test_the_next_one_writes_only_what_changed(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from catalog import units

    to = at(tmp_path / "target")
    make(to, pair)
    before = files(tmp_path / "target")
    make(to)  # the event and the row about the first backup are new
    between = files(tmp_path / "target")
    units.add("H61.99", "Một xã nữa")
    make(to)
    after = files(tmp_path / "target")
    assert between.items() >= before.items()
    assert after.items() >= between.items()
    assert {name.partition("/")[0] for name in between.keys() - before.keys()} == {"backups", "rows"}
    new = [name for name in between if name not in before and name.startswith("rows/")]
    assert len(new) == 3  # events, ends of chains, backups made
    assert len([name for name in after if name not in between and name.startswith("rows/")]) == 4  # and units


def test_nothing_in_it_can_be_read_without_the_key(filled: Path, tmp_path: Path, pair: Pair) -> None:
    secret = (filled / "secret_key").read_bytes()
    make(at(tmp_path / "target"), pair)
    kept = files(tmp_path / "target")
    assert any(name.startswith("home/") for name in kept)
    for word in (secret, b"Ph\xe1\xba\xa1m V\xc4\x83n", b"quan.tri", b"087185001234", b"%PDF", b"GPXD"):
        assert not [name for name, content in kept.items() if word in content and name != "README.txt"], word


def test_names_of_packed_rows_cannot_be_guessed(filled: Path, tmp_path: Path, pair: Pair) -> None:
    """Two installations with the same rows have no packed range in common."""
    from preservation.backup.models import Installation

    make(at(tmp_path / "one"), pair)
    Installation.objects.update(salt="5" * 64, code="another")
    make(at(tmp_path / "two"), pair)
    rows = [{n for n in files(tmp_path / name) if n.startswith("rows/")} for name in ("one", "two")]
    assert rows[0]
    assert not rows[0] & rows[1]


_BACKUP = """
import os, sys
import catalog
from web.settings import fixed
catalog.setup(fixed())
from tests.preservation.support import at, make, Pair
from pathlib import Path
from preservation.backup import journal, making
journal.EVERY, making._AT_ONCE = 10, 5
def say(progress):
    if progress.stage == "objects" and progress.done >= 25:
        print("now", flush=True)
        sys.stdin.read()
make(at(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["TARGET"])), Pair(os.environ["PUBLIC"], ""), say)
"""


def test_one_that_is_killed_leaves_the_last_good_one_and_is_gone_on_with(
    filled: Path, tmp_path: Path, pair: Pair
) -> None:
    from preservation.backup import checking, place

    target = tmp_path / "target"
    process = run_python(_BACKUP, TARGET=str(target), PUBLIC=pair.public)
    assert process.stdout
    assert process.stdout.readline() == "now\n", process.communicate()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert place.backups(at(target)) == []
    journalled = {
        line[-72:-8] for name, c in files(target).items() if "unfinished" in name for line in c.decode().split()
    }
    there = {name: content for name, content in files(target).items() if name[-72:-8] in journalled - {""}}
    assert len(there) >= 20
    made = make(at(target), pair)
    kept = files(target)
    assert kept.items() >= there.items()  # not written again
    assert not [name for name in kept if name.startswith("unfinished/")]
    assert checking.check(at(target), "", pair.keys, quiet).faults == ()
    assert made.objects == len(list(store().keys()))


def test_of_two_at_once_one_says_that_the_other_is_at_work(database: str, tmp_path: Path, pair: Pair) -> None:
    from catalog import units

    units.add("H61", "Sở Tư pháp")
    inside, go = threading.Event(), threading.Event()

    def hold(progress: Any) -> None:
        inside.set()
        assert go.wait(30)

    first = threading.Thread(target=lambda: make(at(tmp_path / "one"), pair, hold))
    first.start()
    assert inside.wait(30)
    try:
        with pytest.raises(ServiceError, match="another backup is being made"):
            make(at(tmp_path / "two"), pair)
    finally:
        go.set()
        first.join()
    assert make(at(tmp_path / "two"), pair).rows


def test_old_ones_are_taken_away_with_what_they_alone_needed(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup import checking, place

    to = at(tmp_path / "target")
    for _ in range(3):
        make(to, pair)
    names = place.backups(to)
    before = files(tmp_path / "target")
    make(to, keep=2)
    after = files(tmp_path / "target")
    assert place.backups(to)[:-1] == names[2:]
    assert len([n for n in before if n not in after and n.startswith("rows/")]) >= 2 * 2
    assert not [n for n in before if n not in after and n.startswith("objects/")]
    for name in place.backups(to):
        assert checking.check(to, name, pair.keys, quiet).faults == ()


def test_nothing_is_taken_away_while_a_backup_cannot_be_read(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup import place

    to = at(tmp_path / "target")
    for _ in range(3):
        make(to, pair)
    damaged = tmp_path / "target" / "backups" / f"{place.backups(to)[-1]}.json"
    damaged.write_bytes(damaged.read_bytes()[:-9])
    before = files(tmp_path / "target")
    with pytest.raises(StorageError, match="no older backup was taken away"):
        make(to, keep=2)
    assert files(tmp_path / "target").items() >= before.items()


def test_a_file_that_vanished_there_is_put_there_again(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup import checking

    target = tmp_path / "target"
    make(at(target), pair)
    for kind in ("objects", "rows"):
        next(path for path in sorted((target / kind).rglob("*.age"))).unlink()
    assert len(checking.check(at(target), "", None, quiet).faults) == 2
    make(at(target))
    assert checking.check(at(target), "", pair.keys, quiet).faults == ()


def test_it_is_made_although_an_object_is_lost_and_another_damaged(filled: Path, tmp_path: Path, pair: Pair) -> None:
    paths = sorted(path for path in (filled / "objects" / "sha256").rglob("*") if path.is_file())
    paths[0].unlink()
    paths[1].chmod(0o600)
    paths[1].write_bytes(b"x" + paths[1].read_bytes()[1:])
    made = make(at(tmp_path / "target"), pair)
    assert made.missing == 2
    assert made.objects == len(paths) - 2


def test_what_was_there_before_it_was_lost_here_stays_in_the_next_one(filled: Path, tmp_path: Path, pair: Pair) -> None:
    first = make(at(tmp_path / "target"), pair)
    next(path for path in (filled / "objects" / "sha256").rglob("*") if path.is_file()).unlink()
    second = make(at(tmp_path / "target"))
    assert (second.missing, second.objects) == (0, first.objects)


def test_keys_are_asked_for_and_never_taken_from_the_place(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from pyrage import x25519

    to = at(tmp_path / "target")
    with pytest.raises(UsageError, match="--recipient"):
        make(to)
    with pytest.raises(UsageError) as error:
        make(to, recipients=(pair.private,))
    assert pair.private not in str(error.value)
    make(to, pair)
    theirs = str(x25519.Identity.generate().to_public())
    with pytest.raises(UsageError, match="other keys"):
        make(to, recipients=(theirs,))
    about = tmp_path / "target" / "sohoa-backup.json"
    about.write_text(about.read_text().replace(pair.public, theirs))
    with pytest.raises(UsageError, match="other keys"):
        make(to)


def test_a_passphrase_is_needed_once(filled: Path, tmp_path: Path) -> None:
    from preservation.backup import checking, opening, place

    to = at(tmp_path / "target")
    make(to, passphrase="bốn con ngựa dưới trăng")
    make(to)
    assert place.small(to, "identity.age").startswith(b"age-encryption.org/v1\n-> scrypt ")  # as `age -p` makes it
    keys = opening.keys(to, "", "", "bốn con ngựa dưới trăng")
    assert checking.check(to, "", keys, quiet).faults == ()
    with pytest.raises(UsageError, match="does not open"):
        opening.keys(to, "", "", "năm con ngựa")


def test_a_disk_that_is_not_mounted_is_not_taken_for_an_empty_place(filled: Path, tmp_path: Path, pair: Pair) -> None:
    disk = tmp_path / "disk"
    with pytest.raises(ServiceError, match="mounted"):
        make(at(disk / "backup"), pair)
    disk.mkdir()
    make(at(disk / "backup"), pair)
    disk.rename(tmp_path / "away")
    disk.mkdir()
    with pytest.raises(UsageError, match="is the disk mounted"):
        make(at(disk / "backup"))
    assert make(at(disk / "backup"), pair, anew=True).objects


def test_the_place_of_another_installation_is_refused(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup.models import Installation

    make(at(tmp_path / "target"), pair)
    Installation.objects.update(code="another")
    with pytest.raises(UsageError, match="another installation"):
        make(at(tmp_path / "target"), pair)


def test_a_full_disk_is_told_of_and_the_last_one_stays_good(
    filled: Path, tmp_path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    from preservation.backup import checking, place

    target = tmp_path / "target"
    made = make(at(target), pair)
    from catalog import units

    units.add("H61.77", "Một xã nữa")
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # what is too large for the disk fails with EFBIG
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limit[1]))
    try:
        with pytest.raises((StorageError, ServiceError)):
            make(at(target))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert place.backups(at(target)) == [made.name]
    assert checking.check(at(target), "", pair.keys, quiet).faults == ()


def test_others_write_while_one_is_made_and_it_holds_the_state_of_its_beginning(
    database: str, tmp_path: Path, pair: Pair
) -> None:
    from catalog import units
    from preservation.backup import place

    for number in range(60):
        units.add(f"H{number}", "Sở")
    started: list[int] = []

    def write(progress: Any) -> None:
        if not started:
            started.append(len(units.listing()))
            thread = threading.Thread(target=_add_unit)
            thread.start()
            thread.join(20)
            assert not thread.is_alive(), "a writer waited for the backup"

    make(at(tmp_path / "target"), pair, write)
    _name, manifest = place.manifest(at(tmp_path / "target"))
    counts = {table.name: table.rows for table in manifest.tables}
    assert counts["catalog_unit"] == counts["catalog_chainhead"] == started[0] == 60
    assert len(manifest.chains) == 60
    assert len(units.listing()) == 61


def _add_unit() -> None:
    import catalog
    from catalog import units

    units.add("X1", "Sở mới")
    catalog.close()


def test_names_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    to = at(tmp_path)
    for name in ("../x", "/etc/passwd", "a//b", "a/../b", "", "a/", ".aside/x", "a\nb", "a/.b"):
        with pytest.raises(StorageError):
            to.open(name)
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(StorageError), suppress(FileNotFoundError):
        to.open("link")


def test_every_table_of_every_app_is_known(filled: Path) -> None:
    """A new kind of column makes this fail, before it makes a backup fail."""
    from preservation.backup.tables import LEFT_OUT, all_tables

    tables = {table.label for table in all_tables()}
    assert {"accounts.User", "accounts.Token", "mfa.Authenticator", "catalog.Unit_successors"} <= tables
    assert not tables & LEFT_OUT
    assert all(re.fullmatch(r"[a-z_0-9]+", table.name) for table in all_tables())


def test_a_clock_that_was_turned_back_is_told_of(
    filled: Path, tmp_path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from preservation.backup import making

    make(at(tmp_path / "target"), pair)
    real = making.now
    monkeypatch.setattr(making, "now", lambda: real() - timedelta(hours=1))
    with pytest.raises(ServiceError, match="clock"):
        make(at(tmp_path / "target"))
