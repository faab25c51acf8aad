"""Which pages on the desk are closed to whom: those of files that went on are as confidential as what was read there.

Before that nobody can tell what a page is, and whoever fills the batch has the paper in front of them. Afterwards the
same is asked as where the file itself is handed out (`web.files`).
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.access import Access
from accounts.rights import Right
from catalog import openings, provenance
from catalog.confidential import Confidential
from catalog.records import ScanRow

_ON_DESK = ("receiving", "staged")


def went_on(row: ScanRow) -> bool:
    """Whether a file left the desk."""
    return row.state not in _ON_DESK


def closed_files(known: Access, unit: str, rows: Iterable[ScanRow]) -> frozenset[int]:
    """Those of these files of a batch of `unit` of which nothing is shown; asks no oftener for many than for one."""
    found = provenance.secrets_in_each(row.id for row in rows if went_on(row))
    opened = openings.opened_among({id for secrets in found.values() for id in secrets or ()}, known.actor)

    def shown(secrets: dict[int, Confidential] | None) -> bool:
        if secrets is None:
            return known.may_all(Right.SEE, unit, Confidential)
        return all(known.may(Right.SEE, unit, kind) and id in opened for id, kind in secrets.items())

    return frozenset(id for id, secrets in found.items() if not shown(secrets))
