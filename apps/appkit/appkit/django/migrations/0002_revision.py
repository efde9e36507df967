from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("appkit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=40)),
            ],
        ),
    ]
