from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0013_review_queue_covers"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedure",
            name="document_types",
            field=models.JSONField(default=list),
        ),
    ]
