"""Everything comes back: onto an empty machine, onto the other set of services, and from older versions."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.errors import ServiceError, StorageError, UsageError
from core.settings import settings
from tests.catalog.support import run_python, use_database
from tests.preservation.support import Pair, at, contents, make, quiet, restore, store

WRITTEN_MEANWHILE = ("backup_installation", "backup_made", "catalog_event", "catalog_chainhead")
"""Tables in which a backup, or a restore, notes that it was made."""


@contextmanager
def machine(home: Path, database: str = "", **services: str) -> Iterator[Path]:
    """Another machine: settings with a home of its own, and other services where they are named."""
    home.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOHOA_HOME", str(home))
        for name, value in services.items():
            patch.setenv(f"SOHOA_{name.upper()}", value)
        settings.cache_clear()
        with use_database(database or f"sqlite:///{home / 'catalog.sqlite3'}"):
            yield home
    settings.cache_clear()


def reindexed() -> set[int]:
    """Ids that a search for a word of all papers finds, after the index was built anew from the catalog."""
    from catalog import outbox
    from flows.drain import search_document, search_index
    from indexing import Query

    with search_index() as index:
        index.rebuild(map(search_document, outbox.all_search_documents()))
        return {hit.id for hit in index.search(Query("giay phep", limit=50)).hits}


def add_odd_rows() -> None:
    """Values that databases are known to treat each in their own way."""
    from allauth.mfa.models import Authenticator
    from axes.models import AccessAttempt

    from accounts.models import User
    from catalog.models import PageReading, Procedure

    AccessAttempt.objects.create(username="x", ip_address="2001:db8::1", failures_since_start=1)
    person = User.objects.order_by("pk")[0]
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x", "nested": [None, 1.0, {"ă": "\u2028"}]})
    Procedure.objects.create(code="9.9", name='tab\t, "quotes", \\n, line\nend\r\n, \u2028, 🏛 and ẵ', document_types=[])
    page = PageReading.objects.order_by("pk")[0]
    page.words, page.skew, page.dpi = bytes(range(256)) * 3, -1.7976931348623157e308, 0.1 + 0.2
    page.save()


def require_same(before: dict[str, tuple[int, str]], units: list[str]) -> None:
    """All rows are as they were, chains are sound, and new rows get new numbers."""
    from catalog import events
    from catalog import units as organisation

    after = contents(*WRITTEN_MEANWHILE)
    assert after == {name: value for name, value in before.items() if name not in WRITTEN_MEANWHILE}
    for unit in units:
        assert events.verify(unit).sound
    assert organisation.add("NEW", "Xã sau khôi phục", parent=units[0]).code == "NEW"


def test_the_drill_onto_an_empty_machine_with_the_other_services_and_back(
    filled: Path,
    tmp_path: Path,
    pair: Pair,
    migrated_pg_url: str,
    s3_url: str,
    es_url: str,
    es_index: str,
    empty_catalog: Path,
) -> None:
    from catalog import units

    codes = [row.code for row in units.listing()]
    add_odd_rows()
    before, objects = contents(), set(store().keys())
    assert before["catalog_result"][0] >= 18
    for table in ("catalog_change", "reuse_reuse", "registers_line", "accounts_user", "accounts_token", "paper_place"):
        assert before[table][0], table
    make(at(tmp_path / "first"), pair)
    found = reindexed()
    assert len(found) >= 15

    services = {"storage_url": s3_url, "search_url": es_url, "search_index": es_index}
    with machine(tmp_path / "second", migrated_pg_url, **services) as home:
        done = restore(at(tmp_path / "first"), pair)
        assert (done.faults, done.missing, done.objects) == ((), 0, len(objects))
        assert (home / "secret_key").read_bytes() == (filled / "secret_key").read_bytes()
        assert set(store().keys()) == objects
        assert reindexed() == found
        require_same(before, codes)
        later = contents()
        make(at(tmp_path / "back"), pair)

    with machine(tmp_path / "third") as home:
        shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
        assert restore(at(tmp_path / "back"), pair).faults == ()
        assert set(store().keys()) == objects
        assert reindexed() == found
        require_same(later, codes)


def test_the_next_backup_of_a_restored_installation_goes_on_where_the_old_one_stopped(
    filled: Path, tmp_path: Path, pair: Pair, empty_catalog: Path
) -> None:
    make(at(tmp_path / "target"), pair)
    first = make(at(tmp_path / "target"))
    with machine(tmp_path / "second") as home:
        shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
        restore(at(tmp_path / "target"), pair)
        second = make(at(tmp_path / "target"))
    assert second.objects == first.objects
    assert second.written < 1.5 * first.written


def test_numbers_of_rows_that_are_gone_are_not_given_out_again(
    database: str, tmp_path: Path, pair: Pair, empty_catalog: Path
) -> None:
    from catalog.models import Procedure

    Procedure.objects.create(code="1", name="a")
    gone = Procedure.objects.create(code="2", name="b")
    last = gone.pk
    gone.delete()
    make(at(tmp_path / "target"), pair)
    with machine(tmp_path / "second") as home:
        shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
        restore(at(tmp_path / "target"), pair)
        assert Procedure.objects.create(code="3", name="c").pk == last + 1


def test_a_catalog_that_is_not_empty_is_left_alone_unless_told(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from catalog import units

    make(at(tmp_path / "target"), pair)
    units.add("LATER", "Đơn vị thêm sau")
    with pytest.raises(UsageError, match="--replace"):
        restore(at(tmp_path / "target"), pair)
    assert "LATER" in {row.code for row in units.listing()}
    restore(at(tmp_path / "target"), pair, replace=True)
    assert "LATER" not in {row.code for row in units.listing()}


def test_a_wrong_key_is_told_of_before_anything_is_touched(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from pyrage import x25519

    from catalog import restoring as mark

    make(at(tmp_path / "target"), pair)
    before = contents()
    other = x25519.Identity.generate()
    with pytest.raises(StorageError, match="other keys"):
        restore(at(tmp_path / "target"), Pair(str(other.to_public()), str(other)), replace=True)
    assert contents() == before
    assert mark.unfinished() == ""


@pytest.mark.parametrize("how", ["cut", "flipped", "emptied", "gone"])
def test_damaged_rows_bring_nothing_back_and_say_which_file_it_is(
    filled: Path, tmp_path: Path, pair: Pair, how: str
) -> None:
    from preservation.backup import checking, place

    make(at(tmp_path / "target"), pair)
    _name, manifest = place.manifest(at(tmp_path / "target"))
    (packed,) = next(table.ranges for table in manifest.tables if table.name == "catalog_result")
    path = tmp_path / "target" / "rows" / packed.sha256[:2] / f"{packed.sha256}.jsonl.zst.age"
    content = path.read_bytes()
    {
        "cut": lambda: path.write_bytes(content[:-40]),
        "flipped": lambda: path.write_bytes(content[:300] + bytes([content[300] ^ 1]) + content[301:]),
        "emptied": lambda: path.write_bytes(b""),
        "gone": path.unlink,
    }[how]()
    for keys in (pair.keys, None):
        (fault,) = checking.check(at(tmp_path / "target"), "", keys, quiet).faults
        assert packed.sha256 in fault
    before = contents()
    with pytest.raises((StorageError, Exception), match=packed.sha256):
        restore(at(tmp_path / "target"), pair, replace=True)
    assert contents() == before  # all rows or none


def test_damaged_objects_are_named_and_the_rest_comes_back(
    filled: Path, tmp_path: Path, pair: Pair, empty_catalog: Path
) -> None:
    make(at(tmp_path / "target"), pair)
    some = sorted((tmp_path / "target" / "objects").rglob("*.age"))
    some[0].write_bytes(some[0].read_bytes()[:-1])
    some[1].unlink()
    some[2].write_bytes(some[3].read_bytes())  # whole, and another's
    with machine(tmp_path / "second") as home:
        shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
        done = restore(at(tmp_path / "target"), pair)
        assert len(done.faults) == 3
        assert len(list(store().keys())) == done.objects - 3


def test_a_newer_format_and_newer_tables_are_refused(filled: Path, tmp_path: Path, pair: Pair) -> None:
    from preservation.backup import format, place

    target = tmp_path / "target"
    make(at(target), pair)
    name, _manifest = place.manifest(at(target))
    whole = json.loads((target / "backups" / f"{name}.json").read_text())

    def instead(**changes: Any) -> None:
        content = (json.dumps(whole | changes) + "\n").encode()
        for path in (target / "backups").iterdir():
            path.unlink()
        (target / "backups" / f"{name[:-16]}{format.sha256_of(content)[:16]}.json").write_bytes(content)

    instead(format=2)
    with pytest.raises(StorageError, match="install a newer sohoa"):
        restore(at(target), pair, replace=True)
    instead(migrations=whole["migrations"] | {"catalog": [*whole["migrations"]["catalog"], "0999_later"]})
    with pytest.raises(StorageError, match="newer program"):
        restore(at(target), pair, replace=True)
    instead(tables="none")
    with pytest.raises(StorageError, match="not understood"):
        restore(at(target), pair, replace=True)
    about = target / "sohoa-backup.json"
    about.write_text(about.read_text().replace('"format":1', '"format":2'))
    with pytest.raises(StorageError, match="install a newer sohoa"):
        restore(at(target), pair, replace=True)


_RESTORE = """
import os, sys
from pathlib import Path
import catalog
from web.settings import fixed
catalog.setup(fixed())
from tests.preservation.support import at, store, Pair
from preservation.backup import restoring
restoring._AT_ONCE = 5
def say(progress):
    if progress.stage == os.environ["STAGE"] and progress.done >= 20:
        print("now", flush=True)
        sys.stdin.read()
keys = Pair("", os.environ["PRIVATE"]).keys
restoring.restore(at(Path(os.environ["TARGET"])), store(), keys, say=say)
"""


def test_one_that_is_killed_says_so_and_run_again_goes_on(
    filled: Path, tmp_path: Path, pair: Pair, empty_catalog: Path
) -> None:
    from catalog import restoring as mark
    from catalog import units

    make(at(tmp_path / "target"), pair)
    before = contents()
    with machine(tmp_path / "second") as home:
        shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
        for stage in ("objects", "load"):
            process = run_python(_RESTORE, TARGET=str(tmp_path / "target"), PRIVATE=pair.private, STAGE=stage)
            assert process.stdout
            assert process.stdout.readline() == "now\n", process.communicate()
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            assert units.listing() == ()
            with pytest.raises(ServiceError, match="run that `sohoa restore` again"):
                mark.require_ended()
        assert len(list(store().keys())) >= 20
        done = restore(at(tmp_path / "target"), pair)
        assert done.fetched == 0
        mark.require_ended()
        require_same(before, ["H61.12", "H61.13"])


def test_a_backup_from_before_the_last_migrations_is_brought_up(
    home: Path, tmp_path: Path, pair: Pair, empty_catalog: Path
) -> None:
    """As an older program made it: tables at the previous migration of the catalog, and rows in them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from preservation.backup import place

    shutil.copyfile(empty_catalog, home / "catalog.sqlite3")
    with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
        executor = MigrationExecutor(connection)
        last = max(name for app, name in executor.loader.disk_migrations if app == "catalog")
        before = max(name for app, name in executor.loader.disk_migrations if app == "catalog" and name < last)
        executor.migrate([("catalog", before)])
        state = MigrationExecutor(connection).loader.project_state([("catalog", before)])
        unit = state.apps.get_model("catalog", "Unit").objects.create(code="H1", name="Sở Xây dựng")
        state.apps.get_model("catalog", "ChainHead").objects.create(unit=unit)
        with _older_program(state.apps):
            make(at(tmp_path / "target"), pair)
    _name, manifest = place.manifest(at(tmp_path / "target"))
    assert last not in manifest.migrations["catalog"]
    with machine(tmp_path / "second"):
        import catalog
        from catalog import events, units

        restore(at(tmp_path / "target"), pair)
        catalog.ready()
        assert [row.name for row in units.listing()] == ["Sở Xây dựng"]
        assert events.verify("H1").sound


@contextmanager
def _older_program(registry: Any) -> Iterator[None]:
    """A backup is made of the tables that `registry` knows."""
    from preservation.backup import history, making
    from preservation.backup.tables import all_tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "all_tables", lambda: all_tables(registry))
        patch.setattr(history, "note", lambda made: None)
        yield
