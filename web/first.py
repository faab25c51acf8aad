"""The first administrator of a new installation, made on a page whose address stands in the terminal alone.

Threat model: somebody else on the machine or in the network reaches the pages before the owner does. So the address
holds a secret of this process, which only who started it can read; and the page is gone as soon as anybody can sign in.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import people
from accounts.rights import Role
from core.errors import UsageError
from web.rights import public


@lru_cache(maxsize=1)
def token() -> str:
    """The secret part of the address, new in each process."""
    return secrets.token_urlsafe(24)


def wanted() -> bool:
    """Whether there is nobody yet."""
    return not people.any_there()


class NewPassword(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), max_length=1000
    )
    again = forms.CharField(
        label=_("The same again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), max_length=1000
    )

    def clean(self) -> dict[str, Any]:
        """Both alike, and one that the rules allow."""
        given = super().clean() or {}
        if "password" in given:
            try:
                validate_password(given["password"])
            except forms.ValidationError as error:
                self.add_error("password", error)
        if given.get("password") != given.get("again"):
            self.add_error("again", _("The two are not alike."))
        return given


class FirstPerson(NewPassword):
    """Who runs this installation."""

    field_order = ("name", "full_name", "password", "again")
    name = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Letters a–z, digits, dots and dashes, like nguyen.thi.oanh"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    full_name = forms.CharField(
        label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


@public
@require_safe
def hint(request: HttpRequest) -> HttpResponse:
    """Where the first page is to be found, while there is nobody who could sign in."""
    if not wanted():
        raise Http404
    return render(request, "web/first_hint.html")


@public
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """The form for the first administrator."""
    if not secrets.compare_digest(secret.encode(), token().encode()) or not wanted():
        raise Http404
    form = FirstPerson(request.POST or None)
    if request.method == "POST" and form.is_valid() and _made(form):
        return redirect("account_login")
    return render(request, "web/first.html", {"form": form})


def address(base: str) -> str:
    """The address of the form under `base` (``http://127.0.0.1:8000``)."""
    return base.rstrip("/") + reverse("begin", args=[token()])


def _made(form: FirstPerson) -> bool:
    given = form.cleaned_data
    try:
        person = people.add(given["name"], given["full_name"], given["password"])
    except UsageError:
        form.add_error("name", _("This cannot be a user name, or is taken."))
        return False
    people.grant(person, Role.ADMINISTRATOR, "", given["name"])
    return True
