"""The revision of the catalogue, which every change of what visitors see replaces.

Triggers of the database draw a random number with each write to the catalogue's tables, so every
writer counts: the admin, an UPDATE of the stock by an order, a replica of an earlier release, an
SQL client. The number belongs to the transaction of the change, so nobody reads a new revision with
old rows. On Postgres each connection has a number in a row of its own; one common row would let
only one order at a time change the stock.
"""

from collections.abc import Hashable

from django.utils import timezone

from appkit.django.database import fetch_first

# A product that is published later becomes visible without a write.
_READ = """
SELECT COALESCE(SUM(changes), 0),
  (SELECT MAX(published_at) FROM catalog_product WHERE published_at <= %s)
FROM catalog_version
"""


def read() -> Hashable:
    """The current revision. Rows that are read later have at least this revision."""
    return fetch_first(_READ, [timezone.now()])[0]
