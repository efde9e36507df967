from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def expire_existing(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Existing tokens get the full lifetime, so that no program stops during the update."""
    tokens = apps.get_model("accounts", "ApiToken").objects
    tokens.filter(expires=None).update(expires=timezone.now() + timedelta(days=90))


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(
                choices=[("read", "Read only"), ("write", "Read and book")],
                db_default="write",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="expires",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["read", "write"])), name="token_scope_known"
            ),
        ),
        migrations.RunPython(expire_existing, migrations.RunPython.noop, elidable=True),
    ]
