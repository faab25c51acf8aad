"""Parts of a dashboard: what goes through the scanners, error rates, the age of what is missing, and reuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from catalog.queue import Sight
from quotas import backlog as ages
from quotas import board, savings
from quotas import capacity as paces
from quotas.capacity import Capacity, Pace
from quotas.charts.records import Columns, Interval, Intervals, Line, Lines, Tally
from quotas.figures import Name
from review import rates
from review.rates import By, Rate
from staging.states import Way
from web.quotas_board import Board, language, percent, told
from web.quotas_part import BARS, Part, as_of, most_of
from web.wording_batches import WAYS

_LINES = 4
"""Operators with a line of their own; the others share one."""
_YEARS = 30
"""Years of issue with a column of their own."""
_TYPES = 15


def capacity(of: Board) -> Part:
    """Pages a day of each operator and way in, in the last four weeks."""
    found = of.figures(Name.CAPACITY)
    known = paces.total(found.units.values(), found.day or date(of.year, 12, 31))
    chart = Lines(known.days, _lines(known), _("Pages a day"), language())
    ways = tuple(_pace(str(WAYS[Way(way.name)]), way) for way in known.ways)
    return Part(
        "capacity",
        _("Capacity of the last four weeks"),
        as_of(found.day) + " " + _("Pages a day are those of the days on which anything came in."),
        chart if known.operators else None,
        (_("Operator, or way in"), _("Number of pages"), _("Days"), _("Pages a day"), _("Number of batches")),
        tuple(_pace(one.name, one) for one in known.operators) + ways,
        _("Nothing was scanned in batches in the last four weeks. It is counted at night."),
    )


def quality(of: Board) -> Part:
    """Error rates by sampling, with their bounds."""
    lines = of.there.responsible.lines_of(of.code)
    sight = Sight(lines, dict(of.known.confidential))
    found = rates.rates(sight, of.asked.period.first, of.asked.period.last, By.UNIT)
    sums: dict[str, list[int]] = {}
    for rate in found:
        kept = sums.setdefault(board.home(of.there.responsible, rate.key, of.below), [0, 0])
        kept[0] += rate.checked
        kept[1] += rate.wrong
    names = {part.unit: part.name for part in of.below} | {"": _("%(unit)s itself") % {"unit": of.unit.name}}
    everything = Rate("", sum(n for n, _wrong in sums.values()), sum(wrong for _n, wrong in sums.values()))
    rows = [Rate(names[unit], *sums[unit]) for unit in sums] if set(sums) - {""} else []
    rows = [Rate(_("All together"), everything.checked, everything.wrong), *sorted(rows, key=lambda r: -r.checked)]
    chart = Intervals(tuple(_interval(row) for row in rows[:BARS]), _("Documents with a wrong value"), language())
    return Part(
        "quality",
        _("Error rates, measured on samples"),
        _("Samples judged in the period. The true rate lies within the bounds in 95 of 100 cases (Wilson).")
        + (" " + most_of(len(rows)) if len(rows) > BARS else ""),
        chart if everything.checked else None,
        (_("Unit"), _("Documents looked up"), _("Wrong"), _("Rate"), _("Bounds")),
        tuple(_rate(row) for row in rows) if everything.checked else (),
        _("Nobody has judged a sample in this period, so nothing is known."),
    )


def backlog(of: Board) -> Part:
    """What is missing, by year of issue."""
    found = of.figures(Name.BACKLOG)
    known = ages.total(found.units.values())
    rows = _years(known.years)
    if known.unknown:
        rows.append((_("not known"), known.unknown))
    return Part(
        "backlog",
        _("Age of what is not digitized"),
        as_of(found.day)
        + " "
        + _("Lines of registers that count and have no result in the repository that is settled."),
        Columns(tuple(rows), _("Results missing"), _("Year of issue"), language()) if rows else None,
        (_("Year of issue"), _("Results missing"), _("Share")),
        tuple((year, told(number), percent(100 * number / known.lines, 1)) for year, number in reversed(rows)),
        _("Nothing is missing in %(year)s as far as was counted. It is counted at night.") % {"year": of.year},
    )


def reuse(of: Board) -> Part:
    """Which types of results save citizens most paper."""
    found = of.figures(Name.SAVINGS)
    known = savings.total(found.units.values())
    named = [(one.document_type or _("Unknown type"), one) for one in known]
    return Part(
        "reuse",
        _("Reuse: what saves citizens most paper"),
        as_of(found.day)
        + " "
        + _("Uses in dossiers that these units received in the year; the pages need not be brought again."),
        Tally(tuple((name, one.uses) for name, one in named[:_TYPES]), _("Times used"), language()) if named else None,
        (_("Type of result"), _("Times used"), _("Pages saved")),
        tuple((name, told(one.uses), told(one.pages)) for name, one in named),
        _("No result was used again in %(year)s as far as was counted. It is counted at night.") % {"year": of.year},
    )


def _lines(known: Capacity) -> tuple[Line, ...]:
    """The operators who did most, and all others together."""
    shown, others = known.operators[:_LINES], known.operators[_LINES:]
    lines = [Line(one.name, _worked(one.by_day)) for one in shown]
    if others:
        lines.append(
            Line(_("all others"), _worked([sum(day) for day in zip(*(o.by_day for o in others), strict=True)]))
        )
    return tuple(lines)


def _worked(pages: Sequence[int]) -> tuple[float | None, ...]:
    return tuple(float(number) if number else None for number in pages)


def _pace(name: str, pace: Pace) -> tuple[str, ...]:
    return name, told(pace.pages), told(pace.days), told(pace.pages_a_day), told(pace.batches)


def _interval(rate: Rate) -> Interval:
    low, high = rate.bounds
    return Interval(rate.key, 100 * rate.rate, 100 * low, 100 * high)


def _rate(rate: Rate) -> tuple[str, ...]:
    low, high = rate.bounds
    bounds = f"{percent(100 * low, 1)} – {percent(100 * high, 1)}"
    return rate.key, told(rate.checked), told(rate.wrong), percent(100 * rate.rate, 1), bounds


def _years(years: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """The years with their numbers; very old ones together."""
    early, late = years[:-_YEARS], years[-_YEARS:]
    rows = [(str(year), number) for year, number in late]
    if early:
        rows.insert(0, (_("until %(year)s") % {"year": early[-1][0]}, sum(number for _year, number in early)))
    return rows
