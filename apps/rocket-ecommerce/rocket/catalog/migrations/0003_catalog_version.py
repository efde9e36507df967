from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Without the tags: no cached page shows them.
TABLES = ("catalog_category", "catalog_product", "catalog_image", "catalog_variant", "catalog_price")

TABLE = "CREATE TABLE catalog_version (writer integer PRIMARY KEY, changes bigint NOT NULL)"

POSTGRES_FUNCTION = """
CREATE FUNCTION catalog_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalog_version AS version (writer, changes) VALUES (pg_backend_pid(), 1)
  ON CONFLICT (writer) DO UPDATE SET changes = version.changes + 1;
  RETURN NULL;
END
$$
"""


def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(TABLE)
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES_FUNCTION)
        for table in TABLES:
            editor.execute(
                f"CREATE TRIGGER catalog_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION catalog_count_change()"
            )
        return
    editor.execute("INSERT INTO catalog_version VALUES (0, 0)")
    for table in TABLES:
        for change in ("INSERT", "UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_version_{change.lower()} AFTER {change} ON {table} "
                f"BEGIN UPDATE catalog_version SET changes = changes + 1; END"
            )


def remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER catalog_version ON {table}")
        else:
            for change in ("insert", "update", "delete"):
                editor.execute(f"DROP TRIGGER {table}_version_{change}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION catalog_count_change()")
    editor.execute("DROP TABLE catalog_version")


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_stripe_products'),
    ]

    operations = [migrations.RunPython(create, remove)]
