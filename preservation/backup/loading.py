"""Rows into an empty database: tables as some migrations make them, rows, the numbers that are given out next.

All rows go in within one transaction, so a database is empty or whole, whenever this is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from catalog.configuration import told_plainly
from core.errors import StorageError, UsageError
from preservation.backup.format import Column, Progress
from preservation.backup.tables import LEFT_OUT, Table, all_tables

_AT_ONCE = 1000
_MADE_BY_ITSELF = frozenset({"django_content_type", "auth_permission", "django_migrations", "backup_installation"})
"""Tables that have rows as soon as they are made."""
_AS_THEY_ARE = frozenset({"integer", "text", "real", "boolean"})


@dataclass(frozen=True, slots=True)
class Source:
    """A table's rows on their way in."""

    name: str
    columns: tuple[Column, ...]
    sequence: int | None
    rows: Iterable[list[Any]]
    """Python's values, in the order of `columns`."""


@told_plainly()
def require_empty() -> None:
    """Raise UsageError where the database holds rows that somebody may miss."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        left_out = {model._meta.db_table for model in _models() if model._meta.label in LEFT_OUT}
        for name in sorted(there & _ours(there) - _MADE_BY_ITSELF - left_out):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")
            if cursor.fetchone():
                raise UsageError(
                    f"the catalog there is not empty ({name} holds rows): give an empty one, or `--replace` to have "
                    "all that it holds thrown away"
                )


@told_plainly()
def load(migrations: Mapping[str, Sequence[str]], sources: Iterable[Source], say: Callable[[Progress], None]) -> int:
    """Throw away what rows there are, have the tables of `migrations`, and fill them; gives the number of rows.

    `sources` come in any order. Raises StorageError for migrations or columns that this program does not know, or rows
    that do not fit together.
    """
    targets = _targets(migrations)
    executor = MigrationExecutor(connection)
    as_they_are = set(executor.loader.applied_migrations) == {(a, n) for a, names in migrations.items() for n in names}
    if not as_they_are:
        _drop()
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        executor.loader.build_graph()
    made = {table.name: table for table in all_tables(executor.loader.project_state(targets).apps)}
    order = {name: place for place, name in enumerate(made)}
    rows = 0
    with transaction.atomic():
        _clear(tuple(made))
        for source in sorted(sources, key=lambda one: order.get(one.name, len(order))):
            if source.name not in made:
                raise StorageError(f"the backup holds a table {source.name} that its migrations do not make")
            rows += _fill(made[source.name], source)
            say(Progress("load", rows))
    return rows


def require_known(migrations: Mapping[str, Sequence[str]]) -> None:
    """Raise StorageError where some of these migrations are not among this program's."""
    _targets(migrations)


def _targets(migrations: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The last ones of each app."""
    graph = MigrationExecutor(connection).loader.graph
    named = {(app, name) for app, names in migrations.items() for name in names}
    if unknown := sorted(named - set(graph.nodes)):
        app, name = unknown[0]
        raise StorageError(f"this was made by a newer program (migration {app}.{name}): install that one, or a newer")
    return sorted(n for n in named if not any(c.key[0] == n[0] and c.key in named for c in graph.node_map[n].children))


def _fill(table: Table, source: Source) -> int:
    """Put the rows in; gives how many."""
    fields = {str(field.column): field for field in table.fields}
    if unknown := [column.name for column in source.columns if column.name not in fields]:
        raise StorageError(f"the table {table.name} has no column {unknown[0]} after the migrations of the backup")
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.name) for column in source.columns)
    places = ", ".join(["%s"] * len(source.columns))
    sql = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"
    ready = [_prepared(fields[column.name], column) for column in source.columns]
    count, largest, waiting = 0, 0, iter(source.rows)
    with connection.cursor() as cursor:
        while some := list(islice(waiting, _AT_ONCE)):
            cursor.executemany(sql, [[r(v) if r else v for r, v in zip(ready, row, strict=True)] for row in some])
            count += len(some)
            if table.numbered:
                largest = max(largest, *(row[0] for row in some))
        connection.check_constraints(table_names=[table.name])
        if table.counted:
            _give_on_from(cursor, table, max(largest, source.sequence or 0))
    return count


def _prepared(field: models.Field[Any, Any], column: Column) -> Callable[[Any], Any] | None:
    """What makes a value ready for the driver; None: it is as it is."""
    if column.type in _AS_THEY_ARE and not isinstance(field, models.GenericIPAddressField):
        return None
    if column.type == "json" and not field.null:
        return lambda value: connection.ops.adapt_json_value(value, getattr(field, "encoder", None))
    return lambda value: field.get_db_prep_save(value, connection)


def _give_on_from(cursor: Any, table: Table, last: int) -> None:
    """The database shall never give out a key up to `last` again, not even those of rows that are gone."""
    key = table.columns[0].name
    if connection.vendor == "sqlite":
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        return
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [f'"{table.name}"', key, max(last, 1), last > 0]
    )


def _clear(tables: Sequence[str]) -> None:
    """Take away all rows; those that refer to others stand behind them in `tables`."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(map(quote, tables))} CASCADE")
            return
        for name in reversed(tables):
            cursor.execute(f"DELETE FROM {quote(name)}")


def _drop() -> None:
    """Take away all tables of ours."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        doomed = sorted(there & _ours(there))
    if connection.vendor == "sqlite":
        connection.close()  # foreign keys can be let go of between transactions alone
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            with transaction.atomic():
                for name in doomed:
                    cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
            cursor.execute("PRAGMA foreign_keys = ON")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if doomed:
            names = ", ".join(connection.ops.quote_name(name) for name in doomed)
            cursor.execute(f"DROP TABLE {names} CASCADE")


def _ours(there: Iterable[str]) -> set[str]:
    """The tables among these that some app of ours made, in this version or another."""
    from django.apps import apps

    known = {model._meta.db_table for model in _models()} | {"django_migrations"}
    labels = tuple(f"{config.label}_" for config in apps.get_app_configs())
    return {name for name in there if name in known or name.startswith(labels)}


def _models() -> Iterator[type[models.Model]]:
    from django.apps import apps

    yield from apps.get_models(include_auto_created=True)
