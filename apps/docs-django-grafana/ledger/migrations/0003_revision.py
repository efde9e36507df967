from django.conf import settings
from django.db import migrations

from appkit.django import revisions


class Migration(migrations.Migration):

    dependencies = [
        ("appkit", "0002_revision"),
        ("ledger", "0002_time_in_range"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [revisions.watch("ledger", {"ledger_transaction": None, "auth_user": "username"})]
