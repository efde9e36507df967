"""The Django settings of this application; the shared defaults come from appkit."""

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

# View names, not paths, because `reverse` adds the prefix of the request.
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "transactions"
LOGOUT_REDIRECT_URL = "transactions"

SESSION_ENGINE = "accounts.sessions"

DEMO_DATA = "ledger.demo.load"

REST_FRAMEWORK = {
    # The first class decides the response to anonymous clients: tokens give 401, sessions 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "config.errors.handle",
    # Removes the parameter `?format=`, which the OpenAPI document does not describe.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Ledger",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Reading transactions is public. Booking needs an API token, or a session "
    "and its CSRF token in the header X-CSRFToken.",
    "COMPONENT_SPLIT_REQUEST": True,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {"TransactionType": "ledger.models.Kind"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.add_error_responses",
        "config.openapi.require_response_properties",
    ],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}
