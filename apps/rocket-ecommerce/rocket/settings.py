"""Django's settings: the ones that all applications share, and the shop's own."""

from pathlib import Path

from appkit import settings as shared
from appkit.django.settings import defaults

APPKIT = shared.read("rocket-ecommerce")
_shared = defaults(APPKIT, package="rocket", root=Path(__file__).parent.parent)
globals().update(_shared)

SHOP_CURRENCY: str = "EUR"
"""The currency that pages show and carts count in."""

DEMO_DATA = "rocket.catalog.demo.load"

INSTALLED_APPS = [
    "rocket.storefront",
    "rocket.catalog",
    "rocket.cart",
    "appkit.django.apps.AppkitConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
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

# The session is the cookie, signed with the key that all replicas share: each can read it, and it
# holds no more than the key of a cart, which lies in the database, or who is signed in.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

# Nothing links to a name without a hash, so the image need not carry each file twice.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

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
