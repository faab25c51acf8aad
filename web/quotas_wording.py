"""What pages of quotas say: names of kinds and periods, what counts, and what is to be expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotas.forecast import Forecast, Outlook
from quotas.periods import Period, Span
from quotas.states import Kind

KINDS: Mapping[Kind, object] = {
    Kind.OLD: gettext_lazy("Old results"),
    Kind.NEW: gettext_lazy("New results"),
}
COUNTED: Mapping[Kind, object] = {
    Kind.OLD: gettext_lazy(
        "Results issued before the period that were not in the repository when it began, still valid on the day of"
        " the count; those that were revoked, replaced, withdrawn or have expired do not count any more."
    ),
    Kind.NEW: gettext_lazy(
        "Results issued in the period up to the day of the count; those that were revoked or withdrawn do not count."
    ),
}
DIGITIZED: object = gettext_lazy(
    "Of these, those whose line in the register has a result in the repository of which nothing is left to be checked."
)


def period_name(period: Period) -> str:
    """What a period is called."""
    year = period.first.year
    match period.span:
        case Span.YEAR:
            return _("Year %(year)s") % {"year": year}
        case Span.SIX_MONTHS:
            return _("First 6 months of %(year)s") % {"year": year}
        case Span.NINE_MONTHS:
            return _("First 9 months of %(year)s") % {"year": year}
        case Span.QUARTER:
            return _("Quarter %(number)s of %(year)s") % {"number": (period.last.month + 2) // 3, "year": year}
        case Span.MONTH:
            return _("Month %(number)s of %(year)s") % {"number": period.first.month, "year": year}


def month_name(number: int) -> str:
    """Short name of a month."""
    return _("M%(number)s") % {"number": number}


def outlook(found: Forecast) -> str:
    """What is to be expected, in one sentence."""
    match found.outlook:
        case Outlook.MET:
            return _("The target is met.")
        case Outlook.NO_TARGET:
            return _("There is no target, so nothing is to be expected.")
        case Outlook.NOTHING:
            return _("Nothing counts, so there is nothing to meet.")
        case Outlook.TOO_EARLY:
            return _(
                "Too few days were counted to say when the target will be met (%(days)s working days are known)."
            ) % {"days": found.days}
        case Outlook.NEVER:
            return _("At the rate of the last weeks the target will not be met within ten years.")
        case Outlook.LIKELY:
            return _(
                "At the rate of the last weeks the target will be met on %(day)s (between %(first)s and %(last)s)."
            ) % {
                "day": day(found.met),
                "first": day(found.earliest),
                "last": day(found.latest),
            }


def day(given: date | None) -> str:
    """A day as readers write it; None: it lies further than one can say."""
    return f"{given:%d/%m/%Y}" if given is not None else _("later than one can say")
