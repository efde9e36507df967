"""Django's admin with a door of our own."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "rocket.site.Site"

    def ready(self) -> None:
        super().ready()
        # Models are there only now.
        from django.contrib.admin import site  # noqa: PLC0415
        from django.contrib.auth.models import Group, User  # noqa: PLC0415

        from rocket.admin import Groups, Users  # noqa: PLC0415

        for model, shown in ((User, Users), (Group, Groups)):
            site.unregister(model)
            site.register(model, shown)
