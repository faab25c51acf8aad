"""Several changes of one result at once."""

from __future__ import annotations

from collections.abc import Sequence

from indexing.records import Change, Upsert


def latest(changes: Sequence[Change]) -> list[tuple[int, int, Change]]:
    """Id, version and change, one for each id: the one with the highest version, of equals the first."""
    newest: dict[int, tuple[int, int, Change]] = {}
    for change in changes:
        id_, version = (
            (change.document.id, change.document.version) if isinstance(change, Upsert) else (change.id, change.version)
        )
        if id_ not in newest or newest[id_][1] < version:
            newest[id_] = (id_, version, change)
    return list(newest.values())
