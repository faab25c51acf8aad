"""Which objects a backup needs, and which its place has already: a small database aside, so that millions fit.

Hashes are kept as bytes; 2 million results have about 6 million objects.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from preservation.backup.format import Listed

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE needed (object BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE known (object BLOB PRIMARY KEY, stored BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE present (object BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE listed (object BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_ABSENT = "FROM needed WHERE object NOT IN (SELECT object FROM known)"
_SPARE = "WHERE object NOT IN (SELECT object FROM needed)"


class Ledger:
    """Kept in one file, which is gone when the block of its ``with`` ends. Used from one thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ledger.sqlite3"
        self._path.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        self._database.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._database.close()
        self._path.unlink(missing_ok=True)

    def need(self, hashes: Iterable[str]) -> None:
        """The backup shall hold these objects."""
        self._add("INSERT OR IGNORE INTO needed VALUES (?)", ((bytes.fromhex(h),) for h in hashes))

    def know(self, listed: Iterable[Listed]) -> None:
        """The place has these, as its lists say. Of two that are said of one object, the first counts."""
        rows = ((bytes.fromhex(one.sha256), bytes.fromhex(one.stored)) for one in listed)
        self._add("INSERT OR IGNORE INTO known VALUES (?, ?)", rows)

    def put(self, listed: Listed) -> None:
        """The place has this now, whatever it had before."""
        row = (bytes.fromhex(listed.sha256), bytes.fromhex(listed.stored))
        self._database.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", row)

    def see(self, hashes: Iterable[str]) -> None:
        """These really lie in the place."""
        self._add("INSERT OR IGNORE INTO present VALUES (?)", ((bytes.fromhex(h),) for h in hashes))

    def forget_unseen(self) -> int:
        """What is known and was not seen is not known any more: somebody took it away. Gives how many those are."""
        gone = "DELETE FROM known WHERE object NOT IN (SELECT object FROM present)"
        return self._database.execute(gone).rowcount

    def absent(self, after: str, limit: int) -> list[str]:
        """Hashes of what is needed and not known, sorted: the first `limit` behind `after` (a hash, or empty)."""
        sql = f"SELECT object {_ABSENT} AND object > ? ORDER BY object LIMIT ?"
        return [object.hex() for (object,) in self._database.execute(sql, [bytes.fromhex(after), limit])]

    def count_absent(self) -> int:
        """How many are needed and not known."""
        return int(self._database.execute(f"SELECT COUNT(*) {_ABSENT}").fetchone()[0])

    def spare(self) -> Iterator[str]:
        """Hashes of what lies there and is not needed."""
        for (object,) in self._database.execute(f"SELECT object FROM present {_SPARE} ORDER BY object"):
            yield object.hex()

    def still(self, listed: list[Listed]) -> list[Listed]:
        """Of a list of the last backup, what this one holds too, as it lies there now; noted as listed."""
        found = []
        for one in listed:
            sql = "SELECT stored FROM known WHERE object = ? AND object IN (SELECT object FROM needed)"
            row = self._database.execute(sql, [bytes.fromhex(one.sha256)]).fetchone()
            if row is not None:
                found.append(Listed(one.sha256, row[0].hex()))
        self._add("INSERT OR IGNORE INTO listed VALUES (?)", ((bytes.fromhex(one.sha256),) for one in found))
        return found

    def unlisted(self) -> Iterator[Listed]:
        """What is needed, known, and was in no list of the last backup."""
        sql = (
            "SELECT k.object, k.stored FROM known k JOIN needed n ON n.object = k.object "
            "WHERE k.object NOT IN (SELECT object FROM listed) ORDER BY k.object"
        )
        for object, stored in self._database.execute(sql):
            yield Listed(object.hex(), stored.hex())

    def _add(self, sql: str, rows: Iterable[tuple[bytes, ...]]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany(sql, rows)
        self._database.execute("COMMIT")
