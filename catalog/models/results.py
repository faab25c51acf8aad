"""What was found in the scans: documents, results, fields with evidence, readings, and the outbox for search."""

from __future__ import annotations

from django.db import models

from catalog.models.organisation import Unit
from catalog.models.scans import Batch, Scan
from catalog.states import Origin, Standing, State


class DocumentState(models.TextChoices):
    """What became of a document."""

    RECORDED = "recorded"
    FAILED = "failed"


class Document(models.Model):
    """The pages of one result inside a scan."""

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT)
    ordinal = models.IntegerField()
    first_page = models.IntegerField()
    last_page = models.IntegerField()
    page_kinds = models.JSONField()
    """``[[number in the scan, kind, has a text layer], …]``."""
    pages = models.IntegerField()
    """How many those are."""
    state = models.CharField(max_length=16, choices=DocumentState.choices)
    reason = models.TextField(default="")
    pipeline_version = models.CharField(max_length=64, default="")
    cover = models.TextField(default="")
    """Text of the cover sheet before it, or of the one that its scan stands under."""
    changed = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scan", "ordinal"], name="document_once_per_scan"),)
        indexes = (models.Index(fields=["state"], name="document_state"),)


class Result(models.Model):
    """A recorded document: its values (copied from the fields, to list and find by) and its files."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    """The scan's, here too so that the queue of what is to be reviewed is read off one index."""
    document_type = models.TextField(default="")
    number = models.TextField(default="")
    issuer = models.TextField(default="")
    issue_date = models.DateField(null=True)
    subject = models.TextField(default="")
    signer = models.TextField(default="")
    holder = models.TextField(default="")
    co_holder = models.TextField(default="")
    holder_ids = models.JSONField(default=list)
    register_number = models.TextField(default="")
    sector = models.TextField(default="")
    identity = models.CharField(max_length=64, default="")
    """Hash of issuer, kind, number and year; empty where one of them is not known."""
    in_review = models.BooleanField()
    doubts = models.IntegerField(default=0)
    """How many fields a person must look at; more than none exactly where `in_review` is true."""
    urgent = models.BooleanField(default=False)
    """Whether a citizen waits for it: it did not come from the archive's backlog (`origin`)."""
    state = models.CharField(max_length=16, default=State.ACCEPTED.value)
    """One of `State`; ``to_review`` exactly where `in_review` is true."""
    confidential = models.CharField(max_length=32, default="")
    """One of `catalog.confidential.Confidential`; empty: open."""
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    """Last day of validity; None: no end, or not known."""
    status = models.CharField(max_length=16, default=Standing.IN_FORCE.value)
    """One of `Standing`."""
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    dossier = models.CharField(max_length=100, default="")
    """Code of the dossier that ended in it."""
    origin = models.CharField(max_length=16, default=Origin.BACKLOG.value)
    """One of `Origin`."""
    delivered = models.CharField(max_length=16, default="")
    """How it reached the citizen at last, one of `Manner`; empty: not told. Copied from the deliveries that stand."""
    tracking = models.TextField(default="")
    """Tracking numbers of the deliveries that stand, by spaces."""
    archive_key = models.CharField(max_length=200)
    archive_sha256 = models.CharField(max_length=64)
    archive_size = models.BigIntegerField()
    words_key = models.CharField(max_length=200, default="")
    """Empty in results recorded before words were kept as a file."""
    words_sha256 = models.CharField(max_length=64, default="")
    words_size = models.BigIntegerField(default=0)
    signed_key = models.CharField(max_length=200, default="")
    """Of the signed copy of the archive file that is handed out in its place; empty: there is none."""
    signed_sha256 = models.CharField(max_length=64, default="")
    signed_size = models.BigIntegerField(default=0)
    signed_as = models.TextField(default="")
    """Who signed it, when and how, in a line."""
    text = models.TextField()
    version = models.IntegerField(default=1)
    """Grows with each change that search must learn of."""
    edition = models.IntegerField(default=1)
    """Grows with each change of its fields and facts; earlier ones are kept as `ResultVersion`."""
    recorded = models.DateTimeField()
    disposed = models.DateTimeField(null=True)
    """When it was disposed of: what it said and its files are gone (`catalog.disposal`); the row stays, since others
    point at it. None: it is kept.
    """

    class Meta:
        indexes = (
            models.Index(
                fields=["issue_date", "id", "unit"],
                name="result_by_age",
                condition=models.Q(disposed__isnull=True, issue_date__isnull=False),
            ),
            models.Index(fields=["unit", "identity"], name="result_identity"),
            models.Index(fields=["identity"], name="result_same_anywhere", condition=~models.Q(identity="")),
            models.Index(fields=["in_review"], name="result_in_review"),
            models.Index(
                # The first five are the order; with the others the table itself need not be looked at.
                fields=["-urgent", "unit", "batch", "doubts", "id", "confidential", "in_review"],
                name="result_queue",
                condition=models.Q(in_review=True),
            ),
            models.Index(fields=["dossier"], name="result_dossier", condition=~models.Q(dossier="")),
            models.Index(
                fields=["id"], name="result_not_in_force", condition=~models.Q(status=Standing.IN_FORCE.value)
            ),
            models.Index(fields=["valid_to"], name="result_ends", condition=models.Q(valid_to__isnull=False)),
        )


class Field(models.Model):
    """One piece of metadata with its evidence. An empty value under review: look for it, none was found."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=64)
    value = models.TextField()
    confidence = models.FloatField()
    review = models.BooleanField()
    page = models.IntegerField(null=True)
    box = models.JSONField(null=True)
    """``[left, top, right, bottom]`` in pixels of the upright page."""
    text = models.TextField(default="")
    source = models.CharField(max_length=32, default="")
    """As `pipeline.records.Evidence.source`; ``person`` where somebody typed the value."""
    ocr_value = models.TextField(default="")
    actor = models.CharField(max_length=200, default="")
    """Who corrected or confirmed it; empty: nobody yet."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "name"], name="field_once_per_result"),)


class PageReading(models.Model):
    """The words that were read on a page, packed, so that no page need be read twice."""

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE)
    page = models.IntegerField()
    engine = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=64)
    engine_data = models.CharField(max_length=64)
    width = models.IntegerField()
    height = models.IntegerField()
    dpi = models.FloatField()
    rotation = models.IntegerField()
    skew = models.FloatField()
    words = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scan", "page"], name="reading_once_per_page"),)


class Outbox(models.Model):
    """A version of a result that search must learn of; written with the change itself."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE)
    version = models.IntegerField()
    created = models.DateTimeField()
    done = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "version"], name="outbox_once_per_version"),)
        indexes = (
            models.Index(fields=["id"], name="outbox_pending", condition=models.Q(done__isnull=True)),
            models.Index(fields=["done"], name="outbox_done"),
        )
