"""The last day of validity of lines that say nothing of it themselves follows their procedure's rule."""

from __future__ import annotations

from itertools import groupby

from django.db import transaction
from django.db.models import Q

from catalog.configuration import told_plainly
from catalog.values import now
from registers import making
from registers.making import SAYS_VALIDITY
from registers.models import Line
from registers.spool import chunked

_AT_ONCE = 1_000


@told_plainly()
def apply_validity(procedure: str) -> int:
    """Work it out anew after the rule of the procedure with this code was changed; gives how many lines changed."""
    rule = making.procedures().periods.get(procedure)
    says = Q(pk__in=[])
    for name in SAYS_VALIDITY:
        says |= Q(values__has_key=name)
    lines = Line.objects.filter(~says, procedure=procedure).order_by("issue_date", "pk")
    done = 0
    with transaction.atomic():
        # Lines of one day end on one day: a statement for each of them, not one for each line.
        rows = lines.values_list("pk", "valid_from", "issue_date", "valid_to").iterator(chunk_size=5_000)
        for start, some in groupby(rows, key=lambda row: row[1] or row[2]):
            end = rule.end(start) if rule and start else None
            for chunk in chunked([pk for pk, _from, _issued, known in some if known != end], _AT_ONCE):
                done += Line.objects.filter(pk__in=chunk).update(valid_to=end, changed=now())
    return done
