"""Taking old backups away, and then what no backup names any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from core.errors import NotFoundError, StorageError
from preservation.backup import format, place
from preservation.backup.format import Progress
from preservation.backup.ledger import Ledger
from storage import Place


def prune(at: Place, keep: int, folder: Path, say: Callable[[Progress], None]) -> int:
    """Leave the newest `keep` backups (at least one); gives how many files were taken away.

    To be called by who holds the lock of backups; `folder`: for a file aside. Where one of those that stay cannot be
    read, nothing is taken away: nobody knows what it names. Manifests go first, so that one killed here leaves no
    backup with holes.
    """
    found = place.backups(at)
    stay, go = found[-max(keep, 1) :], found[: -max(keep, 1)]
    with Ledger(folder) as ledger:
        named = _named(at, stay, ledger)
        for name in go:
            at.remove(f"{format.BACKUPS}{name}.json")
        ledger.see(filter(None, map(format.object_of, at.names(format.OBJECTS))))
        gone = len(go)
        for name in chain(_others(at, named), map(format.object_name, ledger.spare())):
            at.remove(name)
            gone += 1
            say(Progress("pruning", gone))
    return gone


def _others(at: Place, named: set[str]) -> Iterator[str]:
    """Files but objects that no backup names."""
    for prefix in (format.ROWS, format.HOME, format.LISTS):
        yield from [name for name in at.names(prefix) if name not in named]


def _named(at: Place, names: list[str], ledger: Ledger) -> set[str]:
    """All files that backups name; their objects are needed in `ledger`."""
    found: set[str] = set()
    for name in names:
        try:
            _name, manifest = place.manifest(at, name)
            found |= manifest.packed().keys()
            for one in manifest.lists:
                if (list_name := format.list_name(one.sha256)) not in found:
                    found.add(list_name)
                    ledger.need(listed.sha256 for listed in place.listed(at, one.sha256))
        except (NotFoundError, StorageError) as error:
            text = f"no older backup was taken away, as what {name} needs cannot be read ({error}): take that one away"
            raise StorageError(text) from error
    return found
