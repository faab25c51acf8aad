"""The catalog as it stood at one moment, read while others write.

A connection of its own: in SQLite one read transaction (in WAL mode it sees the state of its beginning, and nobody
waits for it), in PostgreSQL one REPEATABLE READ, READ ONLY transaction.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection as default
from django.db.utils import load_backend

from catalog.configuration import told_plainly
from catalog.values import now
from preservation.backup.tables import Table

_AT_ONCE = 500
"""Rows that the database hands over at once."""


class Snapshot:
    """What `taken` gives; good until its block ends."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.time: datetime = now()
        """When it was taken."""

    @property
    def vendor(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return str(self._connection.vendor)

    @property
    def connection(self) -> Any:
        """For what turns values of the driver into Python's."""
        return self._connection

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a table as the driver gives them, sorted by key; the first `limit` of them."""
        quote = self._connection.ops.quote_name
        names = ", ".join(quote(column.name) for column in table.columns)
        sql = f"SELECT {names} FROM {quote(table.name)} ORDER BY {quote(table.columns[0].name)}"
        if limit is not None:
            sql += f" LIMIT {int(limit)}"
        with self._connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while some := cursor.fetchmany(_AT_ONCE):
                yield from some

    def sequence(self, table: Table) -> int | None:
        """The largest key that the database ever gave out for a table; None: it gives out none."""
        if not table.counted:
            return None
        if self.vendor == "sqlite":
            found = self._one("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            return int(found[0]) if found else 0
        name = self._one("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.columns[0].name])
        if not name or name[0] is None:
            return None
        found = self._one(f"SELECT last_value, is_called FROM {name[0]}", [])
        return int(found[0]) if found and found[1] else 0

    def largest(self, table: str) -> int:
        """The largest key in a table; 0: it has no rows."""
        found = self._one(f"SELECT MAX(id) FROM {self._connection.ops.quote_name(table)}", [])
        return int(found[0] or 0)

    def migrations(self) -> dict[str, tuple[str, ...]]:
        """App → names of its migrations that were applied, sorted."""
        found: dict[str, list[str]] = {}
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            for app, name in cursor.fetchall():
                found.setdefault(app, []).append(name)
        return {app: tuple(sorted(names)) for app, names in sorted(found.items())}

    def chains(self) -> dict[str, str]:
        """Code of each unit → ``sequence:hash`` of its last event."""
        sql = "SELECT u.code, h.sequence, h.hash FROM catalog_chainhead h JOIN catalog_unit u ON u.id = h.unit_id"
        with self._connection.cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY u.code")
            return {code: f"{sequence}:{hash}" for code, sequence, hash in cursor.fetchall()}

    def _one(self, sql: str, values: list[Any]) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()


@contextmanager
def taken(database: dict[str, Any] | None = None) -> Iterator[Snapshot]:
    """The present state of the database that Django stands on, or of `database` (as in Django's DATABASES).

    Raises ServiceError when the database is away, also in the middle.
    """
    conf = copy.deepcopy(default.settings_dict if database is None else _filled(database))
    conf["OPTIONS"] = {name: value for name, value in conf["OPTIONS"].items() if name != "transaction_mode"}
    connection = load_backend(conf["ENGINE"]).DatabaseWrapper(conf, "snapshot")
    with told_plainly():
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA query_only = ON")
                    cursor.execute("BEGIN")
                    cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")  # the state is that of the first look
                    connection.in_atomic_block = True
                else:
                    connection.set_autocommit(False)
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SELECT 1")
            yield Snapshot(connection)
        finally:
            connection.in_atomic_block = False
            connection.close()


def _filled(database: dict[str, Any]) -> dict[str, Any]:
    """A database's settings with what Django fills in itself."""
    from django.db import connections

    return dict(connections.configure_settings({"default": database})["default"])
