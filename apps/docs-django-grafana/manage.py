"""`python manage.py COMMAND`: this application's commands and Django's."""

from appkit.django.manage import main

if __name__ == "__main__":
    main("config.settings")
