from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_catalog_revision'),
    ]

    operations = [
        # Every request for a page reads the latest publication.
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['published_at'], name='product_by_publication'),
        ),
    ]
