"""Which lines count, as conditions on lines of registers. Counting, the lists behind the numbers and baselines all ask
here, so that a number and the list behind it cannot differ. In words, see docs/quotas.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Right

from catalog.queue import counts_for_itself, counts_for_others
from catalog.states import Standing
from catalog.values import HERE
from quotas.states import Kind, Which, Why

_FORCE = Standing.IN_FORCE.value
_OUT_OF_FORCE = tuple(one.value for one in Standing if one is not Standing.IN_FORCE)
_NO_RESULT = Q(result__isnull=True)
_YEAR_KNOWN = r"/(19|20)[0-9]{2}$"


def digitized() -> Q:
    """The line's result is in the repository, counts for itself, and nothing of it is to be reviewed."""
    return Q(result__isnull=False, result__in_review=False) & counts_for_itself("result_id")


def undigitized() -> Q:
    """The opposite of `digitized`, said without "not": databases plan badly for conditions that they cannot weigh."""
    return _NO_RESULT | Q(result__in_review=True) | counts_for_others("result_id")


def counted(kind: Kind, day: date) -> Q:
    """The line counts on `day`: it belongs into the denominator, if it was frozen (or issued in the period)."""
    if kind is Kind.NEW:
        revoked = Standing.REVOKED.value
        return Q(withdrawn__isnull=True) & ~Q(status=revoked) & (_NO_RESULT | ~Q(result__status=revoked))
    of_result = _NO_RESULT | Q(result__valid_to__isnull=True) | Q(result__valid_to__gte=day)
    return (
        Q(withdrawn__isnull=True, status=_FORCE)
        & (_NO_RESULT | Q(result__status=_FORCE))
        & (Q(valid_to__gte=day) | (Q(valid_to__isnull=True) & of_result))
    )


def reasons(kind: Kind, day: date) -> Mapping[Why, Q]:
    """Why a line does not count on `day` (the opposite of `counted`); of several that hold, the first is told."""
    return {why: of_line | of_result for why, (of_line, of_result) in _causes(kind, day).items()}


def fallen_parts(kind: Kind, day: date, why: Why | None = None) -> tuple[tuple[Q, Q], ...]:
    """`Which.FALLEN` in parts that overlap: what the line itself, and what its result does not count any more for.

    For each of them an index finds the few lines that there are.
    """
    found = _causes(kind, day)
    if why is None:
        # What was revoked is not in force either: it need not be looked for twice.
        return tuple(parts for one, parts in found.items() if one is not Why.REVOKED or Why.REPLACED not in found)
    if why not in found:
        return ()
    before = [of_line | of_result for of_line, of_result in list(found.values())[: list(found).index(why)]]
    not_before = negated(reduce(or_, before)) if before else Q()
    of_line, of_result = found[why]
    return ((of_line & not_before, of_result & not_before),)


def _causes(kind: Kind, day: date) -> Mapping[Why, tuple[Q, Q]]:
    """Reason → the line itself has it, its result has it."""
    revoked, never = Standing.REVOKED.value, Q(pk__in=())
    found = {
        Why.WITHDRAWN: (Q(withdrawn__isnull=False), never),
        Why.REVOKED: (Q(status=revoked), Q(result__status=revoked)),
    }
    if kind is Kind.NEW:
        return found  # validity does not matter: the duty arose when it was issued
    own = Q(valid_to__isnull=False, valid_to__lt=day)
    of_result = Q(valid_to__isnull=True, result__valid_to__isnull=False, result__valid_to__lt=day)
    return found | {
        Why.REPLACED: (~Q(status=_FORCE), Q(result__status__in=_OUT_OF_FORCE)),
        Why.EXPIRED: (own, of_result),
    }


def issued_before(first: date) -> Q:
    """Issued before a day; where no day is known, in a year before it."""
    undated = Q(issue_date__isnull=True, number_key__regex=_YEAR_KNOWN, year__lt=str(first.year))
    return Q(issue_date__lt=first) | undated


def issued_within(first: date, last: date, day: date) -> Q:
    """Issued in a period, up to `day`. Without a day of issue a line is in no period."""
    return Q(issue_date__gte=first, issue_date__lte=min(last, day))


def in_repository_before(first: date) -> Q:
    """Digitized, and recorded before a day."""
    return digitized() & Q(result__recorded__lt=datetime.combine(first, time.min, HERE))


def frozen_live(first: date, day: date) -> Q:
    """What a baseline of a period takes, frozen on `day`: issued before the period, counting on that day, and not in
    the repository when the period began.
    """
    return issued_before(first) & counted(Kind.OLD, day) & negated(in_repository_before(first))


def which(kind: Kind, wanted: Which, day: date, why: Why | None = None) -> Q:
    """Which of the lines that were frozen (or issued) are meant."""
    match wanted:
        case Which.FROZEN:
            return Q()
        case Which.COUNTED:
            return counted(kind, day)
        case Which.DIGITIZED:
            return counted(kind, day) & digitized()
        case Which.MISSING:
            return counted(kind, day) & undigitized()
        case Which.FALLEN:
            return reduce(or_, reasons(kind, day).values()) if why is None else only(kind, day, why)


def only(kind: Kind, day: date, why: Why) -> Q:
    """The line does not count on `day`, and this is the reason that is told."""
    found = reasons(kind, day)
    if why not in found:
        return Q(pk__isnull=True)
    before = list(found.values())[: list(found).index(why)]
    return found[why] & negated(reduce(or_, before)) if before else found[why]


def year_known() -> Right:
    """The year in a line's key, as the annotation ``year`` that `issued_before` needs."""
    return Right("number_key", 4)


def negated(condition: Q) -> Q:
    """Exactly where `condition` does not hold, also where it is unknown for want of a result."""
    holds = Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField())
    return Q(holds)
