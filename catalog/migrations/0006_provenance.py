import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_desk_before_reading")]

    operations = [
        migrations.CreateModel(
            name="PageOrigin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.IntegerField()),
                ("source_page", models.IntegerField()),
                ("rotation", models.IntegerField(default=0)),
                ("left", models.FloatField(null=True)),
                ("top", models.FloatField(null=True)),
                ("right", models.FloatField(null=True)),
                ("bottom", models.FloatField(null=True)),
                ("kind", models.CharField(default="", max_length=16)),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="origins", to="catalog.scan"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="derivatives", to="catalog.scan"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scan", "page"), name="origin_once_per_page"),
                ],
            },
        ),
    ]
