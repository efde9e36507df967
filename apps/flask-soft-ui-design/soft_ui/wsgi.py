"""The WSGI application for gunicorn."""

from soft_ui.project import project

application = project.wsgi()
