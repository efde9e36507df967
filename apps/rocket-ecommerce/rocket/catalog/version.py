"""The version of the catalogue: a number that grows with each committed change of its tables.

Triggers of the database count the changes, so every writer counts: the admin, an UPDATE of the
stock by an order, a replica of an earlier release, an SQL client. The count belongs to the
transaction of the change, so nobody reads a new version with old rows. On Postgres each connection
counts in a row of its own; one common row would let only one order at a time change the stock.
"""

from django.db import connection

_READ = "SELECT CAST(COALESCE(SUM(changes), 0) AS BIGINT) FROM catalog_version"


def read() -> int:
    """The current version. Rows that are read later have at least this version."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        # fetchall: SQLite completes a statement only when all of its rows have been read.
        ((version,),) = cursor.fetchall()
    return int(version)
