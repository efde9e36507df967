"""`python manage.py …`: prepare, create-admin, seed_transactions and Django's own commands."""

from appkit.django.manage import main

if __name__ == "__main__":
    main("config.settings")
