from django.apps import AppConfig


class DiscountsConfig(AppConfig):
    name = "rocket.discounts"
