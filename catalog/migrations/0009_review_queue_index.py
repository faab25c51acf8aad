from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_review_queue"),
    ]

    operations = [
        migrations.AlterField(
            model_name="result",
            name="batch",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.batch"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("in_review", True)),
                fields=["-urgent", "unit", "batch", "doubts", "id", "confidential"],
                name="result_queue",
            ),
        ),
    ]
