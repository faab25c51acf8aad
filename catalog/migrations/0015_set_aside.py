from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0014_procedure_types"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("kind", "set_aside"), ("undone", None)),
                fields=["result"],
                name="change_set_aside",
            ),
        ),
    ]
