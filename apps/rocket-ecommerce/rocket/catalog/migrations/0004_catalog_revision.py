from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COUNTED = ("catalog_category", "catalog_product", "catalog_image", "catalog_variant", "catalog_price")
# The product page shows tags, and kept lists are filtered by them.
ADDED = ("catalog_tag", "catalog_product_tags")

EVENTS = ("INSERT", "UPDATE", "DELETE")

# A random number in place of a count, which returns to an earlier value when the database is
# restored from a backup while the shop runs. Replicas of the release before only compare the sums.
# Below 2^40, so that the sum over many rows stays below 2^63.
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION catalog_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalog_version (writer, changes)
  VALUES (pg_backend_pid(), (random() * 1099511627776)::bigint)
  ON CONFLICT (writer) DO UPDATE SET changes = excluded.changes;
  RETURN NULL;
END
$$
"""
SQLITE_CHANGE = "UPDATE catalog_version SET changes = abs(random() % 1099511627776)"


def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES_FUNCTION)
        for table in ADDED:
            editor.execute(
                f"CREATE TRIGGER catalog_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION catalog_count_change()"
            )
        return
    for table in (*COUNTED, *ADDED):
        for event in EVENTS:
            trigger = f"{table}_version_{event.lower()}"
            editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            editor.execute(
                f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {SQLITE_CHANGE}; END"
            )


def remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The triggers of the other tables stay: 0003 removes them, whatever they write."""
    for table in ADDED:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER catalog_version ON {table}")
        else:
            for event in EVENTS:
                editor.execute(f"DROP TRIGGER {table}_version_{event.lower()}")


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_catalog_version'),
    ]

    operations = [migrations.RunPython(create, remove)]
