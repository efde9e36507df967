"""Django's admin with the shop's own site, and with accessible pages for users and groups."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "rocket.admin_site.ShopAdminSite"

    def ready(self) -> None:
        super().ready()
        # Models cannot be imported before all apps are loaded.
        from django.contrib.admin import site  # noqa: PLC0415
        from django.contrib.auth.models import Group, User  # noqa: PLC0415

        from rocket.admin_base import GroupAdmin, UserAdmin  # noqa: PLC0415

        for model, model_admin in ((User, UserAdmin), (Group, GroupAdmin)):
            site.unregister(model)
            site.register(model, model_admin)
