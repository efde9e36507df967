"""What gunicorn serves."""

from soft_ui.project import project

application = project.wsgi()
