"""The WSGI application that gunicorn serves."""

from appkit.django.wsgi import application as project

application = project("workbench.settings")
