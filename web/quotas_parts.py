"""Parts of a dashboard: units against their targets, the trend, and what was digitized by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from quotas import board, months
from quotas.charts.records import Ahead, Bar, Bars, HeatMap, Moment, Trend
from quotas.figures import Name
from quotas.forecast import Forecast, Outlook
from quotas.records import TrendPoint
from web.quotas_board import Board, language, percent, told
from web.quotas_part import BARS, Part, as_of, most_of
from web.quotas_wording import day, month_name

_POINTS = 62
"""Points of a trend; where there are more days, the last of each week."""


def units(of: Board) -> Part:
    """A bar for each unit below against its target; the page has the table, with addresses in it."""
    rows = board.worst(of.rows, BARS)
    bars = tuple(Bar(row.name, _float(row.all.share), _float(row.target.share if row.target else None)) for row in rows)
    chart = Bars(
        bars,
        axis=_("Share that is digitized"),
        target=_("Target"),
        reached=_("target reached, or none set"),
        missed=_("below the target"),
        nothing="N/A",
        language=language(),
    )
    all_of_them = _("A bar for each unit below; the line is its target.")
    some = _("The %(most)s units that are furthest behind; the table has all %(count)s.") % {
        "most": BARS,
        "count": len(of.rows),
    }
    why = all_of_them if len(rows) == len(of.rows) else some
    return Part("units", _("Units against their targets"), why, chart if rows and not of.asked.now else None)


def trend(of: Board) -> Part:
    """Percent by day, with what is to be expected."""
    points = _thinned(of.trend)
    share = of.standing.top.target.share if of.standing and of.standing.top.target else None
    known = tuple(Moment(one.day, float(one.share)) for one in points if one.share is not None)
    chart = Trend(
        known,
        _float(share),
        ahead(of.forecast, known[-1], float(share), of.asked.period.last) if known and share and of.forecast else (),
        of.asked.period.first,
        of.asked.period.last,
        axis=_("Share that is digitized"),
        share_title=_("Digitized"),
        target_title=_("Target"),
        ahead_title=_("Forecast: 8 of 10 courses lie between"),
        language=language(),
    )
    rows = tuple((day(one.day), told(one.counted), told(one.digitized), percent(one.share)) for one in reversed(points))
    return Part(
        "trend",
        _("Trend"),
        _("From the counts of each night; they are never changed afterwards.")
        if len(points) == len(of.trend)
        else _("From the counts of each night, which are never changed afterwards: the last one of each week."),
        chart if known else None,
        (_("Day"), _("Counted"), _("Digitized"), _("Share")),
        rows,
        _("No night was counted yet."),
    )


def heat(of: Board) -> Part:
    """Results digitized by unit and month."""
    found = of.figures(Name.MONTHS)
    groups = [(part.name, part.units) for part in of.below]
    within = frozenset().union(*(units for _name, units in groups)) if groups else frozenset()
    everything = months.total(found.units.values())
    rows = [(name, months.total(found.units[u] for u in sorted(units & set(found.units)))) for name, units in groups]
    rows = [row for row in rows if any(row[1].results)]
    own = months.total(found.units[unit] for unit in sorted(set(found.units) - within))
    if groups and any(own.results):
        rows.append((_("%(unit)s itself") % {"unit": of.unit.name}, own))
    rows.sort(key=lambda row: -sum(row[1].results))
    over = _months_over(of.year, found.day)
    names = tuple(month_name(month) for month in range(1, 13))
    drawn = rows[:BARS] if groups else [(of.unit.name, everything)]
    chart = HeatMap(
        tuple((name, _until(row.results, over)) for name, row in drawn), names, _("Results digitized"), language()
    )
    table = [(_("All together"), everything), *rows]
    return Part(
        "months",
        _("Results digitized by month"),
        as_of(found.day) if len(drawn) >= len(rows) else as_of(found.day) + " " + most_of(len(rows)),
        chart if any(everything.results) else None,
        (_("Unit"), *names, _("Results"), _("Number of pages")),
        tuple(
            (
                name,
                *("–" if n is None else told(n) for n in _until(row.results, over)),
                told(sum(row.results)),
                told(sum(row.pages)),
            )
            for name, row in table
        )
        if any(everything.results)
        else (),
        _("Nothing was digitized in %(year)s as far as was counted. It is counted at night.") % {"year": of.year},
        wide=True,
    )


def ahead(found: Forecast, last: Moment, target: float, end: date) -> tuple[Ahead, ...]:
    """Between which shares eight of ten courses lie, from the last point to the end of the period.

    Each of the two is a straight line to the day on which that course meets the target.
    """
    if found.outlook is not Outlook.LIKELY or found.earliest is None or last.day >= end:
        return ()

    def reached(met: date | None, on: date) -> float:
        if met is None or met <= last.day:
            return last.share
        slope = (target - last.share) / (met - last.day).days
        return min(100.0, last.share + slope * (on - last.day).days)

    steps = max(1, (end - last.day).days // 14)
    days = [last.day + timedelta(days=round((end - last.day).days * step / steps)) for step in range(steps + 1)]
    return tuple(Ahead(on, reached(found.latest, on), reached(found.earliest, on)) for on in days)


def _thinned(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    if len(points) <= _POINTS:
        return tuple(points)
    weeks = {one.day.isocalendar()[:2]: one for one in points}
    return tuple(weeks.values())


def _months_over(year: int, day: date | None) -> int:
    """How many months of a year had begun on the day."""
    return 12 if day is None or day.year > year else day.month


def _until(numbers: Sequence[int], over: int) -> tuple[int | None, ...]:
    return tuple(number if month < over else None for month, number in enumerate(numbers))


def _float(share: object) -> float | None:
    return None if share is None else float(share)  # type: ignore[arg-type]
