import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quotas", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=16)),
                ("year", models.IntegerField()),
                ("day", models.DateField()),
                ("data", models.JSONField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.unit",
                        to_field="code",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "year", "unit"), name="figure_once")],
            },
        ),
    ]
