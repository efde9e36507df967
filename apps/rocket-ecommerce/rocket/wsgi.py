"""The WSGI application, which `appkit.server` serves."""

from appkit.django.wsgi import application as wsgi_application

application = wsgi_application("rocket.settings")

# This module can be imported only after the settings are configured.
from rocket.sweeper import wake  # noqa: E402

# From the first request on, so that a command which only imports this module starts none.
application.observers.append(wake)
