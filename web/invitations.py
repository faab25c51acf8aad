"""Invitations: an address under which a person chooses their password, once, within three days."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36
from django.views.decorators.http import require_http_methods

from accounts import people
from accounts.models import User
from core.errors import NotFoundError
from web.first import NewPassword
from web.rights import public


class _Invitation(PasswordResetTokenGenerator):
    """Signed; void after PASSWORD_RESET_TIMEOUT, and as soon as the password changes or the person signs in."""

    key_salt = "sohoa.web.invitations"


_invitation = _Invitation()


def path_for(person: int, actor: str) -> str:
    """The path of a new invitation for a person, also for one who forgot the password; NotFoundError for none.

    An event keeps that `actor` asked for it.
    """
    user = User.objects.filter(pk=person, is_active=True).first()
    if user is None:
        raise NotFoundError(f"there is no person {person} who may sign in")
    people.invited(person, actor)
    return reverse("invitation", args=[int_to_base36(user.pk), _invitation.make_token(user)])


@public
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """The form for the password; what is void is not there."""
    user = _invited(person)
    if user is None or not _invitation.check_token(user, token):
        raise Http404
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.choose_password(user.pk, form.cleaned_data["password"])
        return redirect("account_login")
    return render(request, "web/invitation.html", {"form": form, "person": user})


def _invited(person: str) -> User | None:
    try:
        return User.objects.filter(pk=base36_to_int(person), is_active=True).first()
    except (ValueError, OverflowError):
        return None
