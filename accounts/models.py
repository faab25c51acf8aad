"""The tables of people. Units are named by their codes: the catalog alone touches its own tables."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who signs in. Never deleted, since events name them; suspended instead (`is_active`)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(max_length=200, default="", blank=True)
    """As it is written, family name first."""
    sessions_from = models.DateTimeField(null=True)
    """Sessions that began before are over; None: none was ended."""

    def get_full_name(self) -> str:
        """The whole name; the user name where there is none."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """The same: a Vietnamese name is not cut."""
        return self.get_full_name()


class Membership(models.Model):
    """What a person is in a unit and the units under it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.CharField(max_length=64, blank=True, default="")
    """Code of the unit; empty: the whole installation."""
    role = models.CharField(max_length=16)
    confidential = models.JSONField(default=list)
    """The confidential kinds that this person may open there."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_once"),)


class Token(models.Model):
    """What another program proves itself by. Never deleted, since events name it; revoked instead."""

    name = models.CharField(max_length=64, unique=True)
    """Whose it is, e.g. ``một cửa điện tử``; events keep ``token:NAME``."""
    hash = models.CharField(max_length=64, unique=True)
    """SHA-256 (hex) of the secret, which stands nowhere."""
    units = models.JSONField(default=list)
    """Codes of the units, each with those under it; empty: the whole installation."""
    rights = models.JSONField(default=list)
    confidential = models.JSONField(default=list)
    """The confidential kinds that may be seen there."""
    created = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, default="")
    last_used = models.DateTimeField(null=True)
    """Noted once a minute at most."""
    window = models.BigIntegerField(default=0)
    """The minute (since 1970) that `taken` counts in."""
    taken = models.IntegerField(default=0)
    """Calls of that minute which processes have taken for themselves (`accounts.rates`)."""


class Sheet(models.Model):
    """Looks that were sealed together (`accounts.looks`): a link of the chain that shows changes."""

    sequence = models.BigIntegerField(unique=True)
    time = models.DateTimeField(db_index=True)
    """When it was sealed."""
    count = models.IntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Look(models.Model):
    """That somebody looked at a result, took one of its files, or searched. Rows are added, sealed, cleared away."""

    time = models.DateTimeField()
    actor = models.CharField(max_length=200)
    unit = models.CharField(max_length=64, default="")
    """Code of the unit that keeps the result; empty: a search, over all that its actor may see."""
    result = models.BigIntegerField(null=True)
    """Number of the result, which may have been disposed of since; None: a search."""
    what = models.CharField(max_length=16)
    shown = models.IntegerField(default=1)
    """Results that were shown."""
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.PROTECT, related_name="looks")
    """None: not sealed yet."""

    class Meta:
        indexes = (
            models.Index(fields=["result", "-id"], name="look_of_result"),
            models.Index(fields=["actor", "-id"], name="look_of_actor"),
            models.Index(fields=["unit", "-id"], name="look_in_unit"),
            models.Index(fields=["id"], condition=models.Q(sheet__isnull=True), name="look_unsealed"),
        )
