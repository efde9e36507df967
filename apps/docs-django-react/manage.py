"""`python manage.py …`: prepare and Django's own commands."""

from appkit.django.manage import main

if __name__ == "__main__":
    main("workbench.settings")
