"""The tables of reuse. Only this package's own functions (and migrations) look in here.

Rows point into the catalog, so that the database itself holds them together; of the catalog's columns only
`Result.edition` is compared with, to find entries whose result has changed since, and unit and confidential kind are
asked for, to count those whose results somebody may see.
"""

from __future__ import annotations

from django.db import models


class Reuse(models.Model):
    """One entry of the ledger: a dossier took a stored result. Never deleted; undoing is written into it."""

    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")
    edition = models.IntegerField()
    """Edition of the result that was used."""
    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """Who handles the dossier."""
    dossier = models.CharField(max_length=60)
    dossier_day = models.DateField()
    """When the dossier was received, by its code."""
    ordinal = models.IntegerField()
    """Running number of the entry in its dossier, from 1."""
    procedure = models.CharField(max_length=64, default="")
    """Code of the procedure that the dossier is for."""
    person = models.TextField()
    """Name of the person in the dossier, as given. Identity numbers are compared and not kept."""
    warnings = models.JSONField(default=list)
    """What was warned of: values of `reuse.records.Found`."""
    reason = models.TextField(default="")
    """Why it was used all the same."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    key = models.CharField(max_length=200, default="")
    """Idempotency key of the call; empty: none."""
    request = models.CharField(max_length=64)
    """Hash of what was asked for, to tell a call that is repeated from another one under the same key."""
    vouched = models.TextField()
    """Canonical JSON: what the result said and which bytes were handed over (`reuse.records.Vouched`)."""
    undone = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")
    undo_reason = models.TextField(default="")
    seen_edition = models.IntegerField(default=0)
    """Edition up to which changes of the result have been seen by those who used it."""
    seen_by = models.CharField(max_length=200, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["result", "dossier"], condition=models.Q(undone__isnull=True), name="reuse_once_per_dossier"
            ),
            models.UniqueConstraint(fields=["dossier", "ordinal"], name="reuse_ordinal_once_per_dossier"),
            models.UniqueConstraint(fields=["actor", "key"], condition=~models.Q(key=""), name="reuse_once_per_key"),
        )
        indexes = (
            models.Index(fields=["unit", "-id"], name="reuse_of_unit"),
            models.Index(fields=["unit", "dossier_day"], name="reuse_counted"),
        )


class Copy(models.Model):
    """A certified copy that was issued. Never deleted; withdrawing is written into it."""

    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")
    edition = models.IntegerField()
    """Edition of the result that was copied."""
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 (hex) of the secret in the copy's address; the secret itself is on the copy alone."""
    number = models.TextField()
    issuer = models.TextField()
    issue_date = models.DateField()
    archive_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    """Of the file that was handed out."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, default="")
    withdraw_reason = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=["result", "-id"], name="copy_of_result"),)
