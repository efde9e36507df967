"""Django's settings of this application; what it shares with the others comes from appkit."""

from pathlib import Path
from typing import Any

from appkit import settings as shared
from appkit.django.settings import defaults

ROOT = Path(__file__).resolve().parent.parent
COMMON: dict[str, Any] = defaults(
    shared.read(app="docs-django-grafana"), package="config", root=ROOT
)

globals().update(COMMON)

INSTALLED_APPS = [
    "appkit.django.apps.AppkitConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "accounts.apps.AccountsConfig",
    "telemetry",
    "ledger",
]

MIDDLEWARE = [
    *COMMON["MIDDLEWARE"],
    "telemetry.recorder.RecorderMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
                "appkit.django.settings.context",
            ],
        },
    }
]

# View names, not paths: `reverse` puts the request's prefix before them.
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "transactions"
LOGOUT_REDIRECT_URL = "transactions"

SESSION_ENGINE = "accounts.sessions"

DEMO_DATA = "ledger.demo.load"

REST_FRAMEWORK = {
    # The token first: its challenge makes a missing sign-in 401 rather than 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    # `?format=` would be a parameter that no document mentions.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
