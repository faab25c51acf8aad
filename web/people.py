"""The people of one's units: who they are, what they may do, inviting and suspending them.

Whoever manages a unit sees those who are something in it or below, gives roles there and nowhere else, and passes on
sight of the confidential kinds that they may see themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import people
from accounts.access import Access
from accounts.people import MembershipRow, PersonRow
from accounts.rights import Right, Role
from catalog import units
from catalog.confidential import Confidential
from core.errors import UsageError
from web import invitations
from web.rights import access, needs
from web.wording import CONFIDENTIAL, ROLES


@dataclass(frozen=True, slots=True)
class Shown:
    """A membership on the page."""

    row: MembershipRow
    role: str
    unit: str
    kinds: tuple[str, ...]
    mine: bool
    """Whether the reader may take it back."""


class PersonForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=64,
        help_text=gettext_lazy("Letters a–z, digits, dots and dashes, like nguyen.thi.oanh"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)


class GrantForm(forms.Form):
    """What somebody is to be, where."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    confidential = forms.MultipleChoiceField(
        label=gettext_lazy("May also see"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, known: Access, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        managed = known.where(Right.MANAGE)
        everywhere = [("", _("The whole installation"))] if managed is None else []
        listed = [(u.code, f"{u.name} ({u.code})") for u in units.listing() if managed is None or u.code in managed]
        self._offer("role", [(role.value, str(ROLES[role])) for role in Role])
        self._offer("unit", everywhere + listed)
        kinds = [kind for kind in Confidential if kind and (managed is None or kind in known.confidential)]
        self._offer("confidential", [(kind.value, str(CONFIDENTIAL[kind])) for kind in kinds])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All whom the reader manages."""
    known = access(request)
    names = units.names()
    mine = [person for person in people.listing() if _mine(person, known)]
    found = [(person, shown(person.memberships, known, names)) for person in mine]
    return render(request, "web/people.html", {"people": found})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Somebody new, with a first role."""
    person_form = PersonForm(request.POST or None)
    grant_form = GrantForm(access(request), request.POST or None)
    if request.method == "POST" and person_form.is_valid() and grant_form.is_valid():
        given = person_form.cleaned_data
        try:
            person = people.add(given["name"], given["full_name"])
        except UsageError:
            person_form.add_error("name", _("This cannot be a user name, or is taken."))
        else:
            _grant(request, person, grant_form)
            return redirect("person", person)
    return render(request, "web/person_add.html", {"form": person_form, "grant": grant_form})


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: their roles, and a form for another."""
    known = access(request)
    found = _managed(number, known)
    form = GrantForm(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _grant(request, number, form)
        messages.success(request, _("The role was given."))
        return redirect("person", number)
    context = {"person": found, "memberships": shown(found.memberships, known, units.names()), "form": form}
    return render(request, "web/person.html", context)


@needs(Right.MANAGE)
@require_POST
def invite(request: HttpRequest, number: int) -> HttpResponse:
    """A new invitation: shown once, to be handed over by whoever asked for it."""
    known = access(request)
    found = _managed(number, known)
    if not _wholly_mine(found, known):
        raise Http404
    address = request.build_absolute_uri(invitations.path_for(number))
    return render(request, "web/invited.html", {"person": found, "address": address})


@needs(Right.MANAGE)
@require_POST
def withdraw(request: HttpRequest, number: int, membership: int) -> HttpResponse:
    """Take a role back."""
    known = access(request)
    found = _managed(number, known)
    taken = next((m for m in found.memberships if m.id == membership), None)
    if taken is None or not _within(taken.unit, known):
        raise Http404
    if found.name == known.actor and taken.role is Role.ADMINISTRATOR:
        messages.error(request, _("Nobody takes this role from themselves: ask another administrator."))
    else:
        people.withdraw(number, membership, known.actor)
        messages.success(request, _("The role was taken back."))
    return redirect("person", number)


@needs(Right.MANAGE)
@require_POST
def suspend(request: HttpRequest, number: int) -> HttpResponse:
    """Suspend somebody, or let them in again."""
    known = access(request)
    found = _managed(number, known)
    if not _wholly_mine(found, known):
        raise Http404
    if found.name == known.actor:
        messages.error(request, _("Nobody suspends themselves: ask another administrator."))
    else:
        people.suspend(number, known.actor, suspended=found.active)
        messages.success(request, _("Suspended.") if found.active else _("May sign in again."))
    return redirect("person", number)


def _grant(request: HttpRequest, person: int, form: GrantForm) -> None:
    given = form.cleaned_data
    people.grant(person, Role(given["role"]), given["unit"], access(request).actor, given["confidential"])


def _managed(number: int, known: Access) -> PersonRow:
    found = people.show(number)
    if not _mine(found, known):
        raise Http404
    return found


def _mine(person: PersonRow, known: Access) -> bool:
    """Whether the reader manages a unit in which this person is something, or all of them."""
    return known.where(Right.MANAGE) is None or any(_within(m.unit, known) for m in person.memberships)


def _wholly_mine(person: PersonRow, known: Access) -> bool:
    """Whether all that this person may do lies in the reader's units: else signing in is not the reader's to give."""
    return _mine(person, known) and all(_within(m.unit, known) for m in person.memberships)


def _within(unit: str, known: Access) -> bool:
    managed = known.where(Right.MANAGE)
    return managed is None or (bool(unit) and unit in managed)


def shown(memberships: Iterable[MembershipRow], known: Access, names: Mapping[str, str]) -> list[Shown]:
    """Memberships in the reader's language."""
    return [
        Shown(
            row=m,
            role=str(ROLES[m.role]),
            unit=names.get(m.unit, m.unit) if m.unit else _("The whole installation"),
            kinds=tuple(str(CONFIDENTIAL[Confidential(kind)]) for kind in m.confidential),
            mine=_within(m.unit, known),
        )
        for m in memberships
    ]
