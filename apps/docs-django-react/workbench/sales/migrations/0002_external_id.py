from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("sales", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sale",
            name="external_id",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
    ]
