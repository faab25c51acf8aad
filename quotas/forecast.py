"""When a target will be met at the rate of the last weeks, and what a day it needs from now on.

Method: what the numerator grew by each working day (Monday to Friday) of the last weeks is taken from the snapshots;
growth over days without a snapshot is spread evenly over the working days between. Then 1,000 futures are made by
drawing working days from those at random, in blocks of a week so that good and bad weeks stay together, until the
target is met. Told are the median, and the days by which one future in ten and nine in ten have met it. The draws
begin with the same seed each time, so that the same snapshots give the same answer.

Public holidays are not known to the program (they are decided each year), so a forecast across Tết is too early by
about a week. The denominator is taken to stay as it is today.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from itertools import accumulate, pairwise

from quotas.records import TrendPoint

WEEKS = 8
"""How far back the rate is looked at."""
LEAST = 10
"""Working days that must be known, before anything is said."""
_FUTURES = 1000
_BLOCK = 5
_HORIZON = 2600
"""Working days, ten years: what takes longer is "never at this rate"."""


class Outlook(StrEnum):
    """What can be said."""

    MET = "met"
    """It is met already."""
    LIKELY = "likely"
    """At this rate it will be met on the day told."""
    NEVER = "never"
    """At this rate it will not be met within ten years."""
    TOO_EARLY = "too_early"
    """Too few days have a snapshot."""
    NO_TARGET = "no_target"
    NOTHING = "nothing"
    """Nothing counts, so there is nothing to meet."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a target will be met."""

    outlook: Outlook
    missing: int = 0
    """Results that are still to be digitized until the target is met."""
    missing_pages: int | None = None
    """The same in pages, by the average of what is in the repository; None: nothing is there to go by."""
    days: int = 0
    """Working days that were looked at."""
    rate: Decimal = Decimal(0)
    """Results a working day, on average of these."""
    met: date | None = None
    """The day in the middle of all futures."""
    earliest: date | None = None
    """One future in ten has met it by then."""
    latest: date | None = None
    """Nine futures in ten have met it by then; None: some of them not within ten years."""
    in_time: Decimal | None = None
    """Percent of the futures that meet it within the period; None: not said."""
    needed: Decimal | None = None
    """Results a working day that meet it on the last day of the period; None: no working day is left."""
    needed_pages: Decimal | None = None


def forecast(trend: Sequence[TrendPoint], target: Decimal | None, last: date) -> Forecast:
    """What `trend` (`quotas.snapshots.trend`) says about a target in percent, in a period that ends on `last`."""
    if target is None:
        return Forecast(Outlook.NO_TARGET)
    if not trend:
        return Forecast(Outlook.TOO_EARLY)
    now = trend[-1]
    if not now.counted:
        return Forecast(Outlook.NOTHING)
    missing = int((target * now.counted / 100).to_integral_value(ROUND_CEILING)) - now.digitized
    if missing <= 0:
        return Forecast(Outlook.MET)
    pages = Decimal(now.pages) / now.results if now.results else None
    left = working_days(now.day, last)
    needed = Decimal(missing) / left if left else None
    grown = increments(trend)
    told = {
        "missing": missing,
        "missing_pages": None if pages is None else round(missing * pages),
        "days": len(grown),
        "rate": _tenth(Decimal(sum(grown)) / len(grown)) if grown else Decimal(0),
        "needed": None if needed is None else _tenth(needed),
        "needed_pages": None if needed is None or pages is None else _tenth(needed * pages),
    }
    if len(grown) < LEAST:
        return Forecast(Outlook.TOO_EARLY, **told)  # type: ignore[arg-type]
    if sum(grown) <= 0:
        return Forecast(Outlook.NEVER, **told, in_time=Decimal(0))  # type: ignore[arg-type]
    ends = sorted(_futures(grown, missing))
    middle, early, late = (ends[int(_FUTURES * share)] for share in (0.5, 0.1, 0.9))
    in_time = _tenth(Decimal(100 * bisect_left(ends, left + 1)) / _FUTURES)
    return Forecast(
        Outlook.NEVER if middle > _HORIZON else Outlook.LIKELY,
        **told,  # type: ignore[arg-type]
        met=_day(now.day, middle),
        earliest=_day(now.day, early),
        latest=_day(now.day, late),
        in_time=in_time,
    )


def increments(trend: Sequence[TrendPoint]) -> tuple[float, ...]:
    """What the numerator grew by on each working day of the last weeks, as far as snapshots tell. It can shrink."""
    since = trend[-1].day - timedelta(weeks=WEEKS)
    points = [point for point in trend if point.day >= since]
    found: list[float] = []
    carried = 0
    for before, after in pairwise(points):
        grown, days = after.digitized - before.digitized + carried, working_days(before.day, after.day)
        carried = 0 if days else grown  # what is done at a weekend counts with the next working day
        found += [grown / days] * days if days else []
    return tuple(found)


def working_days(after: date, until: date) -> int:
    """Mondays to Fridays behind the day `after`, up to and with `until`; 0 where that lies before."""
    if until <= after:
        return 0
    weeks, rest = divmod((until - after).days, 7)
    return 5 * weeks + sum((after + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))


def _futures(grown: Sequence[float], missing: int) -> list[int]:
    """In how many working days each future meets the target."""
    drawn = random.Random(f"{missing} {grown}")
    doubled = [*grown, *grown[: _BLOCK - 1]]
    blocks = [list(accumulate(doubled[at : at + _BLOCK])) for at in range(len(grown))]
    return [_future(drawn, blocks, missing) for _ in range(_FUTURES)]


def _future(drawn: random.Random, blocks: Sequence[Sequence[float]], missing: int) -> int:
    done, days = 0.0, 0
    while days <= _HORIZON:
        block = blocks[drawn.randrange(len(blocks))]
        for at, sum_so_far in enumerate(block, start=1):
            if done + sum_so_far >= missing - 1e-9:
                return days + at
        done += block[-1]
        days += _BLOCK
    return _HORIZON + 1


def _day(after: date, working: int) -> date | None:
    """The working day so many behind `after`; None: beyond what is looked at."""
    if working > _HORIZON:
        return None
    day = after
    while working:
        day += timedelta(days=1)
        working -= day.weekday() < 5
    return day


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")
