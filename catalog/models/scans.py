"""Files as they arrived, the batches that they came in, and who is at work on them."""

from __future__ import annotations

from django.db import models

from catalog.models.organisation import Procedure, Unit
from catalog.states import Lane, Origin


class Batch(models.Model):
    """What one operator scanned in one go."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    procedure = models.ForeignKey(Procedure, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    created = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "name"], name="batch_once_per_unit"),)


class ScanState(models.TextChoices):
    """How far a scan has come."""

    RECEIVING = "receiving"
    """Past the door; its bytes may not be in the object store yet."""
    STAGED = "staged"
    """Its bytes are in the object store; it lies on the desk before reading, and nobody reads it yet."""
    STORED = "stored"
    """Its bytes are in the object store; work may be left."""
    ARRANGED = "arranged"
    """Its pages went on in other scans that were put together from it. It is kept, and never read itself."""
    DONE = "done"
    """All its documents are recorded."""
    FAILED = "failed"
    """It, or a document of it, could not be finished. Its bytes are kept; it may be tried again."""
    DISPOSED = "disposed"
    """All its results were disposed of, and its bytes with them; the row stays, so that nobody brings them in again
    unawares.
    """


class Scan(models.Model):
    """One file as it arrived, byte for byte; the same bytes once in a unit."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    """The batch's unit, here too so that the database can hold "once in a unit"."""
    name = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=64)
    pages = models.IntegerField()
    split = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=ScanState.choices, default=ScanState.RECEIVING)
    key = models.CharField(max_length=200, default="")
    reason = models.TextField(default="")
    attempts = models.IntegerField(default=0)
    received = models.DateTimeField()
    origin = models.CharField(max_length=16, default=Origin.BACKLOG.value)
    """One of `Origin`; its results take it over."""
    dossier = models.CharField(max_length=100, default="")
    """Code of the dossier that all its results belong to, where one was named."""
    cover = models.TextField(default="")
    """Text of the cover sheet that all its documents stand under (`pipeline.records.SheetCode.text`)."""
    lane = models.SmallIntegerField(default=Lane.BACKLOG.value, db_default=Lane.BACKLOG.value)
    """One of `Lane`: who is read first."""
    signatures = models.TextField(default="")
    """What is known of the electronic signatures in it, in a line; empty: there are none, or nobody looked yet."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "sha256"], name="scan_once_per_unit"),)
        indexes = (
            models.Index(fields=["state", "id"], name="scan_state"),
            models.Index(fields=["unit", "lane", "id"], name="scan_turn", condition=models.Q(state="stored")),
        )


class Lease(models.Model):
    """Who is at work on a scan, and until when that counts. Made with the scan, so that taking it is one update."""

    scan = models.OneToOneField(Scan, on_delete=models.CASCADE, primary_key=True)
    worker = models.CharField(max_length=200, default="")
    until = models.DateTimeField(null=True)
    """None: free."""
    reserved = models.BooleanField(default=False, db_default=False)
    """Whether its worker has not begun with it yet (`catalog.turns`)."""

    class Meta:
        indexes = (models.Index(fields=["worker"], name="lease_worker", condition=~models.Q(worker="")),)


class Turn(models.Model):
    """When a unit's scans were last taken up by a worker, so that units take turns."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, primary_key=True, related_name="turn")
    served = models.DateTimeField()


class Slot(models.Model):
    """A worker's process that takes up chunk after chunk; its row goes when it ends, or gives no sign of life."""

    worker = models.CharField(max_length=200, primary_key=True)
    """The name under which it holds leases."""
    run = models.CharField(max_length=64, default="")
    """Id of its run at Prefect; empty: Prefect does not know it."""
    host = models.CharField(max_length=200)
    lane = models.SmallIntegerField()
    """The least urgent lane that it takes scans of."""
    since = models.DateTimeField()
    seen = models.DateTimeField()
