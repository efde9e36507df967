"""The WSGI application, which `appkit.server` serves."""

from soft_ui.project import project

application = project.wsgi()
