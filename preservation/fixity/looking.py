"""One look over everything, and what is kept of it: for the command ``sohoa verify`` and for each night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from catalog import units
from catalog.values import now
from core.errors import NotFoundError, StorageError
from core.settings import settings
from indexing import SearchIndex
from preservation.fixity import anchors, consistency, faults
from preservation.fixity.faults import End
from preservation.fixity.findings import Code, Finding
from storage import ObjectStore, hash_of

GRACE = 26 * 3600.0
"""Seconds that an object may lie without a row: somebody puts it there, and is about to record it. A list or an index
that was sent in to be looked at first is named by nothing but the next page, for a day (`web.list_files`).
"""
_OF_OBJECTS = (Code.STRAY,)
_OF_SEARCH = (Code.UNINDEXED, Code.STALE, Code.FOREIGN)
_OF_UNITS = (Code.ROW, Code.CHAIN, Code.ANCHOR)


def look(store: ObjectStore, index: SearchIndex | None, grace: float = GRACE) -> Iterator[Finding]:
    """All that is not as it should be (`consistency.check`), and chains that are not the sealed ones (`anchors`).

    What is found is kept (`faults`), and what was found before and is not any more has ended. Objects are not read:
    that is `reading.read`. Raises ServiceError where something is away; what was found until then is kept.
    """
    begun = now()
    for finding in consistency.check(store, index, grace):
        faults.note(finding)
        yield finding
    for finding in anchors.broken():
        faults.note(finding)
        yield finding
    faults.gone((*_OF_OBJECTS, *_OF_UNITS, *(_OF_SEARCH if index else ())), begun)


def look_at_units(wanted: frozenset[str]) -> Iterator[Finding]:
    """Events and results of some units alone."""
    for unit in units.listing():
        if unit.code in wanted:
            for finding in consistency.of_unit(unit.code):
                faults.note(finding)
                yield finding


def put_away(store: ObjectStore, finding: Finding) -> bool:
    """Move an object that no row names out of the store, to ``put-away/`` in SOHOA_HOME; False where it is gone.

    Its bytes are not lost: they leave for good by a person's decision alone. Raises StorageError, ServiceError.
    """
    to = settings().root / "put-away" / hash_of(finding.key)
    try:
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        text = f"{to.parent} cannot be made ({error.strerror}): make room there or mend its rights"
        raise StorageError(text) from error
    with suppress(NotFoundError):
        store.fetch(finding.key, to)
        store.remove(finding.key)
        faults.end(finding, End.PUT_AWAY)
        return True
    return False
