"""Whether a file as it came in is open to somebody: it may hold more than the one result that they look at.

Who gets a file gets all that stands in it, so each confidential result in it has to be open to them, by right and with
a reason of today; where nobody knows yet how secret it is, they have to be allowed to see every kind. Pages and the
interface ask here. Asks the catalog no oftener for many files and results than for one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from accounts.access import Access
from accounts.rights import Right
from catalog import openings, provenance, results
from catalog.confidential import Confidential


def original_open(known: Access, result: int) -> bool:
    """Whether the file that a result came in holds nothing that is closed to whoever asks. Raises NotFoundError."""
    unit, _kind = results.place(result)
    if not results.file_settled(result) and not known.may_all(Right.SEE, unit, Confidential):
        return False
    beside = results.secrets_beside(result)
    return _all_open(known, unit, beside, openings.opened_among(beside, known.actor) if beside else frozenset())


def open_sources(known: Access, unit: str, scans: Collection[int]) -> frozenset[int]:
    """Those of these files, of which a result of `unit` was put together, that hold nothing closed to whoever asks."""
    found = provenance.secrets_in_each(scans) if scans else {}
    within = {id for secrets in found.values() for id in secrets or ()}
    opened = openings.opened_among(within, known.actor) if within else frozenset()
    return frozenset(scan for scan, secrets in found.items() if _all_open(known, unit, secrets, opened))


def _all_open(known: Access, unit: str, secrets: Mapping[int, Confidential] | None, opened: Collection[int]) -> bool:
    """`secrets`: the confidential results in a file, None: nobody knows; `opened`: those opened today."""
    if secrets is None:
        return known.may_all(Right.SEE, unit, Confidential)
    return all(id in opened and known.may(Right.SEE, unit, kind) for id, kind in secrets.items())
