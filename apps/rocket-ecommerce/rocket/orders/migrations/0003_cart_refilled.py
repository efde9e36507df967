from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_unpaid_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='cart_refilled',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='Whether the items were put back into the cart of the buyer who cancelled.'),
        ),
    ]
