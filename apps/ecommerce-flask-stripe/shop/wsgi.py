"""What gunicorn serves."""

from shop.project import project

application = project.wsgi()
