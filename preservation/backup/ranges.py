"""Tables cut into ranges of rows, so that a range in which nothing changed is not written again.

A range holds the rows whose keys lie between two multiples of the table's width, so a row that is added, changed or
taken away touches one range alone. The width is chosen at the first backup and kept. The first line of a range says
what it is: version, table, columns with their types, and the installation's salt, without which nobody can find out by
guessing rows whether a range of that hash is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from catalog.values import canonical
from preservation.backup.format import FORMAT, Packed, TableEntry
from preservation.backup.snapshot import Snapshot
from preservation.backup.tables import Table, writer

_WANTED = 1 << 20
"""Bytes of rows that a range shall have about: small enough for memory, large enough to pack well."""
_NARROWEST, _WIDEST = 16, 65536
_LOOKED_AT = 200
_KEY = re.compile(r'"sha256/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})"')
"""An object's key as the whole of a value, in a column or inside a JSON column."""

Keep = Callable[[str, bytes], Packed]
"""Takes hash and content of a range, and gives it as it is kept."""


def write(
    snapshot: Snapshot, table: Table, width: int | None, salt: str, keep: Keep, need: Callable[[list[str]], None]
) -> TableEntry:
    """Cut a table, give each range to `keep`, and the objects that its rows name to `need`.

    `width`: of the last backup; None: there is none yet.
    """
    if width is None:
        width = _width(snapshot, table)
    head = header(table, salt)
    ranges, rows = [], 0
    for lines in _cut(snapshot, table, width):
        if named := [sha256 for line in lines if '"sha256/' in line for sha256 in _KEY.findall(line)]:
            need(named)
        content = "\n".join([head, *lines, ""]).encode()
        packed = keep(hashlib.sha256(content).hexdigest(), content)
        ranges.append(Packed(packed.sha256, packed.stored, packed.size, len(lines)))
        rows += len(lines)
    return TableEntry(
        name=table.name,
        model=table.label,
        key=table.columns[0].name,
        width=width,
        rows=rows,
        sequence=snapshot.sequence(table),
        columns=table.columns,
        ranges=tuple(ranges),
    )


def header(table: Table, salt: str) -> str:
    """The first line of each range of a table."""
    types = {column.name: column.type for column in table.columns}
    return canonical({"columns": types, "format": FORMAT, "salt": salt, "table": table.name})


def _cut(snapshot: Snapshot, table: Table, width: int) -> Iterator[list[str]]:
    """The lines of each range, in order; none for a range without rows."""
    write_row = writer(table, snapshot.connection)
    rows = snapshot.rows(table)
    if not width:
        groups: Iterable[tuple[int, Iterable[Sequence[Any]]]] = [(0, rows)]
    else:
        groups = groupby(rows, key=lambda row: int(row[0]) // width)
    for _number, some in groups:
        if lines := [write_row(row) for row in some]:
            yield lines


def _width(snapshot: Snapshot, table: Table) -> int:
    """How many keys a range shall have: a power of two, by the size of the first rows; 0: keys are no numbers."""
    if not table.numbered:
        return 0
    write_row = writer(table, snapshot.connection)
    sizes = [len(write_row(row)) for row in snapshot.rows(table, _LOOKED_AT)]
    average = sum(sizes) / len(sizes) if sizes else 300
    wanted = int(_WANTED / max(average, 1))
    return max(_NARROWEST, min(_WIDEST, 1 << max(wanted, 1).bit_length() - 1))
