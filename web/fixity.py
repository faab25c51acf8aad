"""Is everything still as it was kept: how far the reading of all objects is, what stands, and what was mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.rights import Right
from core.settings import settings
from preservation.fixity import faults, rounds
from preservation.fixity.faults import End, FaultRow
from preservation.fixity.findings import Code
from preservation.fixity.rounds import RoundRow
from web.rights import access, needs

_SHOWN = 200
_ENDED = 50
_KEY = re.compile(r"sha256/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{6})")
LABELS: dict[str, object] = {
    Code.MISSING.value: gettext_lazy("An object is missing"),
    Code.ALTERED.value: gettext_lazy("Bytes of an object were changed"),
    Code.STRAY.value: gettext_lazy("An object that no row names"),
    Code.ROW.value: gettext_lazy("A row was changed behind the program's back"),
    Code.CHAIN.value: gettext_lazy("Events were changed, removed or inserted"),
    Code.ANCHOR.value: gettext_lazy("Events are not the ones that were sealed"),
    Code.UNINDEXED.value: gettext_lazy("Search does not know a result"),
    Code.STALE.value: gettext_lazy("Search knows an older version of a result"),
    Code.FOREIGN.value: gettext_lazy("Search finds a result that is not there"),
}
"""What is wrong."""
_RESTORE = gettext_lazy("Put back from the second copy: sohoa verify --bytes --restore; or from a backup.")
_COMPARE = gettext_lazy("Compare with a backup, and find out who can write to the database.")
_REINDEX = gettext_lazy("Build the index anew: sohoa reindex.")
REMEDIES: dict[str, object] = {
    Code.MISSING.value: _RESTORE,
    Code.ALTERED.value: _RESTORE,
    Code.STRAY.value: gettext_lazy("Move it to put-away/ in SOHOA_HOME: sohoa verify --tidy."),
    Code.ROW.value: _COMPARE,
    Code.CHAIN.value: _COMPARE,
    Code.ANCHOR.value: _COMPARE,
    Code.UNINDEXED.value: _REINDEX,
    Code.STALE.value: _REINDEX,
    Code.FOREIGN.value: _REINDEX,
}
"""What to do about it."""
ENDS: dict[str, object] = {
    End.RESTORED.value: gettext_lazy("put back from the other copy"),
    End.PUT_AWAY.value: gettext_lazy("put away"),
    End.GONE.value: gettext_lazy("not found any more"),
}
"""How it ended."""


@dataclass(frozen=True, slots=True)
class _Shown:
    row: FaultRow
    label: object
    remedy: object
    how: object
    link: str
    """Address of the result that it is about; empty: it is about none."""


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What stands and what was mended in units that the reader administers; and how far the reading of objects is."""
    mine = access(request).where(Right.MANAGE)
    known = rounds.latest(5)
    given = {
        "standing": [_shown(row) for row in faults.standing(mine, _SHOWN)],
        "ended": [_shown(row) for row in faults.mended(mine, _ENDED)],
        "running": next((row for row in known if row.ended is None), None),
        "percent": next((_percent(row) for row in known if row.ended is None), 0),
        "past": [row for row in known if row.ended is not None],
        "second": bool(settings().second_copy_url),
        "shown": _SHOWN,
    }
    return render(request, "web/fixity.html", given)


def _percent(row: RoundRow) -> int:
    """How far a round is: it goes through keys in order, and hashes are spread evenly."""
    at = _KEY.match(row.cursor)
    return int(at[1], 16) * 100 // 0x1000000 if at else 0


def _shown(row: FaultRow) -> _Shown:
    kind, _colon, number = row.subject.partition(":")
    link = reverse("result", args=[int(number)]) if kind == "result" and number.isdecimal() else ""
    return _Shown(row, LABELS.get(row.code, row.code), REMEDIES.get(row.code, ""), ENDS.get(row.how, row.how), link)
