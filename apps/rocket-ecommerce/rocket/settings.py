"""Django's settings: those that all applications share, and those of the shop."""

from pathlib import Path

from appkit.django.settings import defaults
from appkit.env import Environment
from appkit.settings import Settings
from rocket.payments import gateway

with Environment() as _env:
    APPKIT = Settings.read(_env, app="rocket-ecommerce")
    PUBLIC_URL: str = _env.text(
        "PUBLIC_URL",
        "",
        pattern=rf"{gateway.ORIGIN}(/[a-z0-9-]+)*",
        form="the shop's own address, like https://example.org/shop",
    )
    """The shop's public address, without a final slash.

    The sitemap and the URLs sent to Stripe begin with it, because a client can send any Host
    header. If it is empty, there is no sitemap.
    """
    GATEWAY = gateway.configure(_env, PUBLIC_URL, threads=APPKIT.threads)
    """The connection to the shop's Stripe account. `None` without keys: checkout is disabled."""

_shared = defaults(APPKIT, package="rocket", root=Path(__file__).parent.parent)
globals().update(_shared)

SHOP_CURRENCY: str = "EUR"
"""The currency for visitors who have not chosen one."""

DEMO_DATA = "rocket.demo.load"

INSTALLED_APPS = [
    "rocket.storefront",
    "rocket.catalog",
    "rocket.discounts",
    "rocket.cart",
    "rocket.orders",
    "rocket.payments",
    "rocket.sales",
    "appkit.django.apps.AppkitConfig",
    "rocket.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    *_shared["MIDDLEWARE"],
    "rocket.storefront.middleware.PrivateResponses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# The page after a login that no other page redirected to.
LOGIN_REDIRECT_URL = "admin:index"

# Every link uses the hashed name, so the image does not need a second copy of each file.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rocket.storefront.context_processors.header",
            ],
        },
    },
]
