"""The floor for Flask: database, migrations, CSRF, static files, error pages, `manage.py`."""

import logging

# Alembic names its plugins and its dialect on each start. Before it is imported: it does so then.
logging.getLogger("alembic").setLevel(logging.WARNING)
