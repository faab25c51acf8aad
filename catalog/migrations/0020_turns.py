import django.db.models.deletion
from django.db import migrations, models


def new_results_first(apps, schema_editor):
    """Scans that came before lanes: new results are urgent, all others backlog."""
    apps.get_model("catalog", "Scan").objects.exclude(origin="backlog").update(lane=0)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0019_disposal"),
    ]

    operations = [
        migrations.AddField(model_name="scan", name="lane", field=models.SmallIntegerField(default=2, db_default=2)),
        migrations.AddField(
            model_name="lease", name="reserved", field=models.BooleanField(default=False, db_default=False)
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="turn",
                        serialize=False,
                        to="catalog.unit",
                    ),
                ),
                ("served", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("worker", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("run", models.CharField(default="", max_length=64)),
                ("host", models.CharField(max_length=200)),
                ("lane", models.SmallIntegerField()),
                ("since", models.DateTimeField()),
                ("seen", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(new_results_first, migrations.RunPython.noop, elidable=True),
    ]
