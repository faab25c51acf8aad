"""Making a backup: first the rows, from a snapshot; then the objects that these rows name; the manifest last.

A backup is there once its manifest is, so one that was interrupted leaves the last good one as it was, and what it put
there already is not sent again. An object is in the store before a row names it, so all that a snapshot names is there
while the backup copies, whatever others do meanwhile.

Threat model. Whoever can read the place learns sizes, times, table names, codes of units, hashes of objects (whoever
holds a paper's very file can see that it is there) and nothing else. Whoever can write there can destroy a backup, and
make one of their own: what is destroyed is found by `checking`, what was replaced as a whole by its fingerprint, which
stands in the event ``backup.made``. Keys that others put there are not trusted: see `opening`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pyrage import x25519

from catalog import graves, holdings
from catalog.configuration import told_plainly
from catalog.locks import file_lock
from catalog.values import now
from core.errors import NotFoundError, ServiceError, SohoaError, StorageError
from core.settings import settings
from preservation.backup import format, history, home, opening, place, pruning, ranges, snapshot
from preservation.backup.format import Listed, ListEntry, Manifest, Packed, Progress, TableEntry
from preservation.backup.history import MadeRow
from preservation.backup.journal import Journal
from preservation.backup.ledger import Ledger
from preservation.backup.opening import Opened
from preservation.backup.sealing import seal
from preservation.backup.tables import Table, all_tables
from storage import ObjectStore, Place, hash_of, key_of
from storage.protocol import is_key

_JOBS = 4
"""Objects on their way at once: more than processors, as a place answers slowly."""
_AT_ONCE = 64
_LIST_LENGTH = 20_000
_ADVISORY = 0x50_48_0B
"""Key of PostgreSQL's advisory lock under which backups of one installation are made."""

Say = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be made."""

    recipients: tuple[str, ...] = ()
    """Public keys (``age1…``); none: those of the last backup there."""
    passphrase: str = ""
    """Instead of public keys: makes a pair, the private key of which the passphrase protects."""
    keep: int = 0
    """Backups that stay; older ones are taken away. 0: all."""
    anew: bool = False
    """Begin anew in an empty place, although backups were made there before."""


def make(to: Place, store: ObjectStore, wish: Wish, say: Say = silent) -> MadeRow:
    """Make a backup of the catalog, of the objects that it names, and of the home's secrets.

    Raises UsageError for keys that are none or another installation's place, ServiceError where something is away or
    another backup is being made, StorageError where there is no room.
    """
    began = time.monotonic()
    with _alone(), _folder() as folder:
        to.check()
        opened = opening.for_writing(to, wish.recipients, wish.passphrase, anew=wish.anew)
        _require_later(to)
        with Ledger(folder) as ledger:
            work = _Work(to, store, opened, ledger, folder, say)
            manifest = work.run()
            name, fingerprint, content = format.write_manifest(manifest)
            place.put_small(to, f"{format.BACKUPS}{name}.json", content)
        for left in list(to.names(format.UNFINISHED)):
            to.remove(left)
        before = history.last(to.where)
        made = MadeRow(
            place=to.where,
            name=name,
            fingerprint=fingerprint,
            recipients=opened.about.recipients,
            time=manifest.made,
            seconds=round(time.monotonic() - began, 3),
            rows=manifest.rows,
            objects=manifest.objects,
            missing=len(manifest.missing),
            written=work.written + len(content),
            size=work.written + len(content) + (before.size if before else 0),
        )
        history.note(made)
        if wish.keep:
            pruning.prune(to, wish.keep, folder, say)
    return made


class _Work:
    """One backup on its way."""

    def __init__(self, to: Place, store: ObjectStore, opened: Opened, ledger: Ledger, folder: Path, say: Say) -> None:
        self._place, self._store, self._ledger, self._folder, self._say = to, store, ledger, folder, say
        self._opened = opened
        self._recipients: Sequence[x25519.Recipient] = opened.recipients
        self._packed: dict[str, Packed] = {}
        self._last: Manifest | None = None
        self.written = 0
        """Bytes put into the place."""

    def run(self) -> Manifest:
        """Put everything there but the manifest, which is given."""
        self._look()
        identity = history.identity()
        with snapshot.taken() as state:
            tables = tuple(self._table(state, table, identity.salt) for table in all_tables())
            facts = state.migrations(), state.chains(), state.vendor, state.time
        migrations, chains, vendor, made = facts
        # Rows that name objects by their hash alone are known to their packages, as they stand now: later ones more.
        keys = (one.key for one in holdings.named())
        self._ledger.need(hash_of(key) for key in keys if is_key(key))
        kept_home = self._home(identity.salt)
        missing = self._objects()
        lists = tuple(self._lists())
        return Manifest(
            format=format.FORMAT,
            installation=identity.code,
            made=made,
            program=_version(),
            database=vendor,
            recipients=self._opened.about.recipients,
            migrations=migrations,
            chains=chains,
            tables=tables,
            home=kept_home,
            objects=sum(one.objects for one in lists),
            lists=lists,
            missing=tuple(missing),
        )

    def _look(self) -> None:
        """Learn what lies there: from all backups, so that nothing that an older one names is written over."""
        seen: set[str] = set()
        self._ledger.see(filter(None, map(format.object_of, self._place.names(format.OBJECTS))))
        for name in list(self._place.names(format.UNFINISHED)):
            self._ledger.know(format.read_list(place.small(self._place, name)))
        present = {*self._place.names(format.ROWS), *self._place.names(format.HOME)}
        for name in reversed(place.backups(self._place)):
            manifest = _readable(self._place, name)
            if manifest is None:
                continue
            self._last = self._last or manifest
            self._packed = {k: v for k, v in manifest.packed().items() if k in present} | self._packed
            for one in manifest.lists:
                if one.sha256 not in seen:
                    seen.add(one.sha256)
                    self._ledger.know(_listed(self._place, one.sha256))
        self._ledger.forget_unseen()

    def _table(self, state: snapshot.Snapshot, table: Table, salt: str) -> TableEntry:
        last = self._last.tables if self._last else ()
        width = next((one.width for one in last if one.name == table.name), None)
        need = self._ledger.need if table.names_objects else _nothing
        entry = ranges.write(state, table, width, salt, partial(self._keep, format.rows_name), need)
        self._say(Progress("rows", entry.rows))
        return entry

    def _keep(self, named: Callable[[str], str], sha256: str, content: bytes) -> Packed:
        """A packed file as it lies there, or as it is put there now."""
        name = named(sha256)
        if name not in self._packed:
            sealed = seal(io.BytesIO(content), self._recipients, self._folder)
            place.put_sealed(self._place, name, sealed)
            self.written += sealed.size
            self._packed[name] = Packed(sha256, sealed.stored, sealed.size, content.count(b"\n") - 1)
        return self._packed[name]

    def _home(self, salt: str) -> Packed | None:
        found = home.files(settings().root)
        return self._keep(format.home_name, *home.packed(found, salt)) if found else None

    def _objects(self) -> list[str]:
        """Copy what is not there yet; gives the hashes of what was not to be had."""
        missing: list[str] = []
        done, count, after = 0, self._ledger.count_absent(), ""
        with self._journal() as journal, ThreadPoolExecutor(_JOBS) as pool:
            while some := self._ledger.absent(after, _AT_ONCE):
                for sha256, copied in zip(some, pool.map(self._copy, some), strict=True):
                    if copied is None:
                        missing.append(sha256)
                        continue
                    self._ledger.put(copied[0])
                    journal.add(copied[0])
                    self.written += copied[1]
                done, after = done + len(some), some[-1]
                self._say(Progress("objects", done, count, self.written))
        still = graves.named(map(key_of, missing))  # others were disposed of meanwhile
        return [sha256 for sha256 in missing if key_of(sha256) in still]

    def _copy(self, sha256: str) -> tuple[Listed, int] | None:
        """One object and its bytes there; None where the store has it no more, or other bytes."""
        try:
            with self._store.open(key_of(sha256)) as source:
                sealed = seal(source, self._recipients, self._folder)
        except NotFoundError:
            return None
        if sealed.sha256 != sha256:
            sealed.data.close()
            return None
        place.put_sealed(self._place, format.object_name(sha256), sealed)
        return Listed(sha256, sealed.stored), sealed.size

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        """What was copied is written down also where a fault ends the work."""
        journal = Journal(self._place)
        try:
            yield journal
        except BaseException:
            with suppress(SohoaError):  # the fault that ended the work is the one to tell
                journal.write()
            raise

    def _lists(self) -> Iterator[ListEntry]:
        """The lists of this backup: those of the last one, without what is gone, and then what is new."""
        short: list[Listed] = []
        for entry in self._last.lists if self._last else ():
            before = _listed(self._place, entry.sha256)
            still = self._ledger.still(before)
            if still == before and len(still) >= _LIST_LENGTH:
                yield entry
            else:
                short += still
        rest = iter(short)
        fresh = self._ledger.unlisted()
        while some := [*islice(rest, _LIST_LENGTH)]:
            some += islice(fresh, _LIST_LENGTH - len(some))
            yield self._list(some)
        while some := [*islice(fresh, _LIST_LENGTH)]:
            yield self._list(some)

    def _list(self, listed: list[Listed]) -> ListEntry:
        content = format.lines_of(listed)
        sha256 = format.sha256_of(content)
        place.put_small(self._place, format.list_name(sha256), content)
        self.written += len(content)
        return ListEntry(sha256, len(listed))


def _require_later(to: Place) -> None:
    """The newest backup is the one with the latest time: a clock that was turned back would make it the oldest."""
    found = place.backups(to)
    if found and found[-1] >= format.time_of(now()):
        raise ServiceError(f"the clock says a time before the last backup ({found[-1]}): set it right, then try again")


def _nothing(hashes: list[str]) -> None:
    """No object is needed."""


def _readable(to: Place, name: str) -> Manifest | None:
    """A manifest; None where it is damaged: `checking` tells of that, and the next backup is made all the same."""
    try:
        return place.manifest(to, name)[1]
    except StorageError:
        return None


def _listed(to: Place, sha256: str) -> list[Listed]:
    """A list of objects; empty where it is lost or damaged, so that its objects are put there again."""
    try:
        return place.listed(to, sha256)
    except (NotFoundError, StorageError):
        return []


def _version() -> str:
    try:
        return version("sohoa")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for files on their way."""
    work = settings().work
    try:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(prefix="backup-", dir=work) as folder:
            yield Path(folder)
    except PermissionError as error:
        raise StorageError(f"{work} cannot be written to: mend its permissions") from error


@contextmanager
def _alone() -> Iterator[None]:
    """One backup of an installation at a time, on this machine and, with PostgreSQL, on all; raises ServiceError."""
    busy = "another backup is being made: wait for it to end, then run the command again if it is still needed"
    with file_lock(settings().root / "backup.lock", wait=0) as mine:
        if not mine:
            raise ServiceError(busy)
        with _alone_in_server() as mine_everywhere:
            if not mine_everywhere:
                raise ServiceError(busy)
            yield


@contextmanager
def _alone_in_server() -> Iterator[bool]:
    from django.db import connection

    if connection.vendor != "postgresql":
        yield True
        return
    with told_plainly(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])
