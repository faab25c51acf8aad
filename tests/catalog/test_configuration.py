"""The database: URLs, set-up, migrations, and how its faults are told."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

import catalog
from catalog import units
from catalog.configuration import database as database_of
from core.errors import ServiceError, SettingsError
from tests.catalog.support import run_python, use_database


def test_a_postgresql_url_is_taken_apart_with_its_escapes_and_options() -> None:
    conf = database_of("postgresql://m%C3%A1y:s%40cret@db.local:5433/kho?sslmode=require")
    assert (conf["USER"], conf["PASSWORD"], conf["HOST"], conf["PORT"]) == ("máy", "s@cret", "db.local", "5433")
    assert conf["NAME"] == "kho"
    assert conf["OPTIONS"]["sslmode"] == "require"


def test_a_sqlite_url_names_an_absolute_path() -> None:
    assert database_of("sqlite:////var/lib/kho.sqlite3")["NAME"] == "/var/lib/kho.sqlite3"
    assert database_of("sqlite:///kho.sqlite3")["NAME"] == str(Path("kho.sqlite3").absolute())


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "sqlite://", "sqlite://host/x", "postgresql://host", "postgresql://h:x/d"]
)
def test_a_url_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="SOHOA_DATABASE_URL"):
        database_of(url)


def test_migrating_twice_changes_nothing_and_leaves_a_ready_catalog(database: str) -> None:
    catalog.migrate()
    catalog.ready()
    assert units.listing() == ()


def test_no_model_has_changed_without_a_migration(database: str) -> None:
    call_command("makemigrations", "catalog", check=True, dry_run=True, verbosity=0)


def test_sqlite_keeps_each_commit_and_its_references(sqlite_url: str) -> None:
    with use_database(sqlite_url), connection.cursor() as cursor:
        pragmas = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_may_migrate_at_once(kind: str, home: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{home / 'new.sqlite3'}" if kind == "sqlite" else str(request.getfixturevalue("pg_url"))
    code = "import catalog; catalog.migrate(); catalog.ready(); print('fine')"
    processes = [run_python(code, SOHOA_DATABASE_URL=url) for _ in range(3)]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [out.strip() for out, _ in ends] == ["fine"] * 3, ends


def test_a_missing_catalog_is_told_with_its_remedy(home: Path) -> None:
    with use_database(f"sqlite:///{home / 'none.sqlite3'}"), pytest.raises(ServiceError, match="sohoa init"):
        catalog.ready()
    assert not (home / "none.sqlite3").exists(), "asking must not make a file"


def test_an_empty_database_is_told_with_its_remedy(pg_url: str) -> None:
    with use_database(pg_url):
        with pytest.raises(ServiceError, match="sohoa init"):
            catalog.ready()
        with pytest.raises(ServiceError, match="sohoa init"):
            units.listing()


def test_a_server_that_is_down_is_told_with_its_remedy(home: Path) -> None:
    with use_database("postgresql://nobody@127.0.0.1:9/kho"):
        with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9.*SOHOA_DATABASE_URL"):
            catalog.ready()
        with pytest.raises(ServiceError, match="SOHOA_DATABASE_URL"):
            catalog.migrate()


def test_a_file_that_is_no_database_is_told_and_left_alone(home: Path) -> None:
    path = home / "catalog.sqlite3"
    path.write_text("not a database, but somebody's only copy of a letter" * 10)
    with use_database(f"sqlite:///{path}"), pytest.raises(ServiceError, match="damaged"):
        catalog.ready()
    assert path.read_text().startswith("not a database")


def test_a_database_that_another_program_holds_is_told(sqlite_url: str) -> None:
    with use_database(sqlite_url):
        connection.settings_dict["OPTIONS"]["timeout"] = 0.2
        holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ServiceError, match="Another program holds it"):
            units.add("H1", "Sở Tư pháp")
        holder.close()
        assert units.add("H1", "Sở Tư pháp").code == "H1", "the next call works again"


def test_a_connection_that_the_server_ended_is_replaced(pg_url: str) -> None:
    import psycopg

    with use_database(pg_url):
        catalog.migrate()
        with psycopg.connect(pg_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        with pytest.raises(ServiceError):
            units.listing()
        assert units.listing() == ()
