"""The Flask part of appkit: database, migrations, CSRF, static files, error pages, `manage.py`."""

import logging

# Alembic logs its plugins at level INFO when it is imported, so the level is set before that.
logging.getLogger("alembic").setLevel(logging.WARNING)
