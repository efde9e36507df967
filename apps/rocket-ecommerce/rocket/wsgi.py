"""The WSGI application, which `appkit.server` serves."""

from appkit.django.wsgi import application as wsgi_application

application = wsgi_application("rocket.settings")

# This module can be imported only after the settings are configured.
from rocket.sweeper import SWEEPERS  # noqa: E402

application.sweepers = SWEEPERS
