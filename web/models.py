"""Tables of the interface for other programs: answers that are kept (`web.api.once`), who is called back."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """What a write under an idempotency key was answered (`web.api.once`)."""

    token = models.ForeignKey("accounts.Token", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    """Hash of what was asked for."""
    created = models.DateTimeField(db_index=True)
    status = models.IntegerField(default=0)
    """0: still at work."""
    content = models.TextField(default="")
    location = models.CharField(max_length=200, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once_per_key"),)


class Subscription(models.Model):
    """An address that a token's owner wants to be called back at (`web.webhooks`)."""

    token = models.ForeignKey("accounts.Token", on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    events = models.JSONField(default=list)
    """Kinds of events that are wanted."""
    salt = models.CharField(max_length=64)
    """From it and the installation's secret key the subscription's secret is made, which stands nowhere."""
    created = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    """No longer wanted since."""


class Message(models.Model):
    """Something to tell a subscription."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="messages")
    name = models.CharField(max_length=200)
    """Unit, number of the event in its chain, and kind: the same for the same event."""
    body = models.TextField()
    created = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next = models.DateTimeField(null=True)
    """When it is tried next; None: never again, it is delivered or dead."""
    delivered = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, default="")
    """Why it did not go through last time."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subscription", "name"], name="message_once"),)
        indexes = (models.Index(fields=["next"], condition=models.Q(next__isnull=False), name="message_due"),)


class Heard(models.Model):
    """Up to where in a unit's chain of events subscriptions have been told."""

    unit = models.CharField(max_length=64, unique=True)
    sequence = models.BigIntegerField(default=0)
