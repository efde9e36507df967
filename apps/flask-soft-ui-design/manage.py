"""`python manage.py --help` lists the commands."""

from appkit.flask.manage import management
from soft_ui.project import project

if __name__ == "__main__":
    management(project)()
