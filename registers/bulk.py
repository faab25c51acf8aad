"""Many rows into a table with one prepared statement: the tables' own way takes most of the time of an import to write
the statement anew for every few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model


def insert(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows, each as the values of the columns `names` (foreign keys as ``unit_id``), all columns but the id.

    Where a row with the same `unique` columns is there, its columns `update` are written instead; none: it stays as it
    is. Raises IntegrityError.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    assert set(names) == set(fields), set(names) ^ set(fields)
    quote = connection.ops.quote_name
    columns = {name: quote(str(field.column)) for name, field in fields.items()}
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns[name] for name in names)})"
    sql = f"{into} VALUES ({', '.join(['%s'] * len(names))})"
    if unique:
        same = ", ".join(columns[name] for name in unique)
        written = ", ".join(f"{columns[name]} = excluded.{columns[name]}" for name in update)
        sql += f" ON CONFLICT ({same}) DO " + (f"UPDATE SET {written}" if written else "NOTHING")
    prepared = {at: way for at, name in enumerate(names) if (way := _way(fields[name]))}
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_row(row, prepared) for row in rows])


def _row(row: Sequence[object], prepared: dict[int, Callable[[Any], object]]) -> list[Any]:
    values: list[Any] = list(row)
    for at, way in prepared.items():
        values[at] = way(values[at])
    return values


def _way(field: Field[Any, Any]) -> Callable[[Any], object] | None:
    """How a value of the field is handed to the database; None: as it is."""
    if isinstance(field, DateField | DateTimeField | JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None
