"""The Django settings that all applications have in common; each one adds its own."""

from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

from appkit import logs
from appkit.env import DatabaseUrl
from appkit.settings import Settings

CONNECT_TIMEOUT = 3
"""Seconds; short, so that a database that is gone does not block every thread."""


def databases(url: DatabaseUrl) -> dict[str, dict[str, Any]]:
    """The value of `DATABASES`. Connections are kept and checked at the start of each request."""
    if url.engine == "sqlite":
        options: dict[str, Any] = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": url.name,
                "OPTIONS": options,
            }
        }
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.name,
            "USER": url.user,
            "PASSWORD": url.password,
            "HOST": url.host,
            "PORT": url.port,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT, "tcp_user_timeout": 10_000},
        }
    }


def storages() -> dict[str, dict[str, str]]:
    """The value of `STORAGES`: static files with a hash in their names, below the prefix."""
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "appkit.django.static.PrefixedStaticFilesStorage"},
    }


def defaults(settings: Settings, *, package: str, root: Path) -> dict[str, Any]:
    """The settings that the applications share, by their Django names.

    `package` contains `urls` and `wsgi`; `root` is the folder of manage.py. The caller adds
    `INSTALLED_APPS`, `TEMPLATES` and more entries to `MIDDLEWARE`. An application with demo data
    sets `DEMO_DATA` to the dotted path of a function that takes no arguments and loads the data
    unless it is already there.
    """
    # `ServiceMiddleware` adds the flag `Secure` to the cookies of a request over https.
    cookie = {"HTTPONLY": True, "PATH": "/", "SAMESITE": "Lax"}
    return {
        "APPKIT": settings,
        "SECRET_KEY": settings.secret_key,
        "DEBUG": settings.development,
        # nginx forwards the Host header of the client unchanged. That is safe, because no absolute
        # URL is built from it; the origin check of forms compares it with the Origin header.
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": f"{package}.urls",
        "WSGI_APPLICATION": f"{package}.wsgi.application",
        "DATABASES": databases(settings.database),
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "MIDDLEWARE": [
            # First, because the 503 page needs its style sheet while the database is down.
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "appkit.django.middleware.RouteMiddleware",
            "appkit.django.refusals.RefusalMiddleware",
            "appkit.django.middleware.PrivatePageMiddleware",
            "appkit.django.middleware.DatabaseDownMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
        "AUTHENTICATION_BACKENDS": ["appkit.django.sign_in.LimitedBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
            for name, options in (
                ("MinimumLength", {"min_length": 10}),
                ("UserAttributeSimilarity", {}),
                ("CommonPassword", {}),
                ("NumericPassword", {}),
            )
        ],
        "STORAGES": storages(),
        # Absolute, because Django would add the prefix of the first request to a relative one and
        # keep it. The storage adds the prefix of each request.
        "STATIC_URL": "/static/",
        "STATIC_ROOT": root / "collected",
        "WHITENOISE_USE_FINDERS": settings.development,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        **{f"SESSION_COOKIE_{name}": value for name, value in cookie.items()},
        **{f"CSRF_COOKIE_{name}": value for name, value in cookie.items()},
        "SESSION_ENGINE": "appkit.django.sessions",
        "SESSION_COOKIE_NAME": settings.session_cookie,
        "CSRF_COOKIE_NAME": settings.csrf_cookie,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "LANGUAGE_CODE": "en-gb",
        "TIME_ZONE": "UTC",
        "USE_TZ": True,
        "USE_I18N": False,
        "LOGGING": logs.config(settings),
    }


def current() -> Settings:
    """The settings of this process, which the settings module stored as `APPKIT`."""
    # django-stubs knows only settings that a settings module assigns by name.
    settings: Settings = getattr(django_settings, "APPKIT")  # noqa: B009
    return settings


def context(request: object) -> dict[str, Settings]:  # noqa: ARG001
    """A template context processor: `{{ appkit.app }}` is the application's name."""
    return {"appkit": current()}
