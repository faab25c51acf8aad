"""The organisation as administrators see it: the tree of their units, and one unit with its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import events, organisation, unit_changes, unit_names, units
from catalog.records import UnitRow
from catalog.values import today
from registers import unit_counts
from web import unit_wording
from web.people import Reach
from web.rights import access, needs

_EVENTS = 500
"""Newest events of a unit's chain that are looked through for those about the unit itself."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody manages of the organisation."""

    reach: Reach
    all: Mapping[str, UnitRow]
    """Code → unit, all that there are."""

    @property
    def mine(self) -> dict[str, UnitRow]:
        """Those that they manage."""
        return {code: unit for code, unit in self.all.items() if self.reach.holds(code)}

    @property
    def whole(self) -> bool:
        """Whether they manage the whole installation."""
        return self.reach.managed is None

    def names(self) -> dict[str, str]:
        """Code → name of all units: what an office is called is no secret."""
        return {code: unit.name for code, unit in self.all.items()}


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree."""

    unit: UnitRow
    ended: bool
    successors: tuple[str, ...]
    """Names."""
    former: tuple[str, ...]
    results: int
    children: tuple[Node, ...]


def held(request: HttpRequest) -> Held:
    """What the reader manages."""
    every = units.listing()
    return Held(Reach.of(access(request), every), {unit.code: unit for unit in every})


def one_of(request: HttpRequest, code: str) -> tuple[Held, UnitRow]:
    """A unit that the reader manages, with all that they do; Http404 for any other."""
    mine = held(request)
    if code not in mine.all or not mine.reach.holds(code):
        raise Http404
    return mine, mine.all[code]


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The tree of one's units; with words (`q`), those of which a name or code holds them."""
    mine = held(request)
    words = request.GET.get("q", "").strip()[:_LONGEST]
    shown = mine.mine
    if words:
        shown = {code: shown[code] for code in unit_names.find(words) if code in shown}
        if not shown:
            shown = {code: unit for code, unit in mine.mine.items() if words.casefold() in code.casefold()}
    context = {
        "nodes": tree(shown, mine.names(), flat=bool(words)),
        "q": words,
        "whole": mine.whole,
        "many": len(shown),
        "living": sum(not ended(unit) for unit in shown.values()),
    }
    return render(request, "web/units.html", context)


@needs(Right.MANAGE)
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: what it is called and was called, its life, who came before and after, and what was done to it."""
    mine, unit = one_of(request, code)
    names = mine.names()
    about = [event for event in events.listing(code, _EVENTS) if event.subject == f"unit:{code}"]
    before = sorted(other.code for other in mine.all.values() if code in other.successors)
    below = [other for other in mine.all.values() if other.parent == code]
    context = {
        "unit": unit,
        "ended": ended(unit),
        "parent": _linked([unit.parent] if unit.parent else [], mine),
        "successors": _linked(unit.successors, mine),
        "predecessors": _linked(before, mine),
        "below": [(other, ended(other)) for other in below],
        "former": unit_names.history(code),
        "events": [(event, unit_wording.told(event.kind, event.data, names)) for event in about],
        "results": organisation.results_in([code]).get(code, 0),
        "lines": unit_counts.lines_in([code]).get(code, 0),
        "today": unit.valid_to is not None and unit_changes.ended_today(code),
    }
    return render(request, "web/unit.html", context)


def ended(unit: UnitRow) -> bool:
    """Whether its last day is over."""
    return unit.valid_to is not None and unit.valid_to < today()


def tree(shown: Mapping[str, UnitRow], names: Mapping[str, str], *, flat: bool) -> tuple[Node, ...]:
    """The units below each other, or all beside each other (`flat`); the living ones first, then by name."""
    former, results = unit_names.former(), organisation.results_in()
    children: dict[str | None, list[UnitRow]] = {}
    for unit in shown.values():
        children.setdefault(unit.parent if not flat and unit.parent in shown else None, []).append(unit)

    def nodes(above: str | None, seen: frozenset[str]) -> Iterator[Node]:
        for unit in sorted(children.get(above, ()), key=lambda unit: (ended(unit), unit.name, unit.code)):
            if unit.code not in seen:
                after = tuple(names.get(code, code) for code in unit.successors)
                below = tuple(nodes(unit.code, seen | {unit.code}))
                old = former.get(unit.code, ())
                yield Node(unit, ended(unit), after, old, results.get(unit.code, 0), below)

    return tuple(nodes(None, frozenset()))


def _linked(codes: Iterable[str], mine: Held) -> list[tuple[UnitRow, bool]]:
    """Units, each with whether the reader manages it."""
    return [(mine.all[code], mine.reach.holds(code)) for code in codes if code in mine.all]
