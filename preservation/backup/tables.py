"""The tables that a backup holds, and how a value of each kind of column is written as JSON and read again.

| Type | JSON |
| --- | --- |
| integer, real, boolean | number, number, true or false |
| text | string |
| decimal | string, e.g. ``"12.50"`` |
| date | ``"2026-12-01"`` |
| datetime | ``"2026-12-01T01:02:03.000004Z"``, always UTC |
| json | the value itself |
| binary | string, base64 |

What is empty in the database is null, whatever the type.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import models

from core.errors import StorageError
from preservation.backup.format import Column

LEFT_OUT = frozenset({"sessions.Session"})
"""Who is signed in at the moment: everybody signs in again after a restore."""
_ABOUT_OBJECTS = frozenset({"catalog.DoomedObject"})
_ABOUT_OBJECTS_APPS = frozenset({"fixity"})
"""Tables that tell of objects, also of such as are gone or lost, and need none of them to be there."""
_TYPES = {
    "integer": "AutoField BigAutoField SmallAutoField IntegerField BigIntegerField SmallIntegerField "
    "PositiveIntegerField PositiveBigIntegerField PositiveSmallIntegerField",
    "text": "CharField TextField EmailField SlugField URLField GenericIPAddressField FilePathField FileField",
    "real": "FloatField",
    "boolean": "BooleanField",
    "decimal": "DecimalField",
    "date": "DateField",
    "datetime": "DateTimeField",
    "json": "JSONField",
    "binary": "BinaryField",
}
_TYPE_OF = {kind: type for type, kinds in _TYPES.items() for kind in kinds.split()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns in a fixed order, the key first."""

    model: type[models.Model]
    fields: tuple[models.Field[Any, Any], ...]
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """In the database."""
        return self.model._meta.db_table

    @property
    def label(self) -> str:
        """``app.Model``."""
        return self.model._meta.label

    @property
    def names_objects(self) -> bool:
        """Whether an object whose key stands in a row has to be in the store."""
        return self.label not in _ABOUT_OBJECTS and self.model._meta.app_label not in _ABOUT_OBJECTS_APPS

    @property
    def numbered(self) -> bool:
        """Whether its key is a whole number."""
        return self.columns[0].type == "integer"

    @property
    def counted(self) -> bool:
        """Whether the database gives out its keys."""
        return isinstance(self.fields[0], models.AutoField)


def all_tables(registry: Apps = apps) -> tuple[Table, ...]:
    """All tables but those left out, so that each stands behind those that it refers to, where that can be."""
    found = {}
    for model in registry.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.label not in LEFT_OUT and meta.db_table not in found:
            found[meta.db_table] = _table(model)
    return tuple(_ordered(found))


def _table(model: type[models.Model]) -> Table:
    key = model._meta.pk
    assert key is not None
    fields = (key, *(field for field in model._meta.concrete_fields if field is not key))
    return Table(model, fields, tuple(map(_column, fields)))


def _column(field: models.Field[Any, Any]) -> Column:
    return Column(str(field.column), type_of(field), bool(field.null), _referred(field))


def type_of(field: models.Field[Any, Any]) -> str:
    """Name of the type of a column; of one that refers to another, that one's."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if kind not in _TYPE_OF:
        raise StorageError(f"a backup cannot hold {field} ({kind}): preservation/backup/tables.py must learn it first")
    return _TYPE_OF[kind]


def _referred(field: models.Field[Any, Any]) -> str:
    if not isinstance(field, models.ForeignKey):
        return ""
    target = field.target_field
    return f"{target.model._meta.db_table}.{target.column}"


def _ordered(found: dict[str, Table]) -> Iterable[Table]:
    """Each table after those that it refers to; of tables that refer to each other, by name."""
    waiting, given = dict(sorted(found.items())), set[str]()
    while waiting:
        free = [name for name, table in waiting.items() if not _wanted(table, waiting) - {name}]
        for name in free or [next(iter(waiting))]:
            given.add(name)
            yield waiting.pop(name)


def _wanted(table: Table, waiting: dict[str, Table]) -> set[str]:
    named = {column.references.partition(".")[0] for column in table.columns if column.references}
    return named & waiting.keys()


def converters(table: Table, connection: Any) -> list[list[Callable[[Any], Any]]]:
    """For each column what turns the driver's value into Python's, as Django's own reading does."""
    found: list[list[Callable[[Any], Any]]] = []
    for field in table.fields:
        column = field.get_col(table.name)
        steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        found.append([_bound(step, column, connection) for step in steps])
    return found


def _bound(step: Callable[..., Any], column: Any, connection: Any) -> Callable[[Any], Any]:
    return lambda value: step(value, column, connection)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_WRITE: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": str,
    "date": date.isoformat,
    "datetime": _time,
    "binary": lambda value: base64.b64encode(bytes(value)).decode(),
    "text": str,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "binary": lambda value: base64.b64decode(value, validate=True),
}


def writer(table: Table, connection: Any) -> Callable[[Sequence[Any]], str]:
    """What turns a row of the driver into its line of JSON, without the line's end."""
    steps = converters(table, connection)
    for column, more in zip(table.columns, steps, strict=True):
        if column.type in _WRITE:
            more.append(_WRITE[column.type])
    names = [column.name for column in table.columns]
    changed = [(place, more) for place, more in enumerate(steps) if more]

    def write(row: Sequence[Any]) -> str:
        values = list(row)
        for place, more in changed:
            for step in more:
                if values[place] is None:
                    break
                values[place] = step(values[place])
        return _to_json(dict(zip(names, values, strict=True)))

    return write


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def reader(columns: Sequence[Column]) -> Callable[[str], list[Any]]:
    """What turns a line of JSON into Python's values, in the order of `columns`; raises ValueError or KeyError."""
    steps = [(column.name, _READ.get(column.type)) for column in columns]

    def read(line: str) -> list[Any]:
        row = json.loads(line)
        return [step(row[name]) if step and row[name] is not None else row[name] for name, step in steps]

    return read
