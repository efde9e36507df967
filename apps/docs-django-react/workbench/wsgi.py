"""The WSGI application, which `appkit.server` serves."""

from appkit.django.wsgi import application as project

application = project("workbench.settings")
