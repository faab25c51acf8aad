"""The queue is counted from its index alone: SQLite wants the column of the condition in it, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_carriers"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="result",
            name="result_queue",
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("in_review", True)),
                fields=["-urgent", "unit", "batch", "doubts", "id", "confidential", "in_review"],
                name="result_queue",
            ),
        ),
    ]
