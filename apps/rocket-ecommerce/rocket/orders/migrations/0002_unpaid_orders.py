from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='recipient',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.AddField(
            model_name='order',
            name='address',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='order',
            name='network',
            field=models.CharField(blank=True, db_default='', editable=False, help_text='A digest of the network of the buyer, whose unpaid orders are limited.', max_length=64),
        ),
        migrations.AddField(
            model_name='order',
            name='checked_at',
            field=models.DateTimeField(editable=False, help_text='When the shop last asked Stripe about the order.', null=True),
        ),
    ]
