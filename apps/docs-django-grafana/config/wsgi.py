"""What gunicorn serves."""

from appkit.django.wsgi import application as project

application = project("config.settings")
