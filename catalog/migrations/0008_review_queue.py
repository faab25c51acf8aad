"""What the queue of results to be reviewed is ordered by, for older results too. 0009 makes the batch obligatory:
PostgreSQL does not alter a table in the transaction that filled its new foreign key.
"""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


def forward(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    Result, Document, Field = (apps.get_model("catalog", name) for name in ("Result", "Document", "Field"))
    Result.objects.exclude(origin="backlog").update(urgent=True)
    doubtful = Field.objects.filter(result=OuterRef("pk"), review=True).order_by().values("result")
    Result.objects.filter(in_review=True).update(
        doubts=Coalesce(Subquery(doubtful.annotate(count=Count("pk")).values("count")), 0)
    )
    batch = Document.objects.filter(pk=OuterRef("document_id")).values("scan__batch_id")
    Result.objects.filter(Q(batch=None)).update(batch_id=Subquery(batch))
    if editor.connection.vendor == "postgresql":  # it makes no index while foreign keys are still to be checked
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_provenance"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="batch",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="catalog.batch"),
        ),
        migrations.AddField(
            model_name="result",
            name="doubts",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="result",
            name="urgent",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
