"""What a page of quotas is about: one unit in a period, as somebody asked for it; looked up once a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy

from accounts.access import Access
from accounts.rights import Right
from catalog.records import UnitRow
from catalog.values import today
from quotas import board, counting, figures, forecast, snapshots
from quotas.charts.numbers import number
from quotas.figures import Found, Name
from quotas.forecast import Forecast
from quotas.periods import Period
from quotas.records import Standing, TrendPoint, UnitCount
from quotas.selection import World
from quotas.states import Kind
from web.quotas_wording import KINDS, period_name
from web.result_forms import DayField


class Sort(StrEnum):
    """In which order units stand."""

    NAME = "name"
    SHARE = "share"
    NEED = "need"


SORTS: Mapping[Sort, object] = {
    Sort.NAME: gettext_lazy("by name"),
    Sort.SHARE: gettext_lazy("by share, the lowest first"),
    Sort.NEED: gettext_lazy("by what is missing, the most first"),
}
forecasted = lru_cache(maxsize=256)(forecast.forecast)
"""A forecast draws a thousand futures, and says the same of the same snapshots."""


class AskedForm(forms.Form):
    """Which count is meant."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Results"), choices=[(k.value, t) for k, t in KINDS.items()])
    sort = forms.ChoiceField(label=gettext_lazy("Order"), choices=[(s.value, t) for s, t in SORTS.items()])
    on = DayField(label=gettext_lazy("As of"), required=False)

    def __init__(self, data: Mapping[str, Any], offered: tuple[Period, ...]) -> None:
        super().__init__(data)
        self.fields["period"].choices = [(one.code, period_name(one)) for one in offered]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which count is meant."""

    period: Period
    kind: Kind
    sort: Sort
    on: date | None
    """As of this day, or the last one before it that has a snapshot; None: the newest."""
    now: bool
    """Counted just now instead."""

    def query(self, **changed: str) -> str:
        """As the end of an address."""
        told = {"period": self.period.code, "kind": self.kind.value, "sort": self.sort.value}
        told |= {"on": f"{self.on:%d/%m/%Y}"} if self.on else {}
        told |= {"now": "1"} if self.now else {}
        return urlencode({name: value for name, value in (told | changed).items() if value})


class Board:
    """One unit in a period. Each part is looked up when it is first asked for."""

    def __init__(self, unit: str, data: QueryDict, known: Access, there: World) -> None:
        self.code = unit
        self.known = known
        self.there = there
        kind = Kind(str(data["kind"])) if data.get("kind") in tuple(Kind) else Kind.OLD
        self.offered = board.offered(unit, kind, today())
        given = {"period": self.offered[0].code, "sort": Sort.NAME.value} | dict(data.items())
        self.form = AskedForm(given | {"kind": kind.value}, self.offered)
        said = self.form.cleaned_data if self.form.is_valid() else {}
        codes = {one.code: one for one in self.offered}
        year = next(one for one in self.offered if one.first <= today() <= one.last)
        self.asked = Asked(
            codes.get(str(data.get("period", "")), year),
            kind,
            Sort(said.get("sort", Sort.NAME.value)),
            said.get("on"),
            data.get("now") == "1",
        )

    @property
    def unit(self) -> UnitRow:
        """The unit itself."""
        return self.there.organisation.units[self.code]

    @property
    def above(self) -> UnitRow | None:
        """The unit above, where the reader answers for that as well."""
        parent = self.there.responsible.parents[self.code]
        covered = self.known.where(Right.REPORT)
        if parent is None or (covered is not None and parent not in covered):
            return None
        return self.there.organisation.units[parent]

    @cached_property
    def trend(self) -> tuple[TrendPoint, ...]:
        """How far the unit was on each day, up to the day that is asked for."""
        points = snapshots.trend(self.code, self.asked.kind, self.asked.period)
        return tuple(point for point in points if self.asked.on is None or point.day <= self.asked.on)

    @cached_property
    def standing(self) -> Standing | None:
        """The count that is meant; None: there is none."""
        if self.asked.now:
            return counting.count(self.code, self.asked.kind, self.asked.period)
        on = None
        if self.asked.on is not None:
            on = self.trend[-1].day if self.trend else self.asked.on
        return snapshots.newest(self.code, self.asked.kind, self.asked.period, on)

    @cached_property
    def rows(self) -> tuple[UnitCount, ...]:
        """The units right below, in the order that is asked for."""
        found = [row for row in (self.standing.units if self.standing else ()) if row.parent == self.code]
        match self.asked.sort:
            case Sort.SHARE:
                found.sort(key=lambda row: (row.all.share is None, row.all.share or 0, row.name))
            case Sort.NEED:
                found.sort(key=lambda row: (-(board.need(row) or 0), row.name))
            case Sort.NAME:
                found.sort(key=lambda row: (row.name, row.unit))
        return tuple(row for row in found if row.unit != self.code)

    @cached_property
    def forecast(self) -> Forecast | None:
        """When the target will be met; None: nobody can say, as the period is over or was counted just now."""
        if self.standing is None or self.asked.now or self.standing.day >= self.asked.period.last:
            return None
        target = self.standing.top.target
        return forecasted(self.trend, target.share if target else None, self.asked.period.last)

    @cached_property
    def below(self) -> tuple[board.Part, ...]:
        """The units right below, each with all under it; today's organisation."""
        return board.parts(self.there, self.code)

    @property
    def year(self) -> int:
        """Whose figures are shown beside the count."""
        return self.asked.period.first.year

    def figures(self, name: Name) -> Found:
        """Figures of the unit and all below it."""
        return figures.read(name, self.year, self.there.responsible.below(self.code))


def language() -> str:
    """The reader's language."""
    return (get_language() or "vi")[:2]


def told(value: object, decimals: int = 0) -> str:
    """A number as readers write it."""
    return number(value, language(), decimals)  # type: ignore[arg-type]


def percent(value: object, decimals: int = 2) -> str:
    """A share in percent; "N/A" where there is none."""
    return "N/A" if value is None else f"{told(value, decimals)}\N{NO-BREAK SPACE}%"
