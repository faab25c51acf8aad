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
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import people
from accounts.access import NOWHERE, Access, Units
from accounts.people import MembershipRow, PersonRow
from accounts.rights import Right, Role
from catalog import units
from catalog.confidential import Confidential
from catalog.records import UnitRow
from core.errors import UsageError
from web import invitations
from web.rights import access, needs
from web.wording import CONFIDENTIAL, ROLES

PAGE_SIZE = 100
"""People on one page of the list."""
_PAGE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """The units that somebody's word holds in, down to the last one below each.

    A role reaches all that lies below its unit. An ended unit is seen by everyone who took over a part of it, but a
    role there would reach the parts of the others too: so it is in nobody's reach who does not see all of it.
    """

    managed: Units
    """Where they give roles."""
    kinds: Mapping[str, Units]
    """Confidential kind → where they pass on sight of it."""

    @classmethod
    def of(cls, known: Access, organisation: Iterable[UnitRow]) -> Reach:
        """How far somebody reaches, in these units: all there are."""
        above = {unit.code: unit.parent for unit in organisation}
        managed = _whole(known.where(Right.MANAGE), above)
        if managed is None:
            return cls(None, {kind.value: None for kind in Confidential if kind})
        return cls(managed, {kind: _whole(covered, above) for kind, covered in known.confidential.items()})

    def holds(self, unit: str) -> bool:
        """Whether they manage `unit` (empty: the whole installation) and all below it."""
        return _holds(self.managed, unit)

    def passes_on(self, kind: str, unit: str) -> bool:
        """Whether they may let somebody in `unit` see this confidential kind."""
        return _holds(self.kinds.get(kind, NOWHERE), unit)

    def touches(self, person: PersonRow) -> bool:
        """Whether they manage a unit in which this person is something, or all of them."""
        return self.managed is None or any(self.holds(m.unit) for m in person.memberships)

    def covers(self, person: PersonRow) -> bool:
        """Whether all that this person may do lies in there: else signing in is not theirs to give."""
        return self.touches(person) and all(self.holds(m.unit) for m in person.memberships)


def _whole(covered: Units, above: Mapping[str, str | None]) -> Units:
    """Those of the units below which nothing is that is not among them too; `above`: code → that of its parent."""
    if covered is None:
        return None
    broken = set[str]()
    for code in above.keys() - covered:
        up: str | None = code
        while up is not None and up not in broken:
            broken.add(up)
            up = above.get(up)
    return covered - broken


def _holds(covered: Units, unit: str) -> bool:
    return covered is None or unit in covered


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

    def __init__(self, reach: Reach, organisation: Iterable[UnitRow], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self._reach = reach
        everywhere = [("", _("The whole installation"))] if reach.managed is None else []
        listed = [(unit.code, f"{unit.name} ({unit.code})") for unit in organisation if reach.holds(unit.code)]
        self._offer("role", [(role.value, str(ROLES[role])) for role in Role])
        self._offer("unit", everywhere + listed)
        kinds = [kind for kind in Confidential if reach.kinds.get(kind, NOWHERE) != NOWHERE]
        self._offer("confidential", [(kind.value, str(CONFIDENTIAL[kind])) for kind in kinds])

    def clean(self) -> dict[str, Any]:
        """No confidential kind for a unit in which the giver may not see it."""
        given = super().clean() or {}
        unit = given.get("unit", "")
        if not all(self._reach.passes_on(kind, unit) for kind in given.get("confidential", ())):
            self.add_error("confidential", _("Nobody passes on more than they may do themselves."))
        return given

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@needs(Right.MANAGE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All whom the reader manages, a page at a time."""
    organisation = units.listing()
    reach = Reach.of(access(request), organisation)
    names = _names(organisation)
    page = page_of(request.GET.get("page", ""))
    rows = people.listing(reach.managed, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
    context = {
        "people": [(person, shown(person.memberships, names, reach)) for person in rows[:PAGE_SIZE]],
        "page": page,
        "previous": page - 1,
        "next": page + 1 if len(rows) > PAGE_SIZE else 0,
    }
    return render(request, "web/people.html", context)


@needs(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Somebody new, with a first role."""
    organisation = units.listing()
    person_form = PersonForm(request.POST or None)
    grant_form = GrantForm(Reach.of(access(request), organisation), organisation, request.POST or None)
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
    organisation = units.listing()
    reach = Reach.of(access(request), organisation)
    found = _managed(number, reach)
    form = GrantForm(reach, organisation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _grant(request, number, form)
        messages.success(request, _("The role was given."))
        return redirect("person", number)
    context = {"person": found, "memberships": shown(found.memberships, _names(organisation), reach), "form": form}
    return render(request, "web/person.html", context)


@needs(Right.MANAGE)
@require_POST
def invite(request: HttpRequest, number: int) -> HttpResponse:
    """A new invitation: shown once, to be handed over by whoever asked for it."""
    known = access(request)
    reach = Reach.of(known, units.listing())
    found = _managed(number, reach)
    if not reach.covers(found):
        raise Http404
    address = request.build_absolute_uri(invitations.path_for(number, known.actor))
    return render(request, "web/invited.html", {"person": found, "address": address})


@needs(Right.MANAGE)
@require_POST
def withdraw(request: HttpRequest, number: int, membership: int) -> HttpResponse:
    """Take a role back."""
    known = access(request)
    reach = Reach.of(known, units.listing())
    found = _managed(number, reach)
    taken = next((m for m in found.memberships if m.id == membership), None)
    if taken is None or not reach.holds(taken.unit):
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
    """Suspend somebody, or let them in again: `suspended` (1 or 0) says which, so that asking twice does no harm."""
    known = access(request)
    reach = Reach.of(known, units.listing())
    found = _managed(number, reach)
    if not reach.covers(found):
        raise Http404
    wanted = request.POST.get("suspended")
    if wanted not in {"0", "1"}:
        raise BadRequest("suspended is 1 or 0")
    if found.name == known.actor:
        messages.error(request, _("Nobody suspends themselves: ask another administrator."))
    else:
        people.suspend(number, known.actor, suspended=wanted == "1")
        messages.success(request, _("Suspended.") if wanted == "1" else _("May sign in again."))
    return redirect("person", number)


def _grant(request: HttpRequest, person: int, form: GrantForm) -> None:
    given = form.cleaned_data
    people.grant(person, Role(given["role"]), given["unit"], access(request).actor, given["confidential"])


def _managed(number: int, reach: Reach) -> PersonRow:
    found = people.show(number)
    if not reach.touches(found):
        raise Http404
    return found


def managed_person(request: HttpRequest, number: int) -> PersonRow:
    """A person whom the reader manages; Http404 for any other."""
    return _managed(number, Reach.of(access(request), units.listing()))


def _names(organisation: Iterable[UnitRow]) -> dict[str, str]:
    return {unit.code: unit.name for unit in organisation}


def page_of(asked: str) -> int:
    """The number of the page that is asked for; the first where that is none."""
    return max(int(asked), 1) if asked.isdecimal() and len(asked) <= _PAGE_DIGITS else 1


def shown(memberships: Iterable[MembershipRow], names: Mapping[str, str], reach: Reach | None = None) -> list[Shown]:
    """Memberships in the reader's language; without a reach none can be taken back."""
    return [
        Shown(
            row=m,
            role=str(ROLES[m.role]),
            unit=names.get(m.unit, m.unit) if m.unit else _("The whole installation"),
            kinds=tuple(str(CONFIDENTIAL[Confidential(kind)]) for kind in m.confidential),
            mine=reach is not None and reach.holds(m.unit),
        )
        for m in memberships
    ]
