"""Django's settings: the ones that all applications share, and the shop's own."""

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
    """What the sitemap and Stripe are told; a request's Host is anybody's word. Without a slash at
    its end; empty: there is no sitemap."""
    GATEWAY = gateway.configure(_env, PUBLIC_URL)
    """Our account at Stripe; `None` without keys: checkout is off."""

_shared = defaults(APPKIT, package="rocket", root=Path(__file__).parent.parent)
globals().update(_shared)

SHOP_CURRENCY: str = "EUR"
"""The currency of visitors who have not chosen another one."""

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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# Where a sign-in leads that was asked for by no page.
LOGIN_REDIRECT_URL = "admin:index"

# Nothing links to a name without a hash, so the image need not carry each file twice.
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
                "rocket.storefront.context.header",
            ],
        },
    },
]
