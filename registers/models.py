"""The tables of registers. Only this package and `quotas`, which counts them, look in here (and migrations).

Rows point into the catalog, so that the database itself holds them together.
"""

from __future__ import annotations

from django.db import models

from catalog.states import Standing
from registers.states import ComponentState, Verdict, Way


class Mapping(models.Model):
    """What the columns of a unit's registers mean, as its people said last."""

    unit = models.OneToOneField(
        "catalog.Unit", to_field="code", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    titles = models.JSONField()
    """Folded title of a column → meaning; empty: it means nothing."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()


class Import(models.Model):
    """A register that came in, whole or in part. Never deleted."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, default=Way.FILE.value)
    """One of `Way`; of the interface one row a day and unit."""
    name = models.CharField(max_length=400)
    """Of the file."""
    sha256 = models.CharField(max_length=64, default="")
    meanings = models.JSONField(default=dict)
    """Letter of a column → meaning."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    """Rows that were left out, with a reason each in the file to mend."""
    covers = models.JSONField(default=dict)
    """What the file is about: code of a unit → ``{"first", "last", "types", "procedures"}``; lines of these days, types
    and procedures that are not in it any more are told of.
    """

    class Meta:
        indexes = (models.Index(fields=["unit", "-id"], name="import_of_unit"),)


class Line(models.Model):
    """One result that a unit says it issued, and the digitized result that it is, as soon as there is one."""

    unit = models.ForeignKey("catalog.Unit", on_delete=models.PROTECT, related_name="+")
    """Whose register it stands in; it issued the result, or came after the unit that did."""
    key = models.CharField(max_length=64)
    """What it is known again by when the register is imported again (`registers.identity`)."""
    number = models.TextField(default="")
    """As written there."""
    number_key = models.CharField(max_length=64, default="")
    """The running number and the year, to look it up by (``577/2019``); empty where one is missing."""
    register_number = models.TextField(default="")
    document_type = models.TextField(default="")
    subject = models.TextField(default="")
    sector = models.TextField(default="")
    issuer = models.TextField(default="")
    """Name of the issuing body as written there; empty: the unit."""
    procedure = models.CharField(max_length=64, default="")
    """Code of the procedure."""
    dossier = models.CharField(max_length=100, default="")
    """Code of the dossier that ended in it."""
    issue_date = models.DateField(null=True)
    doubtful = models.BooleanField(default=False)
    """Whether the day was guessed: a century, or a month written first."""
    holder = models.TextField(default="")
    holder_key = models.CharField(max_length=200, default="")
    """`holder` folded."""
    co_holder = models.TextField(default="")
    holder_id = models.CharField(max_length=64, default="")
    co_holder_id = models.CharField(max_length=64, default="")
    confidential = models.CharField(max_length=32, default="")
    """One of `catalog.confidential.Confidential`."""
    valid_from = models.DateField(null=True)
    """None: its issue date."""
    valid_to = models.DateField(null=True)
    """Last day of validity; None: no end, or not known."""
    status = models.CharField(max_length=16, default=Standing.IN_FORCE.value)
    """One of `catalog.states.Standing`, as the register says."""
    values = models.JSONField(default=dict)
    """All that the row says besides, meaning → text (pages, box, note, …)."""
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    """The import that it was last changed by."""
    row = models.IntegerField(default=0)
    """Its number in the sheet then, from 1; 0: it came by the interface."""
    seen = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The newest file that it stands in, changed or not; None: it never stood in one."""
    first_seen = models.DateTimeField()
    changed = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    """Since when its unit says that there is no such result; None: it stands."""
    withdrawn_by = models.CharField(max_length=200, default="")
    withdrawn_reason = models.TextField(default="")
    result = models.OneToOneField("catalog.Result", null=True, on_delete=models.PROTECT, related_name="+")
    """The digitized result that it is; None: none is known."""
    score = models.FloatField(default=0.0)
    """Of the match, in bits (`registers.scoring`)."""
    reasons = models.JSONField(default=list)
    """Of the match: ``[[field, agreement], …]``."""
    linked = models.DateTimeField(null=True)
    linked_by = models.CharField(max_length=200, default="")
    """Who said so; empty: the program, being sure."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "key"], name="line_once_per_register"),)
        indexes = (
            models.Index(fields=["number_key", "unit"], name="line_number", condition=~models.Q(number_key="")),
            models.Index(fields=["holder_key", "unit"], name="line_holder", condition=~models.Q(holder_key="")),
            models.Index(fields=["holder_id"], name="line_holder_id", condition=~models.Q(holder_id="")),
            models.Index(fields=["co_holder_id"], name="line_co_holder_id", condition=~models.Q(co_holder_id="")),
            models.Index(fields=["dossier"], name="line_dossier", condition=~models.Q(dossier="")),
            models.Index(fields=["unit", "issue_date", "id"], name="line_of_unit"),
            # What can make a line fall out of a quota; few rows, in the order of the lists.
            models.Index(fields=["id"], name="line_withdrawn", condition=models.Q(withdrawn__isnull=False)),
            models.Index(fields=["id"], name="line_not_in_force", condition=~models.Q(status=Standing.IN_FORCE.value)),
            models.Index(fields=["id", "valid_to"], name="line_ends", condition=models.Q(valid_to__isnull=False)),
        )


class Candidate(models.Model):
    """A line that could be a result's, where no line surely is; kept with what a person said about it."""

    result = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="candidates")
    score = models.FloatField()
    reasons = models.JSONField()
    verdict = models.CharField(max_length=8, default=Verdict.OPEN.value)
    """One of `Verdict`."""
    actor = models.CharField(max_length=200, default="")
    time = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "line"], name="candidate_once"),)


class Looked(models.Model):
    """That the line of a result was looked for, and what came of it. Without a row, or behind the result's edition:
    it is looked for again.
    """

    result = models.OneToOneField("catalog.Result", on_delete=models.CASCADE, primary_key=True, related_name="+")
    edition = models.IntegerField()
    outcome = models.CharField(max_length=16)
    """One of `Outcome`."""
    actor = models.CharField(max_length=200, default="")
    """Who said so; empty: the program."""
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["outcome", "result"], name="looked_outcome"),)


class Sought(models.Model):
    """What a line would be found by for a result without one, or without a sure one (`registers.candidates.keys`): when
    such a line comes in, it is looked for again.
    """

    result = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "result"], name="sought_once"),)


class Dossier(models.Model):
    """One application, as the one-stop software or a register tells of it."""

    code = models.CharField(max_length=100, unique=True)
    unit = models.ForeignKey("catalog.Unit", on_delete=models.PROTECT, related_name="+")
    """Who received it."""
    procedure = models.CharField(max_length=64, default="")
    """Code of the procedure."""
    received = models.DateField()
    resolved = models.DateField(null=True)
    """None: not ended yet."""
    returns_paper = models.BooleanField(default=True)
    """Whether its procedure returns a paper result (the denominator of the first indicator)."""
    result_digitized = models.BooleanField(default=False)
    """Whether who told of it says that a result file is attached; one in our own catalog counts as well."""
    shared = models.BooleanField(default=False)
    """Whether the link of its result was synchronised to the national repository."""
    applicant = models.TextField(default="")
    applicant_id = models.CharField(max_length=64, default="")
    way = models.CharField(max_length=8)
    """One of `Way`."""
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    changed = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    """Since when it counts as never received (taken in by mistake, cancelled)."""

    class Meta:
        indexes = (
            models.Index(fields=["unit", "received"], name="dossier_received"),
            models.Index(fields=["unit", "resolved"], name="dossier_resolved"),
        )


class Component(models.Model):
    """One of the papers that make up a dossier."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="components")
    ordinal = models.IntegerField()
    """From 1."""
    name = models.TextField()
    state = models.CharField(max_length=16, default=ComponentState.NONE.value)
    """One of `ComponentState`."""
    result = models.ForeignKey("catalog.Result", null=True, on_delete=models.PROTECT, related_name="+")
    """The result that was re-used for it, where it is one of ours."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["dossier", "ordinal"], name="component_once"),)
