from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cart', '0002_cart_discount'),
    ]

    operations = [
        migrations.AddField(
            model_name='cart',
            name='used_at',
            field=models.DateTimeField(db_index=True, editable=False, help_text='When an item was last put in.', null=True),
        ),
    ]
