from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody noted yet what these would be found by."""
    apps.get_model("registers", "Looked").objects.filter(outcome__in=["none", "unsure"], actor="").delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0017_what_fell_out"), ("registers", "0004_what_fell_out")]

    operations = [
        migrations.CreateModel(
            name="Sought",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=20)),
                (
                    "result",
                    models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="+", to="catalog.result"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "result"), name="sought_once")],
            },
        ),
        migrations.RunPython(look_again, migrations.RunPython.noop),
    ]
