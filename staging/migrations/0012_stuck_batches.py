from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staging", "0011_gone_steps")]

    operations = [
        migrations.AddField("stagedbatch", "stuck", models.TextField(default="")),
        migrations.AddField("stagedbatch", "tried", models.DateTimeField(null=True)),
    ]
