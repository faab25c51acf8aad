"""Tokens for other programs: made and revoked by those who manage the units that they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tokens
from accounts.access import Access
from accounts.rights import Right
from accounts.tokens import TokenRow
from catalog import units
from catalog.confidential import Confidential
from core.errors import UsageError
from web.rights import access, needs
from web.wording import CONFIDENTIAL

RIGHTS: Mapping[Right, object] = {
    Right.ADD: gettext_lazy("Bring new results in"),
    Right.CORRECT: gettext_lazy("Confirm and correct fields"),
    Right.DECIDE: gettext_lazy("Use expired results, replace and revoke"),
    Right.REUSE: gettext_lazy("Use results in dossiers"),
    Right.DELIVER: gettext_lazy("Write down how results were handed over"),
    Right.COPY: gettext_lazy("Issue certified copies"),
    Right.REGISTER: gettext_lazy("Tell of dossiers and of lines of registers"),
    Right.REPORT: gettext_lazy("Fetch the figures of reports"),
}
"""What a token may hold besides seeing."""


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(
        label=gettext_lazy("Name of the program"), max_length=64, help_text=gettext_lazy("Events keep this name.")
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("May, besides seeing"), required=False, widget=forms.CheckboxSelectMultiple
    )
    confidential = forms.MultipleChoiceField(
        label=gettext_lazy("May also see"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"),
        min_value=1,
        max_value=tokens.MOST_DAYS,
        initial=tokens.DEFAULT_DAYS,
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        managed = known.where(Right.MANAGE)
        everywhere = [("", _("The whole installation"))] if managed is None else []
        listed = [(u.code, f"{u.name} ({u.code})") for u in units.listing() if managed is None or u.code in managed]
        self._offer("unit", everywhere + listed)
        self._offer("rights", [(right.value, str(text)) for right, text in RIGHTS.items() if known.anywhere(right)])
        kinds = [kind for kind in Confidential if kind and kind in known.confidential]
        self._offer("confidential", [(kind.value, str(CONFIDENTIAL[kind])) for kind in kinds])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def scope(self) -> tokens.Scope:
        """What is asked for."""
        given = self.cleaned_data
        unit = (given["unit"],) if given["unit"] else ()
        return tokens.Scope(unit, frozenset(map(Right, given["rights"])), tuple(given["confidential"]))


@dataclass(frozen=True, slots=True)
class Row:
    """A token on the page."""

    token: TokenRow
    good: bool
    rights: tuple[str, ...]
    kinds: tuple[str, ...]
    mine: bool
    """Whether the reader may revoke it."""


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The tokens that reach into the reader's units."""
    known, now = access(request), datetime.now(UTC)
    rows = [_row(token, known, now) for token in tokens.listing() if _touches(token, known)]
    return render(request, "web/tokens.html", {"rows": rows})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The form; then the secret, this once."""
    known = access(request)
    form = TokenForm(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _holds(known, form.scope()):
            form.add_error(None, _("Nobody passes on more than they may do themselves."))
            return render(request, "web/token_add.html", {"form": form})
        try:
            token, secret = tokens.add(form.cleaned_data["name"], form.scope(), known.actor, form.cleaned_data["days"])
        except UsageError:
            form.add_error("name", _("This cannot be a name, or is taken."))
        else:
            return render(request, "web/token_made.html", {"token": token, "secret": secret})
    return render(request, "web/token_add.html", {"form": form})


@needs(Right.MANAGE)
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Let a token open nothing any more."""
    known = access(request)
    token = tokens.show(number)
    if not _mine(token, known):
        raise Http404
    tokens.revoke(number, known.actor)
    messages.success(request, _("The token is revoked."))
    return redirect("tokens")


def _holds(known: Access, scope: tokens.Scope) -> bool:
    """Whether somebody holds all that `scope` grants, in each of its units."""
    for unit in scope.units or (None,):
        for right in {Right.MANAGE, *scope.rights}:
            if not _within(unit, known.where(right)):
                return False
        if not all(_within(unit, known.confidential.get(kind, frozenset())) for kind in scope.confidential):
            return False
    return True


def _within(unit: str | None, covered: frozenset[str] | None) -> bool:
    """Whether `unit` (None: the whole installation) and all under it are among these."""
    return covered is None or (unit is not None and units.with_descendants(unit) <= covered)


def _touches(token: TokenRow, known: Access) -> bool:
    managed = known.where(Right.MANAGE)
    return managed is None or any(unit in managed for unit in token.units)


def _mine(token: TokenRow, known: Access) -> bool:
    managed = known.where(Right.MANAGE)
    return managed is None or (bool(token.units) and all(unit in managed for unit in token.units))


def _row(token: TokenRow, known: Access, now: datetime) -> Row:
    return Row(
        token=token,
        good=token.good(now),
        rights=tuple(str(RIGHTS[right]) for right in RIGHTS if right in token.rights),
        kinds=tuple(str(CONFIDENTIAL[Confidential(kind)]) for kind in token.confidential),
        mine=_mine(token, known),
    )
