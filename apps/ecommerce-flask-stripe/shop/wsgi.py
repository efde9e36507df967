"""The WSGI application, which `appkit.server` serves."""

from shop.project import project

application = project.wsgi()
