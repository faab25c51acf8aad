"""Writing down how a result reached the citizen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from catalog import deliveries, results
from catalog.states import Manner
from catalog.values import today
from web.result_forms import DeliveryForm, ReasonForm, Task, carry_out
from web.result_opening import door
from web.rights import access, needs

_DELIVER = Task(
    heading=gettext_lazy("Hand over"),
    hint=gettext_lazy("How the result reached the citizen. It can be found by the tracking number of the post."),
    submit=gettext_lazy("Write down"),
    done=gettext_lazy("Written down. It can be undone until midnight."),
)
_UNDO = Task(
    heading=gettext_lazy("Undo the handing over"),
    hint=gettext_lazy("That this was written down and undone stays in the history."),
    submit=gettext_lazy("Undo"),
    done=gettext_lazy("Undone."),
)


@needs(Right.DELIVER)
@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, number: int) -> HttpResponse:
    """Over the counter, by post or electronically."""
    if closed := door(request, Right.DELIVER, number):
        return closed
    shown = results.show(number)
    form = DeliveryForm(
        request.POST or None,
        initial={"manner": Manner.COUNTER.value, "date": today(), "to": shown.row.holder},
    )

    def act(given: dict[str, Any]) -> None:
        manner = Manner(given["manner"])
        deliveries.deliver(number, manner, given["tracking"], given["date"], given["to"], access(request).actor)

    return carry_out(request, shown, form, _DELIVER, act)


@needs(Right.DELIVER)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, number: int, delivery: int) -> HttpResponse:
    """Take back what was written down today."""
    if closed := door(request, Right.DELIVER, number):
        return closed
    form = ReasonForm(request.POST or None)

    def act(given: dict[str, Any]) -> None:
        deliveries.undo(number, delivery, access(request).actor, given["reason"])

    return carry_out(request, results.show(number), form, _UNDO, act)
