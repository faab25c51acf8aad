"""Whether a result may be used in a dossier: what forbids it, and what needs a written reason.

Forbidden, whatever anybody writes: a result that was revoked or replaced (use the one that took its place), one
whose validity has not begun, a dossier code that is none, a second use in the same dossier. One that has *expired* is
forbidden, too, but those who may decide on results can use it with a reason: to renew a permit, the old one is part of
the dossier. What cannot be told (validity, holder) is a warning, never silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from catalog import dossiers
from catalog.configuration import told_plainly
from catalog.records import Shown
from catalog.validity import Validity
from reuse import facts, people
from reuse.facts import Facts
from reuse.models import Reuse
from reuse.records import Check, Finding, Found, Person

_PROCEDURE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_FORBIDS = {
    Validity.REVOKED: Found.REVOKED,
    Validity.REPLACED: Found.REPLACED,
    Validity.NOT_YET: Found.NOT_YET,
    Validity.EXPIRED: Found.EXPIRED,
}


@told_plainly()
def check(result_id: int, dossier: str, person: Person, procedure: str, day: date) -> Check:
    """What speaks against using a result in the dossier with this code on `day`. Nothing is written.

    `procedure` is the code of the procedure that the dossier is for, empty where it is not known.
    """
    return judge(result_id, facts.of_result(result_id), dossier, person, procedure, day)


def judge(id: int, known: Facts | None, dossier: str, person: Person, procedure: str, day: date) -> Check:
    """`check` of result `id` whose facts are known already (None: there is no such result)."""
    problems = [*_of_dossier(id, dossier, procedure, day)]
    if known is None:
        return Check((Finding(Found.NO_RESULT), *problems), ())
    shown, warnings = known.shown, []
    validity = shown.row.validity(day)
    if validity in _FORBIDS:
        problems.append(Finding(_FORBIDS[validity], _detail(shown, validity)))
    if validity is Validity.UNKNOWN:
        warnings.append(Finding(Found.VALIDITY_UNKNOWN))
    if shown.row.in_review:
        warnings.append(Finding(Found.IN_REVIEW, ",".join(shown.review)))
    warnings += people.compare(person, known.names, known.ids, known.linked_ids)
    return Check(tuple(problems), tuple(warnings))


def _of_dossier(id: int, dossier: str, procedure: str, day: date) -> Iterator[Finding]:
    """What is wrong with the dossier."""
    if procedure and not _PROCEDURE.fullmatch(procedure):
        yield Finding(Found.PROCEDURE)
    try:
        code = dossiers.parse(dossier, day).code
    except dossiers.DossierCodeError as error:
        yield Finding(Found.DOSSIER, error.fault.value)
        return
    if Reuse.objects.filter(result_id=id, dossier=code, undone__isnull=True).exists():
        yield Finding(Found.USED_ALREADY)


def _detail(shown: Shown, validity: Validity) -> str:
    """What a reader wants to know beside: which day it begins or ended. Not which one replaces it: who asks is not
    known here, and may not be allowed to see that one.
    """
    row = shown.row
    told = {
        Validity.EXPIRED: row.valid_to.isoformat() if row.valid_to else "",
        Validity.NOT_YET: start.isoformat() if (start := row.valid_from or row.issue_date) else "",
    }
    return told.get(validity, "")
