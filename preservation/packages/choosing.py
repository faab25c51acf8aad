"""Which results go into a package. Confidential ones only when they are named one by one, with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog import choosing, openings, results, units
from catalog.confidential import Confidential
from catalog.records import Shown
from core.errors import UsageError

MOST = 2000
"""Results in one package: more are better sent in several."""
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Purpose(StrEnum):
    """What a package is for, by the words of OAIS that the archive rule takes over."""

    SIP = "sip"
    """For an archive, which takes it over."""
    AIP = "aip"
    """To be kept."""
    DIP = "dip"
    """To be used."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: results by their numbers, or all open ones of a unit."""

    ids: tuple[int, ...] = ()
    unit: str = ""
    """Code; with the units below it."""
    first: date | None = None
    """Issued on this day or later."""
    last: date | None = None
    reason: str = ""
    """Why confidential results are taken out; needed where `ids` names some."""
    purpose: Purpose = Purpose.SIP
    originals: bool = True
    """Whether the files go along as they arrived."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A result that goes into a package."""

    shown: Shown
    stem: str
    """Name of its files without their endings: dossier code, a point, running number in it."""
    original: bool
    """Whether the file as it arrived goes along: not where it holds what is not to be seen by who gets this."""


@dataclass(frozen=True, slots=True)
class Choice:
    """All that goes into a package."""

    chosen: tuple[Chosen, ...]
    """By id."""
    left_out: int
    """Confidential results that nobody named."""


def choose(order: Order, actor: str) -> Choice:
    """The results of an order; that `actor` opens the confidential ones is written down with the reason.

    Raises UsageError for an order that names too many or none, or confidential ones without a reason; NotFoundError for
    a result that is not there.
    """
    ids = _named(order)
    places = {id: results.place(id) for id in ids}
    secret = [id for id in ids if places[id][1] != Confidential.OPEN]
    if order.ids:
        _open(secret, order.reason, actor)
    else:
        ids = [id for id in ids if id not in set(secret)]
    if not ids:
        raise UsageError("there are no such results: nothing was packed")
    shown = [results.show(id) for id in ids]
    stems = _stems(shown)
    named = set(ids)
    chosen = tuple(Chosen(one, stems[one.row.id], order.originals and _whole(one.row.id, named)) for one in shown)
    return Choice(chosen, 0 if order.ids else len(secret))


def _named(order: Order) -> list[int]:
    if bool(order.ids) == bool(order.unit):
        raise UsageError("name results by their numbers, or a unit")
    if order.ids:
        ids: Sequence[int] = sorted(set(order.ids))
    else:
        units.require(order.unit)
        ids = choosing.issued(units.with_descendants(order.unit), order.first, order.last, MOST + 1)
    if len(ids) > MOST:
        raise UsageError(f"more than {MOST} results: make several packages, by shorter periods")
    return list(ids)


def _open(secret: list[int], reason: str, actor: str) -> None:
    if secret and not reason.strip():
        raise UsageError(f"{len(secret)} of these results are confidential: give a reason (`--reason TEXT`)")
    for id in secret:
        openings.open_for(id, actor, reason)


def _whole(id: int, named: set[int]) -> bool:
    """Whether the file that it came in may go along: all in it is known, and nothing secret that was not asked for."""
    return results.file_settled(id) and results.secrets_beside(id).keys() <= named


def _stems(shown: list[Shown]) -> dict[int, str]:
    """Id → name of the files: by the dossier where it is known, otherwise by unit and number of the result."""
    dossiers = choosing.in_dossiers({one.row.dossier for one in shown})
    found = {}
    for one in shown:
        row = one.row
        place = dossiers[row.dossier].index(row.id) + 1 if row.dossier else 0
        stem = f"{row.dossier}.{place:03}" if row.dossier else f"{row.unit}.{row.id}"
        found[row.id] = _SAFE.sub("_", stem).strip(".")
    if len(set(found.values())) < len(found):
        return {id: f"{stem}-{id}" for id, stem in found.items()}
    return found
