"""Runs management commands: `prepare` and those of Django."""

from appkit.django.manage import main

if __name__ == "__main__":
    main("workbench.settings")
