"""Django settings; appkit provides those that all Django applications share."""

from pathlib import Path
from typing import Any

from appkit import settings as shared
from appkit.django.settings import defaults

ROOT = Path(__file__).resolve().parent.parent
COMMON: dict[str, Any] = defaults(
    shared.read(app="docs-django-react"), package="workbench", root=ROOT
)

globals().update(COMMON)

# The output of Vite: HTML pages, and their assets in `static`.
BUNDLE = ROOT / "frontend" / "dist"

INSTALLED_APPS = [
    "appkit.django.apps.AppkitConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "workbench.sales",
    "workbench.diagrams",
    "workbench.pages",
]

MIDDLEWARE = [
    *COMMON["MIDDLEWARE"],
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
CSRF_FAILURE_VIEW = "workbench.api.csrf_failure"

# Whether visitors who are not signed in may change diagrams: yes, except in production.
OPEN_TO_EVERYONE = COMMON["APPKIT"].environment != "production"

# URLs have no trailing slash.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BUNDLE],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["workbench.pages.bundle.Loader"])
            ],
            "builtins": ["workbench.pages.bundle"],
        },
    }
]

# Vite has already hashed the file names, so `collectstatic` is not needed.
STATIC_ROOT = BUNDLE / "static"
WHITENOISE_USE_FINDERS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$"

# The largest valid diagram takes about 200 kB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024

DEMO_DATA = "workbench.demo.load"
