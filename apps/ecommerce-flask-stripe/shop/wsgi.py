"""The WSGI application for gunicorn."""

from shop.project import project

application = project.wsgi()
