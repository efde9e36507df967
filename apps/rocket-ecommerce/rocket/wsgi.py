"""The WSGI application, which `appkit.server` serves."""

from appkit.django.wsgi import application as wsgi_application

application = wsgi_application("rocket.settings")
