"""Who gets which report by e-mail: set up, ended, tried out, and what became of the last sending."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Access
from accounts.rights import Right
from catalog import units
from core.errors import NotFoundError, SohoaError, UsageError
from quotas import mailing, smtp
from quotas.mailing import Due, MailingRow
from quotas.periods import Span
from web.quotas_wording import period_name
from web.reports import choices
from web.reports_wording import sending_fault
from web.rights import access, needs

_SPANS = {
    Span.MONTH: gettext_lazy("each month"),
    Span.QUARTER: gettext_lazy("each quarter"),
    Span.SIX_MONTHS: gettext_lazy("the first 6 months"),
    Span.NINE_MONTHS: gettext_lazy("the first 9 months"),
    Span.YEAR: gettext_lazy("each year"),
}


class MailingForm(forms.Form):
    """Who gets which report, and when."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    span = forms.ChoiceField(label=gettext_lazy("Report of"), choices=[(s.value, text) for s, text in _SPANS.items()])
    day = forms.IntegerField(
        label=gettext_lazy("Sent on day"),
        help_text=gettext_lazy("Of the month after the period, 1 to 28."),
        min_value=1,
        max_value=28,
        initial=5,
    )
    recipients = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("One a line."),
        max_length=15_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"), choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )

    def __init__(self, known: Access, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = choices(known)  # type: ignore[attr-defined]

    def clean_recipients(self) -> list[str]:
        """The addresses."""
        found = [word for word in re.split(r"[\s,;]+", self.cleaned_data["recipients"]) if word]
        for one in found:
            try:
                smtp.checked(one)
            except UsageError:
                raise forms.ValidationError(_("%(word)s is no e-mail address.") % {"word": one[:100]}) from None
        if not 0 < len(found) <= mailing.MOST:
            raise forms.ValidationError(_("At most %(most)s addresses.") % {"most": mailing.MOST})
        return found


@needs(Right.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def mailings(request: HttpRequest) -> HttpResponse:
    """The mailings of the reader's units; a POST sets one up."""
    known = access(request)
    form = MailingForm(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        span = Span(given["span"])
        mailing.add(given["unit"], span, given["day"], given["recipients"], known.actor, given["language"])
        messages.success(request, _("Reports will be sent from now on."))
        return redirect("report_mailings")
    names = units.names()
    rows = [_shown(row, names[row.unit]) for row in mailing.listing(known.where(Right.REPORT))]
    context = {"form": form, "rows": rows, "configured": smtp.configured()}
    return render(request, "web/report_mailings.html", context)


@needs(Right.REPORT)
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Send no more."""
    known = access(request)
    mailing.end(_kept(known, number).id, known.actor)
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("report_mailings")


@needs(Right.REPORT)
@require_POST
def try_out(request: HttpRequest, number: int) -> HttpResponse:
    """Send a message that says no more than that it arrived."""
    row = _kept(access(request), number)
    try:
        refused = mailing.try_out(row.id).refused if smtp.configured() else row.recipients
    except SohoaError as error:
        messages.error(request, str(error))
        return redirect("report_mailings")
    if refused:
        messages.error(request, _("Not sent to: %(who)s") % {"who": ", ".join(refused)})
    else:
        messages.success(request, _("The test was sent. Look whether it arrived."))
    return redirect("report_mailings")


@needs(Right.REPORT)
@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Send the last report once more, of which nobody knows whether it arrived."""
    row = _kept(access(request), number)
    if row.last is not None and row.last.in_doubt and smtp.configured():
        sent = mailing.send(Due(row, row.last.period), again=True)
        if sent.sent:
            messages.success(request, _("The report was sent."))
        else:
            messages.error(request, sending_fault(sent))
    return redirect("report_mailings")


def _kept(known: Access, number: int) -> MailingRow:
    """The mailing, if the person may have reports of its unit; otherwise it does not exist."""
    try:
        row = mailing.show(number)
    except NotFoundError:
        raise Http404 from None
    covered = known.where(Right.REPORT)
    if covered is not None and row.unit not in covered:
        raise Http404
    return row


def _shown(row: MailingRow, unit: str) -> dict[str, object]:
    last = row.last
    return {
        "row": row,
        "unit": unit,
        "span": _SPANS[row.span],
        "last": last,
        "period": period_name(last.period) if last else "",
        "fault": sending_fault(last) if last else "",
    }
