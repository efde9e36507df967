"""The part of the runtime that all Flask applications share."""

import logging

# Alembic logs its plugins when it is imported and its dialect at each start. Set the level first.
logging.getLogger("alembic").setLevel(logging.WARNING)
