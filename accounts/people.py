"""Inviting people, saying what they may do, suspending them. Each change is an event of the unit that it is about.

Nobody is given a password by somebody else: an invitation is an address, good once and for a few days, under which the
person chooses one (`web.invitations`). Rules of who may invite whom stand in the pages; here are those of the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.rights import Role
from catalog import events, units
from catalog.configuration import told_plainly
from catalog.values import now
from core.errors import NotFoundError, UsageError
from core.text import nfc, squeeze

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """What somebody is somewhere."""

    id: int
    unit: str
    """Empty: the whole installation."""
    role: Role
    confidential: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who may sign in."""

    id: int
    name: str
    """The name to sign in with, and the one that events keep."""
    full_name: str
    active: bool
    invited: bool
    """Whether they have yet to choose a password."""
    last_login: datetime | None
    memberships: tuple[MembershipRow, ...]


@told_plainly()
def any_there() -> bool:
    """Whether anybody can sign in at all."""
    return User.objects.filter(is_active=True).exists()


@told_plainly()
def add(name: str, full_name: str = "", password: str | None = None) -> int:
    """Add somebody who may do nothing yet; without a password they have to be invited. Returns their id.

    Raises UsageError: a name that is none or taken.
    """
    name = nfc(name).strip().casefold()
    full_name = squeeze(nfc(full_name))[:_LONGEST]
    if not _NAME.fullmatch(name):
        raise UsageError("a user name has 2 to 64 letters a–z, digits, dots and dashes (like nguyen.thi.oanh)")
    with transaction.atomic():
        if User.objects.filter(username=name).exists():
            raise UsageError(f"there is somebody called {name} already")
        return User.objects.create_user(name, password=password, full_name=full_name).pk


@told_plainly()
def grant(person: int, role: Role, unit: str, actor: str, confidential: Iterable[str] = ()) -> None:
    """Make somebody `role` in `unit` (empty: everywhere), with sight of these confidential kinds.

    A second time changes those kinds. Raises NotFoundError and UsageError (unknown unit).
    """
    kinds = sorted(set(confidential))
    if unit:
        units.require(unit)
    with transaction.atomic():
        user = _user(person)
        found, new = Membership.objects.get_or_create(user=user, unit=unit, role=role, defaults={"confidential": kinds})
        if not new and found.confidential == kinds:
            return
        Membership.objects.filter(pk=found.pk).update(confidential=kinds)
        _tell(unit, "person.granted", user, {"role": role, "confidential": kinds}, actor)


@told_plainly()
def withdraw(person: int, membership: int, actor: str) -> None:
    """Take a membership back; NotFoundError where there is none."""
    with transaction.atomic():
        user = _user(person)
        found = Membership.objects.filter(pk=membership, user=user).first()
        if found is None:
            raise NotFoundError(f"there is no membership {membership}")
        found.delete()
        _tell(found.unit, "person.withdrawn", user, {"role": found.role}, actor)


@told_plainly()
def suspend(person: int, actor: str, *, suspended: bool = True) -> None:
    """Let somebody sign in no more, or again. What they did stays under their name."""
    with transaction.atomic():
        user = _user(person)
        if user.is_active == (not suspended):
            return
        User.objects.filter(pk=user.pk).update(is_active=not suspended, sessions_from=now())
        _tell_units(user, "person.suspended" if suspended else "person.restored", actor)


@told_plainly()
def end_sessions(person: int, actor: str) -> None:
    """Sign somebody out wherever they are signed in. Raises NotFoundError."""
    with transaction.atomic():
        user = _user(person)
        User.objects.filter(pk=user.pk).update(sessions_from=now())
        _tell_units(user, "person.signed_out", actor)


@told_plainly()
def invited(person: int, actor: str) -> None:
    """Keep that somebody was made an invitation. Raises NotFoundError where there is nobody who may sign in."""
    with transaction.atomic():
        user = _user(person)
        if not user.is_active:
            raise NotFoundError(f"there is no person {person} who may sign in")
        _tell_units(user, "person.invited", actor)


@told_plainly()
def choose_password(person: int, password: str) -> None:
    """Set the password that somebody chose by their invitation; NotFoundError where there is no such person."""
    with transaction.atomic():
        user = _user(person)
        user.set_password(password)
        user.save(update_fields=["password"])
        _tell_units(user, "person.password_set", user.username)


@told_plainly()
def show(person: int) -> PersonRow:
    """One person; NotFoundError where there is none."""
    return _row(_user(person))


@told_plainly()
def find(name: str) -> PersonRow | None:
    """The person who signs in with this name, if any."""
    user = User.objects.prefetch_related("memberships").filter(username=nfc(name).strip().casefold()).first()
    return None if user is None else _row(user)


@told_plainly()
def listing(units: frozenset[str] | None = None, *, offset: int = 0, limit: int | None = None) -> tuple[PersonRow, ...]:
    """People by name: those who are something in one of these units (None: all people there are).

    At most `limit` of them (None: no end), after the first `offset`.
    """
    users = User.objects.prefetch_related("memberships").order_by("username")
    if units is not None:
        users = users.filter(pk__in=Membership.objects.filter(unit__in=units).values("user"))
    return tuple(_row(user) for user in users[offset : None if limit is None else offset + limit])


def _user(person: int) -> User:
    found = User.objects.prefetch_related("memberships").filter(pk=person).first()
    if found is None:
        raise NotFoundError(f"there is no person {person}")
    return found


def _row(user: User) -> PersonRow:
    memberships = sorted(user.memberships.all(), key=lambda m: (m.unit, m.role))
    return PersonRow(
        id=user.pk,
        name=user.username,
        full_name=user.full_name,
        active=user.is_active,
        invited=not user.has_usable_password(),
        last_login=user.last_login,
        memberships=tuple(MembershipRow(m.pk, m.unit, Role(m.role), tuple(m.confidential)) for m in memberships),
    )


def _tell_units(user: User, kind: str, actor: str) -> None:
    """The event in each unit where somebody is something; of who is nothing yet, in that of the installation."""
    for unit in sorted({membership.unit for membership in user.memberships.all()} or {""}):
        _tell(unit, kind, user, {}, actor)


def _tell(unit: str, kind: str, user: User, data: dict[str, object], actor: str) -> None:
    """The event, in the chain of the unit; what is about the whole installation goes to the first unit, if any."""
    chain = unit or next((row.code for row in units.listing() if row.parent is None), "")
    if chain:
        with events.acting(actor):
            events.append(chain, kind, f"person:{user.username}", data)
