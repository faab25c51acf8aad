"""Everything from a backup: files of the home, objects, rows. The search index is built anew afterwards, by who calls.

What stands in the home says so while this is at work (`catalog.restoring`); killed and run again, it goes on: objects
that are in the store already are not fetched again, and rows are all in or none.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import catalog
from catalog import events
from catalog import restoring as mark
from core.errors import NotFoundError, StorageError
from core.settings import settings
from preservation.backup import format, history, home, loading, opening, place
from preservation.backup.format import Listed, Manifest, Progress, TableEntry
from preservation.backup.history import MadeRow
from preservation.backup.loading import Source
from preservation.backup.sealing import Keys
from preservation.backup.tables import reader
from storage import ObjectStore, Place, key_of

_JOBS = 4
_AT_ONCE = 64
_KINDS = (
    (b"%PDF", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"<?xml", "application/xml"),
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    name: str
    """Of the backup."""
    fingerprint: str
    rows: int
    objects: int
    fetched: int
    """Objects that were not in the store before."""
    home: tuple[str, ...]
    """Files of the home that were written."""
    faults: tuple[str, ...]
    """Objects that are damaged or missing in the backup, and chains of events that are not as they were."""
    missing: int
    """Objects that were lost already when the backup was made."""


def restore(
    at: Place,
    store: ObjectStore,
    keys: Keys,
    name: str = "",
    *,
    replace: bool = False,
    say: Callable[[Progress], None],
) -> Restored:
    """Bring back a backup (empty: the newest) into the catalog and store of the settings.

    Raises UsageError where the catalog is not empty and is not to be replaced, StorageError where rows cannot be read:
    then the catalog is as it was, or empty. The caller builds the index and then calls `catalog.restoring.end`.
    """
    opening.for_reading(at)
    name, manifest = place.manifest(at, name)
    loading.require_known(manifest.migrations)
    if not replace and not mark.unfinished():
        loading.require_empty()
    store.check()
    if manifest.home:
        _probe(at, manifest, keys)
    mark.begin(f"{at.where} ({name})")
    written = _home(at, manifest, keys)
    fetched, faults = _objects(at, manifest, keys, store, say)
    rows = loading.load(manifest.migrations, _sources(at, manifest, keys), say)
    catalog.migrate()
    faults += _chains(manifest)
    fingerprint = format.write_manifest(manifest)[1]
    _note(at, name, fingerprint, manifest)
    return Restored(
        name, fingerprint, rows, manifest.objects, fetched, tuple(written), tuple(faults), len(manifest.missing)
    )


def _probe(at: Place, manifest: Manifest, keys: Keys) -> None:
    """A wrong key is told of before anything is touched."""
    assert manifest.home is not None
    place.packed_lines(at, format.home_name(manifest.home.sha256), manifest.home, keys)


def _home(at: Place, manifest: Manifest, keys: Keys) -> list[str]:
    if manifest.home is None:
        return []
    lines = place.packed_lines(at, format.home_name(manifest.home.sha256), manifest.home, keys)
    return home.put_back(lines, settings().root)


def _objects(
    at: Place, manifest: Manifest, keys: Keys, store: ObjectStore, say: Callable[[Progress], None]
) -> tuple[int, list[str]]:
    """Put the objects into the store; gives how many were new there, and what is wrong with others."""
    faults: list[str] = []
    fetched = done = 0
    work = settings().work
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="restore-", dir=work) as folder, ThreadPoolExecutor(_JOBS) as pool:

        def bring(one: Listed) -> bool | str:
            return _bring(at, one, keys, store, Path(folder))

        waiting = place.all_listed(at, manifest)
        while some := list(islice(waiting, _AT_ONCE)):
            for outcome in pool.map(bring, some):
                if isinstance(outcome, str):
                    faults.append(outcome)
                else:
                    fetched += outcome
            done += len(some)
            say(Progress("objects", done, manifest.objects))
    return fetched, faults


def _bring(at: Place, one: Listed, keys: Keys, store: ObjectStore, folder: Path) -> bool | str:
    """Put one object into the store: whether it was new there, or what is wrong with it."""
    key = key_of(one.sha256)
    if store.exists(key):
        return False
    path = folder / uuid.uuid4().hex
    try:
        try:
            place.fetch_object(at, one, keys, path)
        except (NotFoundError, StorageError) as error:  # of the backup; those of the store end the work
            return str(error)
        store.put(path, one.sha256, kind_of(path))
    finally:
        path.unlink(missing_ok=True)
    return True


def kind_of(path: Path) -> str:
    """Media type by the first bytes: what an object is called in a bucket. The catalog knows it for certain."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((kind for begin, kind in _KINDS if start.startswith(begin)), "application/octet-stream")


def _sources(at: Place, manifest: Manifest, keys: Keys) -> Iterator[Source]:
    for table in manifest.tables:
        yield Source(table.name, table.columns, table.sequence, _rows(at, table, keys))


def _rows(at: Place, table: TableEntry, keys: Keys) -> Iterator[list[object]]:
    read = reader(table.columns)
    for packed in table.ranges:
        name = format.rows_name(packed.sha256)
        for line in place.packed_lines(at, name, packed, keys):
            try:
                yield read(line)
            except (ValueError, KeyError, TypeError) as error:
                raise StorageError(f"{name} holds a row that is not understood ({error})") from error


def _chains(manifest: Manifest) -> list[str]:
    """What is wrong with the chains of events, which must end where they ended when the backup was made."""
    faults = []
    for unit, end in manifest.chains.items():
        verdict = events.verify(unit)
        if not verdict.sound:
            faults.append(f"events of {unit}: {verdict.reason}")
        elif _end(unit) != end:
            faults.append(f"events of {unit}: the chain does not end where it ended when the backup was made")
    return faults


def _end(unit: str) -> str:
    """As `snapshot.Snapshot.chains` writes it."""
    last = events.listing(unit, 1)
    return f"{last[0].sequence}:{last[0].hash}" if last else "0:"


def _note(at: Place, name: str, fingerprint: str, manifest: Manifest) -> None:
    made = MadeRow(
        at.where, name, fingerprint, manifest.recipients, manifest.made, 0.0, manifest.rows, manifest.objects,
        len(manifest.missing), 0, 0,
    )  # fmt: skip
    history.note_restored(made, {"backup": name, "fingerprint": fingerprint, "rows": manifest.rows})
