"""Why the catalog refuses a change, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy

from catalog.refusals import Refusal, RefusedChangeError

REFUSALS: Mapping[Refusal, object] = {
    Refusal.STALE: gettext_lazy("Somebody else changed this result meanwhile. Look at it again, then save once more."),
    Refusal.DECISION_NUMBER: gettext_lazy("Give the number of the decision."),
    Refusal.DECISION_DATE: gettext_lazy("This cannot be the date of a decision."),
    Refusal.REASON: gettext_lazy("Say why."),
    Refusal.TOO_LONG: gettext_lazy("This is too long."),
    Refusal.UNKNOWN_FIELD: gettext_lazy("There is no such field."),
    Refusal.NOTHING_CHANGED: gettext_lazy("Nothing was changed."),
    Refusal.DATE: gettext_lazy("This date cannot stand there."),
    Refusal.ENDS_BEFORE_ISSUE: gettext_lazy("The last day of validity is before the day of issue."),
    Refusal.IDENTITY: gettext_lazy("An identity number has 9 or 12 digits, a tax code 10 with a check digit."),
    Refusal.PERIOD: gettext_lazy("Write a period like “12 tháng”, “5 năm” or “không thời hạn”."),
    Refusal.CONFIDENTIAL: gettext_lazy("There is no such confidential kind."),
    Refusal.DOSSIER: gettext_lazy("This is no code of a dossier."),
    Refusal.NO_RESULT: gettext_lazy("There is no result with this number."),
    Refusal.SAME: gettext_lazy("A result cannot replace itself."),
    Refusal.REPLACEMENT_REVOKED: gettext_lazy("That result is revoked itself."),
    Refusal.CIRCLE: gettext_lazy("That result was replaced by this one, directly or by way of others."),
    Refusal.NOT_IN_FORCE: gettext_lazy("This result is revoked or replaced already."),
    Refusal.NOT_TODAY: gettext_lazy("Only what was done today can be undone."),
    Refusal.NOT_LAST: gettext_lazy("Something was changed after it: undo that first, or decide anew."),
    Refusal.UNDONE: gettext_lazy("It is undone already."),
    Refusal.TRACKING: gettext_lazy("The post, and only the post, needs a tracking number, like EA123456789VN."),
    Refusal.DELIVERY_DATE: gettext_lazy("It cannot have been handed over on this day."),
    Refusal.SAME_NUMBER: gettext_lazy("A number cannot be linked to itself."),
    Refusal.TOO_MANY_NUMBERS: gettext_lazy("Nobody has so many identity numbers. Look at the links made before."),
    Refusal.NOT_LINKED: gettext_lazy("These numbers are not linked."),
    Refusal.NOT_IN_REVIEW: gettext_lazy("This document is checked already."),
}


def put_on(form: forms.BaseForm, error: RefusedChangeError) -> None:
    """Tell of a refusal where the form has the field that is meant, or above it."""
    form.add_error(error.field if error.field in form.fields else None, str(REFUSALS[error.refusal]))
