from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "rocket.catalog"
    verbose_name = "Catalogue"
