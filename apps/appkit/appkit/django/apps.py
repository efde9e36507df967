"""Makes `prepare` and `create_admin` commands of every project that installs this."""

from django.apps import AppConfig


class AppkitConfig(AppConfig):
    name = "appkit.django"
    label = "appkit"
