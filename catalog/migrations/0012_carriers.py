import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0011_statements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="carrier",
                        serialize=False,
                        to="catalog.result",
                    ),
                ),
                ("actor", models.CharField(max_length=200)),
                ("time", models.DateTimeField()),
            ],
        ),
    ]
