"""An earlier version of a result, readable as such."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right
from catalog import decisions, results, versions
from web import wording
from web.result_opening import door
from web.result_papers import shown_field
from web.rights import needs


@needs(Right.SEE)
@require_safe
def version(request: HttpRequest, number: int, edition: int) -> HttpResponse:
    """What the catalog said before somebody changed it."""
    if closed := door(request, Right.SEE, number):
        return closed
    old = versions.show(number, edition)
    row = results.rows([number])[number]
    now = {field.name: field.value for field in results.show(number).fields}
    made = decisions.changes(number)
    context = {
        "number": number,
        "title": wording.result_name(row.document_type, row.number),
        "old": old,
        "state": wording.STATES[old.state],
        "status": wording.STANDINGS[old.status],
        "kind": wording.CONFIDENTIAL[old.confidential] if old.confidential else "",
        "fields": [(shown_field(field), field.value != now.get(field.name, "")) for field in old.fields],
        "change": next((change for change in made if change.edition == edition + 1), None),
    }
    return render(request, "web/result_version.html", context)
