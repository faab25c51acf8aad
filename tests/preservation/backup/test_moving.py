"""From the embedded services to others and back: objects, rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from catalog.configuration import database as database_of
from core.errors import ServiceError, UsageError
from storage import open_store
from tests.catalog.support import use_database
from tests.preservation.support import contents, quiet, store


def test_objects_go_to_another_store_and_back_and_a_second_run_copies_nothing(
    filled: Path, tmp_path: Path, s3_url: str
) -> None:
    from preservation.backup import moving

    there, back = open_store(s3_url), open_store((tmp_path / "back").as_uri())
    keys = list(store().keys())
    first = moving.objects(store(), there, quiet)
    assert (first.objects, first.copied, first.already, first.damaged) == (len(keys), len(keys), 0, ())
    again = moving.objects(store(), there, quiet)
    assert (again.copied, again.already) == (0, len(keys))
    assert moving.objects(there, back, quiet).copied == len(keys)
    assert list(back.keys()) == list(there.keys()) == keys


def test_what_comes_while_objects_are_copied_is_copied_too(filled: Path, tmp_path: Path) -> None:
    from core.files import sha256_of
    from preservation.backup import moving

    late = tmp_path / "late.pdf"
    late.write_bytes(b"%PDF-1.7 late")
    new = open_store((tmp_path / "new").as_uri())

    def arrive(progress: Any) -> None:
        store().put(late, sha256_of(late), "application/pdf")

    moving.objects(store(), new, arrive)
    assert list(new.keys()) == list(store().keys())


def test_damaged_objects_are_named_and_not_copied(filled: Path, tmp_path: Path) -> None:
    from preservation.backup import moving

    path = next(path for path in sorted((filled / "objects" / "sha256").rglob("*")) if path.is_file())
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    new = open_store((tmp_path / "new").as_uri())
    moved = moving.objects(store(), new, quiet)
    (key,) = moved.damaged
    assert key.endswith(path.name)
    assert list(new.keys()) == [one for one in list(store().keys()) if one != key]


def test_the_catalog_goes_from_sqlite_to_postgresql_and_back(
    filled: Path, migrated_pg_url: str, tmp_path: Path, empty_catalog: Path
) -> None:
    from catalog import events, units
    from preservation.backup import moving

    before, old = contents(), database_of(f"sqlite:///{filled / 'catalog.sqlite3'}")
    with use_database(migrated_pg_url):
        assert moving.rows(old, quiet) == sum(count for count, _hash in before.values())
        assert contents() == before
        with pytest.raises(UsageError, match="not empty"):
            moving.rows(old, quiet)
        assert units.add("NEW", "Xã mới", parent="H61.12")
        assert events.verify("H61.12").sound
        later = contents()
    shutil.copyfile(empty_catalog, tmp_path / "back.sqlite3")
    with use_database(f"sqlite:///{tmp_path / 'back.sqlite3'}"):
        moving.rows(database_of(migrated_pg_url), quiet)
        assert contents() == later


def test_a_catalog_that_is_written_to_meanwhile_is_not_taken_for_moved(
    filled: Path, tmp_path: Path, empty_catalog: Path
) -> None:
    import sqlite3

    from preservation.backup import moving

    shutil.copyfile(empty_catalog, tmp_path / "new.sqlite3")
    source = filled / "catalog.sqlite3"
    written: list[int] = []

    def write(progress: Any) -> None:
        if not written:
            with sqlite3.connect(source) as connection:
                connection.execute("UPDATE catalog_chainhead SET sequence = sequence + 1")
            written.append(1)

    with use_database(f"sqlite:///{tmp_path / 'new.sqlite3'}"), pytest.raises(ServiceError, match="meanwhile"):
        moving.rows(database_of(f"sqlite:///{source}"), write)
