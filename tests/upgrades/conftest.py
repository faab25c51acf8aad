"""Installations as earlier releases left them, brought to the present form once a module and copied for each test."""

from __future__ import annotations

import json
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

import catalog
from core.errors import ServiceError
from core.settings import settings
from storage import open_store
from tests.catalog.support import use_database

_FIRST = Path(__file__).parent / "first_release"


@pytest.fixture(scope="module")
def old_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first release's catalog, migrated."""
    path = tmp_path_factory.mktemp("first") / "catalog.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((_FIRST / "sqlite.sql").read_text("utf-8"))
    with use_database(f"sqlite:///{path}"):
        _migrate()
    return path


@pytest.fixture(scope="module")
def old_postgresql(pg_server: str) -> Iterator[str]:
    """URL of a database with the first release's catalog, migrated."""
    server, name = pg_server, f"t_first_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((_FIRST / "postgresql.sql").read_text("utf-8").encode())
    with use_database(url):
        _migrate()
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def first_release(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """`home` as the first release left it, migrated; gives hash → text of the objects in its store."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("old_sqlite"), home / "catalog.sqlite3")
        url = f"sqlite:///{home / 'catalog.sqlite3'}"
    else:
        url = _copied(str(request.getfixturevalue("old_postgresql")))
        request.addfinalizer(lambda: _drop(url))
    kept: dict[str, str] = json.loads((_FIRST / "objects.json").read_text("utf-8"))
    store = open_store(settings().storage)
    for sha256, text in kept.items():
        (tmp_path / sha256).write_text(text, "utf-8")
        store.put(tmp_path / sha256, sha256, "application/pdf")
    with use_database(url):
        yield kept


def _migrate() -> None:
    """As ``sohoa init`` does, twice: the second time changes nothing."""
    with pytest.raises(ServiceError, match="sohoa init"):
        catalog.ready()
    catalog.migrate()
    catalog.ready()
    catalog.migrate()
    catalog.close()


def _copied(url: str) -> str:
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path[1:]}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop(url: str) -> None:
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")
