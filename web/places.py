"""Where a reader can go, by what they may do: the places of the head of each page, and those inside of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy

from accounts.rights import Right


@dataclass(frozen=True, slots=True)
class Place:
    """A page that others belong to."""

    name: str
    """Name of its address."""
    title: object
    right: Right
    """Who holds it somewhere is shown the place."""
    starts: tuple[str, ...]
    """Pages whose names begin so belong to it; the longest of all places decides."""
    inside: tuple[Place, ...] = ()
    """Places of its own, shown where the reader is in one of them; the first is the place itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as it is shown."""

    name: str
    title: str
    here: bool
    """Whether the reader is there."""


PLACES: Final = (
    Place("search", gettext_lazy("Search"), Right.SEE, ("search", "result")),
    Place("reuse", gettext_lazy("Reuse"), Right.REUSE, ("reuse",)),
    Place("intake", gettext_lazy("New results"), Right.ADD, ("intake",)),
    Place("batches", gettext_lazy("Batches"), Right.ARCHIVE, ("batch", "staging", "bought_in")),
    Place("review", gettext_lazy("Check"), Right.CORRECT, ("review", "duplicate", "samples", "rates", "calibration")),
    Place("paper", gettext_lazy("Paper"), Right.ARCHIVE, ("paper",)),
    Place(
        "registers",
        gettext_lazy("Registers"),
        Right.REGISTER,
        (),
        (
            Place("registers", gettext_lazy("All registers"), Right.REGISTER, ("register",)),
            Place("register_unsure", gettext_lazy("Which line is it?"), Right.REGISTER, ("register_unsure",)),
            Place("register_missing", gettext_lazy("Never scanned"), Right.REGISTER, ("register_missing",)),
            Place("register_unlisted", gettext_lazy("In no register"), Right.REGISTER, ("register_unlisted",)),
        ),
    ),
    Place(
        "quotas",
        gettext_lazy("Quotas"),
        Right.REPORT,
        (),
        (
            Place("quotas", gettext_lazy("How far units are"), Right.REPORT, ("quota",)),
            Place("quota_targets", gettext_lazy("Targets"), Right.REPORT, ("quota_target", "quota_freeze")),
            Place("reports", gettext_lazy("Reports"), Right.REPORT, ("report", "portal_flags")),
        ),
    ),
    Place(
        "units",
        gettext_lazy("Administration"),
        Right.MANAGE,
        (),
        (
            Place("units", gettext_lazy("Units"), Right.MANAGE, ("unit",)),
            Place("procedures", gettext_lazy("Procedures"), Right.MANAGE, ("procedure",)),
            Place("people", gettext_lazy("People"), Right.MANAGE, ("people", "person")),
            Place("tokens", gettext_lazy("Programs"), Right.MANAGE, ("token",)),
            Place("retention", gettext_lazy("Retention"), Right.MANAGE, ("retention",)),
            Place("retention_holds", gettext_lazy("Legal holds"), Right.MANAGE, ("retention_hold", "retention_lift")),
            Place("disposals", gettext_lazy("Disposals"), Right.MANAGE, ("disposal",)),
            Place("fixity", gettext_lazy("Integrity"), Right.MANAGE, ("fixity",)),
            Place("deeds", gettext_lazy("Who did what"), Right.MANAGE, ("deeds", "person_deeds")),
            Place("looks", gettext_lazy("Who looked"), Right.MANAGE, ("looks",)),
            Place("exports", gettext_lazy("Exports"), Right.MANAGE, ("exports",)),
        ),
    ),
)


def shown(may: Mapping[str, bool], page: str) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """The places for somebody who `may` (right → whether) on the page of this name; and those inside of the place
    where they are.
    """
    there = _there(page)
    outer = tuple(
        Shown(place.name, str(place.title), there in (place, *place.inside))
        for place in PLACES
        if may[place.right.value]
    )
    around = next((place for place in PLACES if there in place.inside), None)
    inner = around.inside if around else ()
    return outer, tuple(Shown(one.name, str(one.title), one is there) for one in inner if may[one.right.value])


def _there(page: str) -> Place | None:
    """The place that a page belongs to: the innermost one that the longest part of its name speaks for."""
    every = [one for place in PLACES for one in (place, *place.inside)]
    fitting = [(len(start), one) for one in every for start in one.starts if page.startswith(start)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
