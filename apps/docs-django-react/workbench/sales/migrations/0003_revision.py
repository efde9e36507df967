from django.db import migrations

from appkit.django import revisions


class Migration(migrations.Migration):

    dependencies = [("appkit", "0002_revision"), ("sales", "0002_external_id")]

    operations = [revisions.watch("sales", {"sales_sale": None, "sales_product": None})]
