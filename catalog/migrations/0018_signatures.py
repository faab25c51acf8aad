from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0017_what_fell_out"),
    ]

    operations = [
        migrations.AddField(model_name="scan", name="signatures", field=models.TextField(default="")),
        migrations.AddField(model_name="result", name="signed_key", field=models.CharField(default="", max_length=200)),
        migrations.AddField(
            model_name="result", name="signed_sha256", field=models.CharField(default="", max_length=64)
        ),
        migrations.AddField(model_name="result", name="signed_size", field=models.BigIntegerField(default=0)),
        migrations.AddField(model_name="result", name="signed_as", field=models.TextField(default="")),
    ]
