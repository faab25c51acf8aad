from django.db import migrations, models


class Migration(migrations.Migration):
    # apart from 0020: PostgreSQL makes no index of a table whose rows were changed in the same transaction
    dependencies = [
        ("catalog", "0020_turns"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(
                condition=models.Q(("state", "stored")), fields=["unit", "lane", "id"], name="scan_turn"
            ),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(
                condition=models.Q(("worker", ""), _negated=True), fields=["worker"], name="lease_worker"
            ),
        ),
    ]
