"""What gunicorn runs."""

from appkit.django.wsgi import application as in_the_shell

application = in_the_shell("rocket.settings")
