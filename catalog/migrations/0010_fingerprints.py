"""What the same paper is found again by; results that are there already are held against each other, too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_review_queue_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="FreshResult",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalog.result",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PageMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.IntegerField()),
                ("mark", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="SketchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BigIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("identity", ""), _negated=True), fields=["identity"], name="result_same_anywhere"
            ),
        ),
        migrations.AddField(
            model_name="pagemark",
            name="result",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="catalog.result"
            ),
        ),
        migrations.AddField(
            model_name="sketchkey",
            name="result",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.result"
            ),
        ),
        migrations.AddConstraint(
            model_name="pagemark",
            constraint=models.UniqueConstraint(fields=("result", "page"), name="mark_once_per_page"),
        ),
        migrations.AddIndex(
            model_name="sketchkey",
            index=models.Index(fields=["key", "result"], name="sketch_key"),
        ),
        migrations.AddConstraint(
            model_name="sketchkey",
            constraint=models.UniqueConstraint(fields=("result", "key"), name="sketch_key_once"),
        ),
        migrations.RunSQL(
            "INSERT INTO catalog_freshresult (result_id) SELECT id FROM catalog_result ORDER BY id",
            migrations.RunSQL.noop,
        ),
    ]
