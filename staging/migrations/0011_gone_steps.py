"""Steps that were undone before something else was done stay undone: redo passes over them."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef


def mark(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Mark those behind which another step stands; of the others nobody can tell."""
    step = apps.get_model("staging", "Step")
    behind = step.objects.filter(batch=OuterRef("batch"), sequence__gt=OuterRef("sequence"), undone=False)
    keys = step.objects.filter(Exists(behind), undone=True).values_list("pk", flat=True)
    for key in list(keys):
        step.objects.filter(pk=key).update(gone=True)


class Migration(migrations.Migration):
    dependencies = [("staging", "0010_uploads")]

    operations = [
        migrations.AddField("step", "gone", models.BooleanField(default=False)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
