"""Exports: that a list of many results or figures left the program, who took it, and what was asked for.

What one result hands out (its file, its package, a certified copy) has events of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.models import Unit
from catalog.values import clip, today
from core.errors import UsageError

_NOTHING: Mapping[str, str] = {}
_LONGEST = 200


@told_plainly()
def made(
    units: Iterable[str],
    what: str,
    rows: int,
    actor: str,
    filters: Mapping[str, str] = _NOTHING,
    sha256: str = "",
) -> None:
    """Note that `actor` took `rows` rows of `what` (a word like ``rates.csv``) of these units; none named: of all.

    One event ``export.made`` in the chain of each of the units, but for those that stand below another of them, as
    that one's says it for all. `filters`: what the rows were picked by, never a name or a number of a person; an empty
    one is left out. `sha256`: of the bytes, where they are at hand. To be called before the bytes are handed out: what
    cannot be noted is not given. Raises UsageError for an unknown unit.
    """
    data: dict[str, object] = {"what": what, "rows": rows}
    if given := {name: clip(text, _LONGEST) for name, text in sorted(filters.items()) if text}:
        data["filters"] = given
    if sha256:
        data["sha256"] = sha256
    with transaction.atomic(), events.acting(actor):
        for pk in chains(frozenset(units)):  # in one order for everybody, or two would wait for each other
            events.append_to(pk, "export.made", f"export:{what}", data)


def chains(codes: frozenset[str]) -> list[int]:
    """Row ids, in order, of the units in whose chains stands what is about all of `codes`: the topmost of these.

    Of none: those above which nothing is, the living ones if there are any. Raises UsageError for an unknown unit.
    """
    found = {code: (pk, parent, end) for pk, code, parent, end in _rows()}
    if unknown := sorted(codes - found.keys()):
        raise UsageError(f"unknown unit {unknown[0]}")
    if codes:
        return sorted(found[code][0] for code in codes if not codes & set(_over(code, found)))
    roots = [(pk, end) for pk, parent, end in found.values() if parent is None]
    living = [pk for pk, end in roots if end is None or end >= today()]
    return sorted(living or [pk for pk, _end in roots])


def _over(code: str, found: Mapping[str, tuple[int, str | None, date | None]]) -> Iterable[str]:
    """The units above a unit, upwards."""
    seen, up = {code}, found[code][1]
    while up is not None and up not in seen:
        seen.add(up)
        yield up
        up = found[up][1]


def _rows() -> Iterable[tuple[int, str, str | None, date | None]]:
    return Unit.objects.values_list("pk", "code", "parent__code", "valid_to")
