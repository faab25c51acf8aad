"""Backups made and read in tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.values import canonical
from core.settings import settings
from storage import ObjectStore, Place, open_place, open_store


@dataclass(frozen=True)
class Pair:
    """A pair of keys of age."""

    public: str
    private: str

    @property
    def keys(self) -> Any:
        from preservation.backup import sealing

        return sealing.read_keys(self.private, "key.txt")


def store() -> ObjectStore:
    """The object store of the settings."""
    return open_store(settings().storage)


def at(folder: Path) -> Place:
    """A place of backups in a folder."""
    return open_place(folder.as_uri())


def quiet(progress: object) -> None:
    """Nobody looks at the progress."""


def make(to: Place, pair: Pair | None = None, say: Callable[[Any], None] = quiet, **wish: Any) -> Any:
    """A backup of what the settings name."""
    from preservation.backup import making

    given = {"recipients": (pair.public,)} if pair else {}
    return making.make(to, store(), making.Wish(**{**given, **wish}), say)


def restore(of: Place, pair: Pair, name: str = "", **more: Any) -> Any:
    """Everything from a backup into what the settings name."""
    from catalog import restoring as mark
    from preservation.backup import restoring

    done = restoring.restore(of, store(), pair.keys, name, say=quiet, **more)
    mark.end()
    return done


def contents(*but: str) -> dict[str, tuple[int, str]]:
    """Table → how many rows it has, and a hash of them as a backup writes them; without the tables `but`."""
    from preservation.backup import snapshot
    from preservation.backup.tables import all_tables, writer

    found = {}
    with snapshot.taken() as state:
        for table in all_tables():
            if table.name not in but:
                rows = [json.loads(line) for line in map(writer(table, state.connection), state.rows(table))]
                found[table.name] = len(rows), hashlib.sha256(canonical(rows).encode()).hexdigest()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Path → bytes of all files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def quiet_counts(done: int, of: int) -> None:
    """Nobody looks at the count."""
